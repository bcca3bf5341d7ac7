"""Whatever the text, there is a value or one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from harness.documents.openapi import read_document
from harness.documents.pacts import read_pact
from harness.documents.routing import Router
from harness.documents.text import parse_json_or_yaml
from harness.domain.document import Content, Document, Parameter, direct_references
from harness.domain.errors import DocumentUnreadable
from harness.domain.json import Json, canonical
from tests.documents.samples import answering, interaction

SETTINGS = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
# Patterns are judged leniently on purpose: Python's own dialect is one among several.
_NO_FORMATS: Final = FormatChecker(formats=())

Path: TypeAlias = tuple[str | int, ...]

SCHEMA: Json = {
    "type": "object",
    "required": ["id"],
    "nullable": True,
    "properties": {
        "id": {"type": "integer", "minimum": 1, "exclusiveMinimum": True, "pattern": "^a$"},
        "next": {"$ref": "#/components/schemas/Thing"},
        "many": {"type": "array", "items": {"oneOf": [{"type": "null"}, {"enum": ["a", 1]}]}},
    },
    "additionalProperties": False,
    "discriminator": {"propertyName": "id", "mapping": {"a": "Thing"}},
    "example": {"id": 1},
}
OPENAPI: dict[str, Json] = {
    "openapi": "3.0.3",
    "info": {"title": "Stock"},
    "servers": [{"url": "/{v}", "variables": {"v": {"default": "v1", "enum": ["v1", "v2"]}}}],
    "paths": {
        **answering({"$ref": "#/components/schemas/Thing"}),
        "/thing/{id}": {
            "parameters": [{"name": "id", "in": "path", "schema": SCHEMA}],
            "post": {
                "security": [{"key": []}],
                "requestBody": {"content": {"application/json": {"schema": SCHEMA}}},
                "responses": {"2XX": {"headers": {"A": {"schema": SCHEMA}}, "links": {"l": {}}}},
            },
        },
    },
    "components": {
        "schemas": {"Thing": SCHEMA},
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "K"}},
    },
}
SWAGGER: dict[str, Json] = {
    "swagger": "2.0",
    "host": "a.test",
    "basePath": "/v1",
    "consumes": ["application/json"],
    "definitions": {"Thing": {"type": "object", "x-nullable": True}},
    "paths": {
        "/thing": {
            "post": {
                "parameters": [
                    {"name": "b", "in": "body", "schema": {"$ref": "#/definitions/Thing"}},
                    {"name": "f", "in": "formData", "type": "file"},
                    {"name": "q", "in": "query", "type": "array", "collectionFormat": "multi"},
                ],
                "responses": {"200": {"schema": SCHEMA, "headers": {"A": {"type": "string"}}}},
            }
        }
    },
}
PACT: dict[str, Json] = {
    "consumer": {"name": "a"},
    "provider": {"name": "b"},
    "interactions": [
        interaction(
            type="Synchronous/HTTP",
            providerStates=[{"name": "s", "params": {"a": 1}}],
            request={"query": {"a": ["1"]}, "matchingRules": {"path": {"matchers": [{}]}}},
            response={"status": 200, "body": {"content": "YQ==", "encoded": "base64"}},
            comments={"contract-harness": {"v": 1, "reader": {}}},
        ),
        {"type": "Synchronous/Messages", "description": "d", "request": {}, "response": [{}]},
    ],
    "metadata": {"pactSpecification": {"version": "4.0"}},
}

WORDS = st.sampled_from(
    [
        *("$ref", "type", "properties", "items", "allOf", "oneOf", "nullable", "required", "enum"),
        *("#", "#/components/schemas/Thing", "#/definitions/Thing", "http://a.test/", "#/paths"),
        *("object", "string", "/thing", "get", "in", "name", "schema", "content", "x-a", "", "("),
    ]
)
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS | WORDS | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


def places(value: Json, path: Path = ()) -> list[Path]:
    """Every place of a value."""
    found = [path]
    if isinstance(value, dict):
        for key, child in value.items():
            found += places(child, (*path, key))
    elif isinstance(value, list):
        for at, child in enumerate(value):
            found += places(child, (*path, at))
    return found


def changed(value: Any, path: Path, new: Json) -> Any:
    """A copy of a value with something else at one place."""
    if not path:
        return new
    copied: Any = dict(value) if isinstance(value, dict) else list(value)
    copied[path[0]] = changed(value[path[0]], path[1:], new)
    return copied


def mutants(value: Json) -> st.SearchStrategy[Json]:
    """A value with one to three of its places changed."""

    @st.composite
    def build(draw: st.DrawFn) -> Json:
        current = value
        for _ in range(draw(st.integers(1, 3))):
            place = draw(st.sampled_from(places(current)))
            current = changed(current, place, draw(VALUES))
        return current

    return build()


def everything(read: Document) -> dict[str, Json]:
    """One schema that holds every schema of a document."""
    holders: list[Content | Parameter] = []
    for each in (*read.operations, *read.webhooks):
        holders += [*each.parameters, *(each.body.content.values() if each.body else ())]
        for response in each.responses.values():
            holders += [*response.headers.values(), *response.content.values()]
    schemas = [holder.schema for holder in holders if holder.schema is not None]
    return {"$defs": read.definitions, "allOf": [True, *schemas]}


def is_one_sentence(refused: DocumentUnreadable) -> None:
    """A refusal has a subject and no second line."""
    assert refused.message
    assert "\n" not in refused.message


def read_and_use(text: str | bytes) -> None:
    """Read a document and all that hangs on it; only one kind of error is allowed."""
    try:
        read = read_document(text)
    except DocumentUnreadable as refused:
        is_one_sentence(refused)
        return
    whole = everything(read)
    Draft202012Validator.check_schema(whole, format_checker=_NO_FORMATS)
    for name in direct_references(whole):
        assert name in read.definitions
    router = Router(read)
    router.match("GET", "/thing/1")
    router.nearest("GET", "/thing")


def read_a_pact(text: str | bytes) -> None:
    """Read a pact; only one kind of error is allowed."""
    try:
        read = read_pact(text)
    except DocumentUnreadable as refused:
        is_one_sentence(refused)
        return
    keys = [each.key for each in read.interactions]
    assert len(keys) == len(set(keys))


@SETTINGS
@given(mutants(OPENAPI), st.sampled_from(["3.0.3", "3.1.0", "3.2.0"]))
def test_a_mutated_document_is_read_or_refused(value: Json, version: str) -> None:
    """Every schema that comes out is valid JSON Schema 2020-12, whatever went in."""
    if isinstance(value, dict) and value.get("openapi") == "3.0.3":
        value = {**value, "openapi": version}
    read_and_use(canonical(value))


@SETTINGS
@given(mutants(SWAGGER))
def test_a_mutated_swagger_document_is_read_or_refused(value: Json) -> None:
    """Version 2.0 is as hard to break."""
    read_and_use(canonical(value))


@SETTINGS
@given(mutants(PACT), st.sampled_from(["1.0", "1.1", "2.0", "3.0", "4.0"]))
def test_a_mutated_pact_is_read_or_refused(value: Json, version: str) -> None:
    """The keys of its interactions are always distinct."""
    if isinstance(value, dict) and "metadata" in value:
        value = {**value, "metadata": {"pactSpecification": {"version": version}}}
    read_a_pact(canonical(value))


@SETTINGS
@given(st.binary(max_size=60) | st.text(max_size=60) | VALUES.map(json.dumps))
def test_random_texts_are_read_or_refused(text: str | bytes) -> None:
    """Neither bytes nor text nor any JSON gives a traceback."""
    read_and_use(text)
    read_a_pact(text)


@SETTINGS
@given(st.text(alphabet="a:- \n{}[],&*!'\"|>?#%<~0", max_size=40))
def test_random_yaml_is_read_or_refused(text: str) -> None:
    """Every sign of YAML in any order gives a value or one sentence."""
    try:
        parse_json_or_yaml(text, "a")
    except DocumentUnreadable as refused:
        is_one_sentence(refused)


@pytest.mark.parametrize("read", [read_and_use, read_a_pact])
@pytest.mark.parametrize("value", [OPENAPI, PACT])
def test_texts_cut_short_are_refused_or_read(
    read: Callable[[str | bytes], None], value: dict[str, Json]
) -> None:
    """Wherever a file ends early, there is one sentence."""
    text = json.dumps(value)
    for end in range(0, len(text), 7):
        read(text[:end])


def test_schemas_nested_to_the_bound_are_read() -> None:
    """What the bound lets through does not exhaust the stack."""
    schema: Json = {}
    for _ in range(110):
        schema = {"not": schema}
    read_and_use(json.dumps({"openapi": "3.1.0", "components": {"schemas": {"A": schema}}}))


def test_long_chains_and_many_circles_take_bounded_time() -> None:
    """Thousands of schemas that lead to each other are read in one go."""
    count = 4_000
    chain: dict[str, Json] = {
        f"S{at}": {"allOf": [{"$ref": f"#/components/schemas/S{(at + 1) % count}"}]}
        for at in range(count)
    }
    read = read_document(json.dumps({"openapi": "3.1.0", "components": {"schemas": chain}}))

    assert len(read.problems) == 1
