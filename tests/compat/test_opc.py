"""The established tool's codes, where its reading is not this house's."""

from __future__ import annotations

from typing import Any

import pytest

from harness.compat.contracts import promises
from harness.compat.opc.schemas import conditions_missed, received
from harness.compat.schemas.judging import Judge
from harness.documents.openapi import read_document
from harness.domain.channel import MessagingDocument
from harness.domain.document import Document
from harness.domain.pact import Interaction
from tests.compat.samples import INTEGER, LIKE, TEXT, interaction, items, record, replying
from tests.compat.test_messages import READ, SOLD, asking, contents, exchanged, sending
from tests.compat.test_messages import received as receiving
from tests.documents.messaging import channel, messaging, operation


def codes(each: Interaction, *documents: Document | MessagingDocument) -> list[tuple[str, str]]:
    """The codes of one interaction with their types."""
    held = promises(documents)
    return [(found.code, found.type) for found in held.results(each, held.compared(each))]


MATCHED = ("message.matched", "info")
NO_MATCH = ("message.no.match", "error")
TWO_MESSAGES = messaging(
    {"orders": channel(gone={"payload": INTEGER}, sold={"payload": SOLD})}, {"sell": operation()}
)


@pytest.mark.parametrize(
    ("document", "each", "expected"),
    [
        (sending(), receiving(READ), [MATCHED]),
        (sending(action="receive"), receiving({"sku": "A"}), [MATCHED]),
        (sending(), receiving({"ghost": 1}), [NO_MATCH]),
        (TWO_MESSAGES, receiving(READ), [MATCHED]),
        (sending(), receiving(READ, to=None), [("message.references.missing", "error")]),
        (sending(), receiving(READ, to="gone"), [("message.operation.unknown", "error")]),
        (sending(None), receiving(READ), [("message.payload.unknown", "warning"), MATCHED]),
        (
            sending(),
            receiving("a", media_type="text/plain"),
            [("message.payload.unvalidatable", "warning"), MATCHED],
        ),
        (asking(), exchanged(contents({"sku": "A", "count": 1}), contents({})), [MATCHED, MATCHED]),
        (asking(), exchanged(contents({"sku": "A"}), contents(READ)), [NO_MATCH]),
        (
            messaging(operations={"ask": operation("receive")}),
            exchanged(contents(READ), contents(READ)),
            [MATCHED, ("message.reply.missing", "error")],
        ),
        (
            asking(),
            exchanged(contents(READ)),
            [MATCHED, ("message.response.missing", "warning")],
        ),
    ],
    ids=[
        *("matched", "required is not asked", "closed", "any message", "no reference"),
        *("unknown operation", "no schema", "not JSON", "exchange", "request lacks a field"),
        *("no reply", "no response"),
    ],
)
def test_messages_have_the_codes_of_the_tool(
    document: MessagingDocument, each: Interaction, expected: list[tuple[str, str]]
) -> None:
    """It takes any message of the named operation, and reads what is received as closed."""
    assert codes(each, document) == expected


def test_an_interaction_without_a_document_of_its_kind_is_told_where_it_asks_for_one() -> None:
    """Over HTTP always; messages only where the pact refers to an AsyncAPI document."""
    assert codes(receiving(READ), replying(TEXT)) == [("message.spec.missing", "error")]
    assert codes(receiving(READ, to=None), replying(TEXT)) == []
    assert codes(interaction(READ), sending()) == [("request.spec.missing", "error")]


CONDITION: dict[str, Any] = {
    "if": {"properties": {"kind": {"const": "a"}}},
    "then": {"required": ["x"]},
    "else": {"required": ["y"]},
}


@pytest.mark.parametrize(
    ("schema", "value", "told"),
    [
        (CONDITION, {"kind": "a", "x": 1}, 0),
        (CONDITION, {"kind": "a"}, 2),
        (CONDITION, {"kind": "b"}, 2),
        (CONDITION, {"kind": "b", "y": 1}, 0),
        (record({"below": CONDITION}), {"below": {"kind": "a"}}, 2),
        (items(CONDITION), [{"kind": "a"}, {"kind": "b"}, {"kind": "b", "y": 1}], 4),
        ({"$ref": "#/$defs/Held"}, {"kind": "a"}, 2),
        ({"if": {"type": "integer"}, "then": {"minimum": 5}}, 3, 2),
        ({"if": {"type": "integer"}, "then": {"minimum": 5}}, "a", 0),
        (record({"x": TEXT}, "x"), {}, 0),
    ],
)
def test_each_fault_of_a_condition_is_told_and_then_the_condition(
    schema: Any, value: Any, told: int
) -> None:
    """What stands below `then` and `else` keeps its demands, unlike everything else."""
    assert len(list(conditions_missed(schema, {"Held": CONDITION}, value))) == told


def test_conditions_are_codes_and_no_certain_misfits() -> None:
    """This house asks what a reply may hold; the tool asks whether the example could be one."""
    document = replying({**record({"kind": TEXT, "x": TEXT, "y": TEXT}, "kind"), **CONDITION})
    each = interaction({"kind": "a"}, {"$": LIKE})
    held = promises([document])
    found = held.compared(each)

    assert [code for code, _ in codes(each, document)] == ["response.body.incompatible"] * 2
    assert found is not None
    assert all(misfit.hypothesis for misfit in found.misfits)


@pytest.mark.parametrize(
    ("schema", "taken", "refused"),
    [
        (record({"a": TEXT}, "a"), [{}, {"a": "x"}], [{"b": 1}, {"a": 1}]),
        (record({"a": TEXT}, additionalProperties=True), [{}], [{"b": 1}]),
        (record({"a": TEXT}, additionalProperties=INTEGER), [{"b": 1}], [{"b": "x"}]),
        (record({"a": record({"b": TEXT}, "b")}, "a"), [{"a": {}}], [{"a": {"c": 1}}]),
        ({"allOf": [record({"a": TEXT}, "a"), record({"b": TEXT})]}, [{"b": "x"}], [{"c": 1}]),
        ({"oneOf": [record({"a": TEXT}, "a")], "required": ["a"]}, [{"a": "x"}], [{}]),
        ({"minProperties": 2, "type": "object"}, [{}], []),
        ({"$ref": "#/$defs/Tree"}, [{"below": {"below": {}}}], [{"below": {"other": 1}}]),
        ({"allOf": [{"$ref": "#/$defs/Tree"}, record({"x": TEXT})]}, [{"x": "a"}], [{"y": 1}]),
        (True, [{}, 1], []),
    ],
)
def test_what_is_received_is_closed_and_nothing_of_it_is_demanded(
    schema: Any, taken: list[Any], refused: list[Any]
) -> None:
    """Objects hold what they name and no more; conjunctions are one object."""
    tree = record({"below": {"$ref": "#/$defs/Tree"}}, "below")
    judge = Judge(received(schema, {"Tree": tree}))

    assert [value for value in taken if not judge.accepts(value)] == []
    assert [value for value in refused if judge.accepts(value)] == []


@pytest.mark.parametrize(
    ("accept", "content_type", "expected"),
    [
        ("application/a", "application/a", []),
        ("application/x", "", ["request.accept.incompatible"]),
        ("application/b", "application/x", ["response.content-type.unknown"]),
    ],
)
def test_media_types_of_swagger_2_hold_for_replies_without_a_schema(
    accept: str, content_type: str, expected: list[str]
) -> None:
    """`produces` says what a reply may be of, though nothing is said of its body."""
    document = read_document(
        """{"swagger": "2.0", "info": {"title": "a"}, "paths": {"/things/{id}": {"get": {
        "produces": ["application/a", "application/b"],
        "responses": {"200": {"description": ""}}}}}}"""
    )
    headers: dict[str, Any] = {"Content-Type": content_type} if content_type else {}
    each = interaction(request={"headers": {"Accept": accept}}, headers=headers)
    response = document.operations[0].responses["200"]

    assert response.content == {}
    assert response.media_types == ("application/a", "application/b")
    assert [code for code, _ in codes(each, document)] == expected
