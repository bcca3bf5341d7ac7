"""What jsonschema_rs says: whether a value is valid, and whether one schema covers another."""

from __future__ import annotations

import json
import operator
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import jsonschema_rs
from jsonschema_rs import CanonicalSchema, FancyRegexOptions, canonicalize
from jsonschema_rs.canonical import CanonicalizationError, Containment, Satisfiability

from harness.compat.shapes import Shape, is_mapping, mapping, sequence
from harness.domain.document import UNKNOWN_BECAUSE
from harness.domain.json import Json, canonical

KNOWN_FORMATS: Final = frozenset(
    {
        *("date", "date-time", "time", "duration", "email", "idn-email", "hostname"),
        *("idn-hostname", "ipv4", "ipv6", "uri", "uri-reference", "iri", "iri-reference"),
        *("uuid", "uri-template", "json-pointer", "relative-json-pointer", "regex"),
    }
)
_REFUSED: Final = (CanonicalizationError, ValueError, OverflowError, RecursionError)
_PATTERNS: Final = FancyRegexOptions(backtrack_limit=20_000, size_limit=1 << 20)
# These say nothing of the text itself.
FREE_FORMATS: Final = frozenset({"password", "binary", "path", "string", "text", "multiline"})


class Judge:
    """A validator of values; one that cannot be built says why in `fault` and judges nothing."""

    __slots__ = ("_validator", "fault")

    def __init__(self, schema: Json) -> None:
        self.fault = ""
        self._validator: jsonschema_rs.Validator | None = None
        try:
            self._validator = jsonschema_rs.Draft202012Validator(
                plain(schema), validate_formats=True, offline=True, pattern_options=_PATTERNS
            )
        except _REFUSED as error:
            self.fault = first_line(error)

    def accepts(self, value: Json) -> bool | None:
        """Whether a value is valid, or none where that cannot be told."""
        if self._validator is None:
            return None
        try:
            return self._validator.is_valid(value)
        except _REFUSED:
            return None

    def faults(self, value: Json) -> list[tuple[tuple[str | int, ...], str]]:
        """Where a value is not valid, each place with a sentence."""
        if self._validator is None:
            return []
        try:
            errors = list(self._validator.iter_errors(value))
        except _REFUSED:
            return []
        return [(tuple(error.instance_path), error.message) for error in errors]


def plain(schema: Json) -> Any:
    """A schema in the types that the validator takes."""
    if isinstance(schema, Mapping):
        return (
            schema if type(schema) is dict else {key: plain(each) for key, each in schema.items()}
        )
    return schema


def first_line(error: BaseException) -> str:
    """The first line of what an error says."""
    return str(error).strip().partition("\n")[0]


@lru_cache(maxsize=2048)
def pattern_fault(pattern: str) -> str:
    """Why a pattern cannot be judged by, or nothing."""
    return Judge({"pattern": pattern}).fault


@lru_cache(maxsize=4096)
def _canonical(text: str) -> CanonicalSchema | None:
    try:
        return canonicalize(
            json.loads(text),
            draft=jsonschema_rs.Draft202012,
            validate_formats=True,
            offline=True,
            pattern_options=_PATTERNS,
        )
    except _REFUSED:
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
    except _REFUSED:
        return False


@lru_cache(maxsize=8192)
def _unsatisfiable(text: str) -> bool:
    found = _canonical(text)
    return found is not None and found.satisfiability() is Satisfiability.NO


def covers(reader: Json, writer: Json) -> bool:
    """Whether it is proven that a reader accepts all that a writer may send."""
    try:
        return _covers(canonical(reader), canonical(writer))
    except (ValueError, RecursionError):
        return False


def unsatisfiable(schema: Json) -> bool:
    """Whether it is proven that no value is valid."""
    try:
        return _unsatisfiable(canonical(schema))
    except (ValueError, RecursionError):
        return False


@lru_cache(maxsize=4096)
def _judge(text: str) -> Judge:
    return Judge(json.loads(text))


def judge(schema: Json) -> Judge:
    """The validator of a small schema, built once."""
    return _judge(canonical(schema))


def scalar_schema(shape: Shape, *, listed: bool = False) -> dict[str, Json]:
    """The schema of a number's or a text's shape in words that validators judge, or its list."""
    facets = [_judged(facet) for facet in shape.facets()]
    kept = sorted({canonical(each): each for each in facets if each}.items())
    schema: dict[str, Json] = {"type": shape.kind}
    if {"multipleOf": 1} in [each for _, each in kept]:
        schema["type"] = "integer"
    parts: Sequence[Json] = [each for _, each in kept if each != {"multipleOf": 1}]
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
    if isinstance(schema, list):
        parts = [usable(each) if isinstance(each, dict | list) else each for each in schema]
        return schema if all(map(operator.is_, parts, schema)) else parts
    if not is_mapping(schema):
        return schema
    kept: dict[str, Json] | None = None
    for key, each in schema.items():
        if not isinstance(each, dict | list) or key in _DATA:
            continue
        made = usable(each)
        if made is not each:
            kept = dict(schema) if kept is None else kept
            kept[key] = made
    if "pattern" in schema or "format" in schema:
        return _judgeable(schema if kept is None else kept)
    return schema if kept is None else kept


def _judgeable(schema: Mapping[str, Json]) -> Mapping[str, Json]:
    pattern, version = schema.get("pattern"), _VERSIONS.get(str(schema.get("format")))
    if version is not None:
        named: Json = {"format": "uuid", "pattern": version}
        rest = {key: each for key, each in schema.items() if key != "format"}
        return {**rest, "allOf": [*sequence(schema.get("allOf")), named]}
    if isinstance(pattern, str) and (fault := pattern_fault(pattern)):
        rest = {key: each for key, each in schema.items() if key != "pattern"}
        return {UNKNOWN_BECAUSE: f"the pattern cannot be judged: {fault}", **rest}
    return schema


_DATA: Final = frozenset({"enum", "const", "examples", "default"})
_VERSIONS: Final = {
    f"uuid{version}": f"^.{{8}}-.{{4}}-{version}.{{3}}-[89abAB].{{3}}-" for version in range(1, 9)
}
