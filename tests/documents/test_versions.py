"""What one version alone can write has its place in the normal form."""

from __future__ import annotations

import pytest

from harness.documents.openapi import read_document
from harness.domain.json import Json
from tests.documents.samples import document, only


@pytest.mark.parametrize("version", ["2.0", "3.0.0", "3.0.3", "3.1.0", "3.1.1", "3.2.0"])
def test_every_version_is_read(version: str) -> None:
    """The label of an operation is its method and path in every version."""
    read = document(version, paths={"/stock/{sku}": {"get": {"responses": {}}}})

    assert read.spec_version == version
    assert read.title == "Stock"
    assert only(read).label == "GET /stock/{sku}"
    assert only(read).location == '$.paths["/stock/{sku}"].get'


@pytest.mark.parametrize(
    ("text", "version"),
    [("swagger: 2.0\npaths: {}", "2.0"), ("openapi: 3.1\npaths: {}", "3.1")],
)
def test_a_version_may_be_a_number(text: str, version: str) -> None:
    """YAML makes a number of a version without quotes."""
    assert read_document(text).spec_version == version


def test_swagger_2_bodies_and_media_types_become_content() -> None:
    """`body`, `consumes`, `produces` and `schema` are a request body and contents."""
    node: Json = {
        "consumes": ["application/json", "text/json"],
        "parameters": [
            {"name": "b", "in": "body", "required": True, "schema": {"$ref": "#/definitions/B"}}
        ],
        "responses": {"200": {"schema": {"type": "file"}}, "204": {"description": "none"}},
    }
    read = document(
        "2.0",
        paths={"/a": {"post": node}},
        schemas={"B": {"type": "object"}},
        produces=["application/pdf"],
        basePath="/v1/",
        host="a.test",
        schemes=["http"],
    )
    found = only(read)

    assert found.body is not None
    assert found.body.required
    assert [each.schema for each in found.body.content.values()] == [{"$ref": "#/$defs/B"}] * 2
    assert found.responses["200"].content["application/pdf"].schema == {
        "type": "string",
        "format": "binary",
    }
    assert found.responses["204"].content == {}
    assert (read.servers, read.base_paths) == (("http://a.test/v1/",), ("/v1",))


def test_swagger_2_form_fields_become_one_object() -> None:
    """A form is an object with a property for each field; a file asks for multipart."""
    fields: Json = [
        {"name": "note", "in": "formData", "type": "string", "required": True},
        {"name": "scan", "in": "formData", "type": "file"},
    ]
    body = only(document("2.0", paths={"/a": {"post": {"parameters": fields}}})).body

    assert body is not None
    assert list(body.content) == ["multipart/form-data"]
    assert body.content["multipart/form-data"].schema == {
        "type": "object",
        "properties": {"note": {"type": "string"}, "scan": {"type": "string", "format": "binary"}},
        "required": ["note"],
    }


@pytest.mark.parametrize(
    ("written", "style", "explode"),
    [("csv", "form", False), ("multi", "form", True), ("pipes", "pipeDelimited", False)],
)
def test_swagger_2_collection_formats_become_styles(
    written: str, style: str, explode: bool
) -> None:
    """A parameter of Swagger 2 is its own schema, and its format a style."""
    node: Json = {
        "parameters": [
            {
                "name": "ids",
                "in": "query",
                "type": "array",
                "items": {"type": "integer"},
                "collectionFormat": written,
                "required": True,
            }
        ]
    }
    parameter = only(document("2.0", paths={"/a": {"get": node}})).parameters[0]

    assert parameter.schema == {"type": "array", "items": {"type": "integer"}}
    assert (parameter.style, parameter.explode, parameter.required) == (style, explode, True)


def test_swagger_2_security_has_the_names_of_openapi_3() -> None:
    """Basic is a scheme of HTTP, and a flow is one of the flows."""
    definitions: Json = {
        "b": {"type": "basic"},
        "o": {"type": "oauth2", "flow": "implicit", "scopes": {"read": "all"}},
    }
    schemes = document("2.0", paths={}, securityDefinitions=definitions).security_schemes

    assert (schemes["b"].kind, schemes["b"].scheme) == ("http", "basic")
    assert list(schemes["o"].flows) == ["implicit"]


def test_the_additions_of_3_2_are_read() -> None:
    """`query`, further methods, streams of items and shared media types are of version 3.2."""
    item: Json = {
        "query": {"responses": {"200": {"content": {"application/jsonl": {"itemSchema": True}}}}},
        "additionalOperations": {"COPY": {"operationId": "copy"}},
    }
    new = document("3.2.0", paths={"/a": item})
    content = new.operations[0].responses["200"].content["application/jsonl"]

    assert [each.label for each in new.operations] == ["QUERY /a", "COPY /a"]
    assert (content.schema, content.streamed) == ({"type": "array", "items": True}, True)
    assert document("3.1.0", paths={"/a": item}).operations == ()


def test_webhooks_are_kept_apart() -> None:
    """What the provider calls is no operation of its own."""
    read = document("3.1.0", paths={}, webhooks={"stockLow": {"post": {}}})

    assert read.operations == ()
    assert [each.label for each in read.webhooks] == ["POST stockLow"]
