"""Schemas and bodies that are meant to hurt: a set comes, within bounds, and is told honestly."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.compat.possible.contents import ReplySet
from harness.compat.possible.replies import PossibleReplies
from harness.documents.openapi import read_document
from harness.documents.pacts import read_pact
from harness.domain.json import Json
from harness.domain.possible import Origin
from tests.compat.effort import within
from tests.compat.possible.making import varied
from tests.compat.samples import INTEGER, TEXT, interaction, items, record, replying
from tests.compat.test_hostile import doubling, nested, recursive

MOST_CALLS = 12_000_000
MOST_TEXT = 40_000_000
WIDE = {"allOf": [{"anyOf": [record({f"k{i}{j}": TEXT}) for j in "abcde"]} for i in range(20)]}


def bounded(schema: Any, body: Json) -> ReplySet:
    """The set, which must not take more work or room than the limits."""
    schemas: dict[str, Any] = {}
    if isinstance(schema, dict) and "$defs" in schema:
        schemas = renamed(schema["$defs"])
        schema = renamed({key: each for key, each in schema.items() if key != "$defs"})
    asked, shown = PossibleReplies(replying(schema, schemas=schemas), 50, 1), interaction(body)
    found = within(MOST_CALLS, lambda: asked.of(shown))
    assert sum(len(reply.body or "") for reply in found.replies) <= MOST_TEXT
    assert any(reply.origin is Origin.NETWORK for reply in found.replies)
    within(MOST_CALLS, lambda: asked.simpler(shown, found.replies[0].body or ""))
    within(MOST_CALLS, lambda: asked.answer("GET", "/things/1"))
    return found


def renamed(schema: Any) -> Any:
    """A schema whose references lead into a document."""
    return json.loads(json.dumps(schema).replace("#/$defs/", "#/components/schemas/"))


def deep(form: str, depth: int) -> Any:
    """A body below many levels of one form."""
    body: Any = 1
    for _ in range(depth):
        body = {"a": body} if form == "object" else [body]
    return body


@pytest.mark.parametrize("form", ["object", "array"])
def test_deep_bodies_are_varied_as_far_as_one_looks(form: str) -> None:
    """Fifteen levels are more than are looked at, and give no less than the first of them."""
    assert varied(bounded(nested(form, 15, INTEGER), deep(form, 15)))


def test_a_thousand_definitions_in_a_row_are_followed_as_far_as_a_body_goes() -> None:
    """What no body holds is not looked for."""
    step = {f"D{at}": record({"n": {"$ref": f"#/$defs/D{at + 1}"}}) for at in range(1_000)}
    found = bounded({"$ref": "#/$defs/D0", "$defs": {**step, "D1000": INTEGER}}, {"n": {"n": {}}})

    assert {'{"n":{}}', "{}"} <= {reply.body for reply in varied(found)}


def test_an_enormous_enum_is_tried_at_its_ends_and_the_rest_is_counted() -> None:
    """Of a hundred thousand members some are sent, and what is left out is told."""
    found = bounded({"enum": [f"v{at}" for at in range(100_000)]}, "v5")

    assert {'"v0"', '"v99999"'} <= {reply.body for reply in varied(found)}
    assert found.left_out > 0


@pytest.mark.parametrize(
    ("schema", "body"),
    [
        (items(INTEGER, minItems=100_000), [1] * 100_000),
        (items(INTEGER, maxItems=10**9), [1]),
        (items(INTEGER, uniqueItems=True, minItems=30), list(range(30))),
        (record({"a": {**TEXT, "minLength": 10**6}}, "a"), {"a": "x" * 10**6}),
        (record({"a": {**TEXT, "minLength": 10**9}}), {}),
        (record({"a": {**TEXT, "pattern": "^(a+)+$"}, "b": {**TEXT, "pattern": "["}}), {"a": "a"}),
        (record({f"o{at}": {"type": ["string", "null"]} for at in range(200)}), {}),
        (record({f"o{at}": TEXT for at in range(2_000)}), {f"o{at}": "x" for at in range(2_000)}),
        (items(record({"id": INTEGER, "name": TEXT})), [{"id": 1, "name": "n" * 50}] * 15_000),
        (
            items(record({"id": INTEGER, "name": TEXT, "z": TEXT}, "z")),
            [{"id": 1, "name": "n" * 50}] * 5_000,
        ),
        (
            {"type": "object", "additionalProperties": INTEGER},
            {f"k{at}": at for at in range(30_000)},
        ),
        (recursive(INTEGER), {"v": 1}),
        (recursive(INTEGER, union=True), {"v": 1}),
        ({"type": "number", "multipleOf": 1e-300}, 1),
        ({"type": "number", "minimum": 1e308}, 1.5e308),
        ({"type": "integer", "minimum": 10**400}, 10**400),
    ],
    ids=lambda value: str(value)[:40],
)
def test_sizes_beyond_measure_give_a_set_within_bounds(schema: Any, body: Json) -> None:
    """Megabytes and wide schemas give some bodies, and the other replies as for any other."""
    found = bounded(schema, body)

    assert found.base
    assert not found.unknown


@pytest.mark.parametrize(
    ("schema", "body"),
    [
        (items(INTEGER, minItems=10**9), [1]),
        ({"$ref": "#/$defs/N", "$defs": {"N": record({"n": {"$ref": "#/$defs/N"}}, "n")}}, {}),
        (doubling(INTEGER), {}),
        ({"type": 3, "properties": [1]}, {"a": 1}),
        ({"type": "object", "required": "x"}, {"a": 1}),
        (record({"\ud800": {"const": "\ud800"}}, "\ud800"), {"\ud800": "\ud800"}),
        (
            {
                "allOf": [
                    {"anyOf": [record({f"k{i}{j}": TEXT}) for j in "abcde"]} for i in range(20)
                ]
            },
            {},
        ),
        ({"$ref": "http://example.org/a"}, 1),
        ({"$ref": "#/$defs/A", "$defs": {"A": {"$ref": "#/$defs/A"}}}, 1),
        ({"not": {}}, 1),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_varied_is_told_with_its_reason(schema: Any, body: Json) -> None:
    """No body is made up where a schema has no value, or says what cannot be followed."""
    found = bounded(schema, body)

    assert found.unknown
    assert not varied(found)


def test_a_place_that_goes_too_far_leaves_the_others_alone() -> None:
    """One field that can be met in too many ways is passed over; its neighbours are varied."""
    found = bounded(record({"a": WIDE, "b": INTEGER, "c": TEXT}, "a"), {"a": {}, "b": 1, "c": "x"})
    told = {reply.what for reply in varied(found)}

    assert {"$.b is absent", "$.b is 0", "$.c is empty"} <= told


def test_a_document_of_five_hundred_operations_gives_a_set_for_each() -> None:
    """Operations do not weigh on each other: each costs what it costs alone."""
    schema = record({f"f{at}": TEXT for at in range(10)})
    responses = {"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}}
    paths = {f"/r{at}/{{id}}": {"get": {"responses": responses}} for at in range(500)}
    info = {"title": "wide", "version": "1"}
    read = read_document(json.dumps({"openapi": "3.1.0", "info": info, "paths": paths}))
    asked, body = PossibleReplies(read, 20, 1), {f"f{at}": "x" for at in range(10)}
    shown = [interaction(body, request={"path": f"/r{at}/1"}) for at in range(0, 500, 10)]
    found = within(MOST_CALLS, lambda: [asked.of(each) for each in shown])

    assert len({each.operation for each in found}) == 50
    assert len({each.replies for each in found}) > 1 or len(found[0].replies) > 60
    assert all(not each.unknown for each in found)


def test_interactions_of_messages_have_no_replies() -> None:
    """What does not go over HTTP is told, and nothing comes of it."""
    message = {"type": "Asynchronous/Messages", "description": "m", "contents": {"content": 1}}
    pact = {
        "consumer": {"name": "c"},
        "provider": {"name": "p"},
        "interactions": [message],
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }
    shown = read_pact(json.dumps(pact)).interactions[0]

    assert PossibleReplies(replying(TEXT), 10, 1).of(shown) == ReplySet(
        "", unknown="it is not an interaction over HTTP"
    )
