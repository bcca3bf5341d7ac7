"""An upgrade of a framework that says the same in other words is no change."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from harness.compat.versions import changes
from harness.documents.openapi import read_document
from harness.documents.text import parse_json_or_yaml
from harness.domain.change import Change
from tests.compat.conformance import cases
from tests.compat.samples import TEXT, items, record, replying

NULLABLE = {"anyOf": [TEXT, {"type": "null"}]}


def between(old: Any, new: Any, **more: Any) -> tuple[Change, ...]:
    """The changes between two schemas of a reply."""
    return changes(replying(old, **more), replying(new, **more))


def component(name: str, schema: Any) -> dict[str, Any]:
    """A reply of a named schema."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "things", "version": "1"},
        "paths": {
            "/things": {
                "get": {
                    "responses": {
                        "200": {
                            "description": "ok",
                            "content": {
                                "application/json": {
                                    "schema": {"$ref": f"#/components/schemas/{name}"}
                                }
                            },
                        }
                    }
                }
            }
        },
        "components": {"schemas": {name: schema}},
    }


def read(root: dict[str, Any]) -> Any:
    """A document from its root."""
    return read_document(json.dumps(root))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(
            record({"a": {"type": "string", "title": "A"}}, title="T", description="one"),
            record({"a": {"type": "string", "title": "An a", "description": "x"}}, title="U"),
            id="titles and descriptions",
        ),
        pytest.param(
            record({"a": TEXT, "b": TEXT}, "a", "b"),
            {"required": ["b", "a"], "properties": {"b": TEXT, "a": TEXT}, "type": "object"},
            id="the order of keys and of required",
        ),
        pytest.param({"enum": ["a", "b", 1]}, {"enum": [1, "b", "a"]}, id="the order of an enum"),
        pytest.param({"const": "a"}, {"enum": ["a"]}, id="a constant"),
        pytest.param({"enum": ["a"]}, {"const": "a"}, id="an enum of one"),
        pytest.param(NULLABLE, {"type": ["string", "null"]}, id="null as a branch"),
        pytest.param(
            {"oneOf": [{"type": "null"}, TEXT]}, {"type": ["null", "string"]}, id="null first"
        ),
        pytest.param(
            {"enum": ["a", None]}, {"anyOf": [{"const": "a"}, {"const": None}]}, id="null listed"
        ),
        pytest.param({"allOf": [TEXT]}, TEXT, id="a conjunction of one"),
        pytest.param({"anyOf": [TEXT]}, TEXT, id="a union of one"),
        pytest.param(
            {"anyOf": [TEXT, {"type": "integer"}]},
            {"type": ["integer", "string"]},
            id="a union of types",
        ),
        pytest.param(
            {"anyOf": [record({"a": TEXT}), items(TEXT)]},
            {"anyOf": [items(TEXT), record({"a": TEXT})]},
            id="the order of branches",
        ),
        pytest.param(
            {"type": "string", "examples": ["a"]},
            {"type": "string", "x-internal": 1},
            id="examples",
        ),
        pytest.param(NULLABLE, {**NULLABLE, "default": None}, id="a default of null"),
        pytest.param({"type": "string", "minLength": 0}, TEXT, id="a bound that says nothing"),
        pytest.param(
            {"type": ["integer", "number"]}, {"type": "number"}, id="integers among numbers"
        ),
        pytest.param(
            items(TEXT, minItems=0, uniqueItems=False), items(TEXT), id="flags that are off"
        ),
        pytest.param(
            record({"a": TEXT}, additionalProperties=True), record({"a": TEXT}), id="open or silent"
        ),
    ],
)
def test_the_same_schema_in_other_words_is_no_change(old: Any, new: Any) -> None:
    """Each pair of spellings accepts the same values, and nothing is told in either order."""
    assert between(old, new) == ()
    assert between(new, old) == ()


def test_null_is_the_same_in_three_spellings() -> None:
    """`nullable`, a list of types and a branch of null do not differ."""
    flag = replying({"type": "string", "nullable": True}, openapi="3.0.3")
    listed = replying({"type": ["string", "null"]})
    branch = replying(NULLABLE)

    assert changes(flag, listed) == changes(listed, branch) == changes(branch, flag) == ()


def test_a_nullable_reference_is_the_same_in_three_spellings() -> None:
    """A named schema or null, however it is put."""
    thing = record({"a": TEXT}, "a")
    reference = {"$ref": "#/components/schemas/Thing"}
    spellings = [
        replying({"anyOf": [reference, {"type": "null"}]}, schemas={"Thing": thing}),
        replying({"oneOf": [{"type": "null"}, reference]}, schemas={"Thing": thing}),
        replying(
            {"allOf": [reference], "nullable": True}, schemas={"Thing": thing}, openapi="3.0.3"
        ),
        replying({**thing, "type": ["object", "null"]}),
    ]

    for other in spellings[1:]:
        assert changes(spellings[0], other) == ()


def test_where_a_schema_stands_is_no_change() -> None:
    """Inline or named, below another name, or behind a conjunction of one: the same."""
    thing = record({"a": TEXT, "more": items(TEXT)}, "a")
    named = read(component("Thing", thing))

    assert changes(named, read(component("Thing-Output", thing))) == ()
    wrapped = component("Outer", {"allOf": [{"$ref": "#/components/schemas/Thing"}]})
    wrapped["components"]["schemas"]["Thing"] = thing
    assert changes(named, read(wrapped)) == ()
    inline = component("Thing", thing)
    inline["paths"]["/things"]["get"]["responses"]["200"]["content"]["application/json"] = {
        "schema": thing
    }
    assert changes(named, read(inline)) == changes(read(inline), named) == ()


def test_a_recursive_schema_may_be_renamed_and_unrolled() -> None:
    """A tree below another name, written out one level further, is the same tree."""
    tree = record({"below": items({"$ref": "#/components/schemas/Tree"})}, "below")
    node = record({"below": items({"$ref": "#/components/schemas/Node"})}, "below")
    unrolled = record({"below": items(node)}, "below")
    base = read(component("Tree", tree))

    assert changes(base, read(component("Node", node))) == ()
    outer = component("Outer", unrolled)
    outer["components"]["schemas"]["Node"] = node
    assert changes(base, read(outer)) == ()


def test_branches_of_a_union_may_be_renamed() -> None:
    """What a discriminator calls its branches counts, and not what their schemas are called."""

    def pets(first: str, second: str) -> Any:
        schemas = {
            first: record({"kind": {"const": "cat"}, "lives": {"type": "integer"}}, "kind"),
            second: record({"kind": {"const": "dog"}, "tricks": items(TEXT)}, "kind"),
        }
        references = {name: {"$ref": f"#/components/schemas/{name}"} for name in schemas}
        union = {
            "oneOf": list(references.values()),
            "discriminator": {
                "propertyName": "kind",
                "mapping": {
                    "cat": references[first]["$ref"],
                    "dog": references[second]["$ref"],
                },
            },
        }
        return replying(union, schemas=schemas)

    assert changes(pets("Cat", "Dog"), pets("Cat-Output", "Dog-Output")) == ()


def test_the_names_of_path_parameters_are_no_change() -> None:
    """A path is its shape: what its parameters are called is between nobody."""

    def document(name: str) -> Any:
        parameter = {"name": name, "in": "path", "required": True, "schema": TEXT}
        operation = {"parameters": [parameter], "responses": {"200": {"description": "ok"}}}
        root = component("Thing", TEXT)
        root["paths"] = {f"/things/{{{name}}}": {"get": operation}}
        return read(root)

    assert changes(document("sku"), document("thing_id")) == ()


def test_an_upgrade_of_the_document_version_is_no_change() -> None:
    """Swagger 2.0, OpenAPI 3.0, 3.1 and 3.2 of one API do not differ."""
    thing = {"type": "object", "properties": {"a": TEXT}, "required": ["a"]}
    limit = {"name": "limit", "in": "query"}
    old = read_document(
        json.dumps(
            {
                "swagger": "2.0",
                "info": {"title": "things", "version": "1"},
                "produces": ["application/json"],
                "paths": {
                    "/things": {
                        "get": {
                            "parameters": [{**limit, "type": "integer", "maximum": 10}],
                            "responses": {"200": {"description": "ok", "schema": thing}},
                        }
                    }
                },
            }
        )
    )
    for version in ("3.0.3", "3.1.0", "3.2.0"):
        root = component("Thing", thing)
        root["openapi"] = version
        root["paths"]["/things"]["get"]["parameters"] = [
            {**limit, "schema": {"type": "integer", "maximum": 10}}
        ]

        assert changes(old, read(root)) == changes(read(root), old) == ()


def test_real_documents_survive_being_rewritten() -> None:
    """Other titles, other descriptions, keys and lists of names in another order: no change."""
    for path in sorted(cases("openapi").glob("*.*")):
        if path.suffix not in (".json", ".yaml", ".yml"):
            continue
        text = path.read_bytes()
        again = json.dumps(_rewritten(parse_json_or_yaml(text, path.name).value, ""))

        assert changes(read_document(text), read_document(again)) == (), path.name


def _rewritten(node: Any, key: str) -> Any:
    if isinstance(node, dict):
        pairs = [(name, _rewritten(each, name)) for name, each in node.items()]
        if key != "properties":
            pairs = [(name, _retold(name, each)) for name, each in pairs]
        return dict(reversed(pairs))
    if isinstance(node, list):
        parts = [_rewritten(each, "") for each in node]
        return parts[::-1] if key in ("required", "enum") else parts
    return node


def _retold(name: str, value: Any) -> Any:
    return f"{value}!" if name in ("title", "description") and isinstance(value, str) else value


def test_a_digest_that_is_the_same_ends_the_matter() -> None:
    """Documents of one text are not walked at all."""
    document = replying(TEXT)

    assert changes(document, replace(replying({"type": "integer"}), raw=document.raw)) == ()
