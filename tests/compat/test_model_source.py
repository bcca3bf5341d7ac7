"""The models that are suggested are Python, and take what they were made of."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from pydantic import ValidationError

from harness.compat.pacts.model_source import ModelSource, model_name, model_source
from harness.compat.pacts.readers import reply_reader
from harness.documents.pacts import read_pact
from harness.domain.json import Json
from harness.domain.pact import Body, HttpResponse, Presence
from tests.shop import pacts_over_http

PACTS = pacts_over_http()
LIBRARIES = ("pydantic", "msgspec", "")
OBJECT: Json = {
    "type": "object",
    "properties": {
        "sku": {"type": "string"},
        "on-hand": {"type": "integer"},
        "class": {"anyOf": [{"type": "number"}, {"type": "null"}]},
        "json": {"enum": ["a", 'b"', 3]},
        "_id": {"type": "string", "format": "uuid"},
        "at": {"type": "string", "format": "date-time"},
        "places": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"city": {"type": "string"}},
                "required": ["city"],
            },
        },
        "extra": {"type": "object", "additionalProperties": {"type": "integer"}},
        "next": {"$ref": "#/$defs/Node"},
    },
    "required": ["sku", "on-hand", "class", "json", "_id", "at", "places", "extra"],
    "$defs": {
        "Node": {
            "type": "object",
            "properties": {"next": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]}},
        }
    },
}
VALUE: Json = {
    "sku": "A-1",
    "on-hand": 3,
    "class": None,
    "json": 'b"',
    "_id": "0b6d1c1e-3f0a-4d5e-9d55-3a0f6a1e7b21",
    "at": "2024-03-01T09:30:00Z",
    "places": [{"city": "Bonn"}],
    "extra": {"a": 1},
}


@contextmanager
def run(model: ModelSource) -> Iterator[dict[str, object]]:
    """Execute a model's source as a module, since that is where its names are looked up."""
    module = ModuleType("suggested")
    exec(compile(model.text, "<suggested>", "exec"), module.__dict__)
    sys.modules["suggested"] = module
    try:
        yield module.__dict__
    finally:
        del sys.modules["suggested"]


def taken(model: ModelSource, value: Json) -> bool:
    """Whether the model takes a value, by the line that would use it where there is one."""
    read = model.read or f"convert({{}}, type={model.annotation})"
    with run(model) as names:
        try:
            eval(read.format("body"), {"convert": msgspec.convert, **names, "body": value})
        except (ValidationError, msgspec.ValidationError):
            return False
    return True


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_model_takes_what_it_was_made_of(library: str) -> None:
    """Names that are no Python names, nesting, circles and formats all come out as Python."""
    model = model_source("Stock", [(OBJECT, True)], library)

    assert taken(model, VALUE)
    assert isinstance(VALUE, Mapping)
    assert not taken(model, {**VALUE, "on-hand": "many"})
    assert not taken(model, {key: value for key, value in VALUE.items() if key != "sku"})


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_some_replies_leave_out_may_be_absent(library: str) -> None:
    """Several interactions of one operation give one model that takes each of them."""
    readers = [
        (reader_of({"sku": "A-1", "on_hand": 3}), False),
        (reader_of({"sku": "A-2", "on_hand": None, "restock_at": "soon"}), False),
    ]
    model = model_source("Stock", readers, library)

    assert len(model.classes) == 1
    assert taken(model, {"sku": "B", "on_hand": 9})
    assert taken(model, {"sku": "B", "on_hand": None, "restock_at": "later"})
    assert not taken(model, {"on_hand": 9})


def reader_of(example: Json) -> Json:
    """What a contract without rules shows."""
    body = Body(Presence.PRESENT, example, "application/json", is_json=True)
    reader = reply_reader(None, HttpResponse(200, {}, body))
    assert reader is not None
    return reader.schema


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("example", [[{"a": 1}, {"a": 2}], [], ["x"], 3, "x", None, {}])
def test_a_whole_that_is_no_object_has_a_type(library: str, example: Json) -> None:
    """A list is read as a list, and a scalar as itself."""
    assert taken(model_source("Level", [(reader_of(example), False)], library), example)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("path", PACTS, ids=lambda path: path.stem)
def test_every_reply_of_the_sample_contracts_has_a_model(library: str, path: Path) -> None:
    """What the shop's own contracts expect is taken by the model made of it."""
    for interaction in read_pact(path.read_bytes()).interactions:
        assert interaction.response is not None
        reader = reply_reader(interaction.reader, interaction.response)
        value = interaction.response.body.value
        if reader is not None and not isinstance(value, bytes):
            model = model_source("Reply", [(reader.schema, reader.declared)], library)
            assert taken(model, value), f"{interaction.description}\n{model.text}"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/products/{sku}", "Product"),
        ("/products/DESK-120", "Product"),
        ("/products/{sku}/price", "Price"),
        ("/categories", "Category"),
        ("/stock-levels/{id}", "StockLevel"),
        ("parcels.sent", "Sent"),
        ("/status", "Status"),
        ("/{id}", "Reply"),
        ("", "Reply"),
    ],
)
def test_a_model_is_named_after_what_it_holds(path: str, name: str) -> None:
    """The last word of a path names what one gets there."""
    assert model_name(path) == name
