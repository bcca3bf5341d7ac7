"""Schemas that are meant to hurt: every answer comes, within bounds, and is not a false proof."""

from __future__ import annotations

from typing import Any

import pytest

from harness.compat.schemas.engine import compare
from harness.compat.schemas.outcome import Broken, Comparison, Proven, Unknown
from tests.compat.drawing import Second
from tests.compat.effort import within
from tests.compat.samples import INTEGER, TEXT, items, record

MOST_CALLS = 12_000_000


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


def bounded(writer: Any, reader: Any) -> Comparison:
    """The answer, which must not take more work than the limit."""
    return within(MOST_CALLS, lambda: compare(writer, reader))


@pytest.mark.parametrize("depth", [100, 1_000, 5_000])
@pytest.mark.parametrize("form", ["object", "array", "allOf", "anyOf", "oneOf", "not"])
def test_deep_nesting_is_never_proven(form: str, depth: int) -> None:
    """Beyond the depth that is looked at only a value can tell, and else the reason is told."""
    deep = nested(form, depth, INTEGER)
    found = bounded(deep, nested(form, depth, TEXT))

    if form == "not":
        # Doubled negations say little, so a value that shows the fault may be found at once.
        assert not isinstance(found, Proven)
    elif (form, depth) == ("object", 100):
        assert isinstance(found, Broken)
        assert found.witnesses[0].path == "$" + ".a" * 100
    else:
        assert isinstance(found, Unknown)
        assert found.reason


def test_a_chain_of_references_is_followed_as_far_as_the_bounds_go() -> None:
    """Five thousand definitions in a row end in an answer."""
    step = {f"D{at}": record({"n": {"$ref": f"#/$defs/D{at + 1}"}}, "n") for at in range(5_000)}
    writer = {"$ref": "#/$defs/D0", "$defs": {**step, "D5000": INTEGER}}

    assert isinstance(bounded(writer, writer), Unknown)


@pytest.mark.slow
def test_an_enormous_enum_is_decided() -> None:
    """A hundred thousand values are compared one by one."""
    values = [f"v{at}" for at in range(100_000)]

    assert bounded({"enum": values}, {"enum": values[::-1]}) == Proven()
    found = bounded({"enum": values}, {"enum": values[:-1]})
    assert isinstance(found, Broken)
    assert found.witnesses[0].value == "v99999"
    assert bounded({"enum": values}, {"type": "string", "pattern": "^v[0-9]+$"}) == Proven()
    assert isinstance(bounded(TEXT, {"enum": values}), Broken)
    assert isinstance(bounded(INTEGER, {"enum": list(range(100_000))}), Broken)


def test_a_wide_object_has_a_bounded_number_of_witnesses() -> None:
    """Two thousand places that are off give a hundred witnesses, and the rest is listed."""
    names = [f"p{at}" for at in range(2_000)]
    writer = record({name: {"type": ["string", "null"]} for name in names}, *names)
    found = bounded(writer, record(dict.fromkeys(names, TEXT), *names))

    assert isinstance(found, Broken)
    assert (len(found.witnesses), len(found.unknown)) == (100, 1_900)


MANY_WAYS = {
    "allOf": [{"anyOf": [record({f"k{i}_{j}": TEXT}) for j in range(5)]} for i in range(20)]
}


def test_a_product_of_unions_is_told_as_unknown() -> None:
    """Twenty unions of five side by side are not multiplied out."""
    assert isinstance(bounded(MANY_WAYS, MANY_WAYS), Unknown)


@pytest.mark.parametrize("word", ["anyOf", "oneOf"])
def test_a_hundred_branches_end_in_an_answer(word: str) -> None:
    """A hundred branches on both sides are within the bounds."""
    branches = [
        record({"kind": {"const": f"k{at}"}, **{f"p{i}": TEXT for i in range(20)}}, "kind")
        for at in range(100)
    ]
    found = bounded({word: branches}, {word: branches[::-1]})

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

    assert not isinstance(bounded(TEXT, odd), Proven)
    assert not isinstance(bounded(odd, odd), Broken)
    bounded(odd, {"type": "string", "minLength": 3})


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
    assert not isinstance(bounded(writer, reader), Proven)


NAMES = [f"p{at}" for at in range(10_000)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("writer", "reader", "expected"),
    [
        (record({}, *NAMES), record({}, *NAMES), Proven),
        (record({}, *NAMES[:-1]), record({}, *NAMES), Unknown),
        (record({"x": INTEGER}), record({}, *NAMES, "x"), Broken),
        (record(dict.fromkeys(NAMES, INTEGER)), record(dict.fromkeys(NAMES, INTEGER)), Proven),
        (record(dict.fromkeys(NAMES, INTEGER)), record(dict.fromkeys(NAMES, TEXT)), Broken),
        (record({"x": TEXT}, *NAMES), record(dict.fromkeys(NAMES, TEXT), *NAMES), Unknown),
    ],
    ids=["all", "all but one", "none", "optional", "optional and off", "off"],
)
def test_ten_thousand_names_are_decided_or_told(writer: Any, reader: Any, expected: Any) -> None:
    """Whatever is demanded and named, the answer comes; no witness is larger than one can read."""
    found = bounded(writer, reader)

    assert isinstance(found, expected)
    assert expected is not Unknown or (found.reason and not isinstance(found, Broken))


def recursive(leaf: Any, union: bool = False) -> Any:
    """Twenty definitions that each refer to ten others."""
    made: dict[str, Any] = {}
    for at in range(20):
        others = [{"$ref": f"#/$defs/D{(3 * at + step) % 20}"} for step in range(10)]
        held = [{"anyOf": [each, {"type": "null"}]} if union else each for each in others]
        properties = {**{f"x{step}": each for step, each in enumerate(held)}, "v": leaf}
        made[f"D{at}"] = record(properties, "v")
    return {"$ref": "#/$defs/D0", "$defs": made}


@pytest.mark.slow
@pytest.mark.parametrize("union", [False, True])
def test_models_that_all_refer_to_each_other_end_in_an_answer(union: bool) -> None:
    """The places of a model that holds itself in a hundred ways are told up to a bound."""
    found = bounded(recursive(INTEGER, union), recursive(TEXT, union))

    assert not isinstance(found, Proven)
    if isinstance(found, Broken):
        assert len(found.witnesses) <= 100
        assert found.witnesses[0].path == "$.v"


def doubling(leaf: Any) -> Any:
    """A value with two of the next kind in each of thirty kinds."""
    steps = {
        f"D{at}": record({side: {"$ref": f"#/$defs/D{at + 1}"} for side in "lr"}, "l", "r")
        for at in range(30)
    }
    return {"$ref": "#/$defs/D0", "$defs": {**steps, "D30": leaf}}


def test_a_value_of_a_thousand_million_parts_is_proven_and_never_shown() -> None:
    """What two definitions say is compared once; a value of all its parts is too large to show."""
    assert bounded(doubling(INTEGER), doubling(INTEGER)) == Proven()
    assert isinstance(bounded(doubling(INTEGER), doubling(TEXT)), Unknown)


@pytest.mark.parametrize(
    "words",
    [
        {"allOf": [{"if": record({f"a{at}": TEXT}, f"a{at}"), "then": record({f"b{at}": TEXT})}]}
        | {"dependentSchemas": {f"d{at}": record({f"e{at}": TEXT}) for at in range(60)}}
        for at in range(1)
    ]
    + [{"allOf": [{"if": record({}, f"a{at}"), "else": record({}, "z")} for at in range(60)]}],
)
def test_conditions_are_not_multiplied_out(words: Any) -> None:
    """Sixty conditions have more outcomes than are looked at: a value shows a fault, or nothing."""
    writer = {"type": "object", **words}
    found = bounded(writer, record({"x": TEXT}, "x"))
    fitting = bounded(writer, {"type": "object", "properties": {"x": {}, "y": TEXT}})

    assert isinstance(found, Broken)
    assert [each.path for each in found.witnesses] == ["$.x"]
    assert Second(writer).accepts(found.witnesses[0].value)
    assert isinstance(fitting, Unknown)
    assert fitting.reason == "a schema can be met in more than 128 ways"
    assert fitting.tried > 0


def test_patterns_of_names_take_no_longer_than_patterns_of_texts() -> None:
    """A pattern that tries every division of a name is cut short, and the place is unknown."""
    writer = record({"a" * 60 + "!": INTEGER})
    slow = "^(?=(a|aa)+$)\\1"
    reader = {"type": "object", "patternProperties": {slow: TEXT}}

    assert not isinstance(bounded(writer, reader), Broken)


def test_a_reference_to_nowhere_accepts_nothing_for_sure() -> None:
    """A reader that leads outside is never a proof."""
    for reference in ("http://example.org/r", "#/$defs/Nobody", "#/components/schemas/A", ""):
        reader = record({"a": {"$ref": reference}}, "a")
        found = bounded(record({"a": TEXT}, "a"), reader)

        assert isinstance(found, Unknown)
        assert "leads nowhere" in found.reason
