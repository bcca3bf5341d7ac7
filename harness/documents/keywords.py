"""What each keyword of a schema must hold, and what is told where it holds something else."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from functools import lru_cache
from typing import Final, TypeGuard

from harness.documents.patterns import pattern_fault
from harness.domain.json import Json, kind_of, shortened

TYPES: Final = frozenset({"null", "boolean", "object", "array", "number", "integer", "string"})


class Dialect(Enum):
    """The schema language of a document's version."""

    SWAGGER_2 = auto()
    OPENAPI_30 = auto()
    JSON_SCHEMA = auto()

    @property
    def is_old(self) -> bool:
        """Whether null is a flag, bounds are exclusive by a flag, and `$ref` stands alone."""
        return self is not Dialect.JSON_SCHEMA


# One level of schemas below a keyword: a single one, a list, or names with one each.
SINGLE: Final = frozenset(
    {
        "additionalProperties",
        "contains",
        "contentSchema",
        "else",
        "if",
        "items",
        "not",
        "propertyNames",
        "then",
        "unevaluatedItems",
        "unevaluatedProperties",
    }
)
LISTED: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
NAMED: Final = frozenset({"dependentSchemas", "patternProperties", "properties"})
IN_PLACE: Final = frozenset(
    {"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"}
)
"""The keywords whose schemas speak of the same value, and not of a part of it."""

FLAGS: Final = frozenset({"deprecated", "readOnly", "writeOnly"})
TEXTS: Final = frozenset({"description", "title"})
ANNOTATIONS: Final = FLAGS | TEXTS | {"default", "discriminator", "examples"}

Keyword = Callable[[Json], str]
"""Tells what a keyword expected, or nothing when the value is as it should be."""


def _is_number(value: Json) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _a_bound(value: Json) -> str:
    return "" if _is_number(value) else "a number"


def _a_step(value: Json) -> str:
    return "" if _is_number(value) and value > 0 else "a number above 0"


def _a_count(value: Json) -> str:
    fits = _is_number(value) and value >= 0 and value == int(value)
    return "" if fits else "a whole number from 0"


def _a_flag(value: Json) -> str:
    return "" if isinstance(value, bool) else "true or false"


def _a_text(value: Json) -> str:
    return "" if isinstance(value, str) else "text"


def _some_values(value: Json) -> str:
    return "" if isinstance(value, list) and value else "a list of values"


def _anything(_: Json) -> str:
    return ""


def _names_by_name(value: Json) -> str:
    expected = "an object of lists of names"
    if not isinstance(value, dict):
        return expected
    return "" if all(is_names(each) for each in value.values()) else expected


def is_names(value: Json) -> bool:
    """Whether a value is a list of texts."""
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


CHECKED: Final[dict[str, Keyword]] = {
    "const": _anything,
    "contentEncoding": _a_text,
    "contentMediaType": _a_text,
    "default": _anything,
    "dependentRequired": _names_by_name,
    "deprecated": _a_flag,
    "description": _a_text,
    "enum": _some_values,
    "exclusiveMaximum": _a_bound,
    "exclusiveMinimum": _a_bound,
    "format": _a_text,
    "maxContains": _a_count,
    "maxItems": _a_count,
    "maxLength": _a_count,
    "maxProperties": _a_count,
    "maximum": _a_bound,
    "minContains": _a_count,
    "minItems": _a_count,
    "minLength": _a_count,
    "minProperties": _a_count,
    "minimum": _a_bound,
    "multipleOf": _a_step,
    "readOnly": _a_flag,
    "title": _a_text,
    "uniqueItems": _a_flag,
    "writeOnly": _a_flag,
}


@lru_cache(maxsize=4096)
def regex_sentence(pattern: str) -> str:
    """What is wrong with a pattern, as a sentence, or nothing."""
    fault = pattern_fault(pattern)
    said = shortened(pattern, 80)
    return f"expected a regular expression, seen {said} ({fault})" if fault else ""


def keyword_sentence(key: str, value: Json) -> str:
    """What is wrong with the value of a keyword, as a sentence, or nothing."""
    if key == "pattern":
        return regex_sentence(value) if isinstance(value, str) else mismatch(key, "text", value)
    expected = CHECKED[key](value)
    return mismatch(key, expected, value) if expected else ""


def mismatch(key: str, expected: str, value: Json) -> str:
    """The sentence of a keyword that holds the wrong thing."""
    return f"expected {expected} as `{key}`, seen {kind_of(value)}"
