"""The face for contract authors: one declaration, on the test that proves it."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from harness.consumer.declaration import (
    NO_BODY,
    Beside,
    CloudEvent,
    Declaration,
    Declared,
    ExchangeDeclaration,
    Like,
    Message,
    MessageDeclaration,
    Pattern,
    Place,
    Reply,
    Request,
    State,
    Text,
    Texts,
    declare,
)
from harness.consumer.events import event_message

Test = TypeVar("Test", bound=Callable[..., None] | Callable[..., Awaitable[None]])
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MockProvider:
    """The provider's place during one test: it answers what the test declares, at `url`."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """
    A message as it is handed to the consumer under test.

    Shape: `body` is what came over the wire, None for a tombstone; `headers` are texts, as brokers
    carry them, and hold neither the key nor the content type; `redelivered` says that it came
    before, which not every transport tells.
    """

    channel: str
    body: bytes | None
    headers: Mapping[str, str]
    key: str | None = None
    content_type: str = ""
    redelivered: bool = False

    def json(self) -> Any:
        """
        The body as JSON.

        Raises: ValueError where it is none; TypeError for a tombstone.
        """
        if self.body is None:
            raise TypeError("expected a body, seen a tombstone: the message has none")
        return json.loads(self.body)


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
        return _marking(
            Declaration(
                consumer=self.consumer,
                provider=self.provider,
                description=description,
                given=_states(given),
                request=request,
                response=response,
                raises=_kinds(raises),
                place=_caller(),
            )
        )

    def receives(
        self,
        description: str,
        *,
        message: Message,
        given: Sequence[State | str] = (),
        raises: type[BaseException] | tuple[type[BaseException], ...] = (),
        idempotent: bool = False,
    ) -> Callable[[Test], Test]:
        """
        Declare one message on the test that hands its `delivery` to the consumer's own handler.

        Shape: the pair is consumer and producer; decorators may be stacked, and `deliveries` then
        holds the messages in the order of reading. `raises` names the exceptions by which the
        handler refuses a message on purpose. `idempotent` says that a message which comes twice has
        the effect of one: the test's own assertions hold after the second time as after the first.
        """
        return _marking(
            MessageDeclaration(
                consumer=self.consumer,
                provider=self.provider,
                description=description,
                given=_states(given),
                message=message,
                raises=_kinds(raises),
                place=_caller(),
                idempotent=idempotent,
            )
        )

    def asks(
        self,
        description: str,
        *,
        message: Message,
        reply: Message,
        given: Sequence[State | str] = (),
        raises: type[BaseException] | tuple[type[BaseException], ...] = (),
    ) -> Callable[[Test], Test]:
        """
        Declare a request message and its reply on the test that hands an `exchange` to its client.

        Shape: decorators may be stacked; `raises` names the exceptions that the client raises on
        purpose here.
        """
        return _marking(
            ExchangeDeclaration(
                consumer=self.consumer,
                provider=self.provider,
                description=description,
                given=_states(given),
                message=message,
                reply=reply,
                raises=_kinds(raises),
                place=_caller(),
            )
        )


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
    A header or the key of a message may be such, too: a text, a number, a truth value.
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


def message(
    channel: str,
    body: object = NO_BODY,
    *,
    reads: object = None,
    headers: Mapping[str, Beside] | None = None,
    key: Beside | None = None,
    content_type: str = "application/json",
    operation: str = "",
    may_be_absent: Collection[str] = (),
    event: CloudEvent | None = None,
) -> Message:
    """
    A message that comes through a channel, or that asks for a reply there.

    Shape: `body`, `reads` and `may_be_absent` are as those of `reply`, and a message without a body
    is a tombstone; `headers` and `key` are what
    the handler reads of them; `operation` names the producer's operation in its AsyncAPI document
    where the channel alone does not tell which it is. Of an `event`, the body is the data. What is
    sent counts as it is written, unless its body is `like(...)`.
    """
    made = Message(
        body,
        channel,
        reads,
        headers or {},
        key,
        content_type,
        operation,
        frozenset(may_be_absent),
    )
    return made if event is None else event_message(made, event)


def answer(
    body: object = NO_BODY,
    *,
    reads: object = None,
    headers: Mapping[str, Beside] | None = None,
    content_type: str = "application/json",
    may_be_absent: Collection[str] = (),
    event: CloudEvent | None = None,
) -> Message:
    """
    The message that a provider sends back for one that asks.

    Shape: as `message`, of which it differs in that the request tells where it goes.
    """
    return message(
        "",
        body,
        reads=reads,
        headers=headers,
        content_type=content_type,
        may_be_absent=may_be_absent,
        event=event,
    )


def cloud_event(
    type: str,
    /,
    *,
    source: Text,
    id: Text | None = None,
    time: Text | None = None,
    prefix: str = "",
    **attributes: Text,
) -> CloudEvent:
    """
    The attributes of a CloudEvent of version 1.0, whose data is the body of its message.

    Shape: without `prefix` the event is structured, an envelope of the media type
    `application/cloudevents+json`; with one it is binary, and its attributes are headers with that
    before their names: `ce_` over Kafka, `cloudEvents:` or `cloudEvents_` over AMQP, `ce-` over
    HTTP. Any `id` will do unless one is given; what else the consumer reads is named beside, as
    `subject=`.
    """
    read = {} if time is None else {"time": time}
    named = {"specversion": "1.0", "type": type, "source": source, "id": id or pattern(".+", "1")}
    return CloudEvent({**named, **read, **attributes}, prefix)


def _marking(declaration: Declared) -> Callable[[Test], Test]:
    def mark(test: Test) -> Test:
        declare(test, declaration)
        return test

    return mark


def _states(given: Sequence[State | str]) -> tuple[State, ...]:
    return tuple(State(each) if isinstance(each, str) else each for each in given)


def _kinds(
    raises: type[BaseException] | tuple[type[BaseException], ...],
) -> tuple[type[BaseException], ...]:
    return raises if isinstance(raises, tuple) else (raises,)


def _caller() -> Place:
    frame = sys._getframe(2)
    return Place(frame.f_code.co_filename, frame.f_lineno)
