"""The exchanges of one test: requests that its client sends, the replies, and their pact."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from harness.consumer import fits, matching
from harness.consumer.bodies import Body, DeclarationUnsound
from harness.consumer.contents import (
    delivered,
    put_comments,
    put_contents,
    put_states,
    read_contents,
    sent_contents,
)
from harness.consumer.declaration import Beside, ExchangeDeclaration, Like, Message, Pattern
from harness.consumer.exchange import Exchange, RequestUndeclared
from harness.consumer.face import Delivery
from harness.domain.json import Json, canonical, media_type_essence, shortened

if TYPE_CHECKING:
    from pact import Pact

_HINT = "hint: hand `exchange.ask` to the client as its transport, and declare what it sends"
_CHARACTERS = 400

Answering = Callable[[ExchangeDeclaration, Delivery], Delivery]


@dataclass(frozen=True, slots=True)
class Shown:
    """What an exchange declares: the request's body, and the reply as it comes."""

    sent: Body | None
    reply: Delivery


@dataclass(slots=True)
class Exchanges:
    """
    The exchanges that a test declares, and what its client did otherwise.

    Shape: `answering` may give another reply than the declared one; `strayed` is told of requests
    that are not declared; `shown` keeps what was made of declarations, for as many tests as share
    it.
    """

    declarations: tuple[ExchangeDeclaration, ...]
    answering: Answering = field(default=lambda _, reply: reply)
    strayed: Callable[[str], None] = field(default=lambda _: None)
    shown: dict[int, Shown] = field(default_factory=dict)
    undeclared: list[str] = field(default_factory=list, init=False)
    is_taken: bool = field(default=False, init=False)
    _asked: set[int] = field(default_factory=set, init=False)

    def taken(self) -> Exchange:
        """What the test hands to its client."""
        self.is_taken = True
        try:
            for one in self.declarations:
                self._shown(one)
        except DeclarationUnsound as error:
            pytest.fail(str(error), pytrace=False)
        return Exchange(self._answered)

    def verdict(self, name: str) -> str:
        """The sentence for a test whose client did not do as declared; or none."""
        if not self.is_taken:
            return (
                f"{name} declares a request message and never asks for its exchange: expected a "
                "parameter `exchange`, seen none\n"
                "hint: def test_...(exchange: Exchange), and give `exchange.ask` to the client"
            )
        missed = [
            f"the client never sent what it declared: expected {_named(one)}, seen none"
            for one in self.declarations
            if id(one) not in self._asked
        ]
        told = [*self.undeclared, *missed]
        return "\n".join([*told, _HINT]) if told else ""

    def _answered(self, sent: Delivery) -> Delivery:
        told = [(one, list(faults(one, self._shown(one).sent, sent))) for one in self.declarations]
        fitting = [one for one, amiss in told if not amiss]
        if not fitting:
            sentence = _undeclared(sent, told)
            self.undeclared.append(sentence)
            self.strayed(_seen(sent))
            raise RequestUndeclared(sentence)
        one = next((one for one in fitting if id(one) not in self._asked), fitting[0])
        self._asked.add(id(one))
        reply = self._shown(one).reply
        return self.answering(one, replace(reply, headers=dict(reply.headers)))

    def _shown(self, one: ExchangeDeclaration) -> Shown:
        """
        What a declaration says, made once.

        Raises: DeclarationUnsound.
        """
        if id(one) not in self.shown:
            reply = delivered(one.reply, read_contents(one.reply, one))
            self.shown[id(one)] = Shown(sent_contents(one.message, one), reply)
        return self.shown[id(one)]


def faults(declared: ExchangeDeclaration, body: Body | None, sent: Delivery) -> Iterator[str]:
    """In what a request differs from the declared one, whose body is given; nothing if it fits."""
    message = declared.message
    if sent.channel and sent.channel != message.channel:
        yield f"the channel: expected {message.channel}, seen {sent.channel}"
    yield from _body_faults(message, body, sent)
    for name, value in message.headers.items():
        yield from _text_fault(f"the header {name}", value, sent.headers.get(name))
    if message.key is not None:
        yield from _text_fault("the key", message.key, sent.key)
    named = media_type_essence(sent.content_type)
    if named and body is not None and named != media_type_essence(message.content_type):
        yield f"the content type: expected {message.content_type}, seen {sent.content_type}"


def _body_faults(message: Message, body: Body | None, sent: Delivery) -> Iterator[str]:
    if body is None or sent.body is None:
        if body is not None or sent.body is not None:
            yield f"the body: expected {_size(body is not None)}, seen {_size(bool(sent.body))}"
        return
    expected = delivered(message, body).body
    if expected == sent.body:
        return
    try:
        value = json.loads(sent.body)
    except ValueError:
        seen = shortened(sent.body.decode("utf-8", "backslashreplace"), _CHARACTERS)
        yield f"the body: expected {shortened(body.value, _CHARACTERS)}, seen {seen}"
        return
    if isinstance(message.body, Like) or message.envelope is not None:
        schema = body.schema if body.schema is not None else matching.schema_of_example(body.value)
        yield from (f"the body {each}" for each in fits.faults(value, schema, schema))
    elif canonical(value) != canonical(body.value):
        seen = shortened(value, _CHARACTERS)
        yield f"the body: expected {shortened(body.value, _CHARACTERS)}, seen {seen}"


def _text_fault(where: str, expected: Beside, seen: str | None) -> Iterator[str]:
    if isinstance(expected, Like):
        if seen is None or not _is_like(expected.example, seen):
            yield f"{where}: expected one like {shortened(expected.example)}, seen {_told(seen)}"
        return
    if isinstance(expected, Pattern):
        if seen is None or re.fullmatch(expected.regex, seen) is None:
            yield f"{where}: expected a text that matches {expected.regex}, seen {_told(seen)}"
    elif seen != expected:
        yield f"{where}: expected {_told(expected)}, seen {_told(seen)}"


def _is_like(example: Json, seen: str) -> bool:
    """Whether a text is of the kind of an example, which travels as text itself."""
    if isinstance(example, str):
        return True
    schema = matching.schema_of_example(example)
    try:
        return next(fits.faults(json.loads(seen), schema, schema), None) is None
    except ValueError:
        return False


def _undeclared(sent: Delivery, told: Sequence[tuple[ExchangeDeclaration, list[str]]]) -> str:
    """What is said of a request by the declared one that it is nearest to."""
    one, amiss = min(told, key=lambda pair: len(pair[1]))
    where = "\n  ".join(amiss)
    return (
        f"the client sent what it did not declare:\n  expected {_named(one)}\n"
        f"  seen {_seen(sent)}, where\n  {where}"
    )


def _named(one: ExchangeDeclaration) -> str:
    return f"a request to {one.message.channel} ({one.description!r})"


def _seen(sent: Delivery) -> str:
    to = f" to {sent.channel}" if sent.channel else ""
    if sent.body is None:
        return f"a request{to} without a body"
    body = sent.body.decode("utf-8", "backslashreplace")
    return f"a request{to} with body {body[:_CHARACTERS]}"


def _size(has_body: bool) -> str:
    return "one" if has_body else "none"


def _told(value: str | None) -> str:
    return "none" if value is None else value[:_CHARACTERS]


def exchange_pacts(declarations: Sequence[ExchangeDeclaration]) -> list[Pact]:
    """
    The pacts of what a test asks for in messages, one for each provider.

    Raises: DeclarationUnsound.
    """
    from pact import Pact  # imported late: a run without contracts never pays for it

    logging.getLogger("pact").setLevel(logging.CRITICAL)
    pacts: dict[tuple[str, str], Pact] = {}
    for each in declarations:
        _add(pacts.setdefault(each.pair, Pact(*each.pair)), each)
    return list(pacts.values())


def _add(pact: Pact, declaration: ExchangeDeclaration) -> None:
    message, reply = declaration.message, declaration.reply
    sent, read = sent_contents(message, declaration), read_contents(reply, declaration)
    interaction = pact.upon_receiving(declaration.description, "Sync")
    put_states(interaction, declaration)
    put_contents(interaction, message, sent)
    interaction.will_respond_with()
    put_contents(interaction, reply, read)
    put_comments(interaction, message.operation, read, sent)
