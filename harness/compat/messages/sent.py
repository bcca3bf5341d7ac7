"""What an AsyncAPI document says of a message that a consumer sends and waits for an answer to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.compat.http.parameters import accepts_any
from harness.compat.http.replies import media_type_of
from harness.compat.http.request_bodies import beside_example, example_faults
from harness.compat.messages.channels import plain_key
from harness.compat.messages.keys import example_told, key_in, keyed_by, unread
from harness.compat.messages.received import says_nothing, unsaid
from harness.compat.pacts.readers import body_schema
from harness.compat.schemas.bounds import Bounds
from harness.compat.schemas.directions import Directed
from harness.compat.schemas.engine import compare_sides
from harness.compat.schemas.sides import side
from harness.domain.channel import MessageType
from harness.domain.document import Content
from harness.domain.fit import Code, Gap, Kind, Misfit
from harness.domain.json import (
    Json,
    canonical,
    is_json_media_type,
    media_type_essence,
    shortened,
)
from harness.domain.pact import Message, Presence

Told = Iterator[Misfit | Gap]


@dataclass(slots=True)
class Sent:
    """Compares messages that consumers send with what one document accepts."""

    directed: Directed
    bounds: Bounds

    def told(self, accepted: MessageType, message: Message) -> Told:
        """What does not fit, and what could not be told."""
        named, mine = message.body.content_type, accepted.payload.media_type
        if named and mine and media_type_essence(named) != media_type_essence(mine):
            yield Misfit(
                Code.MESSAGE_REQUEST_MEDIA_TYPE,
                Kind.IMPOSSIBLE,
                named,
                sent=named,
                accepted=mine,
                hypothesis=True,
            )
        if message.body.presence is Presence.PRESENT:
            yield from self._payload(accepted.payload, message)
        elif asks_something(accepted):
            yield unsaid(Code.MESSAGE_REQUEST_PAYLOAD)
        held = {
            key: value for key, value in message.metadata.items() if plain_key(key) != "contenttype"
        }
        keyed = key_in(held, accepted)
        others = {name: value for name, value in held.items() if name not in keyed}
        yield from self._headers(accepted.headers, others)
        yield from self._key(keyed_by(accepted.bindings), keyed)

    def _payload(self, accepted: Content, message: Message) -> Told:
        media_type = media_type_of(message.body)
        named = accepted.media_type or media_type
        if not is_json_media_type(media_type) or not is_json_media_type(named):
            yield Gap(Code.MESSAGE_REQUEST_PAYLOAD, f"a payload of {media_type} is not compared")
            return
        value = message.body.value
        if accepted.unknown or isinstance(value, bytes):
            said = accepted.unknown or f"a payload of {media_type} is not compared"
            yield Gap(Code.MESSAGE_REQUEST_PAYLOAD, said)
            return
        if says_nothing(accepted.schema):
            return
        reader = self.directed.side(accepted.schema)
        faults = example_faults(Code.MESSAGE_REQUEST_PAYLOAD, reader, value, self.bounds)
        told = list(faults)
        if reader.judge.fault:
            yield Gap(Code.MESSAGE_REQUEST_PAYLOAD, reader.judge.fault)
        elif told:
            yield from told
        else:
            yield from self._by_rules(accepted.schema, message)

    def _key(self, schema: Json, keyed: Mapping[str, Json]) -> Told:
        """Whether the key is one that the document accepts."""
        if not keyed or says_nothing(schema):
            return
        if gaps := tuple(unread(Code.MESSAGE_REQUEST_KEY, schema)):
            yield from gaps
            return
        for value in keyed.values():
            yield from example_told(Code.MESSAGE_REQUEST_KEY, self.directed, schema, value)

    def _by_rules(self, schema: Json, message: Message) -> Told:
        """What the rules let vary is what the consumer may send beside its example."""
        writer = side(body_schema(message.body, message.rules, strict=True), closed=True)
        found = compare_sides(writer, self.directed.side(schema), bounds=self.bounds)
        yield from beside_example(Code.MESSAGE_REQUEST_PAYLOAD, found)

    def _headers(self, accepted: Content, held: Mapping[str, Json]) -> Told:
        """
        Whether the metadata is what the document accepts as headers.

        Shape: a pact without metadata says nothing of headers, so what it leaves out is no more
        than a hypothesis.
        """
        if accepted.unknown:
            yield Gap(Code.MESSAGE_REQUEST_HEADER, accepted.unknown)
            return
        if says_nothing(accepted.schema):
            return
        reader = self.directed.side(accepted.schema)
        answer = accepts_any(reader, [held])
        if answer is None:
            said = reader.judge.fault or "too long to be judged"
            yield Gap(Code.MESSAGE_REQUEST_HEADER, said)
        elif not answer:
            yield Misfit(
                Code.MESSAGE_REQUEST_HEADER,
                Kind.IMPOSSIBLE,
                witnesses=(canonical(held),),
                sent=shortened(held) if held else "no metadata",
                accepted="; ".join(said for _, said in reader.judge.faults(held)[:3]),
                hypothesis=not held,
            )


def asks_something(accepted: MessageType) -> bool:
    """Whether a document says anything of what a message holds."""
    return bool(accepted.payload.unknown) or not says_nothing(accepted.payload.schema)
