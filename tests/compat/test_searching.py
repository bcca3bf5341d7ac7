"""Where a bound was hit or a part cannot be told, values are drawn, and only they speak."""

from __future__ import annotations

from typing import Any

import pytest

from harness.compat.schemas.bounds import Bounds
from harness.compat.schemas.engine import compare
from harness.compat.schemas.outcome import Broken, Comparison, Unknown
from tests.compat.drawing import Second
from tests.compat.samples import INTEGER, TEXT, items, record
from tests.compat.test_hostile import MANY_WAYS, nested

ODD = {"type": "string", "pattern": "[a-"}
MANY = {**MANY_WAYS, "properties": {"n": {"type": ["integer", "null"]}}}


def shown(writer: Any, reader: Any, **bounds: int) -> list[tuple[str, Any]]:
    """The places that are shown to be off; each value is sent and refused for a second judge."""
    found = compare(writer, reader, bounds=Bounds(**bounds))
    assert isinstance(found, Broken), found
    for each in found.witnesses:
        assert Second(writer).accepts(each.value)
        assert not Second(reader).accepts(each.value)
    return [(each.path, each.value) for each in found.witnesses]


def left(found: Comparison) -> Unknown:
    assert isinstance(found, Unknown), found
    return found


@pytest.mark.parametrize(
    ("sent", "read", "bounds"),
    [
        (nested("object", 60, INTEGER), nested("object", 60, TEXT), {}),
        (record({"a": INTEGER, "b": INTEGER}), record({"b": TEXT}), {"steps": 1}),
        (record({"a": items(record({"b": INTEGER}))}), record({"a": items(TEXT)}), {"steps": 1}),
        (MANY, {"type": "object", "properties": {"n": INTEGER}}, {}),
    ],
    ids=["depth", "steps", "steps in a list", "ways"],
)
def test_a_value_beyond_a_bound_is_a_witness(sent: Any, read: Any, bounds: dict[str, int]) -> None:
    """Where comparing ends at a bound, a drawn value that is refused shows the place."""
    assert len(shown(sent, read, **bounds)) == 1


def test_a_witness_beyond_a_bound_is_small_and_told_in_words() -> None:
    """What was drawn is made smaller, and both sides are told of the very place."""
    writer = record({"a": INTEGER, "b": {"type": ["integer", "null"]}}, "b")
    found = compare(writer, record({"b": INTEGER}), bounds=Bounds(steps=1))

    assert isinstance(found, Broken)
    told = [(e.path, e.value, e.sent, e.accepted) for e in found.witnesses]
    assert told == [("$.b", {"b": None}, "null", "a whole number")]


def test_what_goes_well_beyond_a_bound_is_counted_and_no_proof() -> None:
    """Values that are accepted leave a place unknown, with their number and the bound."""
    deep = nested("object", 60, INTEGER)
    found = left(compare(deep, nested("object", 60, {"type": "number"})))

    assert found.tried > 0
    assert found.reason == "nested deeper than 40 levels"


def test_only_values_that_hold_a_place_are_tried_at_it() -> None:
    """A place that no drawn value reaches is not tried, however many values there were."""
    writer = record({"a": nested("object", 60, INTEGER)})
    reader = record({"a": nested("object", 60, TEXT)})
    found = left(compare(writer, reader, bounds=Bounds(levels=10)))

    assert found.tried == 0
    assert "no value was found to try it with" in found.reason


def test_a_schema_that_no_validator_takes_is_not_tried() -> None:
    """Where nothing can be judged at all, nothing counts as tried, and the reason says so."""
    found = left(compare(nested("object", 300, INTEGER), nested("object", 300, TEXT)))

    assert found.tried == 0
    assert "no value can be judged" in found.reason


@pytest.mark.parametrize(
    "reader",
    [
        ODD,
        {"type": "string", "format": "isbn"},
        {"type": "string", "format": "isbn", "pattern": "."},
    ],
)
def test_what_cannot_be_judged_in_full_is_not_tried(reader: Any) -> None:
    """A value that all but an unreadable part accepts shows nothing, and is not counted."""
    writer: Any = {"type": "string", "format": "hostname", "minLength": 1}

    assert left(compare(writer, reader)).tried == 0


def test_what_the_readable_part_of_a_reader_refuses_is_a_witness() -> None:
    """A pattern that cannot be read does not excuse a limit beside it."""
    found = compare(TEXT, {**ODD, "maxLength": 3})

    assert isinstance(found, Broken)
    assert len(str(found.witnesses[0].value)) > 3


@pytest.mark.parametrize(
    "reader",
    [
        {"not": ODD},
        {"oneOf": [{"type": "string", "maxLength": 3}, ODD]},
        {"if": ODD, "then": False},
    ],
    ids=["not", "oneOf", "if"],
)
def test_an_unreadable_part_that_refuses_by_accepting_shows_nothing(reader: Any) -> None:
    """What is refused only if nothing is known of a part is no witness."""
    assert isinstance(compare({"type": "string", "maxLength": 3}, reader), Unknown)


def test_what_a_writer_cannot_tell_is_never_made_up() -> None:
    """A value at a place of which the document says nothing readable is no witness."""
    writer = record({"a": {"x-unknown-because": "a remote reference"}}, "a")

    for bounds in (Bounds(), Bounds(steps=1)):
        found = compare(writer, record({"a": TEXT}, "a"), bounds=bounds)
        assert left(found).tried == 0
