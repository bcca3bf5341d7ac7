"""What jsonschema_rs says: whether a value is valid, and whether one schema covers another."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import jsonschema_rs
from jsonschema_rs import CanonicalSchema, FancyRegexOptions, canonicalize
from jsonschema_rs.canonical import CanonicalizationError, Containment, Satisfiability

from harness.compat.shapes import Shape, mapping
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
        return [(at, error.message) for error in errors for at in _places(error)]


def _places(error: jsonschema_rs.ValidationError) -> list[tuple[str | int, ...]]:
    """Where an error is: a property that lacks is told as its own place, and so is one too many."""
    at, kind = tuple(error.instance_path), error.kind
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.Required):
        return [(*at, str(kind.property))]
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
        return [(*at, name) for name in kind.unexpected]
    return [at]


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
    A schema without patterns that cannot be judged by; what is left accepts more and says why.

    Shape: the same object where nothing had to go.
    """
    if isinstance(schema, Mapping):
        changed = {key: usable(each) for key, each in schema.items() if key not in _DATA}
        kept = {key: changed.get(key, each) for key, each in schema.items()}
        pattern = schema.get("pattern")
        if isinstance(pattern, str) and (fault := pattern_fault(pattern)):
            del kept["pattern"]
            kept.setdefault(UNKNOWN_BECAUSE, f"the pattern cannot be judged: {fault}")
            return kept
        return schema if all(kept[key] is schema[key] for key in schema) else kept
    if isinstance(schema, list):
        parts = [usable(each) for each in schema]
        return schema if all(new is old for new, old in zip(parts, schema, strict=True)) else parts
    return schema


_DATA: Final = frozenset({"enum", "const", "examples", "default"})
