"""What jsonschema_rs says: whether a value is valid, and whether one schema covers another."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Final

import jsonschema_rs
from jsonschema_rs import CanonicalSchema, canonicalize
from jsonschema_rs.canonical import Containment, Satisfiability

from harness.compat.schemas.judging import PATTERNS, REFUSED, Judge, pattern_fault
from harness.compat.schemas.shapes import Shape
from harness.domain.document import UNKNOWN_BECAUSE
from harness.domain.json import Json, canonical, is_mapping, mapping, sequence

KNOWN_FORMATS: Final = frozenset(
    {
        *("date", "date-time", "time", "duration", "email", "idn-email", "hostname"),
        *("idn-hostname", "ipv4", "ipv6", "uri", "uri-reference", "iri", "iri-reference"),
        *("uuid", "uri-template", "json-pointer", "relative-json-pointer", "regex"),
    }
)
# These say nothing of the text itself.
FREE_FORMATS: Final = frozenset({"password", "binary", "path", "string", "text", "multiline"})


@lru_cache(maxsize=4096)
def _canonical(text: str) -> CanonicalSchema | None:
    try:
        return canonicalize(
            json.loads(text),
            draft=jsonschema_rs.Draft202012,
            validate_formats=True,
            offline=True,
            pattern_options=PATTERNS,
        )
    except REFUSED:
        return None


@lru_cache(maxsize=8192)
def _covers(reader: str, writer: str) -> bool:
    ours, theirs = _canonical(reader), _canonical(writer)
    if ours is None or theirs is None:
        return False
    try:
        if ours.covers(theirs) is Containment.YES:
            return True
        return theirs.subtract(ours).satisfiability() is Satisfiability.NO
    except REFUSED:
        return False


@lru_cache(maxsize=8192)
def _unsatisfiable(text: str) -> bool:
    found = _canonical(text)
    return found is not None and found.satisfiability() is Satisfiability.NO


_LONGEST: Final = 50_000
_MOST_MEMBERS: Final = 600


def covers(reader: Json, writer: Json) -> bool:
    """Whether it is proven that a reader accepts all that a writer may send."""
    try:
        ours, theirs = canonical(reader), canonical(writer)
        return _is_short(ours) and _is_short(theirs) and _covers(ours, theirs)
    except (ValueError, RecursionError):
        return False


def unsatisfiable(schema: Json) -> bool:
    """Whether it is proven that no value is valid."""
    try:
        text = canonical(schema)
        return _is_short(text) and _unsatisfiable(text)
    except (ValueError, RecursionError):
        return False


@lru_cache(maxsize=4096)
def _judge(text: str) -> Judge:
    return Judge(json.loads(text))


def judge(schema: Json) -> Judge:
    """The validator of a small schema, built once; that of a large one, built anew."""
    try:
        text = canonical(schema)
    except (ValueError, RecursionError):
        return Judge(schema)
    return _judge(text) if _is_short(text) else Judge(schema)


def _is_short(text: str) -> bool:
    """Whether a schema may be kept, and is quick to reason about: sets of numbers are slow."""
    return len(text) <= _LONGEST and text.count(",") <= _MOST_MEMBERS


def scalar_schema(shape: Shape, *, listed: bool = False) -> dict[str, Json]:
    """The schema of a number's or a text's shape in words that validators judge, or its list."""
    facets = [each for facet in shape.facets() if (each := _judged(facet))]
    if len(facets) > 1:
        facets = [each for _, each in sorted({canonical(each): each for each in facets}.items())]
    is_whole = {"multipleOf": 1} in facets
    schema: dict[str, Json] = {"type": "integer" if is_whole else shape.kind}
    parts: Sequence[Json] = [each for each in facets if each != {"multipleOf": 1}]
    if len(parts) == 1:
        schema |= mapping(parts[0])
    elif parts:
        schema["allOf"] = parts
    if listed and shape.values is not None:
        schema["enum"] = list(shape.values)
    return schema


def _judged(facet: Mapping[str, Json]) -> dict[str, Json]:
    return {
        word: value
        for word, value in facet.items()
        if word not in ("examples", "default") and (word != "format" or value in KNOWN_FORMATS)
    }


def usable(schema: Json) -> Json:
    """
    A schema in words that can be judged by: without broken patterns, which it then says, and with
    the versions of UUIDs spelled out.

    Shape: the same object where nothing had to change.
    """
    return _rewritten(schema, _judgeable)


def certain(schema: Json) -> Json:
    """
    A schema that nothing meets where a part of it cannot be told.

    Shape: the same object where all of it can.
    """
    return _rewritten(schema, _told)


def _rewritten(schema: Json, made_of: Callable[[Mapping[str, Json]], Json]) -> Json:
    """The schema with something made of each schema in it, those within first."""
    if isinstance(schema, list):
        parts = [
            _rewritten(each, made_of) if isinstance(each, _HOLDING) else each for each in schema
        ]
        return schema if all(map(operator.is_, parts, schema)) else parts
    if not is_mapping(schema):
        return schema
    kept: dict[str, Json] | None = None
    for key, each in schema.items():
        if not isinstance(each, _HOLDING) or key in _DATA:
            continue
        made = _rewritten(each, made_of)
        if made is not each:
            kept = dict(schema) if kept is None else kept
            kept[key] = made
    return made_of(schema if kept is None else kept)


def _told(schema: Mapping[str, Json]) -> Json:
    return False if UNKNOWN_BECAUSE in schema else schema


def _judgeable(schema: Mapping[str, Json]) -> Mapping[str, Json]:
    if "pattern" not in schema and "format" not in schema:
        return schema
    pattern, version = schema.get("pattern"), _VERSIONS.get(str(schema.get("format")))
    if version is not None:
        named: Json = {"format": "uuid", "pattern": version}
        rest = {key: each for key, each in schema.items() if key != "format"}
        return {**rest, "allOf": [*sequence(schema.get("allOf")), named]}
    if isinstance(pattern, str) and (fault := pattern_fault(pattern)):
        rest = {key: each for key, each in schema.items() if key != "pattern"}
        return {UNKNOWN_BECAUSE: f"the pattern cannot be judged: {fault}", **rest}
    return schema


_HOLDING: Final = (dict, list)
_DATA: Final = frozenset({"enum", "const", "examples", "default"})
_VERSIONS: Final = {
    f"uuid{version}": f"^.{{8}}-.{{4}}-{version}.{{3}}-[89abAB].{{3}}-" for version in range(1, 9)
}
