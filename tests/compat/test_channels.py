"""Which operation an interaction of messages speaks of."""

from __future__ import annotations

from typing import Any

import pytest

from harness.compat.messages.channels import (
    is_address,
    operation_id,
    plain_key,
    reference,
    spoken_of,
)
from harness.domain.fit import Gap, Misfit
from tests.compat.test_messages import READ, contents, exchanged, received
from tests.documents.messaging import SOLD, channel, messaging, operation, refer


@pytest.mark.parametrize(
    ("address", "value", "expected"),
    [
        ("orders", "orders", True),
        ("orders", "Orders", False),
        ("orders.{shop}", "orders.north", True),
        ("orders.{shop}", "orders.", False),
        ("orders.{shop}", "orders.north.east", False),
        ("orders.{shop}", "orders.north/east", False),
        ("orders.{shop}.{kind}", "orders.north.sold", True),
        ("orders.{shop}.{kind}", "orders.north", False),
        ("{tenant}/orders/{shop}", "a/orders/b", True),
        ("{tenant}/orders/{shop}", "orders/b", False),
        ("orders-{shop}-v1", "orders-a-v1-v1", True),
        ("orders-{shop}-v1", "orders-v1", False),
        ("{a}{b}", "xy", True),
        ("{a}{b}", "x", False),
        ("orders-{shop}-v1", "orders-north-v1", True),
        ("orders.{shop}", "returns.north", False),
        (None, "orders", False),
    ],
)
def test_an_address_is_met_by_its_shape(address: str | None, value: str, expected: bool) -> None:
    """A parameter stands for one word, and all else is as it is written."""
    document = messaging({"main": channel(address)}, {"sell": operation(at="main")})

    assert is_address("topic", value, document.operations[0]) is expected


def test_a_channel_goes_by_its_name_as_well() -> None:
    """Where the address is known at run time alone, the name is all there is."""
    document = messaging({"main": channel(None)}, {"sell": operation(at="main")})

    assert is_address("topic", "main", document.operations[0])
    assert not is_address("trace", "main", document.operations[0])
    assert not is_address("topic", 5, document.operations[0])
    assert document.operations[0].label == "send main"


@pytest.mark.parametrize(
    "key", ["kafka_topic", "Kafka-Topic", "kafka.topic", "KAFKATOPIC", "kafkaTopic"]
)
def test_keys_are_one_however_a_library_writes_them(key: str) -> None:
    """Case, dashes, underscores and dots do not count."""
    assert plain_key(key) == "kafkatopic"


@pytest.mark.parametrize(
    ("comments", "name", "written"),
    [
        ({"references": {"AsyncAPI": {"operationId": "sell"}}}, "sell", {"operationId": "sell"}),
        ({"references": {"AsyncAPI": {"operationId": 5}}}, "", {"operationId": 5}),
        ({"references": {"AsyncAPI": "sell"}}, "", "sell"),
        ({"references": {"OpenAPI": {"operationId": "sell"}}}, "", None),
        ({"references": []}, "", None),
        ({}, "", None),
    ],
)
def test_a_reference_is_read_where_it_is_one(comments: Any, name: str, written: Any) -> None:
    """Anything else names no operation, and does no harm."""
    each = received(READ, to=None, comments=comments)

    assert operation_id(each) == name
    assert reference(each) == written


def test_what_is_written_in_place_of_an_operation_is_told() -> None:
    """A reference without an operation is another fault than none."""
    document = messaging()
    malformed = spoken_of(
        document, received(READ, comments={"references": {"AsyncAPI": {"messageId": "a"}}})
    )
    missing = spoken_of(document, received(READ, to=None))

    assert isinstance(malformed, Gap)
    assert isinstance(missing, Gap)
    assert "no `operationId` in `comments.references.AsyncAPI`" in malformed.reason
    assert "no operation as `comments.references.AsyncAPI.operationId`" in missing.reason


def test_an_unknown_operation_names_those_that_there_are_but_not_hundreds() -> None:
    """The sentence stays short whatever the document."""
    document = messaging(operations={f"o{at}": operation() for at in range(500)})
    found = spoken_of(document, received(READ, to="gone"))

    assert isinstance(found, Misfit)
    assert found.sent == "o0, o1, o2, o3, o4, o5, o6, o7"


def test_of_two_sides_of_one_channel_the_providers_is_meant() -> None:
    """A provider sends messages, and is asked where there is a reply."""
    reply = {"messages": [refer("components", "messages", "sold")]}
    document = messaging(
        operations={
            "sends": operation(),
            "hears": operation("receive"),
            "asks": operation("send", reply=reply),
            "answers": operation("receive", reply=reply),
        },
        components={"messages": {"sold": {"payload": SOLD}}},
    )
    topic: dict[str, Any] = {"metadata": {"topic": "orders.sold"}}
    alone = spoken_of(document, received(READ, to=None, **topic))
    asked = spoken_of(document, exchanged(contents(READ, **topic), to=None))

    assert isinstance(alone, Gap)
    assert "2 operations fit" in alone.reason
    assert not isinstance(asked, Gap | Misfit)
    assert asked.operation.name == "answers"
