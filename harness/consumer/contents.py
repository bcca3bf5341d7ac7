"""Declared messages as they travel, and as pact-python writes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from harness.consumer import matching
from harness.consumer.bodies import (
    COMMENT,
    Body,
    DeclarationUnsound,
    comment_of,
    named,
    read_body,
    sent_body,
    wired,
)
from harness.consumer.declaration import Beside, Declared, Like, Message, Pattern
from harness.consumer.events import enveloped
from harness.consumer.face import Delivery
from harness.domain.json import Json, is_json_media_type

if TYPE_CHECKING:
    from pact.interaction import AsyncMessageInteraction, SyncMessageInteraction

    Written = AsyncMessageInteraction | SyncMessageInteraction

CHANNEL: Final = "channel"
KEY: Final = "key"
CONTENT_TYPE: Final = "contentType"


def read_contents(message: Message, declaration: Declared) -> Body | None:
    """
    The body of a message that the consumer reads; none for one without a body.

    Raises: DeclarationUnsound.
    """
    body = read_body(message.body, message.reads, message.may_be_absent, declaration)
    return _whole(body, message, declaration)


def sent_contents(message: Message, declaration: Declared) -> Body | None:
    """
    The body of a message that the consumer sends; none for one without a body.

    Raises: DeclarationUnsound.
    """
    return _whole(sent_body(message.body, declaration), message, declaration)


def _whole(body: Body | None, message: Message, declaration: Declared) -> Body | None:
    if body is not None and body.value is None:
        raise DeclarationUnsound(
            f"{named(declaration)} has a body that is null: to pact that is no body at all\n"
            "hint: leave the body out for a tombstone"
        )
    _check_beside(message, declaration)
    return body if message.envelope is None else enveloped(body, message.envelope)


def _check_beside(message: Message, declaration: Declared) -> None:
    attributes = message.envelope.attributes if message.envelope is not None else {}
    beside = {f"the header {name}": value for name, value in message.headers.items()}
    for where, value in {**beside, "the key": message.key or ""}.items():
        _check(where, _example(value), declaration)
    for name, value in attributes.items():
        _check(f"the attribute {name} of the event", value, declaration)


def _check(where: str, value: object, declaration: Declared) -> None:
    if not isinstance(value, str | int | float | Pattern):
        raise DeclarationUnsound(
            f"{named(declaration)} cannot send {where}: expected a text, a number or a truth "
            f"value, seen {type(value).__name__}\n"
            "hint: write it as text, or as pattern(...); like(...) is for texts, numbers and truth "
            "values in headers and the key, and not for attributes of an event"
        )


def delivered(message: Message, body: Body | None) -> Delivery:
    """A declared message as a transport would hand it over."""
    return Delivery(
        channel=message.channel,
        body=None if body is None else _bytes(body, message),
        headers={name: _text(value) for name, value in message.headers.items()},
        key=None if message.key is None else _text(message.key),
        content_type=message.content_type if body is not None else "",
    )


def put_states(interaction: Written, declaration: Declared) -> None:
    """
    Say which states the other side is in.

    Raises: DeclarationUnsound.
    """
    for state in declaration.given:
        values: dict[str, object] = {
            name: wired(each, "sent", declaration) for name, each in state.parameters.items()
        }
        interaction.given(state.name, values)


def put_contents(interaction: Written, message: Message, body: Body | None) -> None:
    """Say what a message holds, what travels beside it, and how much of both counts."""
    rules: dict[str, Json] = {}
    if body is not None:
        interaction.with_body(_bytes(body, message).decode("utf-8"), message.content_type)
        if body.rules:
            rules["body"] = dict(body.rules)
    beside = _beside(message, has_body=body is not None)
    interaction.with_metadata({name: _example(value) for name, value in beside.items()})
    matched = {name: each for name, each in beside.items() if isinstance(each, Pattern | Like)}
    varying = {name: _rule(each) for name, each in matched.items()}
    if varying:
        rules["metadata"] = varying
    if rules:
        interaction.with_matching_rules(rules)


def put_comments(
    interaction: Written, operation: str, read: Body | None, sent: Body | None = None
) -> None:
    """Say which operation is meant, and what the models accept and send."""
    if operation:
        interaction.set_comment("references", {"AsyncAPI": {"operationId": operation}})
    comment = comment_of(read, sent)
    if comment:
        interaction.set_comment(COMMENT, comment)


def _beside(message: Message, *, has_body: bool) -> dict[str, Beside]:
    """What travels beside a body, as the metadata of a pact."""
    typed: dict[str, Beside] = {CONTENT_TYPE: message.content_type} if has_body else {}
    placed: dict[str, Beside] = {CHANNEL: message.channel} if message.channel else {}
    keyed: dict[str, Beside] = {KEY: message.key} if message.key is not None else {}
    return {**message.headers, **typed, **placed, **keyed}


def _rule(value: Pattern | Like[Any]) -> Json:
    if isinstance(value, Like):
        return matching.rules_for(value.example, matching.schema_of_example(value.example))["$"]
    return {"combine": "AND", "matchers": [{"match": "regex", "regex": value.regex}]}


def _example(value: Beside) -> Json:
    return value.example if isinstance(value, Pattern | Like) else value


def _text(value: Beside) -> str:
    """A value as brokers carry it."""
    example = _example(value)
    return example if isinstance(example, str) else json.dumps(example)


def _bytes(body: Body, message: Message) -> bytes:
    if isinstance(body.value, str) and not is_json_media_type(message.content_type):
        return body.value.encode()
    return json.dumps(body.value, ensure_ascii=False).encode()
