"""The face for contract authors: one declaration, on the test that proves it."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

from harness.consumer.declaration import (
    NO_BODY,
    Declaration,
    Like,
    Pattern,
    Place,
    Reply,
    Request,
    State,
    Text,
    Texts,
    declare,
)

Test = TypeVar("Test", bound=Callable[..., None] | Callable[..., Awaitable[None]])
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MockProvider:
    """The provider's place during one test: it answers what the test declares, at `url`."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Pair:
    """One consumer's use of one provider; made by `Consumer.of`."""

    consumer: str
    provider: str

    def expects(
        self,
        description: str,
        *,
        request: Request,
        response: Reply,
        given: Sequence[State | str] = (),
        raises: type[BaseException] | tuple[type[BaseException], ...] = (),
    ) -> Callable[[Test], Test]:
        """
        Declare one interaction on the test that performs it; decorators may be stacked.

        Shape: `raises` names the exceptions that the client raises on purpose here.
        """
        declaration = Declaration(
            consumer=self.consumer,
            provider=self.provider,
            description=description,
            given=tuple(State(each) if isinstance(each, str) else each for each in given),
            request=request,
            response=response,
            raises=raises if isinstance(raises, tuple) else (raises,),
            place=_caller(),
        )

        def mark(test: Test) -> Test:
            declare(test, declaration)
            return test

        return mark


@dataclass(frozen=True, slots=True)
class Consumer:
    """A service in its part of asking others."""

    name: str

    def of(self, provider: str) -> Pair:
        """What this consumer expects of a provider."""
        return Pair(self.name, provider)


def state(name: str, /, **parameters: object) -> State:
    """A state that the provider is in before the request, with its parameters."""
    return State(name, parameters)


def like(example: T, /, *, reads: object = None) -> Like[T]:
    """
    A request body whose types count and not its content: for ids and times that the client makes.

    Shape: `reads` names the type where the example does not tell it (a TypedDict is a plain dict).
    """
    return Like(example, reads)


def pattern(regex: str, example: str) -> Pattern:
    """A path, query value or header that may vary within a regular expression, matched whole."""
    return Pattern(regex, example)


def request(
    method: str,
    path: Text,
    *,
    query: Texts | None = None,
    headers: Texts | None = None,
    body: object = NO_BODY,
) -> Request:
    """
    A request of any method.

    Shape: `body` is a model's instance or a plain JSON value, and is matched as it is written;
    `like(...)` matches it by its types.
    """
    return Request(method.upper(), path, query or {}, headers or {}, body)


def get(path: Text, *, query: Texts | None = None, headers: Texts | None = None) -> Request:
    """A GET request."""
    return request("GET", path, query=query, headers=headers)


def delete(
    path: Text,
    *,
    query: Texts | None = None,
    headers: Texts | None = None,
    body: object = NO_BODY,
) -> Request:
    """A DELETE request."""
    return request("DELETE", path, query=query, headers=headers, body=body)


def post(
    path: Text,
    body: object = NO_BODY,
    *,
    query: Texts | None = None,
    headers: Texts | None = None,
) -> Request:
    """A POST request."""
    return request("POST", path, query=query, headers=headers, body=body)


def put(
    path: Text,
    body: object = NO_BODY,
    *,
    query: Texts | None = None,
    headers: Texts | None = None,
) -> Request:
    """A PUT request."""
    return request("PUT", path, query=query, headers=headers, body=body)


def patch(
    path: Text,
    body: object = NO_BODY,
    *,
    query: Texts | None = None,
    headers: Texts | None = None,
) -> Request:
    """A PATCH request."""
    return request("PATCH", path, query=query, headers=headers, body=body)


def reply(
    status: int,
    body: object = NO_BODY,
    *,
    reads: object = None,
    may_be_absent: Collection[str] = (),
    headers: Texts | None = None,
) -> Reply:
    """
    What the provider answers.

    Shape: `body` is an instance of the model that the client parses, or a JSON value; `reads` names
    the type where the value does not tell it: `reads=StockDict`, `reads=list[Review]`,
    `reads=Card | Cash`. `may_be_absent` names fields, at any depth, that the client does without
    though its type does not say so, as a parser written by hand may (`source.get("note")`); where
    the example holds null for one, the body lacks it.
    """
    return Reply(status, body, reads, headers or {}, frozenset(may_be_absent))


def _caller() -> Place:
    frame = sys._getframe(2)
    return Place(frame.f_code.co_filename, frame.f_lineno)
