"""Rules of version 4 together: nested, joined, and at several places of one body."""

from __future__ import annotations

from typing import Any

import pytest

from harness.compat.pacts.readers import body_schema, statuses
from harness.compat.pacts.rules import status_codes
from harness.documents.pacts import read_pact
from harness.domain.pact import Body, Presence
from tests.compat.samples import LIKE, interaction, rule
from tests.compat.test_rules import accepts

KEYS = {"match": "eachKey", "value": "k", "rules": [{"match": "regex", "regex": "[a-z]+"}]}
INTEGERS = {"match": "eachValue", "value": 1, "rules": [{"match": "integer"}]}
DAY = {"match": "date", "format": "yyyy-MM-dd"}
ANY_KEYS = rule({"match": "eachKey", "rules": [{"match": "type"}]})


@pytest.mark.parametrize(
    ("example", "rules", "taken", "refused"),
    [
        pytest.param(
            {"k": 1},
            {"$": rule(KEYS, INTEGERS)},
            [{"a": 1}, {"a": 1, "b": 2}],
            [{"A": 1}, {"a": "1"}, {"A": "1"}, []],
            id="eachKey and eachValue of one map",
        ),
        pytest.param(
            {"k": {"n": 1}},
            {"$": rule({"match": "eachValue", "rules": [{"match": "type"}]})},
            [{"a": {"n": 9}}, {"a": {"n": 9, "more": 1}}],
            [{"a": {"n": "9"}}, {"a": {}}, {"a": 9}],
            id="eachValue of objects",
        ),
        pytest.param(
            {"x": {"k": "2020-01-02"}},
            {"$.x": rule({"match": "eachValue", "rules": [DAY]})},
            [{"x": {"any": "1999-12-31"}}],
            [{"x": {"any": "31.12.1999"}}, {"x": {"any": 1}}],
            id="eachValue of dates",
        ),
        pytest.param(
            {"x": {"k": 1}},
            {"$.x": rule({"match": "values"}), "$.x.*": rule({"match": "integer"})},
            [{"x": {"a": 5, "b": 6}}, {"x": {}}],
            [{"x": {"a": "5"}}],
            id="values with a rule for each",
        ),
        pytest.param(
            {"x": {"k": {"n": 1}}},
            {"$.x": ANY_KEYS, "$.x.*": LIKE},
            [{"x": {"other": {"n": 7}}}, {"x": {"k": {"n": 7}}}],
            [{"x": []}],
            id="keys of any name",
        ),
        pytest.param(
            [{"n": 1}],
            {"$": rule({"match": "type", "min": 1}), "$[*].n": rule({"match": "integer"})},
            [[{"n": 2}], [{"n": 2}, {"n": 3}]],
            [[], [{"n": "2"}], [{"n": 2}, {"n": "3"}], {}],
            id="eachLike at the root",
        ),
        pytest.param(
            [[1]],
            {"$": rule({"match": "type", "min": 1}), "$[*]": rule({"match": "type", "min": 2})},
            [[[1, 2]], [[1, 2], [3, 4, 5]]],
            [[], [[1]], [[1, 2], [3]]],
            id="lists of lists",
        ),
        pytest.param(
            {"x": [1, "a"]},
            {
                "$.x": rule(
                    {
                        "match": "arrayContains",
                        "variants": [
                            {"index": 0, "rules": {"$": rule({"match": "integer"})}},
                            {"index": 1, "rules": {"$": rule({"match": "regex", "regex": "a+"})}},
                        ],
                    }
                )
            },
            [{"x": [1, "a"]}, {"x": ["aa", None, 7]}],
            [{"x": []}, {"x": [1]}, {"x": ["aa"]}, {"x": [1, "b"]}, {"x": {}}],
            id="arrayContains of scalars",
        ),
        pytest.param(
            {"x": [{"id": 1}]},
            {"$.x": rule({"match": "arrayContains", "variants": [{"index": 0, "rules": {}}]})},
            [{"x": [{"id": 1}]}, {"x": [{"id": 2}, {"id": 1, "more": 1}]}],
            [{"x": [{"id": 2}]}],
            id="arrayContains without rules is equality",
        ),
        pytest.param(
            {"x": "a"},
            {"$.x": rule({"match": "null"}, {"match": "regex", "regex": "[ab]"}, combine="OR")},
            [{"x": None}, {"x": "b"}],
            [{"x": "c"}, {"x": 1}, {}],
            id="null or a pattern",
        ),
        pytest.param(
            {"x": 1},
            {"$.x": rule({"match": "integer"}, {"match": "equality"})},
            [{"x": 1}],
            [{"x": 2}, {"x": "1"}],
            id="an integer and equality",
        ),
        pytest.param(
            {"x": "a-1"},
            {"$.x": rule({"match": "include", "value": "a"}, {"match": "include", "value": "1"})},
            [{"x": "1a"}],
            [{"x": "a"}, {"x": "1"}],
            id="two inclusions",
        ),
        pytest.param(
            {"x": True},
            {"$.x": rule({"match": "boolean"}, {"match": "null"}, combine="OR")},
            [{"x": False}, {"x": None}],
            [{"x": 0}, {"x": "true"}],
            id="a truth value or null",
        ),
        pytest.param(
            {"x": "2020-01-02 03:04:05+01:00"},
            {"$.x": rule({"match": "datetime", "format": "yyyy-MM-dd HH:mm:ssXXX"})},
            [{"x": "1999-12-31 23:59:59Z"}, {"x": "1999-12-31 23:59:59-02:00"}],
            [{"x": "1999-12-31"}, {"x": "x"}, {"x": 5}],
            id="a moment with its zone",
        ),
        pytest.param(
            {"x": "12.30"},
            {"$.x": rule({"match": "time", "format": "HH.mm"})},
            [{"x": "00.00"}],
            [{"x": "24.60"}, {"x": "12:30"}],
            id="a time in its own format",
        ),
        pytest.param(
            {"x": {"y": [1]}},
            {"$.x.y": rule({"match": "notEmpty"}), "$.x.y[*]": rule({"match": "integer"})},
            [{"x": {"y": [5]}}],
            [{"x": {"y": []}}, {"x": {}}],
            id="a list that is not empty",
        ),
        pytest.param(
            {"x": "1.0.0"},
            {"$.x": rule({"match": "semver"}, {"match": "null"}, combine="OR")},
            [{"x": "2.1.0"}, {"x": None}],
            [{"x": "v2"}, {"x": 2}],
            id="a version or null",
        ),
        pytest.param(
            {"x": {"y": 1, "z": "a"}},
            {"$.x": LIKE, "$.x.z": rule({"match": "equality"}), "$.x.y": rule({"match": "number"})},
            [{"x": {"y": 1.5, "z": "a"}}],
            [{"x": {"y": 1.5, "z": "b"}}, {"x": {"y": "1.5", "z": "a"}}],
            id="nearer rules over one that is handed down",
        ),
    ],
)
def test_rules_speak_together(
    example: Any, rules: dict[str, Any], taken: list[Any], refused: list[Any]
) -> None:
    """The derived schema accepts what all rules let pass, and nothing that one refuses."""
    assert [value for value in taken if not accepts(example, rules, value)] == []
    assert [value for value in refused if accepts(example, rules, value)] == []


@pytest.mark.parametrize(
    ("named", "first", "last"),
    [
        ("info", 100, 199),
        ("success", 200, 299),
        ("redirect", 300, 399),
        ("clientError", 400, 499),
        ("serverError", 500, 599),
        ("nonError", 100, 399),
        ("error", 400, 599),
        ("of the next version", 100, 599),
    ],
)
def test_a_class_of_statuses_has_its_bounds(named: str, first: int, last: int) -> None:
    """Every class of `statusCode` is a range; one that nobody knows lets all statuses pass."""
    found = status_codes({"match": "statusCode", "status": named})

    assert (found[0], found[-1]) == (first, last)
    assert len(found) == last - first + 1


def test_a_status_rule_among_others_is_found() -> None:
    """Matchers of a status that say nothing of codes are passed over."""
    matchers = [{"match": "integer"}, {"match": "statusCode", "status": [201, 202]}]
    response = interaction(matchingRules={"status": {"matchers": matchers}}).response

    assert response is not None
    assert statuses(response) == (201, 202)


def test_the_type_of_bytes_says_nothing_of_their_text() -> None:
    """A `contentType` rule lets any bytes of that type pass, so no schema is made of them."""
    read = read_pact(
        """{"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": [{
        "type": "Synchronous/HTTP", "description": "a picture", "request": {},
        "response": {"status": 200, "body": {"content": "iVBORw==", "encoded": "base64",
        "contentType": "image/png"}, "matchingRules": {"body": {"$": {"matchers": [
        {"match": "contentType", "value": "image/png"}]}}}}}],
        "metadata": {"pactSpecification": {"version": "4.0"}}}"""
    ).interactions[0]

    assert read.response is not None
    assert body_schema(read.response.body, read.response.rules) is True


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (Body(), True),
        (Body(Presence.NULL, None, "application/json", is_json=True), {"type": "null"}),
        (Body(Presence.PRESENT, "plain", "text/plain"), {"const": "plain"}),
        (Body(Presence.PRESENT, b"\x00", "application/octet-stream"), True),
    ],
    ids=["absent", "null", "text", "bytes"],
)
def test_a_body_of_each_kind_has_its_schema(body: Body, expected: Any) -> None:
    """What is absent or bytes says nothing; null and text ask for themselves."""
    assert body_schema(body, {}) == expected
