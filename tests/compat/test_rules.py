"""What each matching rule lets pass, as the schema that is derived from it."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from harness.compat.pacts.readers import body_schema, header_fits, statuses
from tests.compat.samples import LIKE, interaction, rule


def accepts(example: Any, rules: dict[str, Any], value: Any, *, strict: bool = False) -> bool:
    """Whether the derived schema accepts a value, by the second validator."""
    expected = interaction(example, rules).response
    assert expected is not None
    schema = body_schema(expected.body, expected.rules, strict=strict)
    assert isinstance(schema, dict | bool)
    checker = Draft202012Validator.FORMAT_CHECKER
    return bool(Draft202012Validator(schema, format_checker=checker).is_valid(value))


def at_x(*matchers: dict[str, Any], combine: str = "AND") -> dict[str, Any]:
    return {"$.x": rule(*matchers, combine=combine)}


REGEX = {"match": "regex", "regex": "[a-c]+"}


@pytest.mark.parametrize(
    ("example", "matchers", "taken", "refused"),
    [
        ("a", [{"match": "type"}], ["b", ""], [1, None, [], {}]),
        (1, [{"match": "type"}], [2, 2.5, -1], ["1", True, None]),
        (True, [{"match": "type"}], [False], [0, "true"]),
        (None, [{"match": "type"}], [None], [0, ""]),
        ([1], [{"match": "type"}], [[], [2], [2, 3]], [["a"], {}, None]),
        ([1], [{"match": "type", "min": 2}], [[1, 2]], [[1], []]),
        ([1], [{"match": "type", "max": 2}], [[], [1, 2]], [[1, 2, 3]]),
        ([1], [{"match": "type", "min": 1, "max": 2}], [[1]], [[], [1, 2, 3]]),
        ({"y": 1}, [{"match": "type"}], [{"y": 2}, {"y": 2, "z": 1}], [{"y": "1"}, {}, []]),
        ([], [{"match": "type"}], [[], ["anything", 1]], [{}, "a"]),
        ("a", [{"match": "equality"}], ["a"], ["b", 1]),
        ({"y": 1}, [{"match": "equality"}], [{"y": 1}], [{"y": 2}]),
        (1, [{"match": "integer"}], [7, 2**70], [7.5, "7", True]),
        (1.5, [{"match": "decimal"}], [2.5], ["2.5", True]),
        (1.5, [{"match": "number"}], [2, 2.5], ["2", True, None]),
        ("1", [{"match": "integer"}], ["7", "-70"], [7, "7.5", "a", ""]),
        ("1.5", [{"match": "decimal"}], ["7", "-7.25"], [7.5, "a", "1."]),
        ("1.5", [{"match": "number"}], ["7", "-7.25"], [7.5, "a"]),
        ("true", [{"match": "boolean"}], ["true", "false"], [True, "yes"]),
        (True, [{"match": "boolean"}], [True, False], [1, None]),
        (None, [{"match": "null"}], [None], [0, "", False]),
        ("abc", [REGEX], ["a", "cab"], ["", "abcd", "xax", 1]),
        ("a", [{"match": "regex", "regex": "a|bc"}], ["a", "bc"], ["ab", "c", "abc"]),
        (
            "2024-01-02",
            [{"match": "date", "format": "yyyy-MM-dd"}],
            ["1999-12-31"],
            ["1999-13-31", 1],
        ),
        ("02/01/2024", [{"match": "date", "format": "dd/MM/yyyy"}], ["31/12/1999"], ["1999-12-31"]),
        ("2024-01-02", [{"match": "date"}], ["1999-12-31"], ["x"]),
        ("10:11", [{"match": "time", "format": "HH:mm"}], ["23:59"], ["24:59", "1:2:3"]),
        ("10:11:12", [{"match": "time"}], ["23:59:01"], ["23:59"]),
        ("2024-01-02T10:11:12", [{"match": "timestamp"}], ["1999-12-31T00:00:00"], ["1999-12-31"]),
        (
            "2024-01-02T10:11:12Z",
            [{"match": "timestamp"}],
            ["1999-12-31T00:00:00+02:00"],
            [1, None],
        ),
        (
            "2024-01-02T10:11:12+0100",
            [{"match": "datetime", "format": "yyyy-MM-dd'T'HH:mm:ssZ"}],
            ["1999-12-31T00:00:00-0200"],
            ["1999-12-31T00:00:00", 1],
        ),
        (
            "2 Jan 2024, 10:11 PM",
            [{"match": "datetime", "format": "d MMM yyyy, hh:mm a"}],
            ["31 Dec 1999, 01:02 AM"],
            ["1999"],
        ),
        (
            "it's",
            [{"match": "datetime", "format": "yyyy 'it''s' HH"}],
            ["1999 it's 10"],
            ["1999 its 10"],
        ),
        ("a$", [{"match": "regex", "regex": r"^a\$"}], ["a$"], ["a$b", "a"]),
        ("a\\", [{"match": "regex", "regex": r"^a\\$"}], ["a\\"], ["a\\b", "a"]),
        (51, [{"match": "include", "value": "5"}], [75], ["5", None, []]),
        ("abc", [{"match": "include", "value": "b."}], ["xb.y"], ["abc", "xbyz"]),
        ("a", [{"match": "notEmpty"}], ["b"], [""]),
        ([1], [{"match": "notEmpty"}], [[2], [2, 3]], [[], ["a"], "a"]),
        ({"y": 1}, [{"match": "notEmpty"}], [{"y": 2}], [{}, {"z": 1}, {"y": "a"}]),
        ({"y": "a"}, [{"match": "notEmpty"}], [{"y": "b"}, {"y": ""}], [{"y": 1}]),
        ("1.2.3", [{"match": "semver"}], ["10.0.1-rc.1+build.5"], ["1.2", "01.2.3", "a"]),
        ({"k": 1}, [{"match": "values"}], [{"z": 1}, {}], [{"z": 2}, []]),
        (
            {"k": 1},
            [{"match": "eachKey", "rules": [REGEX], "value": "k"}],
            [{"a": 9}, {}],
            [{"z": 1}, {"a": "9"}, {"a": {}}],
        ),
        ({"k": 1, "m": "t"}, [{"match": "eachKey"}], [{"k": 2, "m": "u", "z": 3}], [{"z": "u"}]),
        ({}, [{"match": "eachValue", "rules": [{"match": "integer"}]}], [{"z": 7}], [{"z": "7"}]),
        ({}, [{"match": "eachValue", "rules": [{"match": "type"}]}], [{"z": 7}, {"z": "7"}], [[]]),
        ([], [{"match": "eachValue", "rules": [REGEX]}], [["a"], []], [["z"], [1]]),
        (
            {"k": 1},
            [{"match": "eachValue", "rules": [{"match": "integer"}]}],
            [{"z": 7}],
            [{"z": "7"}],
        ),
        ([1], [{"match": "eachValue", "rules": [{"match": "integer"}]}], [[7, 8]], [["7"]]),
        ("AQ==", [{"match": "contentType", "value": "image/png"}], ["anything"], []),
        ("a", [], ["a"], ["b"]),
        ([1, 2], [], [[1, 2]], [[2, 1], [1], [1, 2, 3]]),
    ],
)
def test_a_rule_lets_pass_what_the_specification_says(
    example: Any, matchers: list[dict[str, Any]], taken: list[Any], refused: list[Any]
) -> None:
    """The derived schema accepts exactly the values that the rule matches."""
    rules = at_x(*matchers) if matchers else {}

    assert [value for value in taken if not accepts({"x": example}, rules, {"x": value})] == []
    assert [value for value in refused if accepts({"x": example}, rules, {"x": value})] == []


def test_rules_are_joined_by_and_and_by_or() -> None:
    """`AND` asks for all matchers, `OR` for one."""
    null_or_text = at_x({"match": "null"}, {"match": "type"}, combine="OR")
    both = at_x({"match": "type"}, {"match": "regex", "regex": "a.*"})

    assert accepts({"x": "a"}, null_or_text, {"x": None})
    assert accepts({"x": "a"}, null_or_text, {"x": "b"})
    assert not accepts({"x": "a"}, null_or_text, {"x": 5})
    assert accepts({"x": "a"}, both, {"x": "ab"})
    assert not accepts({"x": "a"}, both, {"x": "b"})


def test_a_type_rule_is_handed_down_and_a_nearer_rule_wins() -> None:
    """A rule at an object speaks of what lies below it, its counts do not."""
    example = {"x": {"deep": [1], "id": "a"}}
    rules = {"$.x": LIKE, "$.x.id": rule({"match": "equality"})}

    assert accepts(example, rules, {"x": {"deep": [2, 3], "id": "a"}})
    assert not accepts(example, rules, {"x": {"deep": [2, 3], "id": "b"}})

    counted = {"$.x": rule({"match": "type", "min": 2})}
    assert accepts({"x": [[1]]}, counted, {"x": [[1], [2]]})
    assert not accepts({"x": [[1]]}, counted, {"x": [[1]]})


def test_wildcards_and_quoted_names_find_their_places() -> None:
    """`[*]` speaks of each item, `*` of each name, and a quoted name of itself."""
    each = {"$.x": rule({"match": "type", "min": 1}), "$.x[*].n": rule({"match": "integer"})}
    names = {"$.x.*": LIKE}
    quoted = {"$['a b'].c": rule({"match": "integer"})}

    assert accepts({"x": [{"n": 1}]}, each, {"x": [{"n": 5}, {"n": 6}]})
    assert not accepts({"x": [{"n": 1}]}, each, {"x": [{"n": 5}, {"n": 6.5}]})
    assert accepts({"x": {"a": 1, "b": "t"}}, names, {"x": {"a": 2, "b": "u"}})
    assert not accepts({"x": {"a": 1, "b": "t"}}, names, {"x": {"a": "2", "b": "u"}})
    assert accepts({"a b": {"c": 1}}, quoted, {"a b": {"c": 2}})


def test_deeper_rules_speak_below_the_rules_of_each_value() -> None:
    """A rule of `eachValue` is handed down to where an expression of the body says more."""
    values = rule({"match": "eachValue", "rules": [{"match": "type"}]})
    rules = {"$.x": values, "$.x.*.id": rule({"match": "regex", "regex": "x[0-9]"})}
    example = {"x": {"k": {"id": "x1", "n": 1}}}

    assert accepts(example, rules, {"x": {"z": {"id": "x2", "n": 2}}})
    assert not accepts(example, rules, {"x": {"z": {"id": "y", "n": 2}}})
    assert not accepts(example, rules, {"x": {"z": {"id": "x2", "n": "2"}}})

    listed = {"$.x": values, "$.x[*].id": rule({"match": "integer"})}
    assert accepts({"x": [{"id": 1}]}, listed, {"x": [{"id": 2}, {"id": 3}]})
    assert not accepts({"x": [{"id": 1}]}, listed, {"x": [{"id": 2}, {"id": 3.5}]})


def test_a_list_contains_its_variants_in_any_order() -> None:
    """`arrayContains` asks for one item for each variant, by the variant's own rules."""
    variants = [
        {"index": 0, "rules": {"$.n": rule({"match": "integer"})}},
        {"index": 1, "rules": {"$.t": LIKE}},
    ]
    rules = at_x({"match": "arrayContains", "variants": variants})
    example = {"x": [{"n": 1}, {"t": "a"}]}

    assert accepts(example, rules, {"x": [{"t": "z"}, 5, {"n": 9}]})
    assert not accepts(example, rules, {"x": [{"t": "z"}]})


def test_keys_beside_the_example_are_refused_only_in_what_is_sent() -> None:
    """A reply may hold more than the example, a request may not."""
    assert accepts({"x": 1}, {}, {"x": 1, "y": 2})
    assert not accepts({"x": 1}, {}, {"x": 1, "y": 2}, strict=True)


def test_statuses_and_headers_have_rules_of_their_own() -> None:
    """A status rule names a class or a list; a header's rule is found whatever its case."""
    success = {"status": {"matchers": [{"match": "statusCode", "status": "success"}]}}
    listed = {"status": {"matchers": [{"match": "statusCode", "status": [200, 202]}]}}
    headers = {"header": {"x-id": {"matchers": [{"match": "regex", "regex": "\\d+"}]}}}
    replies = [interaction(matchingRules=each).response for each in (success, listed, headers)]
    plain = interaction(status=204).response

    assert replies[0] is not None
    assert replies[1] is not None
    assert replies[2] is not None
    assert plain is not None
    assert statuses(replies[0]) == tuple(range(200, 300))
    assert statuses(replies[1]) == (200, 202)
    assert statuses(plain) == (204,)
    assert header_fits("X-Id", ("5",), replies[2].rules, ("678",))
    assert not header_fits("X-Id", ("5",), replies[2].rules, ("a",))
    assert not header_fits("X-Other", ("5",), replies[2].rules, ("6",))
    assert header_fits("X-Other", ("a,b",), replies[2].rules, ("a, b",))


def test_a_media_type_meets_its_pattern_with_parameters_or_without() -> None:
    """A pattern is matched whole, and a charset behind a media type is no part of it."""
    pattern = {"matchers": [{"match": "regex", "regex": "application/.*json"}]}
    reply = interaction(matchingRules={"header": {"Content-Type": pattern, "X-Id": pattern}})
    assert reply.response is not None
    rules, sent = reply.response.rules, ("application/hal+json; charset=utf-8",)

    assert header_fits("Content-Type", ("application/json",), rules, sent)
    assert not header_fits("Content-Type", ("application/json",), rules, ("text/json",))
    assert not header_fits("X-Id", ("application/json",), rules, sent)
