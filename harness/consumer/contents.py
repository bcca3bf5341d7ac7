"""Declared messages as they travel, and as pact-python writes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

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
from harness.consumer.declaration import Declared, Message, Pattern, Text
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
    return body if message.envelope is None else enveloped(body, message.envelope)


def delivered(message: Message, body: Body | None) -> Delivery:
    """A declared message as a transport would hand it over."""
    return Delivery(
        channel=message.channel,
        body=None if body is None else _bytes(body, message),
        headers={name: _example(value) for name, value in message.headers.items()},
        key=None if message.key is None else _example(message.key),
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
    varying = {name: _rule(each) for name, each in beside.items() if isinstance(each, Pattern)}
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


def _beside(message: Message, *, has_body: bool) -> dict[str, Text]:
    """What travels beside a body, as the metadata of a pact."""
    typed: dict[str, Text] = {CONTENT_TYPE: message.content_type} if has_body else {}
    placed: dict[str, Text] = {CHANNEL: message.channel} if message.channel else {}
    keyed: dict[str, Text] = {KEY: message.key} if message.key is not None else {}
    return {**message.headers, **typed, **placed, **keyed}


def _rule(value: Pattern) -> Json:
    return {"combine": "AND", "matchers": [{"match": "regex", "regex": value.regex}]}


def _example(value: Text) -> str:
    return value.example if isinstance(value, Pattern) else value


def _bytes(body: Body, message: Message) -> bytes:
    if isinstance(body.value, str) and not is_json_media_type(message.content_type):
        return body.value.encode()
    return json.dumps(body.value, ensure_ascii=False).encode()
