"""Which edge an interaction of messages lies on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.checks.schema_invalid import SCHEMA_INVALID
from harness.documents.pacts import read_pact
from harness.domain.evidence import DocumentRead, Evidence, Observed
from harness.domain.selection import Selection
from harness.domain.system import FoundPact, System
from harness.stages.judging import gather
from tests.fakes import a_shop

OPERATION = {"action": "send"}
CHANNELS: dict[str, Any] = {
    "changes": {"address": "stock.changed", "messages": {"changed": {}}},
    "shelves": {"address": "stock.{shelf}.counted", "messages": {"counted": {}}},
    "nameless": {"messages": {"lost": {}}},
}


def described(*names: str, **more: Any) -> DocumentRead:
    """An AsyncAPI document of inventory, with an operation for each of some channels."""
    operations = {
        name: {**OPERATION, "channel": {"$ref": f"#/channels/{name}"}, **more} for name in names
    }
    head = {"asyncapi": "3.0.0", "info": {"title": "inventory", "version": "1"}}
    whole = {**head, "channels": CHANNELS, "operations": operations}
    return DocumentRead("inventory", "async.json", json.dumps(whole), of_messages=True)


def label(*documents: Evidence, names: str = "", **metadata: str) -> str:
    """What the one edge of a pact is called."""
    one = {
        "type": "Asynchronous/Messages",
        "description": "stock has changed",
        "contents": {"content": {}, "contentType": "application/json", "encoded": False},
        "metadata": metadata,
        "comments": {"references": {"AsyncAPI": {"operationId": names}}} if names else {},
    }
    text = json.dumps(
        {
            "consumer": {"name": "orders"},
            "provider": {"name": "inventory"},
            "interactions": [one],
            "metadata": {"pactSpecification": {"version": "4.0"}},
        }
    )
    system = System(a_shop(), (FoundPact("p.json", text, read_pact(text)),))
    facts = gather(system, (Observed("describe:inventory", documents),), Selection())
    (contract,) = facts.contracts
    return contract.edge.operation


@pytest.mark.parametrize(
    ("names", "metadata", "expected"),
    [
        ("changes", {}, "stock.changed"),
        ("", {"topic": "stock.changed"}, "stock.changed"),
        ("", {"topic": "stock.a7.counted"}, "stock.{shelf}.counted"),
        ("", {"event-type": "lost"}, "nameless"),
        ("gone", {}, "stock has changed"),
        ("", {}, "stock has changed"),
    ],
)
def test_a_message_lies_on_the_edge_of_its_channel(
    names: str, metadata: dict[str, str], expected: str
) -> None:
    """It is named by the channel's address, else its name, and by itself where none is meant."""
    document = described("changes", "shelves", "nameless")
    assert label(document, names=names, **metadata) == expected


def test_the_channel_of_any_document_is_found() -> None:
    """Of several documents, the one that has the operation gives the name; without one, nothing."""
    assert label(described("shelves"), described("changes"), names="changes") == "stock.changed"
    assert label(names="changes") == "stock has changed"


def test_a_fault_of_an_operation_is_told_of_its_channel() -> None:
    """What is broken in one operation is no fault of the edges of another channel."""
    broken = described("changes", messages=[{"$ref": "#/components/messages/none"}])
    facts = gather(System(a_shop()), (Observed("describe:inventory", (broken,)),), Selection())

    (flaw,) = SCHEMA_INVALID.judge(facts)

    assert (flaw.service, flaw.operation) == ("inventory", "stock.changed")
    assert flaw.where.startswith("$.operations.changes.messages[0]")
