"""The three answers, on pairs that a reader can judge by eye."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.compat.schemas.bounds import Bounds
from harness.compat.schemas.engine import compare
from harness.compat.schemas.outcome import Broken, Proven, Unknown
from harness.domain.fit import Kind
from tests.compat.samples import INTEGER, NULL, NUMBER, TEXT, items, record

MAY, NEVER, UNDECLARED = Kind.MAY_BREAK, Kind.IMPOSSIBLE, Kind.UNDECLARED
NODE = record({"value": INTEGER, "kids": items({"$ref": "#/$defs/N"})}, "value", "kids")
TREE = {"$ref": "#/$defs/N", "$defs": {"N": NODE}}
BRANCHES = record({"left": {"anyOf": [{"$ref": "#/$defs/B"}, NULL]}, "value": INTEGER}, "value")


def tagged(tag: str, **more: Any) -> dict[str, Any]:
    return record({"kind": {"const": tag}, **more}, "kind", *more)


def told(writer: Any, reader: Any) -> list[tuple[str, Kind, Any]]:
    found = compare(writer, reader)
    assert isinstance(found, Broken), found
    assert found.unknown == ()
    return [(each.path, each.kind, each.value) for each in found.witnesses]


@pytest.mark.parametrize(
    ("writer", "reader"),
    [
        (record({"a": INTEGER}, "a"), record({"a": NUMBER}, "a")),
        (record({"a": INTEGER, "new": TEXT}, "a", "new"), record({"a": INTEGER}, "a")),
        (record({"a": {"enum": [1, 2]}}, "a"), record({"a": {"enum": [3, 2, 1]}}, "a")),
        (items(INTEGER, minItems=2), items(NUMBER, minItems=1)),
        ({"type": "string", "pattern": "^[a-z]+$"}, {"type": "string", "minLength": 1}),
        ({"type": "string", "format": "uuid"}, TEXT),
        ({"type": "string", "format": "date-time"}, {"type": "string", "pattern": "^[0-9]{4}-"}),
        ({"type": "string", "pattern": "^\\d{3}$"}, {"type": "string", "pattern": "^(?!x)\\d+$"}),
        (
            TREE,
            {"$ref": "#/$defs/M", "$defs": {"M": json.loads(json.dumps(NODE).replace("/N", "/M"))}},
        ),
        (
            {"oneOf": [tagged("a", x=INTEGER), tagged("b", y=TEXT)]},
            {"anyOf": [tagged("b"), tagged("a", x=NUMBER)]},
        ),
        (
            record({"kind": {"enum": ["a", "b"]}, "x": INTEGER}, "kind", "x"),
            {"anyOf": [tagged("a", x=INTEGER), tagged("b")]},
        ),
        ({"oneOf": [TEXT, NULL]}, {"type": ["string", "null"]}),
        (
            {"allOf": [record({"a": INTEGER}, "a"), record({"b": TEXT})]},
            record({"a": INTEGER}, "a"),
        ),
        (
            {
                "allOf": [
                    record({"a": {"type": "object"}}, "a"),
                    record({"a": record({"b": TEXT}, "b")}),
                ]
            },
            record({"a": record({"b": TEXT}, "b")}, "a"),
        ),
        ({"type": "object", "additionalProperties": INTEGER}, {"type": "object"}),
        (record({"a": INTEGER}), record({"a": INTEGER, "b": TEXT})),
        (record({}, "a"), record({}, "a")),
        ({"type": "array", "prefixItems": [TEXT, INTEGER], "minItems": 2}, items({})),
        ({"type": "object", "patternProperties": {"^x": INTEGER}, "additionalProperties": False},)
        * 2,
    ],
)
def test_what_is_covered_is_proven(writer: Any, reader: Any) -> None:
    """A reader that accepts all that is sent is said to, without a test."""
    assert compare(writer, reader) == Proven()


@pytest.mark.parametrize(
    ("sent", "read", "path", "witness"),
    [
        (
            record({"id": INTEGER, "name": TEXT}, "id"),
            record({"name": TEXT}, "name"),
            "$.name",
            {"id": 1},
        ),
        (
            record({"name": {"type": ["string", "null"]}}, "name"),
            record({"name": TEXT}, "name"),
            "$.name",
            {"name": None},
        ),
        (
            record({"s": {"enum": ["a", "b", "c"]}}, "s"),
            record({"s": {"enum": ["a", "b"]}}, "s"),
            "$.s",
            {"s": "c"},
        ),
        (
            record({"a": items(INTEGER)}, "a"),
            record({"a": items(INTEGER, minItems=1)}, "a"),
            "$.a",
            {"a": []},
        ),
        (
            {"oneOf": [tagged("a", x=INTEGER), tagged("b")]},
            record({"x": INTEGER}, "x"),
            "$.x",
            {"kind": "b"},
        ),
    ],
    ids=["optional", "nullable", "wider enum", "empty list", "one branch"],
)
def test_the_five_kinds_that_an_example_lets_through(
    sent: Any, read: Any, path: str, witness: Any
) -> None:
    """Each of them may break, and the witness is the smallest reply that shows it."""
    assert told(sent, read) == [(path, MAY, witness)]


@pytest.mark.parametrize(
    ("writer", "reader", "expected"),
    [
        (
            record({"id": INTEGER}, "id"),
            record({"id": INTEGER, "ghost": TEXT}, "id", "ghost"),
            [("$.ghost", UNDECLARED, {"id": 1})],
        ),
        (record({"id": INTEGER}, "id"), record({"id": TEXT}, "id"), [("$.id", NEVER, {"id": 1})]),
        (record({"id": INTEGER}), record({"id": TEXT}, "id"), [("$.id", NEVER, {"id": 1})]),
        (items(INTEGER), items(TEXT), [("$[*]", NEVER, [1])]),
        ({"enum": ["a", "b"]}, {"enum": ["c"]}, [("$", NEVER, "a")]),
        (items(INTEGER, maxItems=2), items(INTEGER, minItems=3), [("$", NEVER, [])]),
        (NUMBER, INTEGER, [("$", MAY, 0.5)]),
        (
            {"type": "string", "maxLength": 9},
            {"type": "string", "maxLength": 4},
            [("$", MAY, "aaaaa")],
        ),
        ({"type": "integer", "minimum": 5}, {"type": "integer", "maximum": 2}, [("$", NEVER, 5)]),
        (
            {"type": "object", "additionalProperties": {"type": ["integer", "null"]}},
            {"type": "object", "additionalProperties": INTEGER},
            [("$.*", MAY, {"key": None})],
        ),
        (
            record({"a": TEXT, "b": TEXT}, "a"),
            record({"a": TEXT}, "a", additionalProperties=False),
            [("$.b", MAY, {"a": "a", "b": "a"})],
        ),
        (items(INTEGER), items(INTEGER, uniqueItems=True), [("$", MAY, [1, 1])]),
        (items(INTEGER), {"type": "array", "contains": {"const": 7}}, [("$", MAY, [])]),
        (TEXT, {"not": {"const": "a"}}, [("$", MAY, "a")]),
        (
            record({"a": INTEGER, "b": INTEGER}),
            {"dependentRequired": {"a": ["b"]}},
            [("$.b", MAY, {"a": 1})],
        ),
        (
            {"type": "object", "additionalProperties": INTEGER},
            {"propertyNames": {"maxLength": 1}},
            [("$.*", MAY, {"aa": 1})],
        ),
        (
            {"type": ["object", "null"], "properties": {"a": INTEGER}},
            record({"a": INTEGER, "z": TEXT}, "z"),
            [("$", MAY, None), ("$.z", UNDECLARED, {})],
        ),
        ({}, INTEGER, [("$", MAY, {})]),
    ],
)
def test_each_place_has_its_own_witness(
    writer: Any, reader: Any, expected: list[tuple[str, Kind, Any]]
) -> None:
    """A place that does not fit is told with its kind and one whole, minimal value."""
    assert sorted(map(str, told(writer, reader))) == sorted(map(str, expected))


def test_only_the_place_itself_is_off() -> None:
    """Of two fields that may break, each witness has the other one right."""
    writer = record({"a": {"type": ["integer", "null"]}, "b": items(record({"c": TEXT}))}, "a", "b")
    reader = record({"a": INTEGER, "b": items(record({"c": TEXT}, "c"))}, "a", "b")

    assert told(writer, reader) == [
        ("$.a", MAY, {"a": None, "b": []}),
        ("$.b[*].c", MAY, {"a": 1, "b": [{}]}),
    ]


@pytest.mark.parametrize(
    "schema", [TREE, {"$ref": "#/$defs/B", "$defs": {"B": BRANCHES}}], ids=["lists", "branches"]
)
def test_a_recursive_schema_is_told_once(schema: Any) -> None:
    """What is off at every depth of a recursive schema is one place."""
    reader = json.loads(json.dumps(schema).replace('"integer"', '"string"'))

    assert [path for path, _, _ in told(schema, reader)] == ["$.value"]


def test_sentences_say_what_is_sent_and_what_is_accepted() -> None:
    """A witness carries both sides in words."""
    writer = record({"s": {"enum": ["a", "b"]}, "n": NUMBER}, "s")
    reader = record({"s": {"const": "a"}, "n": {"type": "integer", "minimum": 0}}, "n")
    found = compare(writer, reader)

    assert isinstance(found, Broken)
    assert {each.path: (each.sent, each.accepted) for each in found.witnesses} == {
        "$.s": ('"b"', '"a"'),
        "$.n": ("a number or nothing", "a whole number from 0"),
    }


@pytest.mark.parametrize("writer", [False, {"not": {}}, record({"a": False}, "a"), {"enum": []}])
def test_a_writer_that_can_send_nothing_proves_nothing(writer: Any) -> None:
    """An unsatisfiable schema is neither proven nor broken."""
    assert isinstance(compare(writer, INTEGER), Unknown)


def test_what_the_document_could_not_tell_is_unknown() -> None:
    """A place that stands for a schema that could not be read is never proven."""
    writer = record({"a": {"x-unknown-because": "a remote reference"}}, "a")

    assert compare(writer, record({"a": TEXT}, "a")) == Unknown(0, "a remote reference", "$.a")
    assert compare(writer, record({"a": {}}, "a")) == Proven()
    assert isinstance(compare(record({"a": TEXT}, "a"), writer), Unknown)


def test_a_pattern_that_cannot_be_read_is_never_proven() -> None:
    """What neither validator can judge is unknown in either place."""
    odd = {"type": "string", "pattern": "[a-"}

    assert isinstance(compare(TEXT, odd), Unknown)
    assert isinstance(compare(odd, {"type": "string", "minLength": 2}), Unknown)


def test_what_nothing_shows_is_unknown_with_the_number_of_tries() -> None:
    """Where neither proof nor witness is found, the answer says how many values were tried."""
    writer = {"type": "string", "format": "hostname"}
    found = compare(writer, {"type": "string", "pattern": "^[A-Za-z0-9.-]+$"})

    assert isinstance(found, Unknown)
    assert found.tried > 0


def test_the_limit_of_witnesses_is_told() -> None:
    """Beyond the limit, places are listed as not looked at, and none is dropped."""
    writer = record({f"p{at}": {"type": ["string", "null"]} for at in range(8)})
    reader = record({f"p{at}": TEXT for at in range(8)})
    found = compare(writer, reader, bounds=Bounds(witnesses=5))

    assert isinstance(found, Broken)
    assert (len(found.witnesses), len(found.unknown)) == (5, 3)
