"""Corners where a proof comes too quickly, each with a value that is sent and refused."""

from __future__ import annotations

from typing import Any

import pytest

from harness.compat.schemas.engine import compare
from harness.compat.schemas.outcome import Broken, Proven
from harness.domain.fit import Kind
from tests.compat.drawing import Second
from tests.compat.samples import INTEGER, TEXT, record

CLOSED = {"type": "object", "unevaluatedProperties": False}
KNOWS_KIND = {**CLOSED, "if": {"properties": {"kind": {}}}}
ASKED_ALONE = record({"a": TEXT}, "a", "other")


@pytest.mark.parametrize(
    ("writer", "reader", "value"),
    [
        ({"type": "array"}, {"enum": [[]]}, [1]),
        (record({"a": TEXT}), {"const": {"a": "x"}}, {"a": "y"}),
        (ASKED_ALONE, {"enum": [{"a": "x"}, {"a": "x", "other": 1}]}, {"a": "y", "other": 1}),
        (record({"a": TEXT}, "a"), {**CLOSED, "required": ["a"]}, {"a": "x"}),
        (KNOWS_KIND, CLOSED, {"kind": 1}),
        (
            record({"a": TEXT, "b": TEXT}),
            {"allOf": [{**CLOSED, "properties": {"a": {}}}, record({"b": TEXT})]},
            {"b": "x"},
        ),
        (ASKED_ALONE, {"type": "object", "maxProperties": 1}, {"a": "x", "other": 1}),
        (ASKED_ALONE, {"type": "object", "propertyNames": {"maxLength": 1}}, {"a": "", "other": 1}),
        (ASKED_ALONE, {"type": "object", "additionalProperties": TEXT}, {"a": "x", "other": 1}),
        (TEXT, {"type": "string", "format": "uuid4"}, "a"),
    ],
)
def test_what_is_sent_and_refused_is_never_proven(writer: Any, reader: Any, value: Any) -> None:
    """A value that the second validator takes for the writer and not for the reader counts."""
    assert Second(writer).accepts(value)
    assert "format" in reader or not Second(reader).accepts(value)
    found = compare(writer, reader)

    assert not isinstance(found, Proven)
    for witness in found.witnesses if isinstance(found, Broken) else ():
        assert Second(writer).accepts(witness.value)


def test_an_extra_under_any_name_breaks_only_the_values_that_have_it() -> None:
    """A reader that takes no other names may break on a map, which may be empty."""
    writer: Any = {"type": "object", "additionalProperties": INTEGER}
    found = compare(writer, {"type": "object", "additionalProperties": False})

    assert isinstance(found, Broken)
    assert [(each.path, each.kind) for each in found.witnesses] == [("$.*", Kind.MAY_BREAK)]


@pytest.mark.parametrize("version", [1, 4, 7])
def test_versions_of_uuid_are_uuids(version: int) -> None:
    """A version is narrower than the format and wide enough to be sent."""
    one = {"type": "string", "format": f"uuid{version}"}
    other = {"type": "string", "format": "uuid"}

    assert compare(one, other) == Proven()
    assert compare(one, one) == Proven()
    found = compare(other, one)
    assert isinstance(found, Broken)
    assert found.witnesses[0].kind is Kind.MAY_BREAK
