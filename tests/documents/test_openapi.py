"""Operations of every version have one normal form."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping

import pytest

from harness.documents.openapi import read_document
from harness.domain.document import Document, Location, Operation, ProblemKind
from harness.domain.errors import DocumentUnreadable
from harness.domain.json import Json
from tests.documents.samples import JSON_BODY, answered, answering, document, kinds, only


def operation(node: Mapping[str, Json]) -> Operation:
    """The operation `GET /thing/{id}` of a document without problems."""
    read = document(paths={"/thing/{id}": {"get": node}})

    assert read.problems == ()
    return only(read)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("[]", "a list"),
        ("just words", 'the text "just words"'),
        ("{}", "an object without a key"),
        ('{"a": 1}', 'an object with "a"'),
        ('{"openapi": "4.0.0"}', '`openapi: "4.0.0"`'),
        ('{"swagger": "1.2"}', '`swagger: "1.2"`'),
        ('{"openapi": true}', 'an object with "openapi"'),
        ('{"asyncapi": "3.0.0"}', "an AsyncAPI document"),
        ('{"consumer": {}, "provider": {}}', "a pact"),
    ],
)
def test_what_is_no_openapi_document_is_refused(text: str, seen: str) -> None:
    """The sentence says what the text is instead."""
    with pytest.raises(DocumentUnreadable) as caught:
        read_document(text, "stock.json")

    assert caught.value.message.startswith("stock.json: expected ")
    assert caught.value.message.endswith(f"seen {seen}")


def test_parameters_of_a_path_are_those_of_its_operations() -> None:
    """An operation's own parameter of the same name and place takes precedence."""
    shared: Json = [
        {"name": "id", "in": "path", "schema": {"type": "string"}},
        {"name": "page", "in": "query", "schema": {"type": "string"}},
    ]
    own: Json = [{"name": "page", "in": "query", "required": True, "schema": {"type": "integer"}}]
    read = document(paths={"/thing/{id}": {"parameters": shared, "get": {"parameters": own}}})
    identifier, page = only(read).parameters

    assert (identifier.location, identifier.required) == (Location.PATH, True)
    assert (page.schema, page.required) == ({"type": "integer"}, True)


@pytest.mark.parametrize(
    ("written", "style", "explode"),
    [
        ({"in": "query"}, "form", True),
        ({"in": "query", "style": "deepObject", "explode": True}, "deepObject", True),
        ({"in": "query", "style": "pipeDelimited"}, "pipeDelimited", False),
        ({"in": "query", "explode": False}, "form", False),
        ({"in": "path"}, "simple", False),
        ({"in": "path", "style": "matrix"}, "matrix", False),
        ({"in": "header"}, "simple", False),
        ({"in": "cookie"}, "form", True),
    ],
)
def test_parameter_styles_are_kept_or_filled_in(
    written: dict[str, Json], style: str, explode: bool
) -> None:
    """What a document leaves out is what its specification says."""
    parameter = operation({"parameters": [{"name": "id", **written}]}).parameters[0]

    assert (parameter.style, parameter.explode) == (style, explode)


def test_a_parameter_may_hold_a_document() -> None:
    """A parameter with `content` has the schema of its media type."""
    content: Json = {JSON_BODY: {"schema": {"type": "object"}}}
    parameter = operation(
        {"parameters": [{"name": "f", "in": "query", "content": content}]}
    ).parameters[0]

    assert (parameter.media_type, parameter.schema) == (JSON_BODY, {"type": "object"})


def test_references_outside_schemas_are_resolved() -> None:
    """Parameters, bodies, responses, headers and path items are found behind their references."""
    components: Json = {
        "parameters": {
            "P": {"$ref": "#/components/parameters/Q"},
            "Q": {"name": "q", "in": "query"},
        },
        "requestBodies": {"B": {"required": True, "content": {JSON_BODY: {"schema": True}}}},
        "headers": {"H": {"required": True, "schema": {"type": "integer"}}},
        "responses": {"R": {"headers": {"X-Left": {"$ref": "#/components/headers/H"}}}},
        "pathItems": {
            "I": {
                "post": {
                    "parameters": [{"$ref": "#/components/parameters/P"}],
                    "requestBody": {"$ref": "#/components/requestBodies/B"},
                    "responses": {"201": {"$ref": "#/components/responses/R"}},
                }
            }
        },
    }
    read = document(paths={"/a": {"$ref": "#/components/pathItems/I"}}, components=components)
    found = only(read)

    assert read.problems == ()
    assert found.parameters[0].name == "q"
    assert found.body is not None
    assert found.body.required
    assert found.responses["201"].headers["X-Left"].schema == {"type": "integer"}


def test_a_circle_of_references_outside_schemas_is_a_problem() -> None:
    """The response is unknown, and the rest of the operation is read."""
    responses: Json = {
        "A": {"$ref": "#/components/responses/B"},
        "B": {"$ref": "#/components/responses/A"},
    }
    paths: dict[str, Json] = {
        "/a": {"get": {"responses": {"200": {"$ref": "#/components/responses/A"}, "404": {}}}}
    }
    read = document(paths=paths, components={"responses": responses})

    assert kinds(read) == [ProblemKind.REFERENCE_CIRCULAR]
    assert read.problems[0].operations == ("GET /a",)
    assert only(read).responses["200"].unknown
    assert only(read).responses["404"].unknown == ""


def test_remote_references_outside_schemas_are_told_and_not_fetched() -> None:
    """What lies outside is unknown: a parameter, a body, a response, a whole path."""
    away: Json = {"$ref": "https://example.test/common.yaml#/thing"}
    node: Json = {"parameters": [away], "requestBody": away, "responses": {"200": away}}
    read = document(paths={"/a": {"get": node}, "/b": away})
    found = only(read)

    assert kinds(read) == [ProblemKind.REFERENCE_REMOTE] * 4
    assert found.unknown
    assert found.body is not None
    assert found.body.unknown
    assert found.responses["200"].unknown


def test_a_status_falls_under_itself_its_class_or_the_default() -> None:
    """The nearest response counts, in whatever case its class is written."""
    found = operation({"responses": {"default": {}, "2xx": {}, "200": {}}})
    answers = [found.response_for(status) for status in (200, 204, 404)]

    assert [answer and answer.status for answer in answers] == ["200", "2XX", "default"]
    assert operation({"responses": {"200": {}}}).response_for(404) is None


def test_a_media_type_falls_under_itself_its_range_or_any() -> None:
    """Parameters of a media type do not matter, and `+json` is a type of its own."""
    content: Json = {
        "Application/JSON; charset=utf-8": {"schema": {"const": 1}},
        "application/vnd.api+json": {"schema": {"const": 2}},
        "text/*": {"schema": {"const": 3}},
    }
    response = operation({"responses": {"200": {"content": content}}}).responses["200"]
    asked = ("application/json", "application/vnd.api+json", "text/csv;header=present")
    found = [response.content_for(each) for each in asked]

    assert [each and each.schema for each in found] == [{"const": 1}, {"const": 2}, {"const": 3}]
    assert response.content_for("image/png") is None


def test_security_is_a_list_of_alternatives() -> None:
    """An operation without its own takes the document's, and an empty list asks for nothing."""
    schemes: Json = {
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "token": {"type": "http", "scheme": "Bearer"},
    }
    paths: dict[str, Json] = {
        "/a": {"get": {}},
        "/b": {"get": {"security": []}},
        "/c": {"get": {"security": [{"key": [], "token": ["read"]}, {}]}},
        "/d": {"get": {"security": [{}]}},
    }
    read = document(
        paths=paths, components={"securitySchemes": schemes}, security=[{"key": []}, {"token": []}]
    )

    assert [each.security for each in read.operations] == [
        ({"key": ()}, {"token": ()}),
        (),
        ({"key": (), "token": ("read",)}, {}),
        (),
    ]
    assert read.security_schemes["key"].parameter == "X-Key"
    assert read.security_schemes["token"].scheme == "bearer"


def test_an_undeclared_security_scheme_is_told() -> None:
    """The requirement is kept, for the provider may well ask for it."""
    read = document(paths={"/a": {"get": {"security": [{"ghost": []}]}}})

    assert kinds(read) == [ProblemKind.STRUCTURE]
    assert only(read).security == ({"ghost": ()},)


@pytest.mark.parametrize(
    ("servers", "expected"),
    [
        (None, ("",)),
        ([{"url": "https://a.test"}], ("",)),
        ([{"url": "https://a.test/api/v1/"}, {"url": "/api/v2"}], ("/api/v1", "/api/v2")),
        ([{"url": "a.test/api"}], ("/api",)),
        ([{"url": "api"}], ("/api",)),
        (
            [
                {
                    "url": "https://{h}.test/{v}",
                    "variables": {"v": {"default": "1", "enum": ["1", "2"]}},
                }
            ],
            ("/1", "/2"),
        ),
        ([{"url": "http://[bad/api"}], ("/api",)),
    ],
)
def test_servers_give_base_paths(servers: Json, expected: tuple[str, ...]) -> None:
    """Variables of an address are filled in with each of their values."""
    assert document(paths={"/a": {"get": {}}}, servers=servers).base_paths == expected


def test_an_operation_may_have_servers_of_its_own() -> None:
    """The nearest servers count: the operation's, the path's, the document's."""
    paths: dict[str, Json] = {
        "/a": {"servers": [{"url": "/p"}], "get": {}, "put": {"servers": [{"url": "/o"}]}},
        "/b": {"get": {}},
    }
    read = document(paths=paths, servers=[{"url": "/d"}])

    assert [each.base_paths for each in read.operations] == [("/p",), ("/o",), ("/d",)]


def test_small_things_of_an_operation_are_kept() -> None:
    """Deprecation, tags, extensions and links are part of the normal form."""
    found = operation(
        {
            "operationId": "getThing",
            "deprecated": True,
            "tags": ["stock"],
            "x-stability-level": "beta",
            "responses": {"200": {"links": {"next": {"operationId": "getThing"}}}},
        }
    )

    assert (found.operation_id, found.deprecated, found.tags) == ("getThing", True, ("stock",))
    assert found.extensions == {"x-stability-level": "beta"}
    assert found.responses["200"].links == {"next": {"operationId": "getThing"}}


@pytest.mark.parametrize("version", ["2.0", "3.0.3", "3.1.0", "3.2.0"])
@pytest.mark.parametrize(
    "paths",
    [
        [],
        {"/a": []},
        {"/a": {"get": []}},
        {"/a": {"get": {"parameters": {}}}},
        {"/a": {"get": {"parameters": [{"in": "query"}]}}},
        {"/a": {"get": {"parameters": [{"name": "a", "in": "nowhere"}]}}},
        {"/a": {"get": {"parameters": [1]}}},
        {"/a": {"get": {"responses": []}}},
        {"/a": {"get": {"responses": {"200": 1}}}},
        {"/a": {"get": {"responses": {"OK": {}}}}},
        {"/a": {"get": {"responses": {"200": {"headers": {"A": 1}}}}}},
        {"/a": {"get": {"security": {}}}},
        {"/a": {"get": {"security": [1]}}},
    ],
)
def test_what_stands_in_the_wrong_place_is_a_problem(version: str, paths: Json) -> None:
    """The rest of the document is read all the same."""
    root: Json = {"swagger" if version == "2.0" else "openapi": version, "paths": paths}
    read = read_document(json.dumps(root))

    assert kinds(read) == [ProblemKind.STRUCTURE]
    assert read.problems[0].path.startswith("$.paths")


def test_a_key_that_stands_twice_is_a_problem() -> None:
    """Two paths of one name are one path, and the document says so."""
    read = read_document("openapi: 3.1.0\npaths:\n  /a: {get: {}}\n  /a: {put: {}}\n")

    assert kinds(read) == [ProblemKind.DUPLICATE_KEY]
    assert only(read).label == "PUT /a"


def test_problems_are_bounded() -> None:
    """A document that is wrong everywhere says so in a bounded number of sentences."""
    schemas: dict[str, Json] = {f"S{at}": {"type": "wrong"} for at in range(1000)}
    problems = document(schemas=schemas).problems

    assert len(problems) == 201
    assert problems[-1].message == "and 800 more faults"


def test_json_and_yaml_of_one_document_are_one() -> None:
    """The digest covers what is said, not how it is written."""
    as_yaml = read_document("openapi: 3.1.0\npaths:\n  /a:\n    get: {responses: {200: {}}}\n")
    as_json = read_document(
        '{"paths": {"/a": {"get": {"responses": {"200": {}}}}}, "openapi": "3.1.0"}'
    )

    assert as_yaml == as_json
    assert as_yaml.digest == as_json.digest


def large_document(count: int) -> Document:
    """A document with many operations, each with schemas of its own."""
    record: Json = {
        "type": "object",
        "required": ["id"],
        "properties": {
            **{f"field_{at}": {"type": "string", "nullable": True} for at in range(20)},
            "id": {"type": "integer", "minimum": 0, "exclusiveMinimum": True},
            "next": {"$ref": "#/components/schemas/R0"},
        },
    }
    schemas: dict[str, Json] = {f"R{at}": record for at in range(count)}
    paths: dict[str, Json] = {}
    for at in range(count):
        answer = answering({"$ref": f"#/components/schemas/R{at}"})["/thing"]
        paths[f"/r{at}/{{id}}"] = answer
    return document("3.0.3", paths=paths, schemas=schemas)


def test_five_hundred_operations_are_read_within_a_second() -> None:
    """The time grows with the document, and not with its square."""
    start = time.perf_counter()
    read = large_document(500)
    elapsed_s = time.perf_counter() - start

    assert len(read.operations) == 500
    assert isinstance(answered(read), dict)
    assert elapsed_s < 1
