"""Holds a message that a service really made against what its own document says of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from harness.compat.messages.beside import (
    CONTENT_TYPE,
    channel_of,
    content_type_of,
    headers_of,
    key_of,
)
from harness.compat.messages.channels import (
    Spoken,
    kinds_of,
    operations_at,
    plain_key,
    spoken_of,
)
from harness.compat.messages.keys import keyed_by
from harness.compat.messages.received import says_nothing
from harness.compat.schemas.judging import Judge
from harness.compat.schemas.sides import side
from harness.domain.channel import ChannelOperation, MessageType, MessagingDocument
from harness.domain.json import (
    Json,
    is_json_media_type,
    json_path,
    media_type_essence,
    shortened,
)
from harness.domain.pact import Interaction
from harness.domain.produced import Produced

_AT: Final = re.compile(r"\[\d+\]")
_HEADER: Final = re.compile(r"\$message\.header#/([^/]+)")
_MOST_NAMED: Final = 8


@dataclass(frozen=True, slots=True)
class Departure:
    """
    One place at which a message is not as documented.

    Shape: `where` is `channel`, `contentType`, `key`, `headers.NAME`, or a JSON path of the body,
    with `[*]` for a position; `message` names the message of the document that was held against.
    """

    where: str
    expected: str
    seen: str
    said: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Documented:
    """What a document says of one message: the channel that it is of, and what departs from it."""

    channel: str
    departures: tuple[Departure, ...] = ()


@dataclass(slots=True)
class Holder:
    """One document, ready to be held against any number of messages."""

    document: MessagingDocument
    _judges: dict[int, tuple[Json, Judge]] = field(default_factory=dict)

    def held(
        self, made: Produced, interaction: Interaction | None = None, *, is_reply: bool = False
    ) -> Documented | None:
        """
        Hold a message against the document; None where it cannot say anything of it.

        Shape: a message that does not say where it goes goes where its contract says.
        """
        if is_reply:
            spoken = interaction and spoken_of(self.document, interaction)
            reply = spoken.operation.reply if isinstance(spoken, Spoken) else None
            if not isinstance(spoken, Spoken) or reply is None or reply.unknown:
                return None
            label = spoken.operation.channel.label
            return Documented(label, self._nearest(reply.messages, made))
        address = channel_of(made)
        operations = self._operations(address, interaction)
        if operations is None:
            return self._nowhere(address)
        known = [one for each in operations for one in each.messages]
        if not known or any(each.unknown for each in operations):
            return None
        return Documented(operations[0].channel.label, self._nearest(known, made))

    def _operations(
        self, address: str, interaction: Interaction | None
    ) -> list[ChannelOperation] | None:
        if address:
            return operations_at(self.document, address) or None
        spoken = interaction and spoken_of(self.document, interaction)
        return [spoken.operation] if isinstance(spoken, Spoken) else None

    def _nowhere(self, address: str) -> Documented | None:
        """A message at an address that the document does not have, as far as it tells addresses."""
        channels = [one.channel for one in self.document.operations]
        told = sorted({one.address for one in channels if one.address is not None})
        if not address or not channels or any(one.address is None for one in channels):
            return None
        listed = ", ".join(told[:_MOST_NAMED])
        said = f"the document has no channel {address}, which it is sent to"
        return Documented("", (Departure("channel", listed, address, said),))

    def _nearest(self, known: Sequence[MessageType], made: Produced) -> tuple[Departure, ...]:
        """What departs from the message that it says it is, else from the one that fits best."""
        named = set(kinds_of({**headers_of(made), **made.properties}))
        meant = [one for one in known if named & {one.name, *one.aliases}] or known
        return min((tuple(self._departures(one, made)) for one in meant), key=len, default=())

    def _departures(self, one: MessageType, made: Produced) -> Iterator[Departure]:
        for departure in (
            *self._of_payload(one, made),
            *self._of_headers(one, made),
            *self._of_key(one, made),
            *_of_correlation(one, made),
        ):
            yield Departure(
                departure.where, departure.expected, departure.seen, departure.said, one.name
            )

    def _of_payload(self, one: MessageType, made: Produced) -> Iterator[Departure]:
        body, told, named = made.message.payload, content_type_of(made), one.payload.media_type
        if body is None:
            return  # AsyncAPI has no word for a tombstone
        if told and named and media_type_essence(told) != media_type_essence(named):
            yield Departure("contentType", named, told, f"expected {named}, seen {told}")
            return
        if one.payload.unknown or says_nothing(one.payload.schema):
            return
        if not is_json_media_type(named or told or "application/json"):
            return
        try:
            value: Json = json.loads(body)
        except ValueError as error:
            seen = shortened(body.decode("utf-8", "replace"))
            yield Departure("$", "JSON", seen, f"expected JSON at $: {error}")
            return
        for at, said in self._judge(one.payload.schema).faults(value):
            where = _AT.sub("[*]", json_path(at))
            yield Departure(where, "", shortened(_at(value, at)), f"at {where}: {said}")

    def _of_headers(self, one: MessageType, made: Produced) -> Iterator[Departure]:
        """Headers are text with most brokers, so one is read as JSON where that is what fits."""
        if one.headers.unknown or says_nothing(one.headers.schema):
            return
        judge = self._judge(one.headers.schema)
        # Whether its content type is a header is the broker's matter, where no schema names it.
        held, bare = headers_of(made), _without_content_type(headers_of(made))
        held = bare if len(judge.faults(bare)) < len(judge.faults(held)) else held
        for name in {str(at[0]) for at, _ in judge.faults(held) if at}:
            if isinstance(text := held.get(name), str) and (read := _read(text)) is not None:
                held = {**held, name: read}
        for at, said in judge.faults(held):
            where = "headers" + json_path(at)[1:]
            yield Departure(where, "", shortened(_at(held, at)), f"{where}: {said}")

    def _of_key(self, one: MessageType, made: Produced) -> Iterator[Departure]:
        schema = keyed_by(one.bindings)
        if not isinstance(schema, Mapping) or "$ref" in schema:
            return
        key = key_of(made)
        if key is None:
            yield Departure("key", shortened(schema), "no key", "expected a key, seen none")
            return
        judge = self._judge(schema)
        if judge.faults(key) and ((read := _read(key)) is None or judge.faults(read)):
            said = judge.faults(key)[0][1]
            yield Departure("key", shortened(schema), key, f"the key: {said}")

    def _judge(self, schema: Json) -> Judge:
        known = self._judges.get(id(schema))
        if known is None:
            known = (schema, side(self.document.closed(schema), closed=False).judge)
            self._judges[id(schema)] = known
        return known[1]


def _of_correlation(one: MessageType, made: Produced) -> Iterator[Departure]:
    """Whether the id that replies are found by is where the document says that it is."""
    found = _HEADER.fullmatch(one.correlation)
    if found is None or made.message.payload is None:
        return
    name = found[1].replace("~1", "/").replace("~0", "~")
    in_its_own = plain_key(name) == "correlationid" and made.message.correlation_id
    if name not in headers_of(made) and not in_its_own:
        said = f"expected the correlation id in the header {name}, seen none"
        yield Departure(f"headers.{name}", one.correlation, "no header", said)


def _without_content_type(headers: Mapping[str, Json]) -> dict[str, Json]:
    return {name: one for name, one in headers.items() if plain_key(name) != CONTENT_TYPE}


def _at(value: Json, at: Sequence[str | int]) -> Json:
    """What is at a path; what lacks there is null."""
    for part in at:
        if isinstance(value, Mapping) and isinstance(part, str):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value


def _read(text: str) -> Json:
    try:
        read: Json = json.loads(text)
    except ValueError:
        return None
    return read
