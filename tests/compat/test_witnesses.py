"""Several witnesses of one place, those near the contract's example, and what a model sends."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

import jsonschema
import pytest

from harness.compat.http.interactions import Provider
from harness.compat.schemas.bounds import Bounds
from harness.compat.schemas.engine import compare
from harness.compat.schemas.grafting import values_at
from harness.compat.schemas.outcome import Broken, Witness
from harness.documents.pacts import read_pact
from harness.domain.document import Document
from harness.domain.fit import Code, InteractionCompat, Kind, Misfit
from tests.compat.samples import (
    INTEGER,
    LIKE,
    NULL,
    TEXT,
    document,
    interaction,
    items,
    record,
    replying,
)

ASKING = Bounds(others=8)


def only(writer: Any, reader: Any, bounds: Bounds = ASKING) -> Witness:
    """The one witness that there is."""
    found = compare(writer, reader, bounds=bounds)
    assert isinstance(found, Broken), found
    (one,) = found.witnesses
    return one


@pytest.mark.parametrize(
    ("writer", "reader"),
    [
        (record({"s": {"enum": list("abcdef")}}, "s"), record({"s": {"enum": ["a"]}}, "s")),
        (record({"s": {}}, "s"), record({"s": INTEGER}, "s")),
        (items(record({"n": {"type": ["integer", "string", "null"]}}, "n")),
         items(record({"n": INTEGER}, "n"))),
        ({"type": "object", "additionalProperties": {}},
         {"type": "object", "additionalProperties": INTEGER}),
    ],
)  # fmt: skip
def test_further_witnesses_differ_at_their_place(writer: Any, reader: Any) -> None:
    """Each is sent and refused, and shows at the place what no other shows."""
    one = only(writer, reader)
    values = [one.value, *one.others]
    held = [json.dumps(list(values_at(each, one.place))) for each in values]

    assert 1 < len(values) <= 1 + ASKING.others
    assert len(set(held)) == len(held)
    for each in values:
        jsonschema.Draft202012Validator(writer).validate(each)
        assert not jsonschema.Draft202012Validator(reader).is_valid(each)


def test_no_further_witness_is_made_unasked() -> None:
    """One is enough where nobody is asked about it."""
    assert only(record({"s": {}}, "s"), record({"s": INTEGER}, "s"), Bounds()).others == ()


@pytest.mark.parametrize(
    ("format", "pattern"),
    [
        ("date-time", r"[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d"),
        ("date", r"[12]\d{3}-"),
        ("time", r"\d\d:\d\d:[0-5]"),
    ],
)
def test_a_witness_of_a_format_is_one_that_services_send(format: str, pattern: str) -> None:
    """A time of the year 0, or of a second 60, convinces nobody."""
    reader = {"type": "string", "pattern": "^$"}
    one = only({"type": "string", "format": format}, reader, Bounds())

    assert isinstance(one.value, str)
    assert re.match(pattern, one.value)


def test_what_is_odd_is_shown_where_nothing_usual_is_refused() -> None:
    """A reader that asks for a capital T is refused by the small one that the format allows."""
    reader = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT"}
    one = only({"type": "string", "format": "date-time"}, reader, Bounds())

    assert isinstance(one.value, str)
    assert "t" in one.value
    assert one.value[0] in "12"


def test_a_naive_time_is_what_a_reader_of_zones_may_be_sent() -> None:
    """Of times with an offset, the witness is one that Python itself reads."""
    reader = {"type": "string", "pattern": "Z$"}
    one = only({"type": "string", "format": "date-time"}, reader, Bounds())

    assert isinstance(one.value, str)
    assert datetime.fromisoformat(one.value).tzinfo is not None


def compared(provider: Document, *args: Any, **named: Any) -> InteractionCompat:
    """What one interaction comes to where consumers are asked."""
    return Provider(provider, ASKING).compared(interaction(*args, **named))


def misfit(found: InteractionCompat) -> Misfit:
    """The one misfit that there is."""
    assert len(found.misfits) == 1, found
    return found.misfits[0]


THING = record(
    {"sku": {"type": ["string", "null"]}, "lines": items(record({"n": {"enum": [1, 2]}}, "n"))},
    "lines",
)
EXAMPLE = {"sku": "A", "lines": [{"n": 1}, {"n": 1}]}


def test_the_nearest_is_the_example_with_one_place_changed() -> None:
    """Code that fails on it fails for this reason and no other."""
    found = compared(replying(THING), EXAMPLE, {"$.sku": LIKE})
    near = {one.path: [json.loads(each) for each in one.nearest] for one in found.misfits}

    assert {"lines": [{"n": 1}, {"n": 1}]} in near["$.sku"]
    assert {"sku": None, "lines": [{"n": 1}, {"n": 1}]} in near["$.sku"]
    for each in near["$.sku"]:
        assert each["lines"] == EXAMPLE["lines"]


def test_an_example_that_the_document_refuses_has_nothing_near() -> None:
    """What would not be sent is not put to anybody, however near it is."""
    schema = record({"a": {"type": ["integer", "null"]}, "b": INTEGER}, "a", "b")
    found = compared(replying(schema), {"a": 1, "b": "x"}, {"$": LIKE})

    assert {one.path: one.nearest for one in found.misfits}["$.a"] == ()


def test_nearest_are_not_made_where_nobody_is_asked() -> None:
    """Outside the gate one witness is told."""
    found = Provider(replying(THING)).compared(interaction(EXAMPLE, {"$.sku": LIKE}))

    assert {one.nearest for one in found.misfits} == {()}


def sent(body: Any, writer: Any, accepted: Any) -> InteractionCompat:
    """What a request comes to whose body is declared by a model."""
    operation = {
        "requestBody": {"required": True, "content": {"application/json": {"schema": accepted}}}
    }
    text = json.dumps(
        {
            "consumer": {"name": "consumer"},
            "provider": {"name": "provider"},
            "interactions": [
                {
                    "type": "Synchronous/HTTP",
                    "description": "a thing",
                    "request": {
                        "method": "POST",
                        "path": "/things/1",
                        "headers": {"Content-Type": ["application/json"]},
                        "body": {"content": body, "contentType": "application/json"},
                    },
                    "response": {"status": 200},
                    "comments": {"contract-harness": {"v": 1, "writer": writer}},
                }
            ],
            "metadata": {"pactSpecification": {"version": "4.0"}},
        }
    )
    return Provider(document(operation, method="post")).compared(read_pact(text).interactions[0])


NOTE = {"anyOf": [TEXT, NULL]}


@pytest.mark.parametrize(
    ("writer", "accepted", "hypothesis"),
    [
        (record({"n": {"type": ["integer", "string"]}}, "n"), record({"n": INTEGER}, "n"), False),
        (record({"n": INTEGER}, "n"), record({"n": {"type": "integer", "minimum": 1}}, "n"), True),
        (record({"n": INTEGER}), record({"n": INTEGER}, "n"), False),
        (record({"n": INTEGER, "x": NOTE}, "n"), record({"n": INTEGER, "x": TEXT}, "n"), True),
        (record({"n": INTEGER, "x": NOTE}, "n", "x"), record({"n": INTEGER, "x": TEXT}, "n", "x"),
         False),
        (record({"n": {"enum": [3, 4]}}, "n"), record({"n": {"enum": [3]}}, "n"), False),
        (record({"n": INTEGER, "x": TEXT}, "n"),
         record({"n": INTEGER, "x": {"type": "string", "format": "uuid"}}, "n"), True),
    ],
    ids=["type", "bound", "missing", "null to leave out", "null in a key that must be there",
         "listed value", "format"],
)  # fmt: skip
def test_what_a_declared_model_may_send(writer: Any, accepted: Any, hypothesis: bool) -> None:
    """Another type is certain; a detail, or a null that may be left out, is a hypothesis."""
    example = {"n": 3, "x": "b4b147bc-522c-428c-b8b4-5a4f5a4f5a4f"}
    one = misfit(sent(example, writer, accepted))

    assert (one.code, one.kind) == (Code.REQUEST_BODY, Kind.MAY_BREAK)
    assert one.hypothesis is hypothesis


def test_what_a_declared_model_sends_is_covered() -> None:
    """A model that sends less than is accepted fits."""
    accepted = record({"n": {"type": ["integer", "null"]}, "more": TEXT}, "n")

    assert sent({"n": 3}, record({"n": INTEGER}, "n"), accepted).misfits == ()


def test_an_example_that_is_refused_is_told_before_its_model() -> None:
    """What is sent for certain outweighs what may be."""
    one = misfit(sent({"n": "x"}, record({"n": {}}, "n"), record({"n": INTEGER}, "n")))

    assert (one.kind, one.path, one.hypothesis) == (Kind.IMPOSSIBLE, "$.n", False)


@pytest.mark.parametrize(
    ("writer", "reader", "value"),
    [
        (INTEGER, {"type": "integer", "maximum": 100}, 101),
        (INTEGER, {"type": "integer", "minimum": 5}, 0),
        (INTEGER, {"type": "integer", "maximum": -7}, 0),
        ({"type": "number"}, {"type": "number", "maximum": 100}, 101),
        ({"type": "number"}, INTEGER, 0.5),
        ({"enum": ["longest", "lo", "b"]}, {"enum": ["b"]}, "lo"),
        ({"enum": [1000, -3, 7]}, {"enum": [7]}, -3),
        (TEXT, {"type": "string", "maxLength": 3}, "aaaa"),
    ],
)
def test_a_witness_is_the_smallest_of_those_at_hand(writer: Any, reader: Any, value: Any) -> None:
    """The value nearest to what is accepted, or to nothing, says most."""
    assert only(writer, reader, Bounds()).value == value
