"""A reader says what the consumer's type accepts, whatever library made the type."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID

import jsonschema
import msgspec
import pydantic
import pydantic.v1
import pytest

from harness.consumer.canonical import canonical_schema
from harness.consumer.schema import TypeNotUnderstood, schema_of, type_of_example
from harness.consumer.wire import wire
from harness.domain.json import Json, canonical
from tests.consumer import models

AT = datetime(2024, 1, 1, tzinfo=UTC)
PART: dict[str, Any] = {"id": UUID(int=1), "note": None}
THING: dict[str, Any] = {
    "sku": "A",
    "count": 3,
    "colour": models.Colour.RED,
    "at": AT,
    "by_name": {"x": 1},
    "kind": "thing",
}


@pytest.mark.parametrize("thing", models.THINGS)
def test_every_library_gives_the_same_reader(thing: type) -> None:
    """The same fields of the same types are read the same, down to the bytes."""
    first = schema_of(models.ThingModel)
    assert canonical(schema_of(thing)) == canonical(first)
    assert first["required"] == ["at", "by_name", "colour", "count", "kind", "parts", "sku"]


@pytest.mark.parametrize("thing", models.THINGS)
def test_every_library_gives_the_same_example(thing: type) -> None:
    """An example travels the same from every library, without the fields that were not given."""
    part = {
        models.ThingData: models.PartData,
        models.ThingAttrs: models.PartAttrs,
        models.ThingStruct: models.PartStruct,
        models.ThingModel: models.PartModel,
    }.get(thing, dict)
    told = wire(thing(**THING, parts=[part(**PART)]))
    assert isinstance(told, dict)
    assert told.pop("at") in ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00+00:00")
    assert told == {
        "sku": "A",
        "count": 3,
        "colour": "red",
        "parts": [{"id": str(UUID(int=1)), "note": None}],
        "by_name": {"x": 1},
        "kind": "thing",
    }


def test_the_names_that_travel_are_read() -> None:
    """Aliases are the wire names, in the reader, in what is read and in what is sent."""
    reader = schema_of(models.Wired)
    properties = reader["properties"]
    assert isinstance(properties, Mapping)
    assert sorted(properties) == ["code", "onHand", "price", "theDay"]
    assert properties["onHand"] == {"type": "integer", "minimum": 0}
    assert reader["additionalProperties"] is False
    given: dict[str, Any] = {"onHand": 1, "price": Decimal("1.50"), "theDay": "2024-01-02"}
    example = models.Wired(**given, code="A")
    assert wire(example) == {"onHand": 1, "price": "1.50", "theDay": "2024-01-02", "code": "A"}
    sent = wire(example, "sent")
    assert sent == {"onHand": 1, "price": "1.50", "day_out": "2024-01-02", "code": "A"}


def test_a_decimal_is_read_as_its_library_reads_it() -> None:
    """pydantic and msgspec read text and number; of a parser by hand only the text is certain."""

    class Struct(msgspec.Struct):
        price: Decimal

    @dataclass
    class ByHand:
        price: Decimal

    for kind in (models.Wired, Struct):
        price = _property(schema_of(kind), "price")
        assert [each["type"] for each in price["anyOf"]] == ["string", "number"]
    assert _property(schema_of(ByHand), "price")["type"] == "string"
    assert _property(schema_of(models.Wired, "serialization"), "price")["type"] == "string"


def test_unions_keep_their_tags() -> None:
    """A tag that was not given travels all the same, and a tagged union is a plain union."""
    card = models.Payment(how=models.Card(number="1"), grade=None, extra=[1])
    assert wire(card) == {"how": {"kind": "card", "number": "1"}, "grade": None, "extra": [1]}
    reader = schema_of(models.Payment)
    assert len(_property(reader, "how")["anyOf"]) == 2
    assert _property(reader, "extra") == {}
    assert _property(reader, "grade") == {"anyOf": [{"enum": [1, 2]}, {"type": "null"}]}


def test_recursion_is_all_that_needs_definitions() -> None:
    """Only what holds itself is a definition, numbered by first use, whatever it was called."""
    tree = schema_of(models.Tree)
    assert tree["$ref"] == "#/$defs/1"
    assert list(_mapping(tree["$defs"])) == ["1"]
    assert "$defs" not in schema_of(models.ThingModel)
    branch = schema_of(models.Branch)
    assert set(_mapping(branch["$defs"])) == {"1", "2"}
    jsonschema.validate({"twigs": [{"of": None}, {"of": {"twigs": []}}]}, branch)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"twigs": [{"of": {"twigs": [1]}}]}, branch)


def test_a_class_and_its_mirror_image_give_the_same_bytes() -> None:
    """Order of fields, docstrings, titles, examples, names and defaults are not acceptance."""

    class One(pydantic.BaseModel):
        """Told."""

        a: int
        b: str | None = pydantic.Field(default="x", title="T", examples=["y"], description="D")
        c: models.Tree

    class Other(pydantic.BaseModel):
        c: models.Tree
        b: str | None = None
        a: int = pydantic.Field(title="Z", json_schema_extra={"x-note": 1})

    assert canonical(schema_of(One)) == canonical(schema_of(Other))


def test_models_of_pydantic_1() -> None:
    """A model of the old kind is read with its nullable fields."""

    class Old(pydantic.v1.BaseModel):
        sku: str
        note: str | None = None
        parts: list[int] = []

    reader = schema_of(Old)
    assert reader["required"] == ["sku"]
    assert _property(reader, "note") == {"anyOf": [{"type": "null"}, {"type": "string"}]}
    assert wire(Old(sku="A")) == {"sku": "A"}


def test_forms_of_types() -> None:
    """Lists, maps, tuples, unions and annotations of other libraries are read as what they say."""
    by_colour = schema_of(dict[models.Colour, int])
    assert by_colour["propertyNames"] == {"enum": ["blue", "red"]}
    assert schema_of(tuple[int, str])["prefixItems"] == [{"type": "integer"}, {"type": "string"}]
    assert schema_of(int | None) == {"anyOf": [{"type": "integer"}, {"type": "null"}]}
    assert schema_of(object) == {}
    assert schema_of(date) == {"type": "string", "format": "date"}
    with pytest.raises(TypeNotUnderstood, match="complex"):
        schema_of(list[complex])


def test_what_an_example_tells_of_its_type() -> None:
    """A model tells its type, a list of one model too; a dict, or a mixed list, does not."""
    card, cash = models.Card(number="1"), models.Cash(given=Decimal(1))
    assert type_of_example(card) is models.Card
    assert type_of_example([card, card]) == list[models.Card]
    assert type_of_example([card, cash]) is None
    assert type_of_example({"kind": "card"}) is None


def test_required_keys_hold_under_postponed_annotations() -> None:
    """NotRequired is seen although annotations are texts in this module."""
    required = schema_of(models.PartDict)["required"]
    assert required == ["id", "note"]

    class Loose(TypedDict, total=False):
        a: int

    assert "required" not in schema_of(Loose)


SPELLINGS: list[tuple[Json, Json]] = [
    ({"const": "a", "type": "string"}, {"enum": ["a"]}),
    ({"enum": ["b", "a"], "type": "string"}, {"enum": ["a", "b", "b"]}),
    ({"type": ["string", "null"], "minLength": 1}, None),
    ({"anyOf": [{"type": "null"}, {"type": "string", "minLength": 1}]}, None),
    ({"allOf": [{"$ref": "#/$defs/A"}], "$defs": {"A": {"type": "integer"}}}, {"type": "integer"}),
    ({"$ref": "#/definitions/A", "definitions": {"A": {"type": "integer"}}}, {"type": "integer"}),
    ({"oneOf": [{"type": "integer"}, {"type": "string"}]}, {"type": ["string", "integer"]}),
    ({"type": "object", "additionalProperties": True, "title": "T"}, {"type": "object"}),
    ({"type": "object", "required": ["b", "a"]}, {"required": ["a", "b"], "type": "object"}),
    ({"anyOf": [{"enum": ["a"]}, {"const": None}]}, {"enum": ["a", None]}),
    ({"type": "number", "minimum": 1.0}, {"type": "number", "minimum": 1}),
    ({"anyOf": [{"anyOf": [{"type": "null"}]}, {"type": "null"}]}, {"type": "null"}),
    ({"type": "array", "items": {}, "minItems": 0}, {"type": "array"}),
]


@pytest.mark.parametrize(("one", "other"), SPELLINGS)
def test_one_spelling(one: Json, other: Json) -> None:
    """Two spellings of one acceptance become the same bytes, and stay so when done again."""
    first = canonical_schema(_mapping(one))
    expected: Json = {"anyOf": [{"type": "null"}, {"type": "string", "minLength": 1}]}
    second = canonical_schema(_mapping(expected if other is None else other))
    assert canonical(first) == canonical(second)
    assert canonical(canonical_schema(first)) == canonical(first)


@pytest.mark.parametrize("kind", [*models.THINGS, models.Payment, models.Tree, models.Wired])
def test_the_canonical_form_accepts_what_the_model_accepts(kind: Any) -> None:
    """A second validator and the library itself agree on good and on broken values."""
    reader = schema_of(kind)
    jsonschema.Draft202012Validator.check_schema(reader)
    adapter = pydantic.TypeAdapter(kind) if isinstance(kind, type(pydantic.BaseModel)) else None
    for value in _values():
        accepted = jsonschema.Draft202012Validator(reader).is_valid(value)
        if adapter is not None:
            try:
                adapter.validate_json(json.dumps(value))
            except pydantic.ValidationError:
                assert not accepted, value
            else:
                assert accepted, value


def _values() -> list[Json]:
    thing: dict[str, Json] = {
        "sku": "A",
        "count": 3,
        "colour": "red",
        "at": "2024-01-01T00:00:00Z",
        "parts": [{"id": str(UUID(int=1)), "note": None}],
        "by_name": {"x": 1},
        "kind": "thing",
    }
    wired: dict[str, Json] = {"onHand": 1, "price": 1.5, "theDay": "2024-01-02", "code": "A"}
    return [
        thing,
        {**thing, "colour": "green"},
        {**thing, "parts": [{"note": "x"}]},
        {**thing, "by_name": {"x": None}},
        {**thing, "comment": None, "tags": ["x"]},
        {"name": "a", "children": [{"name": "b"}]},
        {"name": "a", "children": [{"children": []}]},
        {"how": {"kind": "cash", "given": "1.5"}, "grade": 2, "extra": None},
        {"how": {"kind": "cash", "number": "1"}, "grade": 2, "extra": None},
        wired,
        {**wired, "more": 1},
        {**wired, "onHand": -1},
        {**wired, "code": "a"},
    ]


def _property(schema: Mapping[str, Json], name: str) -> Any:
    return _mapping(schema["properties"])[name]


def _mapping(value: Json) -> Mapping[str, Json]:
    assert isinstance(value, Mapping)
    return value
