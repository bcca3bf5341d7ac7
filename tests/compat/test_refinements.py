"""Types are told from their details."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compat.schemas.refinements import unrefined, without_nulls
from tests.compat.samples import INTEGER, TEXT, record


@pytest.mark.parametrize(
    ("schema", "bare"),
    [
        ({"type": "integer", "minimum": 1, "multipleOf": 2}, {"type": "integer"}),
        ({"type": "string", "pattern": "x", "format": "date", "maxLength": 3}, {"type": "string"}),
        (
            {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1},
            {"type": "array", "items": {"type": "string"}},
        ),
        (
            {"enum": [{"minimum": 1}], "type": "object"},
            {"enum": [{"minimum": 1}], "type": "object"},
        ),
        ({"const": {"format": "x"}}, {"const": {"format": "x"}}),
        (
            record({"minimum": {"type": "integer", "minimum": 1}, "format": TEXT}, "minimum"),
            record({"minimum": INTEGER, "format": TEXT}, "minimum"),
        ),
        (
            {"$ref": "#/$defs/pattern", "$defs": {"pattern": {"type": "string", "pattern": "x"}}},
            {"$ref": "#/$defs/pattern", "$defs": {"pattern": {"type": "string"}}},
        ),
        (
            {"anyOf": [{"minimum": 1}, {"allOf": [{"maxItems": 2, "type": "array"}]}]},
            {"anyOf": [{}, {"allOf": [{"type": "array"}]}]},
        ),
        ({"additionalProperties": {"maximum": 3}}, {"additionalProperties": {}}),
        (True, True),
        (False, False),
    ],
)
def test_details_go_and_types_stay(schema: Any, bare: Any) -> None:
    """Bounds, lengths, patterns and formats go, also deep within; keys and listed values stay."""
    assert unrefined(schema) == bare


SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.text("ab", max_size=3)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=8,
)
DETAILS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["integer", "string", "array", "object", "null"]),
        "minimum": st.integers(-2, 2),
        "maxLength": st.integers(0, 2),
        "pattern": st.just("^a"),
        "minItems": st.integers(0, 2),
        "enum": st.lists(SCALARS, min_size=1, max_size=3),
    },
)
SCHEMAS = st.recursive(
    DETAILS,
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
            "items": inner,
            "anyOf": st.lists(inner, min_size=1, max_size=2),
            "required": st.lists(st.sampled_from("abc"), max_size=2, unique=True),
        },
    ),
    max_leaves=5,
)


@given(SCHEMAS, VALUES)
def test_what_a_schema_accepts_it_accepts_without_its_details(schema: Any, value: Any) -> None:
    """Leaving details out never makes a schema without negation refuse more."""
    if jsonschema.Draft202012Validator(schema).is_valid(value):
        bare: Any = unrefined(schema)
        assert jsonschema.Draft202012Validator(bare).is_valid(value)


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ({"a": None, "b": 1}, {"b": 1}),
        ({"a": {"b": None}, "c": [{"d": None}, None]}, {"a": {}, "c": [{}, None]}),
        (None, None),
        ([None], [None]),
        ("x", "x"),
    ],
)
def test_a_null_that_may_be_left_out_is_left_out(value: Any, left: Any) -> None:
    """Keys that hold null go; a null that stands in a list or alone holds its place."""
    assert without_nulls(value) == left
