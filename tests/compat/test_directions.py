"""What a document's schemas say depends on who writes."""

from __future__ import annotations

from typing import Any

import pytest

from harness.compat.http.interactions import Provider
from harness.compat.schemas.directions import Directed, Direction
from harness.compat.schemas.engine import compare_sides
from harness.compat.schemas.outcome import Broken, Proven
from harness.compat.schemas.sides import side
from harness.domain.document import Document
from harness.domain.fit import Code, Kind
from tests.compat.samples import INTEGER, LIKE, TEXT, interaction, record, replying

SECRET = {"type": "string", "writeOnly": True}
MADE = {"type": "string", "readOnly": True}
ACCOUNT = record({"name": TEXT, "password": SECRET, "id": MADE}, "name", "password", "id")


def schema_of(document: Document) -> Any:
    """The schema of the document's one reply."""
    return document.operations[0].responses["200"].content["application/json"].schema


def against(document: Document, reader: Any) -> Any:
    """What a reply of the document comes to for a reader."""
    writer = Directed(document, Direction.REPLY).side(schema_of(document))
    return compare_sides(writer, side(reader, closed=False))


@pytest.mark.parametrize("schemas", [{}, {"schemas": {"Secret": SECRET}}])
def test_write_only_properties_are_never_in_a_reply(schemas: Any) -> None:
    """A consumer that reads one reads what is not sent."""
    secret = {"$ref": "#/components/schemas/Secret"} if schemas else SECRET
    account = record({"name": TEXT, "password": secret}, "name", "password")
    found = against(replying(account, **schemas), record({"password": TEXT}, "password"))

    assert isinstance(found, Broken)
    assert [each.kind for each in found.witnesses] == [Kind.UNDECLARED]
    assert found.witnesses[0].value == {"name": "a"}


def test_read_only_properties_are_never_demanded_of_a_request() -> None:
    """A request without a read-only property is accepted, one without another is not."""
    document = replying(ACCOUNT)
    reader = Directed(document, Direction.REQUEST).side(schema_of(document))

    assert reader.judge.accepts({"name": "a", "password": "p"})
    assert not reader.judge.accepts({"name": "a", "id": "1"})


def test_a_discriminator_gives_each_branch_its_value() -> None:
    """Branches that differ in their tag alone are told apart by it."""
    cat, dog = record({"kind": TEXT, "x": INTEGER}, "kind", "x"), record({"kind": TEXT}, "kind")
    union = {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
        "discriminator": {"propertyName": "kind"},
    }
    document = replying(union, schemas={"Cat": cat, "Dog": dog})
    tagged = [record({"kind": {"const": "Cat"}, "x": INTEGER}, "kind", "x")]
    both = {"anyOf": [*tagged, record({"kind": {"const": "Dog"}}, "kind")]}

    assert against(document, both) == Proven()
    found = against(document, tagged[0])
    assert isinstance(found, Broken)
    assert found.witnesses[0].value == {"kind": "Dog"}


def test_a_parent_with_a_discriminator_stands_for_its_children() -> None:
    """A schema that others build on is sent as one of those, not bare."""
    pet = {**record({"kind": TEXT}, "kind"), "discriminator": {"propertyName": "kind"}}
    cat = {"allOf": [{"$ref": "#/components/schemas/Pet"}, record({"lives": INTEGER}, "lives")]}
    document = replying({"$ref": "#/components/schemas/Pet"}, schemas={"Pet": pet, "Cat": cat})

    assert against(document, record({"lives": INTEGER}, "lives")) == Proven()


@pytest.mark.parametrize(
    ("version", "schema"),
    [
        ("3.0.3", {"type": "string", "nullable": True}),
        ("3.1.0", {"type": ["string", "null"]}),
        ("3.1.0", {"oneOf": [TEXT, {"type": "null"}]}),
        ("3.0.3", {"nullable": True, "allOf": [TEXT]}),
    ],
)
def test_null_in_any_spelling_is_sent(version: str, schema: Any) -> None:
    """A reader that does not take null is told so in every spelling of nullable."""
    document = replying(record({"a": schema}, "a"), openapi=version)
    found = against(document, record({"a": TEXT}, "a"))

    assert isinstance(found, Broken)
    assert [each.value for each in found.witnesses] == [{"a": None}]


def test_exclusive_bounds_of_the_older_version_count() -> None:
    """A flag beside a bound takes the bound itself away."""
    schema = {"type": "integer", "minimum": 0, "exclusiveMinimum": True}

    assert against(replying(schema, openapi="3.0.3"), {"type": "integer", "minimum": 1}) == Proven()


def test_a_reply_of_what_could_not_be_read_is_a_gap() -> None:
    """A remote reference is neither proven nor broken."""
    document = replying(record({"a": {"$ref": "http://example.org/a.json"}}, "a"))
    found = Provider(document).compared(interaction({"a": "x"}, {"$": LIKE}))

    assert found.misfits == ()
    assert [each.code for each in found.gaps] == [Code.REPLY_BODY]
    assert not found.proven


def test_what_has_a_default_is_sent() -> None:
    """A framework sends a field that it fills by itself, though its document requires it not."""
    schema = record({"status": {"enum": ["open", "paid"], "default": "open"}})

    found = Provider(replying(schema)).compared(
        interaction({"status": "open"}, {}, record({"status": TEXT}, "status"))
    )

    assert found.proven, found


def refer(name: str) -> dict[str, str]:
    """A reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


ID = {"properties": {"id": MADE}}
BY_PARTS = [
    ({"allOf": [refer("Marked")], "required": ["id"]}, {"Marked": ID}),
    ({"allOf": [{"required": ["id"]}, refer("Marked")]}, {"Marked": ID}),
    ({"allOf": [refer("Bare"), ID]}, {"Bare": record({"id": TEXT}, "id", "name")}),
    (
        {"allOf": [refer("Above"), ID]},
        {"Above": {"allOf": [refer("Bare")]}, "Bare": record({"id": TEXT}, "id", "name")},
    ),
    ({**ID, "anyOf": [{"required": ["id"]}, {"required": ["x"]}]}, {}),
]


@pytest.mark.parametrize(("schema", "schemas"), BY_PARTS)
def test_a_mark_counts_for_all_that_holds_of_the_same_object(schema: Any, schemas: Any) -> None:
    """One member of a conjunction marks a property that another one demands."""
    document = replying(schema, schemas=schemas)
    reader = Directed(document, Direction.REQUEST).side(schema_of(document))

    assert reader.judge.accepts({"name": "a"})


def test_a_schema_that_holds_itself_is_read_in_one_direction() -> None:
    """A circle of conjunctions ends, and marks count in it."""
    loop = {"allOf": [refer("Loop"), {"required": ["id"]}]}
    document = replying({"allOf": [refer("Loop"), ID]}, schemas={"Loop": loop})
    reader = Directed(document, Direction.REQUEST).side(schema_of(document))

    assert reader.judge.accepts({}) is not False


def test_what_is_marked_in_one_place_is_demanded_in_another() -> None:
    """A definition loses no demand where nothing beside it marks the property."""
    bare = record({"id": TEXT}, "id")
    both = record({"marked": {"allOf": [refer("Bare"), ID]}, "plain": refer("Bare")})
    document = replying(both, schemas={"Bare": bare})
    reader = Directed(document, Direction.REQUEST).side(schema_of(document))

    assert reader.judge.accepts({"marked": {}})
    assert reader.judge.accepts({"marked": {"id": 1}}) is False
    assert reader.judge.accepts({"plain": {}}) is False


def test_a_write_only_property_of_another_member_is_never_sent() -> None:
    """A reply holds no secret, though the member that demands it does not mark it."""
    bare = record({"name": TEXT, "password": TEXT}, "name", "password")
    marked = {"properties": {"password": SECRET}}
    account = {"allOf": [refer("Bare"), marked]}
    document = replying(account, schemas={"Bare": bare})

    assert against(document, record({"name": TEXT}, "name")) == Proven()
    found = against(document, record({"password": TEXT}, "password"))
    assert isinstance(found, Broken)
    assert [each.kind for each in found.witnesses] == [Kind.UNDECLARED]


def test_a_parent_by_discriminator_is_demanded_nothing_that_is_marked_beside_it() -> None:
    """Children of a parent lose the demand as well."""
    pet = {**record({"kind": TEXT, "id": TEXT}, "kind", "id")}
    pet["discriminator"] = {"propertyName": "kind"}
    cat = {"allOf": [refer("Pet"), record({"lives": INTEGER}, "lives")]}
    sent = {"x": {"allOf": [{"anyOf": [refer("Pet")]}, ID]}}
    document = replying(record(sent), schemas={"Pet": pet, "Cat": cat})
    reader = Directed(document, Direction.REQUEST).side(schema_of(document))

    assert reader.judge.accepts({"x": {"kind": "Cat", "lives": 9}})
    assert reader.judge.accepts({"x": {"kind": "Cat"}}) is False


def test_what_refers_to_a_default_is_sent() -> None:
    """A default is one wherever the schema of the property stands."""
    status = {"enum": ["open", "paid"], "default": "open"}
    schema = record({"status": refer("Status")})

    document = replying(schema, schemas={"Status": status})
    assert against(document, record({"status": TEXT}, "status")) == Proven()
