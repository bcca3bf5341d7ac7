"""Tests of how bodies compare with those of contracts."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from harness.domain.json import Json
from harness.domain.pact import Rule
from harness.standin.bodies import compare_json
from harness.standin.expressions import Expressions, steps_of
from tests.standin.samples import rule

ITEMS: Json = {"items": [{"sku": "A-1", "count": 1}]}
EACH_ITEM = {
    "$.items": rule("type", min=1),
    "$.items[*].sku": rule("regex", regex="^[A-Z]-[0-9]+$"),
    "$.items[*].count": rule("integer"),
}
VARIANTS: Json = [
    {"index": 0, "rules": {"$.id": {"combine": "AND", "matchers": [{"match": "integer"}]}}},
    {"index": 1, "rules": {}},
]
CONTAINS = Rule(({"match": "arrayContains", "variants": VARIANTS},))
EACH_VALUE = Rule(({"match": "eachValue", "rules": [{"match": "integer"}]},))
EACH_KEY = Rule(({"match": "eachKey", "rules": [{"match": "regex", "regex": "^[a-z]+$"}]},))
MAYBE = rule("null", "type", combine="OR")

SAME: list[tuple[Json, Json, Mapping[str, Rule]]] = [
    ({"a": 1}, {"a": 1.0}, {}),
    ([1, 2], [1, 2], {}),
    (ITEMS, {"items": [{"sku": "B-2", "count": 7}, {"sku": "C-3", "count": 0}]}, EACH_ITEM),
    ({"a": {"b": 1}}, {"a": {"b": 2}}, {"$": rule("type")}),
    ({"a": {"b": 1}}, {"a": {"b": 2}}, {"$.a": rule("type")}),
    ({"a b": 1}, {"a b": 2}, {"$['a b']": rule("type")}),
    ({"a": [1]}, {"a": []}, {"$.a": rule("type")}),
    ({"a": [[1]]}, {"a": [[1, 2], []]}, {"$.a": rule("type", min=1)}),
    ({"a": 1}, {"a": None}, {"$.a": MAYBE}),
    ({"a": {"b": 1}}, {"a": None}, {"$.a": MAYBE}),
    ({"a": {"b": 1}}, {"a": {"b": 2}}, {"$.a": MAYBE, "$.a.b": rule("integer")}),
    ({"a": 1, "b": 2}, {"a": 9, "b": 2}, {"$.*": rule("type"), "$.b": rule("equality")}),
    ({"k": {"one": 1}}, {"k": {"two": 1, "three": 1}}, {"$.k": rule("values")}),
    ({"k": {"one": 1}}, {"k": {"two": 5}}, {"$.k": rule("values"), "$.k.*": rule("integer")}),
    ({"k": {"one": 1}}, {"k": {"two": 2}}, {"$.k": EACH_VALUE}),
    ({"k": [1]}, {"k": [2, 3]}, {"$.k": EACH_VALUE}),
    ({"k": {"one": 1}}, {"k": {"two": 1}}, {"$.k": EACH_KEY}),
    ([{"id": 1}, "x"], ["y", "x", {"id": 7}], {"$": CONTAINS}),
]

DIFFERENT: list[tuple[Json, Json, Mapping[str, Rule], str]] = [
    ({"a": 1}, {"a": 2}, {}, "$.a: expected the number 1, seen the number 2"),
    ({"a": 1}, {}, {}, "$.a: missing"),
    ({}, {"a": 1}, {}, "$.a: not in the contract"),
    ({"a": {}}, {"a": {"b": 1}}, {"$": rule("type")}, "$.a.b: not in the contract"),
    ([1], [1, 1], {}, "$: expected 1 elements, seen 2"),
    ({"a": 1}, [1], {}, "$: expected an object, seen a list"),
    (ITEMS, {"items": []}, EACH_ITEM, "$.items: expected type, seen a list"),
    (ITEMS, {"items": [{"sku": "B", "count": 1}]}, EACH_ITEM,
     '$.items[0].sku: expected regex, seen the text "B"'),
    (ITEMS, {"items": [{"sku": "B-2", "count": 1}, {"sku": "C-3"}]}, EACH_ITEM,
     "$.items[1].count: missing"),
    ({"a": [[1]]}, {"a": [["x"]]}, {"$.a": rule("type", min=1)},
     '$.a[0][0]: expected type, seen the text "x"'),
    ({"a": {"b": 1}}, {"a": {"b": "x"}}, {"$.a": MAYBE, "$.a.b": rule("integer")},
     '$.a.b: expected integer, seen the text "x"'),
    ({"a": 1}, {"a": "x"}, {"$.a": MAYBE}, '$.a: expected null, type, seen the text "x"'),
    ({"k": {"one": 1}}, {"k": {"two": "x"}}, {"$.k": EACH_VALUE},
     "$.k.two: the contract expects other values"),
    ({"k": {"one": 1}}, {"k": {"TWO": 1}}, {"$.k": EACH_KEY},
     "$.k.TWO: the contract expects other keys"),
    ({"k": {"one": 1}}, {"k": [1]}, {"$.k": EACH_KEY}, "$.k: expected an object, seen a list"),
    ([{"id": 1}, "x"], ["y", {"id": 7}], {"$": CONTAINS},
     "$: an element that the contract names is missing"),
    ({"a": {"b": 1}}, {"a": {"b": 2}}, {"$.a": rule("notEmpty")},
     "$.a.b: expected the number 1, seen the number 2"),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "actual", "rules"), SAME)
def test_rules_soften_equality(expected: Json, actual: Json, rules: Mapping[str, Rule]) -> None:
    """What the rules at a place or around it allow is no difference."""
    assert compare_json(expected, actual, rules).differences == ()


@pytest.mark.parametrize(("expected", "actual", "rules", "said"), DIFFERENT)
def test_everything_else_is_a_difference(
    expected: Json, actual: Json, rules: Mapping[str, Rule], said: str
) -> None:
    """A difference is told with its place, what was expected and what was seen."""
    assert compare_json(expected, actual, rules).differences == (said,)


def test_what_a_rule_let_pass_is_counted() -> None:
    """Equal values count nothing, so that the example itself is the best match."""
    rules = {"$": rule("type")}

    assert compare_json({"a": 1, "b": [1]}, {"a": 1, "b": [1]}, rules).softened == 0
    assert compare_json({"a": 1, "b": [1]}, {"a": 2, "b": [1, 1]}, rules).softened == 2


@pytest.mark.parametrize(
    ("expression", "steps"),
    [
        ("$", ()),
        ("$.a.b", ("a", "b")),
        ("$.a[0]", ("a", 0)),
        ("$.a[*].b", ("a", None, "b")),
        ("$[*]", (None,)),
        ("$.*", (None,)),
        ("$['a.b'][\"c\"]", ("a.b", "c")),
        ("$['']", ("",)),
        ("$.ключ", ("ключ",)),
    ],
)
def test_an_expression_is_taken_apart(expression: str, steps: tuple[str | int | None, ...]) -> None:
    """Names, positions and stars are steps, however they are written."""
    assert steps_of(expression) == steps


def test_the_most_precise_rule_speaks() -> None:
    """A name outweighs a star, and a rule for the place itself one around it."""
    rules = {"$": rule("type"), "$.*": rule("regex"), "$.a": rule("integer")}
    expressions = Expressions(rules)
    here, beside, below = (expressions.at(place) for place in (("a",), ("b",), ("a", "b")))

    assert here
    assert here.rule == rules["$.a"]
    assert not here.inherited
    assert beside
    assert beside.rule == rules["$.*"]
    assert below
    assert below.rule == rules["$.a"]
    assert below.inherited
