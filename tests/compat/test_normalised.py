"""What documents spell in several ways is one thing when an interaction is compared."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.compat.http.interactions import Provider
from harness.documents.openapi import read_document
from harness.domain.document import Document
from harness.domain.fit import Code, InteractionCompat, Kind
from tests.compat.samples import INTEGER, LIKE, NULL, TEXT, interaction, items, record

SHELF = {"$ref": "#/components/schemas/Shelf"}


def document(version: str, operation: Any, path: str = "/things/{id}", **more: Any) -> Document:
    """A document of a version with one operation, `GET` unless `method` says otherwise."""
    method = more.pop("method", "get")
    root = {"openapi": version, "info": {"title": "t", "version": "1"}, **more}
    return read_document(json.dumps({**root, "paths": {path: {method: operation}}}))


def replying(version: str, schema: Any, status: str = "200", **schemas: Any) -> Document:
    """A document whose one operation replies with JSON of a schema."""
    media_type = schemas.pop("media_type", "application/json")
    reply = {"description": "", "content": {media_type: {"schema": schema}}}
    return document(version, {"responses": {status: reply}}, components={"schemas": schemas})


def answer(provider: Document, *args: Any, **named: Any) -> InteractionCompat:
    """What one interaction comes to."""
    return Provider(provider).compared(interaction(*args, **named))


def off(found: InteractionCompat) -> list[tuple[str, Kind, Any]]:
    """The misfits of a reply's body, each with its first witness."""
    return [(each.path, each.kind, json.loads(each.witnesses[0])) for each in found.misfits]


@pytest.mark.parametrize(
    ("version", "schema"),
    [
        ("3.0.3", {"type": "string", "nullable": True}),
        ("3.0.3", {"nullable": True, "allOf": [TEXT]}),
        ("3.0.3", {"nullable": True, "allOf": [SHELF]}),
        ("3.0.3", {"type": "string", "enum": ["a"], "nullable": True}),
        ("3.1.0", {"type": ["string", "null"]}),
        ("3.1.0", {"oneOf": [TEXT, NULL]}),
        ("3.1.0", {"anyOf": [SHELF, NULL]}),
        ("3.1.0", {"enum": ["a", None]}),
    ],
)
def test_null_in_any_spelling_breaks_a_reader_without_null(version: str, schema: Any) -> None:
    """However a document says that a field may be null, a reader of texts is told so."""
    provider = replying(version, record({"a": schema}, "a"), Shelf=TEXT)

    refused = answer(provider, {"a": "a"}, reader=record({"a": TEXT}, "a"))
    assert off(refused) == [("$.a", Kind.MAY_BREAK, {"a": None})]
    both = record({"a": {"anyOf": [NULL, TEXT]}}, "a")
    assert answer(provider, {"a": "a"}, reader=both).proven


@pytest.mark.parametrize(
    ("version", "schema"),
    [
        ("3.0.3", {"type": "integer", "minimum": 0, "exclusiveMinimum": True}),
        ("3.1.0", {"type": "integer", "exclusiveMinimum": 0}),
    ],
)
def test_an_exclusive_bound_leaves_the_bound_out(version: str, schema: Any) -> None:
    """A flag of the older version and the number of the newer one are one bound."""
    provider = replying(version, record({"a": schema}, "a"))

    least = record({"a": {"type": "integer", "minimum": 1}}, "a")
    assert answer(provider, {"a": 1}, reader=least).proven
    more = record({"a": {"type": "integer", "minimum": 2}}, "a")
    assert off(answer(provider, {"a": 2}, reader=more)) == [("$.a", Kind.MAY_BREAK, {"a": 1})]


def test_a_conjunction_sends_what_all_its_parts_name() -> None:
    """Parts of `allOf` name fields for each other, and narrow each other's."""
    schema = {"allOf": [SHELF, record({"b": {"type": "integer", "minimum": 0}}, "b")]}
    provider = replying("3.0.3", schema, Shelf=record({"a": TEXT, "b": INTEGER}, "a"))
    reader = record({"a": TEXT, "b": {"type": "integer", "minimum": 0}}, "a", "b")

    assert answer(provider, {"a": "a", "b": 1}, reader=reader).proven
    ghost = answer(provider, {"a": "a", "b": 1}, reader=record({"c": TEXT}, "c"))
    assert [(each.path, each.kind) for each in ghost.misfits] == [("$.c", Kind.UNDECLARED)]


CAT = record({"kind": TEXT, "lives": INTEGER}, "kind", "lives")
DOG = record({"kind": TEXT, "bark": TEXT}, "kind", "bark")
UNION = [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]


@pytest.mark.parametrize(
    ("discriminator", "cat", "dog"),
    [
        ({"propertyName": "kind"}, "Cat", "Dog"),
        (
            {
                "propertyName": "kind",
                "mapping": {"c": "#/components/schemas/Cat", "d": "#/components/schemas/Dog"},
            },
            "c",
            "d",
        ),
        ({"propertyName": "kind", "mapping": {"c": "Cat"}}, "c", "Dog"),
    ],
)
def test_a_discriminator_tells_the_branches_apart(discriminator: Any, cat: str, dog: str) -> None:
    """A branch has the value that the mapping gives it, or its name."""
    schema = {"oneOf": UNION, "discriminator": discriminator}
    provider = replying("3.0.3", schema, Cat=CAT, Dog=DOG)

    def tagged(tag: str, **more: Any) -> Any:
        return record({"kind": {"const": tag}, **more}, "kind", *more)

    both = {"anyOf": [tagged(cat, lives=INTEGER), tagged(dog, bark=TEXT)]}
    example = {"kind": cat, "lives": 9}
    assert answer(provider, example, reader=both).proven
    one = answer(provider, example, reader=tagged(cat, lives=INTEGER))
    assert {each.kind for each in one.misfits} == {Kind.MAY_BREAK}
    assert json.loads(one.misfits[0].witnesses[0])["kind"] == dog


ACCOUNT = record(
    {
        "name": TEXT,
        "password": {**TEXT, "writeOnly": True},
        "id": {**TEXT, "readOnly": True},
    },
    *("name", "password", "id"),
)


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_fields_travel_in_their_own_direction_alone(version: str) -> None:
    """A reply has no write-only field, and a request need not have a read-only one."""
    content = {"application/json": {"schema": ACCOUNT}}
    operation = {
        "requestBody": {"content": content, "required": True},
        "responses": {"200": {"description": "", "content": content}},
    }
    provider = document(version, operation, "/accounts", method="post")

    def posted(sent: Any, reader: Any) -> InteractionCompat:
        body = {"content": sent, "contentType": "application/json", "encoded": False}
        headers = {"Content-Type": "application/json"}
        asked = {"method": "POST", "path": "/accounts", "body": body, "headers": headers}
        return answer(provider, {"name": "a", "id": "1"}, reader=reader, request=asked)

    sent = {"name": "a", "password": "p"}
    assert posted(sent, record({"name": TEXT, "id": TEXT}, "name", "id")).proven
    secret = posted(sent, record({"password": TEXT}, "password"))
    assert [(each.path, each.kind) for each in secret.misfits] == [("$.password", Kind.UNDECLARED)]
    without = posted({"name": "a"}, record({"name": TEXT}, "name"))
    assert [(each.code, each.path) for each in without.misfits] == [
        (Code.REQUEST_BODY, "$.password")
    ]


@pytest.mark.parametrize(
    ("declared", "status", "codes"),
    [
        ("201", 201, []),
        ("2XX", 201, []),
        ("2xx", 204, []),
        ("default", 503, [Code.STATUS_BY_DEFAULT]),
        ("4XX", 201, [Code.STATUS_UNDECLARED]),
    ],
)
def test_a_status_is_found_by_number_range_and_default(
    declared: str, status: int, codes: list[Code]
) -> None:
    """A reply is looked up under its number, then its range, then the default."""
    schema = record({"a": TEXT}, "a")
    found = answer(replying("3.1.0", schema, declared), {"a": "a"}, None, schema, status=status)

    assert [each.code for each in found.misfits] == codes


@pytest.mark.parametrize(
    ("offered", "sent", "codes"),
    [
        ("application/json; charset=utf-8", "application/json", []),
        ("application/problem+json", "application/problem+json", []),
        ("Application/Vnd.X+JSON", "application/vnd.x+json; version=1", []),
        ("application/*", "application/hal+json", []),
        ("*/*", "application/hal+json", []),
        ("application/hal+json", "application/problem+json", [Code.REPLY_MEDIA_TYPE]),
    ],
)
def test_every_media_type_of_json_is_compared(offered: str, sent: str, codes: list[Code]) -> None:
    """A body of `+json` is JSON; parameters, case and ranges of a media type do not hide it."""
    provider = replying("3.1.0", record({"a": INTEGER}, "a"), media_type=offered)
    right = answer(provider, {"a": 1}, {"$": LIKE}, record({"a": INTEGER}, "a"), media_type=sent)
    wrong = answer(provider, {"a": 1}, {"$": LIKE}, record({"a": TEXT}, "a"), media_type=sent)

    assert [each.code for each in right.misfits] == codes
    assert [each.code for each in wrong.misfits] == (codes or [Code.REPLY_BODY])


def parameter(within: str, style: str, explode: bool, schema: Any, name: str = "p") -> Any:
    """A parameter of a style."""
    path = {"required": True} if within == "path" else {}
    described = {"name": name, "in": within, "style": style, "explode": explode}
    return {**described, "schema": schema, **path}


POINT = record({"x": INTEGER, "y": INTEGER}, "x", "y")
INTEGERS = items(INTEGER)


@pytest.mark.parametrize(
    ("described", "fits", "fails"),
    [
        (parameter("path", "simple", False, INTEGERS), {"path": "/t/1,2"}, {"path": "/t/1,a"}),
        (parameter("path", "simple", True, POINT), {"path": "/t/x=1,y=2"}, {"path": "/t/x=1"}),
        (parameter("path", "simple", False, POINT), {"path": "/t/x,1,y,2"}, {"path": "/t/x,a,y,2"}),
        (parameter("path", "label", False, INTEGERS), {"path": "/t/.1,2"}, {"path": "/t/.1,a"}),
        (parameter("path", "matrix", False, INTEGER), {"path": "/t/;p=1"}, {"path": "/t/;p=a"}),
        (parameter("path", "matrix", True, INTEGERS), {"path": "/t/;p=1;p=2"}, {"path": "/t/;p=a"}),
        (parameter("path", "matrix", True, POINT), {"path": "/t/;x=1;y=2"}, {"path": "/t/;x=1"}),
        (
            parameter("query", "form", True, INTEGERS),
            {"query": {"p": ["1", "2"]}},
            {"query": {"p": ["1", "a"]}},
        ),
        (parameter("query", "form", False, INTEGERS), {"query": {"p": ["1,2"]}}, {}),
        (
            parameter("query", "spaceDelimited", False, INTEGERS),
            {"query": {"p": ["1 2"]}},
            {"query": {"p": ["1 a"]}},
        ),
        (
            parameter("query", "pipeDelimited", False, INTEGERS),
            {"query": {"p": ["1|2"]}},
            {"query": {"p": ["1|a"]}},
        ),
        (
            parameter("query", "deepObject", True, POINT),
            {"query": {"p[x]": ["1"], "p[y]": ["2"]}},
            {"query": {"p[x]": ["1"], "p[y]": ["a"]}},
        ),
        (
            parameter("header", "simple", False, INTEGERS),
            {"headers": {"P": "1, 2"}},
            {"headers": {"P": "1, a"}},
        ),
        (
            parameter("cookie", "form", False, INTEGERS),
            {"headers": {"Cookie": "p=1,2"}},
            {"headers": {"Cookie": "p=1,a"}},
        ),
        (
            {"name": "p", "in": "query", "content": {"application/json": {"schema": POINT}}},
            {"query": {"p": ['{"x": 1, "y": 2}']}},
            {"query": {"p": ['{"x": 1}']}},
        ),
    ],
)
def test_parameters_are_read_in_the_style_that_they_are_written_in(
    described: Any, fits: Any, fails: Any
) -> None:
    """The style of a parameter says how a text is taken apart before its schema is asked."""
    path = "/t/{p}" if described["in"] == "path" else "/t"
    operation = {"parameters": [described], "responses": {"200": {"description": ""}}}
    provider = document("3.0.3", operation, path)

    def asked(request: Any) -> list[Code]:
        found = answer(provider, request={"path": "/t", **request})
        return [each.code for each in found.misfits]

    assert asked(fits) == []
    assert not fails or len(asked(fails)) == 1


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({}, "/things/1"),
        ({"servers": [{"url": "/api/v1"}]}, "/api/v1/things/1"),
        ({"servers": [{"url": "https://example.org/api/v1/"}]}, "/api/v1/things/1"),
        ({"servers": [{"url": "https://a.org"}, {"url": "https://b.org/b"}]}, "/b/things/1"),
        (
            {
                "servers": [
                    {
                        "url": "https://{region}.example.org/{stage}/v1",
                        "variables": {
                            "region": {"default": "eu"},
                            "stage": {"default": "live", "enum": ["live", "test"]},
                        },
                    }
                ]
            },
            "/test/v1/things/1",
        ),
    ],
)
def test_servers_and_their_variables_are_base_paths(more: Any, path: str) -> None:
    """A request finds its operation under the path of every server, and under none."""
    for declared in ("/things/{id}", "/things/{thing_id}"):
        provider = document("3.1.0", {"responses": {"200": {"description": ""}}}, declared, **more)
        for each in (path, "/things/1"):
            found = answer(provider, request={"path": each})
            assert found.operation == f"GET {declared}"
        assert answer(provider, request={"path": "/nowhere" + path}).operation == ""


def test_the_base_path_of_the_oldest_version_counts() -> None:
    """Swagger 2 has one base path for all operations."""
    reply = {"200": {"description": "", "schema": record({"a": INTEGER}, "a")}}
    root = {"swagger": "2.0", "info": {"title": "t", "version": "1"}, "basePath": "/v2"}
    root["paths"] = {
        "/things/{id}": {"get": {"responses": reply, "produces": ["application/json"]}}
    }
    provider = read_document(json.dumps(root))

    found = answer(
        provider, {"a": 1}, reader=record({"a": INTEGER}, "a"), request={"path": "/v2/things/1"}
    )
    assert (found.operation, found.proven) == ("GET /things/{id}", True)


def test_a_recursive_schema_is_walked_as_deep_as_the_reader_names() -> None:
    """A reader of three levels is compared on three, and one that is recursive on all."""
    node = record({"value": INTEGER, "next": {"anyOf": [SHELF, NULL]}}, "value", "next")
    provider = replying("3.1.0", SHELF, Shelf=node)
    example = {"value": 1, "next": None}

    def level(inner: Any) -> Any:
        return record({"value": INTEGER, "next": {"anyOf": [inner, NULL]}}, "value")

    assert answer(provider, example, reader=level(level(level({})))).proven
    deep = answer(provider, example, reader=level(level(record({"value": TEXT}, "value"))))
    assert [(each.path, each.kind) for each in deep.misfits] == [
        ("$.next.next.value", Kind.IMPOSSIBLE)
    ]
    whole = {"$ref": "#/$defs/N", "$defs": {"N": level({"$ref": "#/$defs/N"})}}
    assert answer(provider, example, reader=whole).proven
