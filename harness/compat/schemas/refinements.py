"""Tells a value of another type from one that only its details keep out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.domain.json import Json

_REFINING: Final = frozenset(
    {
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        *("minLength", "maxLength", "pattern", "format", "contentEncoding"),
        *("minItems", "maxItems", "uniqueItems", "minContains", "maxContains"),
        *("minProperties", "maxProperties", "propertyNames"),
    }
)
_MAPS: Final = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs"})
_DATA: Final = frozenset({"enum", "const", "default", "examples"})


def unrefined(schema: Json) -> Json:
    """A schema of types, keys and listed values alone: no bounds, lengths, patterns or formats."""
    if isinstance(schema, list):
        return [unrefined(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    kept: dict[str, Json] = {}
    for word, value in schema.items():
        if word in _MAPS and isinstance(value, Mapping):
            kept[word] = {name: unrefined(each) for name, each in value.items()}
        elif word in _DATA:
            kept[word] = value
        elif word not in _REFINING:
            kept[word] = unrefined(value)
    return kept


def without_nulls(value: Json) -> Json:
    """A value whose objects lack what was null in them, as many clients write it."""
    if isinstance(value, Mapping):
        return {key: without_nulls(each) for key, each in value.items() if each is not None}
    return [without_nulls(each) for each in value] if isinstance(value, list) else value
