"""Schemas that are meant to hurt: every answer comes, within bounds, and is not a false proof."""

from __future__ import annotations

import time
from typing import Any

import pytest

from harness.compat.engine import compare
from harness.compat.outcome import Broken, Comparison, Proven, Unknown
from tests.compat.samples import INTEGER, TEXT, items, record

LIMIT_S = 8


def nested(form: str, depth: int, leaf: Any) -> Any:
    """A leaf below many levels of one form."""
    schema = leaf
    for _ in range(depth):
        schema = {
            "object": {"type": "object", "properties": {"a": schema}, "required": ["a"]},
            "array": {"type": "array", "items": schema},
            "not": {"not": schema},
        }.get(form, {form: [schema]})
    return schema


def timed(writer: Any, reader: Any) -> Comparison:
    """The answer, which must not take longer than the limit."""
    start = time.process_time()
    found = compare(writer, reader)

    assert time.process_time() - start < LIMIT_S
    return found


@pytest.mark.parametrize("depth", [100, 1_000, 5_000])
@pytest.mark.parametrize("form", ["object", "array", "allOf", "anyOf", "oneOf", "not"])
def test_deep_nesting_is_told_as_unknown(form: str, depth: int) -> None:
    """Beyond the depth that is looked at, nothing is proven, and the reason is told."""
    deep = nested(form, depth, INTEGER)
    found = timed(deep, nested(form, depth, TEXT))

    if form == "not":
        # Doubled negations say little, so a value that shows the fault may be found at once.
        assert not isinstance(found, Proven)
    else:
        assert isinstance(found, Unknown)
        assert found.reason


def test_a_chain_of_references_is_followed_as_far_as_the_bounds_go() -> None:
    """Five thousand definitions in a row end in an answer."""
    step = {f"D{at}": record({"n": {"$ref": f"#/$defs/D{at + 1}"}}, "n") for at in range(5_000)}
    writer = {"$ref": "#/$defs/D0", "$defs": {**step, "D5000": INTEGER}}

    assert isinstance(timed(writer, writer), Unknown)


def test_an_enormous_enum_is_decided() -> None:
    """A hundred thousand values are compared one by one."""
    values = [f"v{at}" for at in range(100_000)]

    assert timed({"enum": values}, {"enum": values[::-1]}) == Proven()
    found = timed({"enum": values}, {"enum": values[:-1]})
    assert isinstance(found, Broken)
    assert found.witnesses[0].value == "v99999"


def test_a_wide_object_has_a_bounded_number_of_witnesses() -> None:
    """Two thousand places that are off give a hundred witnesses, and the rest is listed."""
    names = [f"p{at}" for at in range(2_000)]
    writer = record({name: {"type": ["string", "null"]} for name in names}, *names)
    found = timed(writer, record(dict.fromkeys(names, TEXT), *names))

    assert isinstance(found, Broken)
    assert (len(found.witnesses), len(found.unknown)) == (100, 1_900)


def test_a_product_of_unions_is_told_as_unknown() -> None:
    """Twenty unions of five side by side are not multiplied out."""
    union = {
        "allOf": [{"anyOf": [record({f"k{i}_{j}": TEXT}) for j in range(5)]} for i in range(20)]
    }

    assert isinstance(timed(union, union), Unknown)


@pytest.mark.parametrize("word", ["anyOf", "oneOf"])
def test_a_hundred_branches_end_in_an_answer(word: str) -> None:
    """A hundred branches on both sides are within the bounds."""
    branches = [
        record({"kind": {"const": f"k{at}"}, **{f"p{i}": TEXT for i in range(20)}}, "kind")
        for at in range(100)
    ]
    found = timed({word: branches}, {word: branches[::-1]})

    assert found == Proven() if word == "anyOf" else not isinstance(found, Broken)


@pytest.mark.parametrize(
    "pattern",
    [
        *("^(a+)+$", "(?<n>a)\\k<n>", "a{1,100000}", "[", "^(?=.*x)(?!.*y).*$", "(a|aa)+\\1"),
        *("\\p{Script=Greek}+", "(" * 2_000 + ")" * 2_000, "(?i)abc", "x" * 100_000, "a**"),
    ],
    ids=lambda pattern: pattern[:20],
)
def test_exotic_patterns_end_in_an_answer(pattern: str) -> None:
    """A pattern is judged or not, and never believed unread."""
    odd = {"type": "string", "pattern": pattern}

    assert not isinstance(timed(TEXT, odd), Proven)
    assert not isinstance(timed(odd, odd), Broken)
    timed(odd, {"type": "string", "minLength": 3})


@pytest.mark.parametrize(
    ("writer", "reader"),
    [
        (items(INTEGER, minItems=10**9), items(TEXT)),
        ({"type": "string", "minLength": 10**9}, {"type": "string", "maxLength": 5}),
        ({"type": "object", "minProperties": 10**9}, {"type": "object", "maxProperties": 5}),
        ({"type": "integer", "minimum": 10**400}, {"type": "integer", "maximum": 5}),
        ({"type": "number", "multipleOf": 1e-300}, {"type": "number", "multipleOf": 0.1}),
        ({"const": "\ud800"}, {"type": "integer"}),
        (record({"\ud800": INTEGER}, "\ud800"), record({"\ud800": TEXT})),
        ({"$ref": "http://example.org/a"}, INTEGER),
        ({"type": 3, "properties": [1]}, {"type": "object", "required": "x"}),
        ({"$ref": "#/$defs/A", "$defs": {"A": {"$ref": "#/$defs/A"}}}, INTEGER),
        (
            {"$ref": "#/$defs/A", "$defs": {"A": record({"n": {"$ref": "#/$defs/A"}}, "n")}},
            record({"n": INTEGER}),
        ),
        (INTEGER, {"$ref": "#/$defs/A", "$defs": {"A": {"anyOf": [{"$ref": "#/$defs/A"}]}}}),
    ],
)
def test_sizes_and_texts_that_no_value_shows_are_no_proof(writer: Any, reader: Any) -> None:
    """Absurd sizes, lone surrogates, remote and circular references raise nothing."""
    assert not isinstance(timed(writer, reader), Proven)
