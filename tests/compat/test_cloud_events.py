"""CloudEvents of a contract against a document's envelope, or against its headers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.compat.messages.cloud_events import attribute_of
from harness.compat.messages.messages import Channels
from harness.documents.described import read_described
from harness.documents.pacts import read_pact
from harness.domain.channel import MessagingDocument
from harness.domain.fit import Code, InteractionCompat, Kind

JSON_TYPE, STRUCTURED = "application/json", "application/cloudevents+json"
TEXT: dict[str, Any] = {"type": "string"}
DATA: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "integer"}},
}
ATTRIBUTES = {"specversion": "1.0", "type": "order.placed", "source": "/orders", "id": "1"}
READER: dict[str, Any] = {
    "type": "object",
    "required": ["data", *ATTRIBUTES],
    "properties": {**{name: {"const": one} for name, one in ATTRIBUTES.items()}, "data": DATA},
}


def compared(message: dict[str, Any], shown: dict[str, Any], reader: Any) -> InteractionCompat:
    """What a document with this message and a contract that shows another say of each other."""
    document = read_described(
        json.dumps(
            {
                "asyncapi": "3.0.0",
                "info": {"title": "orders", "version": "1"},
                "channels": {"orders": {"address": "orders", "messages": {"Placed": message}}},
                "operations": {"a": {"action": "send", "channel": {"$ref": "#/channels/orders"}}},
            }
        ),
        "asyncapi.json",
    )
    assert isinstance(document, MessagingDocument)
    interaction = {"type": "Asynchronous/Messages", "description": "placed", **shown}
    pact = {
        "consumer": {"name": "shipping"},
        "provider": {"name": "orders"},
        "metadata": {"pactSpecification": {"version": "4.0"}},
        "interactions": [{**interaction, "comments": {"contract-harness": reader}}],
    }
    (one,) = read_pact(json.dumps(pact)).interactions
    return Channels(document).compared(one)


def structured(**changed: Any) -> InteractionCompat:
    """An envelope whose members the document has otherwise."""
    properties = {**dict.fromkeys(ATTRIBUTES, TEXT), "data": DATA, **changed}
    known = {name: one for name, one in properties.items() if one is not None}
    payload = {"type": "object", "required": list(known), "properties": known}
    content = {**ATTRIBUTES, "data": {"id": 1}}
    return compared(
        {"contentType": STRUCTURED, "payload": payload},
        {
            "contents": {"content": content, "contentType": STRUCTURED, "encoded": False},
            "metadata": {"contentType": STRUCTURED, "channel": "orders"},
        },
        {"v": 1, "reader": READER},
    )


def binary(theirs: str, ours: str, **changed: Any) -> InteractionCompat:
    """Attributes as headers, with what two transports put before their names."""
    properties = {**dict.fromkeys(ATTRIBUTES, TEXT), **changed}
    headers = {f"{theirs}{name}": one for name, one in properties.items()}
    schema = {"type": "object", "required": list(headers), "properties": headers}
    beside = {f"{ours}{name}": one for name, one in ATTRIBUTES.items()}
    return compared(
        {"contentType": JSON_TYPE, "payload": DATA, "headers": schema},
        {
            "contents": {"content": {"id": 1}, "contentType": JSON_TYPE, "encoded": False},
            "metadata": {"contentType": JSON_TYPE, "channel": "orders", **beside},
        },
        {"v": 1, "reader": DATA},
    )


def test_attributes_that_are_any_text_fit_and_data_is_compared() -> None:
    """Which text it is that a document leaves open, verification tells."""
    assert structured().proven
    data = {**DATA, "properties": {"id": TEXT}}
    assert [one.path for one in structured(data=data).misfits] == ["$.data.id"]


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"type": {"const": "order.moved"}}, Kind.IMPOSSIBLE),
        ({"source": {"type": ["string", "null"]}}, Kind.MAY_BREAK),
        ({"id": {"type": "integer"}}, Kind.IMPOSSIBLE),
        ({"source": None}, Kind.UNDECLARED),
    ],
    ids=["another type", "null", "a number", "gone"],
)
def test_attributes_that_are_something_else_do_not_fit(changed: dict[str, Any], kind: Kind) -> None:
    """Another text that is named, another kind of value, and one that is not there."""
    (name,) = changed
    (found,) = structured(**changed).misfits
    assert (found.path, found.kind, found.hypothesis) == (f"$.{name}", kind, False)


@pytest.mark.parametrize("theirs", ["ce_", "ce-", "cloudEvents:", "cloudEvents_"])
@pytest.mark.parametrize("ours", ["ce_", "cloudEvents:"])
def test_headers_are_attributes_whatever_a_transport_puts_before_them(
    theirs: str, ours: str
) -> None:
    """A document that is written for one transport is understood for another."""
    assert binary(theirs, ours).proven
    (found,) = binary(theirs, ours, source={"const": "/shop"}).misfits
    assert found.code is Code.MESSAGE_HEADER


def test_a_header_that_only_looks_alike_is_no_attribute() -> None:
    """Case does not count; what is longer than an attribute's name is another header."""
    assert attribute_of("CE-Type") == "type"
    assert {attribute_of(one) for one in ("ce", "price_type", "ce-some-thing", "trace")} == {""}
