"""Schemas of every version have one normal form."""

from __future__ import annotations

import pytest

from harness.domain.document import UNKNOWN_BECAUSE, ProblemKind
from harness.domain.json import Json
from tests.documents.samples import answered, answering, document, kinds, normal


@pytest.mark.parametrize(
    ("schema", "version"),
    [
        ({"type": "string", "format": "uuid", "nullable": True}, "3.0.3"),
        ({"type": ["string", "null"], "format": "uuid"}, "3.1.0"),
        ({"type": ["null", "string"], "format": "uuid"}, "3.1.0"),
        ({"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]}, "3.1.0"),
        ({"oneOf": [{"type": "null"}, {"type": "string", "format": "uuid"}]}, "3.1.0"),
    ],
)
def test_nullable_has_one_spelling(schema: Json, version: str) -> None:
    """The flag, the type list and the union with null are one thing."""
    assert normal(schema, version) == {"type": ["string", "null"], "format": "uuid"}


@pytest.mark.parametrize(
    ("schema", "version"),
    [
        ({"$ref": "#/components/schemas/Shelf", "nullable": True}, "3.0.3"),
        ({"anyOf": [{"$ref": "#/components/schemas/Shelf"}], "nullable": True}, "3.0.3"),
        ({"anyOf": [{"$ref": "#/components/schemas/Shelf"}, {"type": "null"}]}, "3.1.0"),
        ({"oneOf": [{"$ref": "#/components/schemas/Shelf"}, {"type": "null"}]}, "3.1.0"),
    ],
)
def test_a_nullable_reference_has_one_spelling(schema: Json, version: str) -> None:
    """Beside a reference null stands in a branch of its own."""
    found = normal(schema, version, Shelf={"type": "object"})

    assert found == {"anyOf": [{"$ref": "#/$defs/Shelf"}, {"type": "null"}]}


def test_an_exclusive_union_with_null_stays_where_null_could_be_taken_twice() -> None:
    """`oneOf` refuses a null that both branches take, so it keeps its name there."""
    union: Json = {"oneOf": [{"$ref": "#/components/schemas/Any"}, {"type": "null"}]}

    assert normal(union, Any={}) == {"oneOf": [{"$ref": "#/$defs/Any"}, {"type": "null"}]}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (
            {"type": "string", "enum": ["a"], "nullable": True},
            {"type": ["string", "null"], "enum": ["a", None]},
        ),
        ({"enum": ["a"], "nullable": True}, {"enum": ["a", None]}),
        (
            {"allOf": [{"type": "object"}], "nullable": True, "description": "d"},
            {"description": "d", "anyOf": [{"allOf": [{"type": "object"}]}, {"type": "null"}]},
        ),
        ({"type": "string", "nullable": False}, {"type": "string"}),
        ({"nullable": True}, {}),
    ],
)
def test_nullable_reaches_enums_and_conjunctions(schema: Json, expected: Json) -> None:
    """A nullable schema takes null, whatever stands beside the flag."""
    assert normal(schema, "3.0.3") == expected


def test_swagger_2_takes_the_flag_of_its_extension() -> None:
    """`x-nullable` is how Swagger 2 documents say null."""
    found = document("2.0", schemas={"A": {"type": "string", "x-nullable": True}})

    assert found.definitions["A"] == {"type": ["string", "null"], "x-nullable": True}


def test_exclusive_bounds_are_numbers() -> None:
    """The flags of 3.0 become the numbers of 2020-12, and a number written there stays."""
    flags: Json = {"minimum": 1, "exclusiveMinimum": True, "maximum": 9, "exclusiveMaximum": False}

    assert normal(flags, "3.0.3") == {"exclusiveMinimum": 1, "maximum": 9}
    assert normal({"exclusiveMinimum": 1}, "3.0.3") == {"exclusiveMinimum": 1}
    assert kinds(document("3.1.0", paths=answering(flags))) == [ProblemKind.SCHEMA_INVALID] * 2


def test_older_spellings_of_lists_and_dependencies_are_read() -> None:
    """A list of `items`, `dependencies` and `example` have newer names."""
    schema: Json = {
        "items": [{"type": "string"}],
        "dependencies": {"a": ["b"], "c": {"type": "object"}},
        "example": [1],
    }

    assert normal(schema, "3.0.3") == {
        "prefixItems": [{"type": "string"}],
        "dependentRequired": {"a": ["b"]},
        "dependentSchemas": {"c": {"type": "object"}},
        "examples": [[1]],
    }


def test_siblings_of_a_reference_count_in_newer_versions_only() -> None:
    """3.0 lets nothing stand beside `$ref`; 3.1 joins the two."""
    schema: Json = {"$ref": "#/components/schemas/A", "minLength": 2}

    assert normal(schema, "3.0.3", A={}) == {"$ref": "#/$defs/A"}
    assert normal(schema, "3.1.0", A={}) == {"$ref": "#/$defs/A", "minLength": 2}


def test_read_only_and_write_only_are_kept() -> None:
    """Which direction a property travels in is for the reader of the schema to use."""
    schema: Json = {"properties": {"id": {"readOnly": True}, "password": {"writeOnly": True}}}

    assert normal(schema) == schema


def test_recursive_schemas_survive_as_references() -> None:
    """A tree refers to itself, and stands in the definitions once."""
    tree: Json = {
        "type": "object",
        "properties": {"children": {"items": {"$ref": "#/components/schemas/Tree"}}},
    }
    read = document(paths=answering({"$ref": "#/components/schemas/Tree"}), schemas={"Tree": tree})

    assert read.problems == ()
    assert read.definitions["Tree"] == {
        "type": "object",
        "properties": {"children": {"items": {"$ref": "#/$defs/Tree"}}},
    }
    assert read.closed(answered(read)) == {
        "$ref": "#/$defs/Tree",
        "$defs": {"Tree": read.definitions["Tree"]},
    }


def test_a_reference_into_the_middle_of_a_document_is_a_definition_too() -> None:
    """Any place of the document can be a schema, by pointer, anchor or identifier."""
    middle = "#/paths/~1thing/get/responses/200/content/application~1json/schema/properties/id"
    root: Json = {
        "properties": {
            "id": {"type": "integer", "$anchor": "key"},
            "same": {"$ref": middle},
            "again": {"$ref": "#key"},
        }
    }
    read = document(paths=answering(root))
    again = answered(read)

    assert read.problems == ()
    assert len(read.definitions) == 1
    assert next(iter(read.definitions.values())) == {"type": "integer"}
    assert isinstance(again, dict)
    assert again["properties"]["same"] == again["properties"]["again"]


@pytest.mark.parametrize("name", ["A b", "a/b", "a~b", "Page[Item]", "ü", "a%20b", "100%"])
def test_names_of_any_signs_are_found_again(name: str) -> None:
    """A definition's reference leads back to its name."""
    escaped = name.replace("~", "~0").replace("/", "~1").replace("%", "%25").replace(" ", "%20")
    reference: Json = {"$ref": f"#/components/schemas/{escaped}"}
    read = document(paths=answering(reference), schemas={name: {"type": "string"}})

    assert read.problems == ()
    assert read.reached(answered(read)) == {name}


def test_a_property_may_be_called_like_a_keyword() -> None:
    """Names of properties are not keywords: what stands below them is read."""
    names = ("$ref", "enum", "default", "x-id", "type", "required", "nullable", "example")
    schema: Json = {"properties": {name: {"$ref": "#/components/schemas/A"} for name in names}}
    read = document(paths=answering(schema), schemas={"A": {"type": "string"}})

    assert read.problems == ()
    assert read.reached(answered(read)) == {"A"}


def test_a_discriminator_names_every_branch() -> None:
    """What the names of the branches imply is written out, and mappings are references."""
    union: Json = {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
        "discriminator": {"propertyName": "kind", "mapping": {"dog": "Dog"}},
    }
    found = normal(union, Cat={"type": "object"}, Dog={"type": "object"})

    assert isinstance(found, dict)
    assert found["discriminator"] == {
        "propertyName": "kind",
        "mapping": {"dog": "#/$defs/Dog", "Cat": "#/$defs/Cat"},
    }


@pytest.mark.parametrize(
    ("schema", "path", "said"),
    [
        ({"type": "strnig"}, ".type", 'a type of JSON as `type`, seen the text "strnig"'),
        ({"type": []}, ".type", "seen a list"),
        ({"required": True}, ".required", "a list of names as `required`, seen true"),
        ({"required": ["a", 1]}, ".required", "a list of names"),
        ({"pattern": "("}, ".pattern", "a regular expression"),
        ({"patternProperties": {"[": {}}}, '.patternProperties["["]', "a regular expression"),
        ({"minLength": -1}, ".minLength", "a whole number from 0"),
        ({"maximum": "9"}, ".maximum", "a number"),
        ({"multipleOf": 0}, ".multipleOf", "a number above 0"),
        ({"enum": []}, ".enum", "a list of values"),
        ({"properties": []}, ".properties", "an object of schemas"),
        ({"properties": {"a": "string"}}, ".properties.a", "a schema"),
        ({"allOf": {}}, ".allOf", "a list of schemas"),
        ({"items": 1}, ".items", "a schema"),
        ({"$ref": 1}, ".$ref", "text"),
        ({"format": 1}, ".format", "text"),
        ([], "", "a schema, seen a list"),
    ],
)
def test_an_invalid_schema_is_a_problem_with_its_place(schema: Json, path: str, said: str) -> None:
    """The problem names the JSON path as written, what was expected, and whom it reaches."""
    read = document(paths=answering(schema))
    where = '$.paths["/thing"].get.responses["200"].content["application/json"].schema'

    assert [(each.kind, each.path, each.operations) for each in read.problems] == [
        (ProblemKind.SCHEMA_INVALID, where + path, ("GET /thing",))
    ]
    assert said in read.problems[0].message
    assert read.operations[0].responses["200"].content["application/json"].unknown


@pytest.mark.parametrize(
    "reference", ["https://example.test/a.json#/A", "common.yaml#/A", "../a.json", "file:///etc/a"]
)
def test_a_reference_that_leaves_the_document_makes_the_place_unknown(reference: str) -> None:
    """It is never fetched: the problem names it, and all that reach it know that they do not."""
    schemas: dict[str, Json] = {
        "Holder": {"properties": {"part": {"$ref": "#/components/schemas/Part"}}},
        "Part": {"$ref": reference},
        "Plain": {"type": "string"},
    }
    paths = {
        **answering({"$ref": "#/components/schemas/Holder"}),
        "/plain": answering({"$ref": "#/components/schemas/Plain"})["/thing"],
    }
    read = document(paths=paths, schemas=schemas)
    thing, plain = (each.responses["200"].content["application/json"] for each in read.operations)

    assert kinds(read) == [ProblemKind.REFERENCE_REMOTE]
    assert read.problems[0].path == "$.components.schemas.Part.$ref"
    assert read.problems[0].operations == ("GET /thing",)
    assert reference in thing.unknown
    assert plain.unknown == ""
    assert read.definitions["Part"] == {UNKNOWN_BECAUSE: thing.unknown}


@pytest.mark.parametrize(
    "reference", ["#/components/schemas/Gone", "#gone", "#", "#/components/responses/R"]
)
def test_a_reference_to_no_schema_is_a_problem(reference: str) -> None:
    """A reference must name a schema of the document."""
    read = document(
        paths=answering({"$ref": reference}),
        components={"responses": {"R": {"description": "", "content": {}}}},
    )

    assert kinds(read) == [ProblemKind.REFERENCE_DANGLING]
    assert read.operations[0].responses["200"].content["application/json"].unknown


@pytest.mark.parametrize(
    "schemas",
    [
        {"A": {"$ref": "#/components/schemas/A"}},
        {"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}},
        {"A": {"allOf": [{"$ref": "#/components/schemas/A"}, {"type": "object"}]}},
        {"A": {"anyOf": [{"not": {"$ref": "#/components/schemas/A"}}, {"type": "null"}]}},
    ],
)
@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_schema_that_is_itself_is_cut(schemas: dict[str, Json], version: str) -> None:
    """No circle is left that would never end for a validator, and it is told once."""
    reference: Json = {"$ref": "#/components/schemas/A", "nullable": True}
    read = document(version, paths=answering(reference), schemas=schemas)

    assert kinds(read) == [ProblemKind.REFERENCE_CIRCULAR]
    assert read.problems[0].operations == ("GET /thing",)
    assert UNKNOWN_BECAUSE in str(read.definitions)


def test_faults_are_found_where_nothing_refers_to_them() -> None:
    """A named schema is read even if no operation reaches it."""
    read = document(schemas={"Unused": {"type": "nothing"}})

    assert kinds(read) == [ProblemKind.SCHEMA_INVALID]
    assert read.problems[0].operations == ()


def test_odd_annotations_are_told_and_do_no_harm() -> None:
    """A wrong title or flag says nothing about values: the schema is still known."""
    read = document(paths=answering({"title": 1, "readOnly": "yes", "description": None}))

    assert kinds(read) == [ProblemKind.SCHEMA_INVALID] * 2
    assert answered(read) == {}
    assert read.operations[0].responses["200"].content["application/json"].unknown == ""


@pytest.mark.parametrize(
    "pattern",
    [
        r"^(?:[\w-./:]+)$",
        r"\p{Lu}+",
        r"(?<year>\d{4})-\k<year>",
        r"(?<=a+)b",
        "[^]",
        "[[a]&&b]",
        r"\/a\-b",
        r"\u{1F600}",
        "(?i)a",
        "a{99999999999}",
    ],
)
def test_a_pattern_of_some_dialect_is_no_fault(pattern: str) -> None:
    """Only what no dialect takes is called invalid."""
    assert document(paths=answering({"pattern": pattern})).problems == ()


@pytest.mark.parametrize("pattern", ["^(a", "a)", "*a", "[z-a]", "[a", "a\\", "a{2,1}", "(?"])
def test_a_pattern_of_no_dialect_is_a_fault(pattern: str) -> None:
    """A group that never closes is no regular expression anywhere."""
    read = document(paths=answering({"pattern": pattern}))

    assert kinds(read) == [ProblemKind.SCHEMA_INVALID]
    assert answered(read) == {UNKNOWN_BECAUSE: read.problems[0].message}
