"""Fields that a client does without though its type does not say so."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from harness.consumer.canonical import Schema
from harness.domain.json import Json


def relaxed(schema: Schema, names: Collection[str]) -> Schema:
    """A canonical schema that requires none of the fields of these names, at any depth."""
    result = _relaxed(schema, names)
    return result if isinstance(result, Mapping) else {}


def _relaxed(schema: Json, names: Collection[str]) -> Json:
    if isinstance(schema, Mapping):
        kept = {key: _relaxed(each, names) for key, each in schema.items()}
        required = schema.get("required")
        if isinstance(required, list) and "properties" in schema:
            left = [each for each in required if each not in names]
            kept = {**kept, "required": left}
            return kept if left else {key: each for key, each in kept.items() if key != "required"}
        return kept
    return [_relaxed(each, names) for each in schema] if isinstance(schema, list) else schema


def without_nulls(value: Json, names: Collection[str]) -> Json:
    """A value without the fields of these names that hold null, at any depth."""
    if isinstance(value, Mapping):
        return {
            key: without_nulls(each, names)
            for key, each in value.items()
            if each is not None or key not in names
        }
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [without_nulls(each, names) for each in value]
    return value


def filled(value: Json, example: Json, names: Collection[str]) -> Json:
    """A value with the fields of these names that it lacks, as an example holds them."""
    if isinstance(value, Mapping) and isinstance(example, Mapping):
        given = {key: example[key] for key in names if key in example and key not in value}
        held = {key: filled(each, example.get(key), names) for key, each in value.items()}
        return {**held, **given}
    if isinstance(value, list) and isinstance(example, list) and example:
        return [filled(each, example[0], names) for each in value]
    return value
