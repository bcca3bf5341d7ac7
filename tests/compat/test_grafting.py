"""What a witness shows at one place, put into another value."""

from __future__ import annotations

from typing import Any

import pytest

from harness.compat.schemas.grafting import grafts, values_at
from harness.compat.schemas.outcome import Any as AnyStep
from harness.compat.schemas.outcome import Path

ITEM, VALUE = AnyStep.ITEM, AnyStep.VALUE


@pytest.mark.parametrize(
    ("example", "witness", "place", "made"),
    [
        ({"a": 1, "b": 2}, {"a": None}, ("a",), [{"a": None, "b": 2}]),
        ({"a": 1, "b": 2}, {}, ("a",), [{"b": 2}]),
        ({"b": 2}, {"a": 1}, ("a",), [{"b": 2, "a": 1}]),
        ({"a": {"b": {"c": 1, "d": 2}}}, {"a": {"b": {"c": "x"}}}, ("a", "b", "c"),
         [{"a": {"b": {"c": "x", "d": 2}}}]),
        ({"a": {"b": 1}}, {"a": {}}, ("a", "b"), [{"a": {}}]),
        ({"a": {"b": 1}}, {}, ("a", "b"), [{"a": {}}]),
        (5, 7, (), [7]),
        ([1, 2], ["x"], (ITEM,), [["x", "x"]]),
        ([1, 2], ["x", "y"], (ITEM,), [["x", "x"], ["y", "y"]]),
        ([{"a": 1, "b": 1}, {"a": 2}], [{"a": None}], (ITEM, "a"),
         [[{"a": None, "b": 1}, {"a": None}]]),
        ([{"a": 1}], [{}], (ITEM, "a"), [[{}]]),
        ({"l": [1]}, {"l": []}, ("l",), [{"l": []}]),
        ({"x": 1, "y": 2}, {"z": "t"}, (VALUE,), [{"x": "t", "y": "t"}]),
        ({"x": {"n": 1}}, {"z": {"n": None}}, (VALUE, "n"), [{"x": {"n": None}}]),
        ([1, 2], ["a", 3], (0,), [["a", 2]]),
        ([1, 2], [], (ITEM,), [[]]),
        ([{"a": {"b": 1}}, {"a": 5}, {}], [{"a": {"b": None}}], (ITEM, "a", "b"),
         [[{"a": {"b": None}}, {"a": 5}, {}]]),
        ([{"a": {"b": 1}}, {"a": 5}], [{"a": {}}], (ITEM, "a", "b"), [[{"a": {}}, {"a": 5}]]),
        ({"a": {"b": 1}, "c": 1}, {"z": {}}, (VALUE, "b"), [{"a": {}, "c": 1}]),
    ],
)  # fmt: skip
def test_only_the_place_is_changed(example: Any, witness: Any, place: Path, made: Any) -> None:
    """All else stays as the example has it, whatever more the witness holds."""
    before = repr(example)

    assert list(grafts(example, witness, place)) == made
    assert repr(example) == before


@pytest.mark.parametrize(
    ("example", "witness", "place"),
    [
        ({"b": 2}, {"a": {"c": 1}}, ("a", "c")),
        ({"b": 2}, {}, ("a",)),
        ("text", {"a": 1}, ("a",)),
        ([], [1], (ITEM,)),
        ({}, {"k": 1}, (VALUE,)),
        ([1], [1, 2], (1,)),
        ({"a": [1]}, {"a": {"b": 1}}, ("a", "b")),
        (None, {"a": 1}, ("a",)),
    ],
)
def test_no_branch_is_made_up(example: Any, witness: Any, place: Path) -> None:
    """Where the example has no such place, nothing is put there but a key that an object lacks."""
    assert list(grafts(example, witness, place)) == []


@pytest.mark.parametrize(
    ("value", "place", "held"),
    [
        ({"a": [1, 2]}, ("a", ITEM), [1, 2]),
        ({"a": [1, 2]}, ("a", 1), [2]),
        ({"a": {"x": 1, "y": 2}}, ("a", VALUE), [1, 2]),
        ({"a": 1}, ("b",), []),
        ([{"a": 1}, {}, {"a": 3}], (ITEM, "a"), [1, 3]),
        ("ab", (ITEM,), []),
    ],
)
def test_a_place_may_stand_for_several(value: Any, place: Path, held: list[Any]) -> None:
    """Every item of a list and every value of a map are meant at once."""
    assert list(values_at(value, place)) == held
