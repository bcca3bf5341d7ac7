"""A message that a service made is held against the service's own AsyncAPI document."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.compat.messages.documented import Documented, Holder
from harness.documents.described import read_described
from harness.domain.channel import MessagingDocument
from harness.domain.message import Message
from harness.domain.pact import Interaction, InteractionKind
from harness.domain.pact import Message as Expected
from harness.domain.produced import Produced, read, shown

JSON_TYPE = "application/json"
PLACED = {
    "name": "OrderPlaced",
    "contentType": JSON_TYPE,
    "correlationId": {"location": "$message.header#/correlationId"},
    "headers": {
        "type": "object",
        "required": ["version"],
        "properties": {"version": {"type": "integer"}, "trace": {"type": "string", "minLength": 3}},
    },
    "payload": {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": {"type": "integer"},
            "lines": {"type": "array", "items": {"type": "object", "required": ["sku"]}},
        },
    },
    "bindings": {"kafka": {"key": {"type": "integer"}}},
}
GONE = {"name": "OrderGone", "payload": {"type": "object", "required": ["why"]}}
DOCUMENT = {
    "asyncapi": "3.0.0",
    "info": {"title": "orders", "version": "1"},
    "channels": {
        "placed": {"address": "order.placed", "messages": {"placed": PLACED, "gone": GONE}},
        "asked": {"address": "price.asked", "messages": {"asked": {"payload": {"type": "object"}}}},
        "told": {
            "address": "price.told",
            "messages": {"told": {"payload": {"type": "object", "required": ["price"]}}},
        },
    },
    "operations": {
        "tell": {"action": "send", "channel": {"$ref": "#/channels/placed"}},
        "price": {
            "action": "receive",
            "channel": {"$ref": "#/channels/asked"},
            "reply": {"channel": {"$ref": "#/channels/told"}},
        },
    },
}


@pytest.fixture(scope="module")
def holder() -> Holder:
    """The document, read once."""
    document = read_described(json.dumps(DOCUMENT))
    assert isinstance(document, MessagingDocument)
    return Holder(document)


def sent(body: Any = None, channel: str = "order.placed", **more: Any) -> Produced:
    """A message as its producer made it, all of it as documented."""
    payload = json.dumps({"id": 1} if body is None else body).encode()
    more.setdefault("headers", {"version": 2})
    more.setdefault("key", "7")
    more.setdefault("correlation_id", "c1")
    return Produced(
        Message(payload, content_type=more.pop("content_type", JSON_TYPE), **more), channel
    )


def places(told: Documented | None) -> dict[str, str]:
    """What departs where, of the message that it is held against."""
    assert told is not None
    return {one.where: one.message for one in told.departures}


def test_what_is_as_documented_is_silent(holder: Holder) -> None:
    """Numbers that brokers carry as text are read as what they are, in headers and keys."""
    assert holder.held(sent()) == Documented("order.placed")
    assert holder.held(sent(headers={"version": "2", "more": b"x"})) == Documented("order.placed")


@pytest.mark.parametrize(
    ("made", "where"),
    [
        (sent({"id": "x"}), "$.id"),
        (sent({}), "$.id"),
        (sent({"id": 1, "lines": [{"sku": "a"}, {}]}), "$.lines[*].sku"),
        (sent(headers={}), "headers.version"),
        (sent(headers={"version": 1, "trace": "x"}), "headers.trace"),
        (sent(key=None), "key"),
        (sent(key="seven"), "key"),
        (sent(correlation_id=""), "headers.correlationId"),
        (sent(content_type="text/plain"), "contentType"),
        (Produced(Message(b"{", {"version": 1}, "7", correlation_id="c"), "order.placed"), "$"),
    ],
)
def test_each_part_has_its_place(holder: Holder, made: Produced, where: str) -> None:
    """Payload, headers, key, correlation and content type are told apart."""
    properties = Produced(made.message, made.channel, {"type": "OrderPlaced"})

    assert places(holder.held(properties)) == {where: "placed"}


def test_of_several_messages_the_nearest_is_meant(holder: Holder) -> None:
    """One that says which it is is held against that one, however near another is."""
    gone = sent({"why": "x"}, headers={}, key=None, correlation_id="")

    assert places(holder.held(gone)) == {}
    named = Produced(gone.message, gone.channel, {"type": "OrderPlaced"})
    assert set(places(holder.held(named)).values()) == {"placed"}


def test_a_channel_that_the_document_lacks_is_told_with_those_it_has(holder: Holder) -> None:
    """It departs by its address, and by nothing else."""
    told = holder.held(sent(channel="order.shipped"))

    assert told is not None
    (one,) = told.departures
    assert (told.channel, one.where, one.seen) == ("", "channel", "order.shipped")
    assert one.expected == "order.placed, price.asked"


def test_who_does_not_say_where_it_goes_goes_where_its_contract_says(holder: Holder) -> None:
    """Without either, nothing can be said of it."""
    contract = Interaction(
        "x", InteractionKind.ASYNC, "k", messages=(Expected(metadata={"topic": "order.placed"}),)
    )
    bare = sent({"id": "x"}, channel="")

    assert holder.held(bare) is None
    assert places(holder.held(bare, contract)) == {"$.id": "placed"}


def test_a_reply_is_held_against_the_reply_of_its_operation(holder: Holder) -> None:
    """The channel of the request names the operation, and so the messages of its reply."""
    contract = Interaction(
        "x", InteractionKind.SYNC, "k", messages=(Expected(metadata={"topic": "price.asked"}),)
    )

    told = holder.held(sent({"cost": 3}, channel=""), contract, is_reply=True)

    assert told is not None
    assert (told.channel, places(told)) == ("price.asked", {"$.price": "told"})


def test_a_tombstone_departs_from_nothing_in_its_body(holder: Holder) -> None:
    """AsyncAPI has no word for it; its key and headers are looked at all the same."""
    tombstone = Produced(
        Message(None, {"version": 1}, None), "order.placed", {"type": "OrderPlaced"}
    )

    assert set(places(holder.held(tombstone))) == {"key"}


@pytest.mark.parametrize(
    "made",
    [
        Produced(Message(None)),
        Produced(Message(b"\xff\x00", {"a": 1}, "k", "x/y", "c", "m", "r"), "t", {"type": "T"}),
        Produced(Message("ü".encode()), metadata={}, is_bare=True),
        Produced(Message(b""), metadata={"topic": "t", "n": None}),
    ],
)
def test_a_message_is_read_back_as_it_was_written(made: Produced) -> None:
    """Evidence holds messages as text, bodies that are none among them."""
    assert read(shown(made)) == made
