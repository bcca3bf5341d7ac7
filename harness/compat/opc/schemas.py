"""
Schemas of what a consumer receives, as openapi-pact-comparator reads them.

That tool asks one example whether it could be part of what is sent: it closes every object,
demands no property, and then validates. Its result codes follow from that reading alone, and the
answers of this house do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from harness.compat.schemas.oracle import judge
from harness.domain.document import closed_over, definition_name, reached_from
from harness.domain.json import Json, json_path, mapping, sequence

_UNIONS: Final = ("allOf", "oneOf", "anyOf")
_READ_BELOW: Final = ("not", "items", "additionalProperties")
_MOST_HOPS: Final = 32
_MOST_DEPTH: Final = 64
_MOST_ASKED: Final = 10_000

Place = tuple[str | int, ...]


def received(schema: Json, definitions: Mapping[str, Json]) -> Json:
    """A schema that stands alone, as the tool reads it where a consumer receives."""
    reading = _Received(definitions)
    reached = reached_from(schema, definitions)
    changed = {name: reading.of(definitions[name]) for name in sorted(reached)}
    return closed_over(reading.of(schema), changed)


class _Received:
    """The tool visits unions, properties and items; conditions stay as they are written."""

    def __init__(self, definitions: Mapping[str, Json]) -> None:
        self._definitions = definitions

    def of(self, schema: Json, depth: int = 0) -> Json:
        if not isinstance(schema, Mapping) or depth > _MOST_DEPTH:
            return schema
        flat = self._flat(schema)
        changed = dict(flat)
        for word in _UNIONS:
            if word in flat:
                changed[word] = [self.of(each, depth + 1) for each in sequence(flat[word])]
        if "properties" in flat:
            properties = mapping(flat["properties"]).items()
            changed["properties"] = {name: self.of(each, depth + 1) for name, each in properties}
        for word in _READ_BELOW:
            if word in flat:
                changed[word] = self.of(flat[word], depth + 1)
        return _relaxed(changed)

    def _flat(self, schema: Mapping[str, Json]) -> Mapping[str, Json]:
        """A schema whose conjunction is one object: members of later parts lie over earlier."""
        if "allOf" not in schema:
            return schema
        parts = [mapping(self._followed(each)) for each in sequence(schema["allOf"])]
        if any("allOf" in part or "$ref" in part for part in parts):
            return schema
        whole: Mapping[str, Json] = {}
        for part in (*parts, {key: each for key, each in schema.items() if key != "allOf"}):
            whole = _over(whole, part)
        return whole

    def _followed(self, schema: Json) -> Json:
        for _ in range(_MOST_HOPS):
            name = definition_name(mapping(schema).get("$ref"))
            if name is None or name not in self._definitions:
                break
            schema = self._definitions[name]
        return schema


def _relaxed(schema: dict[str, Json]) -> dict[str, Json]:
    is_union = any(word in schema for word in _UNIONS)
    is_open = schema.get("additionalProperties") in (None, True)
    if schema.get("type") == "object" and is_open and not is_union:
        schema["additionalProperties"] = False
    schema.pop("minProperties", None)
    if "oneOf" not in schema:
        schema.pop("required", None)
    return schema


def _over(under: Mapping[str, Json], over: Mapping[str, Json]) -> Mapping[str, Json]:
    found = dict(under)
    for key, value in over.items():
        below = found.get(key)
        is_both = isinstance(value, Mapping) and isinstance(below, Mapping)
        found[key] = _over(mapping(below), mapping(value)) if is_both else value
    return found


def conditions_missed(schema: Json, definitions: Mapping[str, Json], value: Json) -> Iterator[str]:
    """
    The places at which an example misses what `then` or `else` demand, each as often as told.

    Shape: the tool leaves `required` in place there, tells each fault of the branch, and then the
    condition itself.
    """
    whole = received(schema, definitions)
    yield from _Conditions(mapping(mapping(whole).get("$defs"))).missed(whole, value, ())


class _Conditions:
    """Walks a schema beside an example; each schema is asked once at each place."""

    def __init__(self, definitions: Mapping[str, Json]) -> None:
        self._definitions = definitions
        self._asked: set[tuple[int, Place]] = set()

    def missed(self, schema: Json, value: Json, place: Place, depth: int = 0) -> Iterator[str]:
        held = mapping(schema)
        key = (id(schema), place)
        if not held or key in self._asked or len(self._asked) >= _MOST_ASKED or depth > _MOST_DEPTH:
            return
        self._asked.add(key)
        if "if" in held:
            yield from self._branch(held, value, place)
        name = definition_name(held.get("$ref"))
        for part in (
            *([self._definitions.get(name)] if name else []),
            *sequence(held.get("allOf")),
        ):
            yield from self.missed(part, value, place, depth + 1)
        if isinstance(value, Mapping):
            for step, below in mapping(held.get("properties")).items():
                if step in value:
                    yield from self.missed(below, value[step], (*place, step), depth + 1)
        if isinstance(value, list) and "items" in held:
            for at, each in enumerate(value):
                yield from self.missed(held["items"], each, (*place, at), depth + 1)

    def _branch(self, held: Mapping[str, Json], value: Json, place: Place) -> Iterator[str]:
        met = judge(closed_over(held["if"], self._definitions)).accepts(value)
        branch = held.get("then" if met else "else", True)
        if met is None or branch is True:
            return
        faults = judge(closed_over(branch, self._definitions)).faults(value)
        for at, _ in faults:
            yield json_path((*place, *at))
        if faults:
            yield json_path(place)
