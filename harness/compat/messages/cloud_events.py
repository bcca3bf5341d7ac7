"""CloudEvents in what is compared: attributes as members of an envelope, or as headers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from harness.domain.json import Json, mapping, media_type_essence

STRUCTURED: Final = "application/cloudevents+json"
_DATA: Final = frozenset({"data", "data_base64"})
_TEXT: Final[Json] = {"type": "string"}
# What transports put before the name of an attribute.
_HEADER: Final = re.compile(r"(?:ce[-_]|cloudevents[:_])([a-z0-9]+)", re.IGNORECASE)


def is_envelope(media_type: str) -> bool:
    """Whether a body of a media type is an event with its attributes."""
    return media_type_essence(media_type) == STRUCTURED


def attribute_of(header: str) -> str:
    """The attribute that a header carries, empty for another header."""
    found = _HEADER.fullmatch(header)
    return found[1].lower() if found else ""


def renamed(held: Iterable[str], known: Iterable[str]) -> Mapping[str, str]:
    """What a document calls the attributes that a contract calls after another transport."""
    names = {attribute_of(name): name for name in known if attribute_of(name)}
    return {
        name: names[attribute_of(name)]
        for name in held
        if attribute_of(name) in names and name not in names.values()
    }


def loosened(reader: Json, attributes: Iterable[str]) -> Json:
    """
    A reader to which attributes of an event are any text.

    Shape: which text it is that a document leaves open, verification tells.
    """
    properties = members(reader)
    loose = {name: _loose(properties[name]) for name in attributes if name in properties}
    return {**mapping(reader), "properties": {**properties, **loose}} if loose else reader


def attributes_of(reader: Json) -> tuple[str, ...]:
    """The members of an envelope that are no data."""
    return tuple(name for name in members(reader) if name not in _DATA)


def _loose(schema: Json) -> Json:
    """Any text in the place of one; what an attribute may be beside a text stays as it is."""
    held = mapping(schema)
    branches = held.get("anyOf")
    if isinstance(branches, list):
        return {**held, "anyOf": [_loose(each) for each in branches]}
    is_text = isinstance(held.get("const"), str) or held.get("type") == "string"
    return _TEXT if is_text else schema


def members(schema: Json) -> Mapping[str, Json]:
    """The headers that a schema names."""
    return mapping(mapping(schema).get("properties"))
