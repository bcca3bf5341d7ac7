"""What an AsyncAPI document says of a message that a consumer receives."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from harness.compat.http.replies import media_type_of
from harness.compat.messages.channels import is_address, is_name, plain_key
from harness.compat.messages.cloud_events import (
    attribute_of,
    attributes_of,
    is_envelope,
    loosened,
    members,
    renamed,
)
from harness.compat.messages.keys import example_told, key_in, keyed_by, unread
from harness.compat.pacts.nearest import Compared
from harness.compat.pacts.readers import Reader, body_schema
from harness.compat.pacts.rules import schema_of_rules
from harness.compat.schemas.bounds import Bounds
from harness.compat.schemas.directions import Directed
from harness.compat.schemas.outcome import Broken, Comparison, Unknown, Witness
from harness.compat.schemas.sides import side
from harness.domain.channel import ChannelOperation, MessageType
from harness.domain.document import Content
from harness.domain.fit import Code, Gap, Kind, Misfit
from harness.domain.json import (
    Json,
    canonical,
    is_json_media_type,
    json_path,
    mapping,
    media_type_essence,
)
from harness.domain.pact import Message, Presence, Rule

_CONTENT_TYPE: Final = "contenttype"
Told = Iterator[Misfit | Gap]
Near = Callable[[Witness], tuple[str, ...]]


@dataclass(slots=True)
class Received:
    """Compares messages of one document, all sent or all received by its application."""

    directed: Directed
    bounds: Bounds
    _known: dict[tuple[int, str], Compared] = field(default_factory=dict)

    def judged(self, operation: ChannelOperation, declared: Json) -> partial[Told]:
        """What tells of one message of an operation and one of a pact, with its reader."""
        return partial(self._told, operation, declared)

    def _told(
        self, operation: ChannelOperation, declared: Json, offered: MessageType, wanted: Message
    ) -> Told:
        yield from _media_types(offered.payload, wanted)
        if wanted.body.presence is Presence.PRESENT:
            yield from self._payload(offered.payload, declared, wanted)
        keyed, by = key_in(wanted.metadata, offered), keyed_by(offered.bindings)
        held = {
            key: value
            for key, value in wanted.metadata.items()
            if plain_key(key) != _CONTENT_TYPE
            and key not in keyed
            and not is_address(key, value, operation)
            and not is_name(key, value, offered)
        }
        is_keyed = bool(keyed) and not says_nothing(by)
        if is_keyed:
            yield from self._key(by, keyed, wanted)
        if held:
            yield from self._headers(offered.headers, held, wanted)
        elif wanted.body.presence is not Presence.PRESENT and not is_keyed:
            yield unsaid(Code.MESSAGE_PAYLOAD)

    def _payload(self, offered: Content, declared: Json, wanted: Message) -> Told:
        media_type = media_type_of(wanted.body)
        named = offered.media_type or media_type
        if not is_json_media_type(media_type) or not is_json_media_type(named):
            yield Gap(Code.MESSAGE_PAYLOAD, f"a payload of {media_type} is not compared")
        elif offered.unknown or says_nothing(offered.schema):
            said = offered.unknown or "the document says nothing of this payload"
            yield Gap(Code.MESSAGE_PAYLOAD, said, silent=not offered.unknown)
        else:
            is_declared = declared is not None
            schema = declared if is_declared else body_schema(wanted.body, wanted.rules)
            reader = Reader(schema, is_declared)
            is_event = is_envelope(wanted.body.content_type)
            attributes = attributes_of(reader.schema) if is_event else ()
            known = self._comparison(offered.schema, loosened(reader.schema, attributes))
            near = partial(known.nearest, body=wanted.body) if self.bounds.others else None
            told = tuple(_misfits(Code.MESSAGE_PAYLOAD, known.found, is_declared, near))
            yield from told
            if attributes:
                strict = self._comparison(offered.schema, reader.schema).found
                found = _misfits(Code.MESSAGE_PAYLOAD, strict, is_declared)
                yield from _of_other_texts(found, told, attributes)

    def _headers(self, offered: Content, held: Mapping[str, Json], wanted: Message) -> Told:
        """Each member of metadata that the consumer reads, as a header."""
        if offered.unknown:
            yield Gap(Code.MESSAGE_HEADER, offered.unknown)
            return
        if says_nothing(offered.schema):
            yield from (_undeclared(name, value) for name, value in held.items())
            return
        rules = _rules(wanted)
        for name, theirs in renamed(held, members(offered.schema)).items():
            held = {theirs if key == name else key: value for key, value in held.items()}
            if json_path((name,)) in rules:
                rules[json_path((theirs,))] = rules.pop(json_path((name,)))
        reader = metadata_schema(held, rules)
        named = tuple(filter(attribute_of, held))
        found = self._comparison(offered.schema, loosened(reader, named)).found
        told = list(_misfits(Code.MESSAGE_HEADER, found, declared=False))
        if named:
            strict = self._comparison(offered.schema, reader).found
            others = tuple(_misfits(Code.MESSAGE_HEADER, strict, declared=False))
            told += _of_other_texts(others, told, named)
        for each in told:
            if isinstance(each, Misfit) and each.kind is Kind.UNDECLARED:
                name = _header_at(each.path, held)
                yield _undeclared(name, held.get(name))
            else:
                yield each

    def _key(self, schema: Json, keyed: Mapping[str, Json], wanted: Message) -> Told:
        """The key, by the rule that the contract has for it, or as one of many."""
        if gaps := tuple(unread(Code.MESSAGE_KEY, schema)):
            yield from gaps
            return
        rules = _rules(wanted)
        for name, value in keyed.items():
            if json_path((name,)) not in rules:
                yield from example_told(Code.MESSAGE_KEY, self.directed, schema, value)
                continue
            whole = mapping(metadata_schema({name: value}, rules)).get("properties")
            found = self._comparison(schema, mapping(whole)[name]).found
            for each in _misfits(Code.MESSAGE_KEY, found, declared=False):
                yield replace(each, name="key", path="") if isinstance(each, Misfit) else each

    def _comparison(self, schema: Json, reader: Json) -> Compared:
        """One comparison for each pair, however many interactions ask for it."""
        key = (id(schema), canonical(reader))
        if key not in self._known:
            writer = self.directed.side(schema)
            accepted = side(reader, closed=False)
            self._known[key] = Compared.of(writer, accepted, self.bounds)
        return self._known[key]


def _of_other_texts(
    strict: Iterable[Misfit | Gap], told: Iterable[Misfit | Gap], attributes: Iterable[str]
) -> Told:
    """What a document says that an attribute is, and the contract another text; told once."""
    known = {one.path for one in told}
    places = {json_path((name,)) for name in attributes} - known
    for one in strict:
        if isinstance(one, Misfit) and one.kind is Kind.IMPOSSIBLE and one.path in places:
            yield one


def unsaid(code: Code) -> Gap:
    """A message that a pact gives without contents, so that nothing can be compared."""
    return Gap(code, "the pact says nothing of what the message holds", silent=True)


def says_nothing(schema: Json) -> bool:
    """Whether a schema is absent, or accepts all there is."""
    return schema is None or schema is True or schema == {}


def metadata_schema(held: Mapping[str, Json], rules: Mapping[str, Rule]) -> Json:
    """
    What a consumer accepts as metadata.

    Shape: brokers carry many headers as text, so a text that reads as a number or as true or false
    stands for that value as well.
    """
    strict = mapping(schema_of_rules(dict(held), rules))
    properties = {
        name: _loose(mapping(strict.get("properties")).get(name, True), held[name], name, rules)
        for name in held
    }
    return {"type": "object", "properties": properties, "required": list(held)}


def _loose(schema: Json, value: Json, name: str, rules: Mapping[str, Rule]) -> Json:
    parsed = read_as_text(value)
    if parsed is None:
        return schema
    typed = mapping(schema_of_rules({name: parsed}, rules))
    return {"anyOf": [schema, mapping(typed.get("properties")).get(name, True)]}


def read_as_text(value: Json) -> Json:
    """The number or truth value that a text may stand for, or none."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        parsed: Json = json.loads(value)
    except ValueError:
        return None
    return parsed if isinstance(parsed, bool | int | float) else None


def _rules(wanted: Message) -> dict[str, Rule]:
    """The rules of metadata by the path of their member."""
    return {_expression(key): rule for key, rule in wanted.rules.get("metadata", {}).items()}


def _expression(key: str) -> str:
    return key if key.startswith("$") else json_path((key,))


def _header_at(path: str, held: Mapping[str, Json]) -> str:
    return next((name for name in held if path.startswith(json_path((name,)))), path)


def _undeclared(name: str, value: Json) -> Misfit:
    """A document seldom names all that travels beside a payload, so this is a hypothesis."""
    return Misfit(
        Code.MESSAGE_HEADER_UNDECLARED,
        Kind.UNDECLARED,
        name,
        sent="nothing",
        accepted=value if isinstance(value, str) else canonical(value),
        hypothesis=True,
    )


def _media_types(offered: Content, wanted: Message) -> Iterator[Misfit]:
    """Whether both name the same media type; consumers of queues seldom look, so it may be off."""
    named, mine = wanted.body.content_type, offered.media_type
    if not named or not mine or media_type_essence(named) == media_type_essence(mine):
        return
    if wanted.body.presence is Presence.PRESENT:
        yield Misfit(
            Code.MESSAGE_MEDIA_TYPE,
            Kind.IMPOSSIBLE,
            named,
            sent=mine,
            accepted=named,
            hypothesis=True,
        )


def _misfits(code: Code, found: Comparison, declared: bool, near: Near | None = None) -> Told:
    if isinstance(found, Broken):
        for each in found.witnesses:
            yield _misfit(code, each, declared, near(each) if near else ())
        yield from (_gap(code, each) for each in found.unknown)
    elif isinstance(found, Unknown):
        yield _gap(code, found)


def _misfit(code: Code, witness: Witness, declared: bool, near: tuple[str, ...]) -> Misfit:
    return Misfit(
        code,
        witness.kind,
        path=witness.path,
        witnesses=tuple(map(canonical, (witness.value, *witness.others))),
        nearest=near,
        sent=witness.sent,
        accepted=witness.accepted,
        hypothesis=not declared and witness.kind is Kind.MAY_BREAK,
    )


def _gap(code: Code, unknown: Unknown) -> Gap:
    return Gap(code, unknown.reason, unknown.path, unknown.tried)
