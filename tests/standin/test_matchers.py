"""Tests of single matchers."""

from __future__ import annotations

import pytest

from harness.domain.json import Json
from harness.domain.pact import Rule
from harness.standin.matchers import meets, same, satisfies

UUID = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
DAY = {"format": "dd/MM/yyyy"}
LETTER = {"format": "EEE, d MMM yyyy HH:mm:ss Z"}
MOMENT = {"format": "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"}

MET: list[tuple[dict[str, Json], Json, Json]] = [
    ({"match": "type"}, 1, 2.5),
    ({"match": "type"}, "a", ""),
    ({"match": "type"}, {"a": 1}, {}),
    ({"match": "type", "min": 1}, [1], [1, 2]),
    ({"match": "equality"}, 1, 1.0),
    ({"match": "regex", "regex": r"^\d+$"}, "1", "42"),
    ({"match": "regex", "regex": r"\d+"}, "1", 42),
    ({"match": "regex", "regex": r"(?<year>\d{4})"}, "2020", "1999"),
    ({"match": "regex", "regex": r"\p{L}+"}, "a", "an unknown dialect asks for the kind"),
    ({"match": "integer"}, 1, -7),
    ({"match": "integer"}, "1", "-7"),
    ({"match": "decimal"}, 1.5, 2),
    ({"match": "number"}, "1.5", "2e3"),
    ({"match": "boolean"}, True, False),
    ({"match": "boolean"}, "true", "false"),
    ({"match": "null"}, "any", None),
    ({"match": "notEmpty"}, "a", "b"),
    ({"match": "include", "value": "ell"}, "a", "hello"),
    ({"match": "semver"}, "1.0.0", "2.1.0-rc.1+b7"),
    ({"match": "date"}, "2020-01-01", "1999-12-31"),
    ({"match": "date", **DAY}, "01/01/2020", "31/12/1999"),
    ({"match": "time"}, "10:00", "23:59:59"),
    ({"match": "datetime", **MOMENT}, "", "2020-01-01T00:00:00.000+01:00"),
    ({"match": "timestamp", "timestamp": "yyyy"}, "2020", "1999"),
    ({"match": "datetime", **LETTER}, "", "Sat, 1 Feb 2020 01:02:03 Z"),
    ({"match": "not known here"}, "a", "b"),
    ({}, 1, 2),
]  # fmt: skip

NOT_MET: list[tuple[dict[str, Json], Json, Json]] = [
    ({"match": "type"}, 1, "1"),
    ({"match": "type"}, 1, True),
    ({"match": "type"}, "a", None),
    ({"match": "type"}, {}, []),
    ({"match": "type", "min": 1}, [1], []),
    ({"match": "type", "max": 1}, [1], [1, 2]),
    ({"match": "equality"}, 1, True),
    ({"match": "regex", "regex": r"^\d+$"}, "1", "a"),
    ({"match": "regex", "regex": r"\d"}, "1", "42"),
    ({"match": "regex", "regex": "a|b"}, "a", "ab"),
    ({"match": "regex", "regex": "^a$"}, "a", "a\n"),
    ({"match": "regex", "regex": r"\p{L}+"}, "a", 1),
    ({"match": "integer"}, 1, 1.5),
    ({"match": "integer"}, 1, "1"),
    ({"match": "integer"}, 1, True),
    ({"match": "integer"}, "1", "1.5"),
    ({"match": "decimal"}, 1.5, "1.5"),
    ({"match": "number"}, 1, False),
    ({"match": "boolean"}, True, "true"),
    ({"match": "null"}, None, 0),
    ({"match": "notEmpty"}, "a", ""),
    ({"match": "notEmpty"}, [1], []),
    ({"match": "include", "value": "x"}, "x", "hello"),
    ({"match": "semver"}, "1.0.0", "1.0"),
    ({"match": "date"}, "2020-01-01", "2020-13-01"),
    ({"match": "date", **DAY}, "01/01/2020", "1999-12-31"),
    ({"match": "date"}, "2020-01-01", 20200101),
    ({"match": "datetime", **MOMENT}, "", "2020-01-01T00:00:00"),
    ({"match": "not known here"}, "a", 1),
]


@pytest.mark.parametrize(("matcher", "expected", "actual"), MET)
def test_a_value_that_meets_its_matcher(
    matcher: dict[str, Json], expected: Json, actual: Json
) -> None:
    """What the matcher allows passes, whatever the example."""
    assert meets(matcher, expected, actual)


@pytest.mark.parametrize(("matcher", "expected", "actual"), NOT_MET)
def test_a_value_that_does_not(matcher: dict[str, Json], expected: Json, actual: Json) -> None:
    """What the matcher does not allow is refused."""
    assert not meets(matcher, expected, actual)


@pytest.mark.parametrize(
    ("combine", "value", "passes"),
    [("OR", None, True), ("OR", 3, True), ("OR", "a", False), ("AND", None, False)],
)
def test_matchers_are_joined(combine: str, value: Json, passes: bool) -> None:
    """`OR` asks for one of the matchers, `AND` for all of them."""
    joined = Rule(({"match": "null"}, {"match": "integer"}), combine)

    assert satisfies(joined, 1, value) is passes


@pytest.mark.parametrize(
    ("ours", "theirs", "equal"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        (None, None, True),
        ({"a": [1]}, {"a": [1.0]}, True),
        ({"a": [1]}, {"a": [True]}, False),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ([1], [1, 1], False),
        ("1", 1, False),
        (UUID, UUID, True),
    ],
)
def test_equality_is_that_of_json(ours: Json, theirs: Json, equal: bool) -> None:
    """1 is 1.0 and true is not 1, however deep."""
    assert same(ours, theirs) is equal
    assert same(theirs, ours) is equal
