"""What holds of the comparison of two versions, whatever the schemas, as a second judge sees it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from harness.compat.versions import changes
from harness.documents.openapi import read_document
from harness.domain.change import Breaks
from harness.domain.document import Document
from tests.compat.strategies import Schema, changed, documents, judged, schemas, values

_QUIET = settings(
    max_examples=150,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)


def _placed(schema: Any, place: str) -> Document:
    """A document whose one body, of a reply or of a request, has a schema with definitions."""
    named = json.dumps(schema).replace("#/$defs/", "#/components/schemas/")
    root = json.loads(named)
    components = {"schemas": root.pop("$defs", {})}
    content = {"application/json": {"schema": root}}
    reply = {"200": {"description": "ok", "content": content}}
    operations = {
        "reply": {"responses": reply},
        "request": {"requestBody": {"content": content}, "responses": {}},
    }
    return read_document(
        json.dumps(
            {
                "openapi": "3.1.0",
                "info": {"title": "things", "version": "1"},
                "paths": {"/things": {"post": operations[place]}},
                "components": components,
            }
        )
    )


@st.composite
def _edited(draw: st.DrawFn, schema: Schema) -> Schema:
    """A schema with one edit, as a developer makes it, somewhere in it."""
    inner: list[str] = [
        word for word in ("items", "additionalProperties") if isinstance(schema.get(word), dict)
    ]
    named: list[str] = sorted(schema.get("properties", {}))
    inside: bool = draw(st.booleans())
    if inner and inside:
        return {**schema, inner[0]: draw(_edited(schema[inner[0]]))}
    if named and inside:
        name = draw(st.sampled_from(named))
        if isinstance(schema["properties"][name], dict):
            edited: Schema = draw(_edited(schema["properties"][name]))
            return {**schema, "properties": {**schema["properties"], name: edited}}
    edit: Callable[[Schema], Schema] = draw(st.sampled_from(_EDITS))
    return edit(schema)


def _with(**words: Any) -> Callable[[Schema], Schema]:
    return lambda schema: {**schema, **words}


def _nullable(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _field(name: str, *, required: bool) -> Callable[[Schema], Schema]:
    def edited(schema: Schema) -> Schema:
        properties = {**schema.get("properties", {}), name: {"type": "string"}}
        more = [*schema.get("required", ()), name] if required else schema.get("required", [])
        return {**schema, "properties": properties, "required": more}

    return edited


def _without(*words: str) -> Callable[[Schema], Schema]:
    return lambda schema: {word: each for word, each in schema.items() if word not in words}


_EDITS: tuple[Callable[[Schema], Schema], ...] = (
    _nullable,
    _field("a", required=True),
    _field("b", required=False),
    _field("new", required=True),
    _field("new", required=False),
    _without("properties"),
    _without("required"),
    _without("minimum", "minLength", "minItems", "pattern"),
    _without("maximum", "maxLength", "maxItems", "enum"),
    _without("type"),
    _without("additionalProperties", "patternProperties", "dependentRequired"),
    _with(required=["a"]),
    _with(minimum=1, minLength=2, minItems=1),
    _with(maximum=0, maxLength=1, maxItems=0),
    _with(exclusiveMaximum=5),
    _with(type=["string", "integer"]),
    _with(type="number"),
    _with(enum=["a", 1]),
    _with(const="a"),
    _with(additionalProperties=False),
    _with(additionalProperties={"type": "string"}),
    _with(uniqueItems=True),
    _with(multipleOf=2),
    _with(pattern="^a"),
    _with(contains={"type": "integer"}),
    _with(prefixItems=[{"type": "string"}]),
    _with(propertyNames={"maxLength": 1}),
    _with(minProperties=1),
    _with(title="again", description="the same"),
    lambda schema: {"allOf": [schema]},
    lambda schema: {"allOf": [schema, {"type": "object", "required": ["a"]}]},
    lambda schema: {"anyOf": [schema, {"type": "boolean"}]},
    lambda schema: {"oneOf": [schema, {"type": "integer"}]},
    lambda schema: {"oneOf": [{"type": "object"}, schema]},
    lambda schema: {"not": schema},
    lambda schema: {**schema, "not": {"type": "string"}},
    lambda schema: {**schema, "if": {"type": "string"}, "then": {"minLength": 1}},
)


@st.composite
def _versions(draw: st.DrawFn) -> tuple[Schema, Schema]:
    base = draw(st.one_of(schemas(), documents()))
    head = draw(st.one_of(_edited(base), _edited(base), changed(base), schemas()))
    kept = {"$defs": base["$defs"]} if "$defs" in base else {}
    return base, {**_without("$defs")(head), **kept}


def _is_silent(base: Schema, head: Schema, place: str) -> bool:
    found = changes(_placed(base, place), _placed(head, place))
    return all(each.breaks is Breaks.HARMLESS for each in found)


def _fits(data: st.DataObject, writer: Schema, reader: Schema) -> None:
    """Everything that is drawn of what a writer may send, the reader accepts."""
    drawn = values(writer, writer)
    if drawn.is_empty:
        return
    for _ in range(8):
        value = data.draw(drawn)
        if judged(writer, value):
            assert judged(reader, value)


@given(pair=_versions(), data=st.data())
@_QUIET
def test_replies_of_a_harmless_change_are_accepted_by_the_earlier_version(
    pair: tuple[Schema, Schema], data: st.DataObject
) -> None:
    """Where nothing breaks, the earlier schema accepts every reply that the later one allows."""
    base, head = pair
    if _is_silent(base, head, "reply"):
        _fits(data, head, base)


@given(pair=_versions(), data=st.data())
@_QUIET
def test_requests_of_the_earlier_version_survive_a_harmless_change(
    pair: tuple[Schema, Schema], data: st.DataObject
) -> None:
    """Where nothing breaks, the later schema accepts every request that the earlier one allowed."""
    base, head = pair
    if _is_silent(base, head, "request"):
        _fits(data, base, head)


@given(schema=st.one_of(schemas(), documents()), place=st.sampled_from(["reply", "request"]))
@_QUIET
def test_a_version_does_not_differ_from_itself(schema: Schema, place: str) -> None:
    """Read twice, a document has no changes, whatever its digest says."""
    first, second = _placed(schema, place), _placed({**schema, "title": "again"}, place)

    assert changes(first, second) == ()


@given(pair=_versions())
@settings(_QUIET, max_examples=60)
def test_what_a_change_takes_its_reverse_gives_back(pair: tuple[Schema, Schema]) -> None:
    """A pair of versions is told to differ in both orders or in neither."""
    base, head = (_placed(each, "reply") for each in pair)

    assert bool(changes(base, head)) == bool(changes(head, base))


def test_harmless_changes_are_common_among_those_that_are_drawn() -> None:
    """The laws above are not empty: many pairs differ, and are told to be harmless."""
    counts = {"same": 0, "harmless": 0, "grave": 0}

    @given(pair=_versions())
    @_QUIET
    def count(pair: tuple[Schema, Schema]) -> None:
        found = changes(_placed(pair[0], "reply"), _placed(pair[1], "reply"))
        grave = any(each.breaks is not Breaks.HARMLESS for each in found)
        counts["grave" if grave else "harmless" if found else "same"] += 1

    count()

    assert min(counts.values()) >= 10
