"""Validators of values, as jsonschema_rs builds them, within bounds that no pattern passes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import jsonschema_rs
from jsonschema_rs import FancyRegexOptions
from jsonschema_rs.canonical import CanonicalizationError

from harness.compat.schemas.bounds import Exhausted
from harness.compat.schemas.weights import is_too_heavy
from harness.domain.json import Json, shortened

REFUSED: Final = (CanonicalizationError, ValueError, OverflowError, RecursionError)
PATTERNS: Final = FancyRegexOptions(backtrack_limit=20_000, size_limit=1 << 20)


_UNIONS: Final = (
    jsonschema_rs.ValidationErrorKind.AnyOf,
    jsonschema_rs.ValidationErrorKind.OneOfNotValid,
)


class Judge:
    """A validator of values; one that cannot be built says why in `fault` and judges nothing."""

    __slots__ = ("_validator", "fault")

    def __init__(self, schema: Json) -> None:
        self.fault = ""
        self._validator: jsonschema_rs.Validator | None = None
        if is_too_heavy(schema):
            self.fault = "references branch too often to be judged"
            return
        try:
            self._validator = jsonschema_rs.Draft202012Validator(
                plain(schema), validate_formats=True, offline=True, pattern_options=PATTERNS
            )
        except REFUSED as error:
            self.fault = first_line(error)

    def accepts(self, value: Json) -> bool | None:
        """Whether a value is valid, or none where that cannot be told."""
        if self._validator is None:
            return None
        try:
            return self._validator.is_valid(value)
        except REFUSED:
            return None

    def faults(self, value: Json) -> list[tuple[tuple[str | int, ...], str]]:
        """Where a value is not valid, each place with a sentence."""
        if self._validator is None:
            return []
        try:
            errors = list(self._validator.iter_errors(value))
        except REFUSED:
            return []
        return [(at, error.message) for error in errors for at in _places(error)]

    def unions(self, value: Json) -> frozenset[tuple[str | int, ...]]:
        """Where a value meets none of several alternatives, whose own faults are not told."""
        if self._validator is None:
            return frozenset()
        try:
            errors = list(self._validator.iter_errors(value))
        except REFUSED:
            return frozenset()
        return frozenset(tuple(e.instance_path) for e in errors if isinstance(e.kind, _UNIONS))


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


def pattern_found(pattern: str, text: str) -> bool:
    """
    Whether a pattern occurs in a text; one that cannot be read occurs nowhere.

    Raises: Exhausted where finding out takes too long.
    """
    judge = _pattern(pattern)
    found = judge.accepts(text)
    if found is None and not judge.fault:
        raise Exhausted(f"the pattern {shortened(pattern)} takes too long")
    return found is True


@lru_cache(maxsize=1024)
def _pattern(pattern: str) -> Judge:
    return Judge({"type": "string", "pattern": pattern})
