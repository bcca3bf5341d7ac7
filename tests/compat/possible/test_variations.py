"""The plain changes of a body: each class of them is there, and what nobody sends is not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.compat.possible.making import bodies, made, plain, varied, whats
from tests.compat.samples import INTEGER, NULL, NUMBER, TEXT, items, record

NULLABLE = (
    ({"type": "string", "nullable": True}, "3.0.3"),
    ({"type": ["string", "null"]}, "3.1.0"),
    ({"anyOf": [TEXT, NULL]}, "3.1.0"),
)


def test_an_optional_field_is_absent_and_a_required_one_is_not() -> None:
    """Each field that may be left out is left out once, alone and with all others."""
    found = bodies(
        made(record({"a": TEXT, "b": TEXT, "c": TEXT}, "c"), {"a": "1", "b": "2", "c": "3"})
    )

    assert {"b": "2", "c": "3"} in found
    assert {"a": "1", "c": "3"} in found
    assert {"c": "3"} in found
    assert all("c" in body for body in found)


@pytest.mark.parametrize(("schema", "version"), NULLABLE)
def test_null_is_sent_where_it_may_be_however_that_is_written(schema: Any, version: str) -> None:
    """The three spellings of a nullable field give the same null."""
    found = made(record({"a": schema}, "a"), {"a": "x"}, openapi=version)

    assert {"a": None} in bodies(found)
    assert whats(found)[0] == "$.a is null"


@pytest.mark.parametrize(("schema", "version"), NULLABLE)
def test_an_optional_field_that_a_contract_leaves_out_comes_in_each_kind(
    schema: Any, version: str
) -> None:
    """A field that the example lacks is there with a value, and as null."""
    found = bodies(made(record({"a": schema}), {}, openapi=version))

    assert {"a": None} in found
    assert any(isinstance(body.get("a"), str) for body in found)


def test_each_member_of_an_enum_is_sent_and_a_const_stays() -> None:
    """All members are tried, and what can only be one value is left as it is."""
    found = bodies(
        made(
            record({"a": {"enum": ["x", "y", 3, None]}, "b": {"const": 1}}, "a", "b"),
            {"a": "x", "b": 1},
        )
    )

    assert all({"a": member, "b": 1} in found for member in ("y", 3, None))
    assert {body["b"] for body in found} == {1}


def test_each_branch_of_a_union_with_a_discriminator_is_sent() -> None:
    """A body takes the form of every branch, with the value that names it."""
    schemas = {
        "Card": record({"kind": TEXT, "number": TEXT}, "kind", "number"),
        "Cash": record({"kind": TEXT, "coins": INTEGER}, "kind", "coins"),
    }
    union = {
        "oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in schemas],
        "discriminator": {
            "propertyName": "kind",
            "mapping": {n.lower(): f"#/components/schemas/{n}" for n in schemas},
        },
    }
    found = bodies(made(union, {"kind": "card", "number": "1"}, schemas=schemas))

    assert any(body["kind"] == "cash" and "coins" in body for body in found)
    assert {body["kind"] for body in found} == {"card", "cash"}


def test_what_all_parts_of_a_conjunction_demand_stays() -> None:
    """A field that one part of `allOf` requires is never absent, those of others may be."""
    schema = {"allOf": [record({"a": TEXT}, "a"), record({"b": {"type": "integer", "minimum": 5}})]}
    found = bodies(made(schema, {"a": "x", "b": 7}))

    assert {"a": "x"} in found
    assert {"a": "x", "b": 5} in found
    assert all("a" in body and body.get("b", 5) >= 5 for body in found)


def test_lists_have_no_item_one_two_and_many() -> None:
    """A list is empty, and holds one, two and twenty items."""
    found = bodies(made(record({"a": items(INTEGER)}, "a"), {"a": [1, 2, 3]}))

    assert {0, 1, 2, 3, 20} == {len(body["a"]) for body in found}


def test_lists_keep_to_their_lengths_and_their_items_apart() -> None:
    """Lengths go from the least to the most, and unique items are never the same."""
    lists = items(INTEGER, minItems=2, maxItems=5, uniqueItems=True)
    found = bodies(made(record({"a": lists}, "a"), {"a": [1, 2, 3]}))

    assert {2, 3, 5} == {len(body["a"]) for body in found}
    assert all(len(set(body["a"])) == len(body["a"]) for body in found)


def test_an_empty_list_of_a_contract_comes_with_the_barest_item() -> None:
    """Where a contract shows no item, one comes with null wherever it may be null."""
    item = record({"id": INTEGER, "note": {"type": ["string", "null"]}}, "id", "note")
    found = bodies(made(items(item), []))

    assert any(body and body[0]["note"] is None for body in found)
    assert any(body and isinstance(body[0]["note"], str) for body in found)


def test_the_last_item_lacks_what_items_may_lack() -> None:
    """Not the first item alone is null or without a field."""
    item = record({"id": INTEGER, "note": {"type": ["string", "null"]}}, "id")
    found = bodies(made(items(item), [{"id": 1, "note": "a"}, {"id": 2, "note": "b"}]))

    assert [{"id": 1, "note": "a"}, {"id": 2}] in found
    assert [{"id": 1, "note": "a"}, {"id": 2, "note": None}] in found


@pytest.mark.parametrize(
    ("words", "expected", "never"),
    [
        ({"minimum": 2, "maximum": 9}, {2, 9}, {1, 10}),
        ({"exclusiveMinimum": 2, "exclusiveMaximum": 9}, {3, 8}, {2, 9}),
        ({"format": "int32"}, {0, -1}, {2**31, 2**53 + 1, -(2**63)}),
        ({}, {0, -1, 2**31, 2**53 + 1, -(2**63)}, {1.5e300}),
    ],
)
def test_whole_numbers_come_at_their_limits(words: Any, expected: Any, never: Any) -> None:
    """Bounds, exclusive ones and those of a format are reached and never passed."""
    found = {body["a"] for body in bodies(made(record({"a": {**INTEGER, **words}}, "a"), {"a": 5}))}

    assert expected <= found
    assert not never & found
    assert all(isinstance(number, int) for number in found)


def test_numbers_come_with_and_without_a_fraction() -> None:
    """Where a number may be either, it is a whole one and one between two bounds."""
    number = {**NUMBER, "exclusiveMinimum": 0, "exclusiveMaximum": 1}
    found = {body["a"] for body in bodies(made(record({"a": number}, "a"), {"a": 0.25}))}
    free = {body["a"] for body in bodies(made(record({"a": NUMBER}, "a"), {"a": 2}))}

    assert {0.5, 0.001, 0.999} <= found
    assert {0, 0.1, 1.5e300} <= free


def test_texts_come_empty_long_of_lines_and_of_other_scripts() -> None:
    """A text of which nothing is said is what few texts are, and of the lengths that are named."""
    found = {body["a"] for body in bodies(made(record({"a": TEXT}, "a"), {"a": "x"}))}
    short = {**TEXT, "minLength": 2, "maxLength": 4}
    bound = {body["a"] for body in bodies(made(record({"a": short}, "a"), {"a": "abc"}))}

    assert {"", " ", "one\ntwo", "x" * 2_000} <= found
    assert any("\u05e9" in text and "\U0001f642" in text for text in found)
    assert {"xx", "xxxx"} <= bound
    assert all(2 <= len(text) <= 4 for text in bound)


@pytest.mark.parametrize(
    ("name", "shown", "expected"),
    [
        ("date-time", "2024-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("date-time", "2024-01-01T00:00:00Z", "2024-02-29T12:30:00+00:00"),
        ("date", "2024-01-01", "9999-12-31"),
        ("uuid", "01234567-89ab-4def-8123-456789abcdef", "00000000-0000-0000-0000-000000000000"),
        ("byte", "AAAA", ""),
        ("hostname", "a.example", "example.org"),
    ],
)
def test_texts_of_a_format_come_in_other_forms_of_it(name: str, shown: str, expected: str) -> None:
    """A format is met in forms that examples seldom show, and in no others."""
    schema = record({"a": {**TEXT, "format": name}}, "a")
    found = {body["a"] for body in bodies(made(schema, {"a": shown}))}

    assert expected in found
    assert not {" ", "one\ntwo"} & found


def test_an_unknown_field_comes_where_it_may_and_is_what_it_must_be() -> None:
    """Objects that are open have one more field, closed ones never, those of a schema its kind."""
    name = "field_of_a_later_version"
    open_one, closed, of_kind = (
        bodies(made(record({"a": INTEGER}, "a", **more), {"a": 1}))
        for more in ({}, {"additionalProperties": False}, {"additionalProperties": INTEGER})
    )

    assert any(name in body for body in open_one)
    assert not any(name in body for body in closed)
    assert any(isinstance(body.get(name), int) for body in of_kind)


def test_maps_are_empty_and_hold_odd_keys_and_values_at_their_limits() -> None:
    """Of a map there is an empty one, one with a key like no name, and one with another value."""
    schema = {"type": "object", "additionalProperties": INTEGER}
    found = bodies(made(schema, {"x": 5, "y": 6, "z": 7}))

    assert {} in found
    assert any(" " in key for body in found for key in body)
    assert {"x": -1, "y": 6, "z": 7} in found


def test_recursive_schemas_are_varied_as_deep_as_a_body_goes() -> None:
    """A tree lacks what it may lack at each of its levels."""
    node = record({"name": TEXT, "next": {"$ref": "#/components/schemas/Node"}}, "name")
    body = {"name": "a", "next": {"name": "b", "next": {"name": "c"}}}
    found = bodies(made({"$ref": "#/components/schemas/Node"}, body, schemas={"Node": node}))

    assert {"name": "a"} in found
    assert {"name": "a", "next": {"name": "b"}} in found
    assert {"name": "a", "next": {"name": "b", "next": {"name": ""}}} in found


def test_booleans_are_both() -> None:
    """A flag is the other way round."""
    assert {"a": False} in bodies(made(record({"a": {"type": "boolean"}}, "a"), {"a": True}))


def test_what_breaks_most_code_comes_first() -> None:
    """Absence, then null, then emptiness come before values, in all places of a body."""
    leaf = {"type": ["string", "null"]}
    schema = record({"a": leaf, "deep": record({"b": leaf}), "list": items(leaf)}, "list")
    told = whats(made(schema, {"a": "x", "deep": {"b": "y"}, "list": ["z"]}))
    order = [told.index(w) for w in ("$.deep.b is absent", "$.a is null", "$.list is empty")]

    assert order == sorted(order)
    assert all(told.index(f"$.{at} is a blank") > order[-1] for at in ("a", "deep.b", "list[0]"))


@pytest.mark.parametrize(
    "schema",
    [{}, True, {"type": "string", "pattern": "["}, {"type": "string", "format": "phone"}],
)
def test_where_a_document_tells_too_little_nothing_is_made_up(schema: Any) -> None:
    """A place that says nothing, or what nobody can judge by, keeps the contract's own value."""
    found = made(record({"a": schema, "b": INTEGER}, "a", "b"), {"a": "+1 555", "b": 2})

    assert {body["a"] for body in bodies(found)} == {"+1 555"}
    assert all('"a":"+1 555"' in (reply.body or "") for reply in varied(found))


def test_a_fat_body_is_tried_by_the_dozen_and_what_is_left_is_counted() -> None:
    """What the budget does not allow alone is tried with others, and what is left is told."""
    fields = {f"f{at}": {"type": ["string", "null"]} for at in range(100)}
    body = dict.fromkeys(fields, "x")
    found, wide = (made(record(fields), body, examples=examples) for examples in (10, 100))

    assert len(plain(found)) <= 40
    assert found.left_out > 0
    assert wide.left_out == 0
    assert any(what.endswith("with 11 more changed") for what in whats(wide))
    assert [reply.what for reply in plain(found)][:20] == [r.what for r in plain(wide)][:20]


def test_a_plain_reply_has_some_dozens_of_bodies() -> None:
    """Ten fields of the usual kinds give enough to find faults and few enough to run."""
    fields: dict[str, Any] = {
        "id": {**TEXT, "format": "uuid"},
        "sku": TEXT,
        "name": TEXT,
        "count": INTEGER,
        "price": NUMBER,
        "at": {**TEXT, "format": "date-time"},
        "gift": {"type": "boolean"},
        "note": {"type": ["string", "null"]},
        "status": {"enum": ["a", "b"]},
        "tags": items(TEXT),
    }
    body = {
        "id": "01234567-89ab-4def-8123-456789abcdef",
        "sku": "A",
        "name": "n",
        "count": 3,
        "price": 1.5,
        "at": "2024-01-01T10:00:00Z",
        "gift": True,
        "note": "x",
        "status": "a",
        "tags": ["t"],
    }

    assert 30 <= len(plain(made(record(fields, "id", "sku"), body))) <= 80


def test_changes_that_are_tried_at_once_stand_apart() -> None:
    """A body has as many differences as are told of it: no change takes the place of another."""
    fields = {f"f{at}": {"type": ["string", "null"]} for at in range(5)}
    base = dict.fromkeys(fields, "x")
    found = plain(made(record(fields), base, examples=3))
    together = [reply for reply in found if reply.what.endswith("more changed")]

    assert together
    for reply in together:
        body, others = json.loads(reply.body or ""), int(reply.what.split()[-3])
        assert sum(body.get(name) != base.get(name) for name in {*base, *body}) == others + 1
