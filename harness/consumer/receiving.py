"""The messages of one test: what is handed to its handler, and the pact that says so."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import pytest

from harness.consumer.bodies import (
    COMMENT,
    Body,
    DeclarationUnsound,
    comment_of,
    named,
    read_body,
    wired,
)
from harness.consumer.declaration import Message, MessageDeclaration, Pattern, Text
from harness.consumer.events import enveloped
from harness.consumer.face import Delivery
from harness.domain.json import Json, is_json_media_type
from harness.domain.possible import Fault, PossibleReply

if TYPE_CHECKING:
    from pact import Pact

CHANNEL: Final = "channel"
KEY: Final = "key"
CONTENT_TYPE: Final = "contentType"

DeliveryOf = Callable[[MessageDeclaration], Delivery]
Instead = Callable[[Sequence[MessageDeclaration], Sequence[Delivery]], Sequence[Delivery]]


@dataclass(slots=True)
class Deliveries:
    """
    The messages that a test declares, and whether it asked for them.

    Shape: `instead` may hand out other messages in the place of those that are declared, which
    `delivered` makes.
    """

    declarations: tuple[MessageDeclaration, ...]
    instead: Instead = field(default=lambda _, handed: handed)
    delivered: DeliveryOf = field(default=lambda one: delivery_of(one))
    is_taken: bool = False

    def taken(self) -> tuple[Delivery, ...]:
        """All of them, in the order of reading."""
        self.is_taken = True
        try:
            shown = [*map(self.delivered, self.declarations)]
            return tuple(self.instead(self.declarations, shown))
        except DeclarationUnsound as error:
            pytest.fail(str(error), pytrace=False)

    def only_one(self) -> Delivery:
        """The message of a test that declares one."""
        if len(self.declarations) != 1:
            pytest.fail(
                f"expected one message, seen {len(self.declarations)}\n"
                "hint: declare with @pair.receives(...); with several messages, take `deliveries`",
                pytrace=False,
            )
        return self.taken()[0]


def delivery_of(declaration: MessageDeclaration) -> Delivery:
    """
    The declared message as a transport would hand it over.

    Raises: DeclarationUnsound.
    """
    message, body = declaration.message, message_body(declaration)
    return Delivery(
        channel=message.channel,
        body=None if body is None else _bytes(body, message),
        headers={name: _example(value) for name, value in message.headers.items()},
        key=None if message.key is None else _example(message.key),
        content_type=message.content_type if body is not None else "",
    )


def varied(delivery: Delivery, by: PossibleReply | None) -> Delivery:
    """A delivery as it may come instead."""
    if by is None:
        return delivery
    body = delivery.body if by.body is None else by.body.encode("utf-8", "surrogateescape")
    return replace(
        delivery,
        body=None if by.fault is Fault.ABSENT else body,
        headers=json.loads(by.headers) if by.headers else delivery.headers,
        content_type=delivery.content_type if by.media_type is None else by.media_type,
    )


def message_body(declaration: MessageDeclaration) -> Body | None:
    """
    The body of a declared message; none for a tombstone.

    Raises: DeclarationUnsound.
    """
    message = declaration.message
    body = read_body(message.body, message.reads, message.may_be_absent, declaration)
    if body is not None and body.value is None:
        raise DeclarationUnsound(
            f"{named(declaration)} has a body that is null: to pact that is no body at all\n"
            "hint: leave the body out for a tombstone"
        )
    return body if message.envelope is None else enveloped(body, message.envelope)


def message_pacts(declarations: Sequence[MessageDeclaration]) -> list[Pact]:
    """
    The pacts of what a test receives, one for each producer.

    Raises: DeclarationUnsound.
    """
    from pact import Pact  # imported late: a run without contracts never pays for it

    logging.getLogger("pact").setLevel(logging.CRITICAL)
    pacts: dict[tuple[str, str], Pact] = {}
    for each in declarations:
        _add(pacts.setdefault(each.pair, Pact(*each.pair)), each)
    return list(pacts.values())


def _add(pact: Pact, declaration: MessageDeclaration) -> None:
    message, body = declaration.message, message_body(declaration)
    interaction = pact.upon_receiving(declaration.description, "Async")
    for state in declaration.given:
        values: dict[str, object] = {
            name: wired(each, "sent", declaration) for name, each in state.parameters.items()
        }
        interaction.given(state.name, values)
    rules: dict[str, Json] = {}
    if body is not None:
        interaction.with_body(_bytes(body, message).decode("utf-8"), message.content_type)
        if body.rules:
            rules["body"] = dict(body.rules)
    beside = _beside(message, has_body=body is not None)
    interaction.with_metadata({name: _example(value) for name, value in beside.items()})
    varying = {name: _rule(each) for name, each in beside.items() if isinstance(each, Pattern)}
    if varying:
        rules["metadata"] = varying
    if rules:
        interaction.with_matching_rules(rules)
    if message.operation:
        interaction.set_comment("references", {"AsyncAPI": {"operationId": message.operation}})
    comment = comment_of(body, None)
    if comment:
        interaction.set_comment(COMMENT, comment)


def _beside(message: Message, *, has_body: bool) -> dict[str, Text]:
    """What travels beside a body, as the metadata of a pact."""
    typed: dict[str, Text] = {CONTENT_TYPE: message.content_type} if has_body else {}
    keyed: dict[str, Text] = {KEY: message.key} if message.key is not None else {}
    return {**message.headers, **typed, CHANNEL: message.channel, **keyed}


def _rule(value: Pattern) -> Json:
    return {"combine": "AND", "matchers": [{"match": "regex", "regex": value.regex}]}


def _example(value: Text) -> str:
    return value.example if isinstance(value, Pattern) else value


def _bytes(body: Body, message: Message) -> bytes:
    if isinstance(body.value, str) and not is_json_media_type(message.content_type):
        return body.value.encode()
    return json.dumps(body.value, ensure_ascii=False).encode()
