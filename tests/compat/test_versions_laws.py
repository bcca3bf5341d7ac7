"""What holds of the comparison of two versions, whatever the schemas, as a second judge sees it."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from harness.compat.versions import changes
from harness.documents.openapi import read_document
from harness.domain.change import Breaks
from harness.domain.document import Document
from tests.compat.drawing import Schema, Second, changed, document, schema
from tests.compat.sending import sent

_QUIET = settings(
    max_examples=150,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)
# The first kind is made small again when it fails, the second is more of a mixture.
_DRAWS = st.one_of(st.randoms(use_true_random=False), st.randoms(use_true_random=True))
_TRIES = 24
LEAST_PAIRS = 25
LEAST_VALUES = 300


def _placed(written: Any, place: str) -> Document:
    """A document whose one body, of a reply or of a request, has a schema with definitions."""
    named = json.dumps(written).replace("#/$defs/", "#/components/schemas/")
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


def _edited(draw: Random, written: Schema) -> Schema:
    """A schema with one edit, as a developer makes it, somewhere in it."""
    inner = [
        word for word in ("items", "additionalProperties") if isinstance(written.get(word), dict)
    ]
    named = sorted(written.get("properties", {}))
    inside = draw.randrange(2)
    if inner and inside:
        return {**written, inner[0]: _edited(draw, written[inner[0]])}
    if named and inside:
        name = draw.choice(named)
        if isinstance(written["properties"][name], dict):
            edited = _edited(draw, written["properties"][name])
            return {**written, "properties": {**written["properties"], name: edited}}
    return draw.choice(_EDITS)(written)


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


def _versions(draw: Random) -> tuple[Schema, Schema]:
    base = document(draw) if draw.randrange(2) else schema(draw, 3)
    form = draw.choice([_edited, _edited, changed, None])
    head = form(draw, base) if form else schema(draw, 3)
    kept = {"$defs": base["$defs"]} if "$defs" in base else {}
    return base, {**_without("$defs")(head), **kept}


def _is_silent(base: Schema, head: Schema, place: str) -> bool:
    found = changes(_placed(base, place), _placed(head, place))
    return all(each.breaks is Breaks.HARMLESS for each in found)


def _accepted(draw: Random, writer: Schema, reader: Schema) -> int:
    """How many values of a writer were put to a reader, which accepts each."""
    judge = Second(reader)
    values = list(sent(draw, writer, _TRIES))
    assert [value for value in values if not judge.accepts(value)] == []
    return len(values)


def test_replies_of_a_harmless_change_are_accepted_by_the_earlier_version() -> None:
    """Where nothing breaks, the earlier schema accepts every reply that the later one allows."""
    judged: list[int] = []

    @given(draw=_DRAWS)
    @_QUIET
    def law(draw: Random) -> None:
        base, head = _versions(draw)
        if base != head and _is_silent(base, head, "reply"):
            judged.append(_accepted(draw, head, base))

    law()

    assert len(judged) >= LEAST_PAIRS
    assert sum(judged) >= LEAST_VALUES


def test_requests_of_the_earlier_version_survive_a_harmless_change() -> None:
    """Where nothing breaks, the later schema accepts every request that the earlier one allowed."""
    judged: list[int] = []

    @given(draw=_DRAWS)
    @_QUIET
    def law(draw: Random) -> None:
        base, head = _versions(draw)
        if base != head and _is_silent(base, head, "request"):
            judged.append(_accepted(draw, base, head))

    law()

    assert len(judged) >= LEAST_PAIRS
    assert sum(judged) >= LEAST_VALUES


@given(draw=_DRAWS, place=st.sampled_from(["reply", "request"]))
@_QUIET
def test_a_version_does_not_differ_from_itself(draw: Random, place: str) -> None:
    """Read twice, a document has no changes, whatever its digest says."""
    drawn = document(draw) if draw.randrange(2) else schema(draw, 3)
    first, second = _placed(drawn, place), _placed({**drawn, "title": "again"}, place)

    assert changes(first, second) == ()


@given(draw=_DRAWS)
@settings(_QUIET, max_examples=60)
def test_what_a_change_takes_its_reverse_gives_back(draw: Random) -> None:
    """A pair of versions is told to differ in both orders or in neither."""
    base, head = (_placed(each, "reply") for each in _versions(draw))

    assert bool(changes(base, head)) == bool(changes(head, base))


def test_harmless_changes_are_common_among_those_that_are_drawn() -> None:
    """The laws above are not empty: many pairs differ, and are told to be harmless."""
    counts = {"same": 0, "harmless": 0, "grave": 0}
    for seed in range(150):
        base, head = _versions(Random(seed))
        found = changes(_placed(base, "reply"), _placed(head, "reply"))
        grave = any(each.breaks is not Breaks.HARMLESS for each in found)
        counts["grave" if grave else "harmless" if found else "same"] += 1

    assert min(counts.values()) >= 10
