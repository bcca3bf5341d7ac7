"""What a test that declares a message gives, is handed, and says when its handler is left out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel

from harness.consumer import Consumer, Message, cloud_event, message
from harness.consumer.declaration import MessageDeclaration, declared_on
from harness.consumer.validating import model_of
from tests.consumer.support import pact_path, run

pytest_plugins = ["pytester"]

HANDLER = """
from dataclasses import dataclass

import pytest

from harness.consumer import *

@dataclass
class Placed:
    order_id: int
    note: str | None

orders = Consumer("shipping").of("orders")
seen = []

def handle(body, headers):
    seen.append((json.loads(body), headers))

import json
"""
PLACED = """
@orders.receives(
    "an order was placed",
    given=[state("an order exists", order_id=7)],
    message=message(
        "orders.placed",
        Placed(7, None),
        headers={"trace": pattern("[0-9a-f]+", "c0ffee")},
        key="7",
    ),
)
def test_placed(delivery):
    assert (delivery.channel, delivery.key, delivery.content_type) == (
        "orders.placed", "7", "application/json")
    assert delivery.json() == {"order_id": 7, "note": None}
    handle(delivery.body, delivery.headers)
    assert seen[-1][1] == {"trace": "c0ffee"}
"""


def test_a_declared_message_gives_an_interaction_with_its_reader(pytester: pytest.Pytester) -> None:
    """One declaration yields the delivery, the message with matchers, its metadata, the reader."""
    pytester.makepyfile(HANDLER + PLACED)
    run(pytester).assert_outcomes(passed=1)
    document = json.loads(pact_path(pytester, "shipping-orders.json").read_text())
    (interaction,) = document["interactions"]
    assert interaction["type"] == "Asynchronous/Messages"
    assert interaction["providerStates"] == [{"name": "an order exists", "params": {"order_id": 7}}]
    assert interaction["contents"]["content"] == {"order_id": 7, "note": None}
    assert interaction["metadata"] == {
        "channel": "orders.placed",
        "contentType": "application/json",
        "key": "7",
        "trace": "c0ffee",
    }
    rules = interaction["matchingRules"]
    assert rules["body"]["$.order_id"]["matchers"] == [{"match": "integer"}]
    assert rules["metadata"]["trace"]["matchers"] == [{"match": "regex", "regex": "[0-9a-f]+"}]
    reader = interaction["comments"]["contract-harness"]["reader"]
    assert sorted(reader["required"]) == ["note", "order_id"]


def test_headers_and_the_key_may_be_like_an_example(pytester: pytest.Pytester) -> None:
    """They reach the handler as texts, and by their types the producer is held to them."""
    pytester.makepyfile(
        HANDLER
        + """
@orders.receives(
    "an order was placed",
    message=message(
        "orders.placed", Placed(7, None), headers={"trace": like("c0ffee"), "tries": like(3)},
        key=like("7"),
    ),
)
def test_placed(delivery):
    assert (delivery.headers, delivery.key) == ({"trace": "c0ffee", "tries": "3"}, "7")
"""
    )
    run(pytester).assert_outcomes(passed=1)
    document = json.loads(pact_path(pytester, "shipping-orders.json").read_text())
    (interaction,) = document["interactions"]
    assert (interaction["metadata"]["tries"], interaction["metadata"]["key"]) == (3, "7")
    rules = interaction["matchingRules"]["metadata"]
    matchers = {name: rules[name]["matchers"] for name in rules}
    assert matchers["tries"] == [{"match": "integer"}]
    assert set(matchers) == {"trace", "tries", "key"}


def test_a_header_that_no_broker_carries_is_refused(pytester: pytest.Pytester) -> None:
    """The sentence names the header, the interaction with its line, and what to write instead."""
    pytester.makepyfile(
        HANDLER
        + """
@orders.receives(
    "an order was placed",
    message=message("orders.placed", Placed(7, None), headers={"trace": like(["c0ffee"])}),
)
def test_placed(delivery):
    pass
"""
    )
    result = run(pytester)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*cannot send the header trace: expected a text*seen list*"])


def test_a_message_that_no_handler_asks_for_fails(pytester: pytest.Pytester) -> None:
    """A declaration that nobody performs is not a contract."""
    pytester.makepyfile(
        HANDLER
        + '@orders.receives("an order was placed", message=message("orders.placed", Placed(7, "")))'
        + "\ndef test_placed():\n    pass\n"
    )
    result = run(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*expected a parameter `delivery`, seen none*", "hint: *"])


def test_messages_stand_beside_requests(pytester: pytest.Pytester) -> None:
    """A handler that asks another service, and one that takes two messages, are one test each."""
    pytester.makepyfile(
        HANDLER
        + """
import urllib.request

@Consumer("shipping").of("inventory").expects(
    "a sku", request=get("/stock/A"), response=reply(200, {"on_hand": 3}))
@orders.receives("an order was placed", message=message("orders.placed", Placed(7, "")))
@orders.receives("an order was forgotten", message=message("orders.placed", key="7"))
def test_both(deliveries, provider):
    placed, forgotten = deliveries
    assert forgotten.body is None and placed.json()["order_id"] == 7
    assert urllib.request.urlopen(provider.url + "/stock/A").status == 200
"""
    )
    run(pytester).assert_outcomes(passed=1)
    document = json.loads(pact_path(pytester, "shipping-orders.json").read_text())
    assert [each["description"] for each in document["interactions"]] == [
        "an order was forgotten",
        "an order was placed",
    ]
    asked = json.loads(pact_path(pytester, "shipping-inventory.json").read_text())
    assert [each["type"] for each in asked["interactions"]] == ["Synchronous/HTTP"]


EVENT = """
event = cloud_event(
    "order.placed", source="/orders", time=pattern("20.*", "2026-01-01T00:00:00Z"), PREFIX)

@orders.receives("placed", message=message("orders", Placed(7, None), event=event))
def test_event(delivery):
    seen.append(delivery)
"""


def _event(pytester: pytest.Pytester, prefix: str) -> dict[str, Any]:
    """The one interaction of a test that receives an event."""
    pytester.makepyfile(HANDLER + EVENT.replace("PREFIX", prefix))
    run(pytester).assert_outcomes(passed=1)
    (found,) = json.loads(pact_path(pytester, "shipping-orders.json").read_text())["interactions"]
    assert isinstance(found, dict)
    return found


def test_a_structured_event_is_an_envelope_around_its_data(pytester: pytest.Pytester) -> None:
    """The model reads `data`; attributes count as they are written, and any id will do."""
    found = _event(pytester, "")
    contents = found["contents"]
    assert contents["contentType"] == "application/cloudevents+json"
    assert contents["content"] == {
        "specversion": "1.0",
        "type": "order.placed",
        "source": "/orders",
        "id": "1",
        "time": "2026-01-01T00:00:00Z",
        "data": {"order_id": 7, "note": None},
    }
    reader = found["comments"]["contract-harness"]["reader"]
    assert sorted(reader["required"]) == sorted(contents["content"])
    assert reader["properties"]["type"] == {"const": "order.placed"}
    assert reader["properties"]["data"]["properties"]["order_id"] == {"type": "integer"}
    rules = found["matchingRules"]["body"]
    assert rules["$.data.order_id"]["matchers"] == [{"match": "integer"}]
    assert rules["$.id"]["matchers"][0]["match"] == "regex"


def test_a_binary_event_has_its_attributes_as_headers(pytester: pytest.Pytester) -> None:
    """The body is the data, and the metadata holds the attributes as the binding spells them."""
    found = _event(pytester, 'prefix="ce_"')
    assert found["contents"]["content"] == {"order_id": 7, "note": None}
    metadata = found["metadata"]
    assert (metadata["ce_type"], metadata["ce_source"]) == ("order.placed", "/orders")
    assert metadata["contentType"] == "application/json"
    assert found["matchingRules"]["metadata"].keys() == {"ce_id", "ce_time"}


def test_a_model_is_asked_about_the_data_of_an_event() -> None:
    """What is put to it is the envelope; one without data is none that it takes."""

    class Placed(BaseModel):
        order_id: int

    declared = declaration_of(
        message("orders", Placed(order_id=7), event=cloud_event("placed", source="/"))
    )
    validate = model_of(declared)
    assert validate is not None
    validate('{"data": {"order_id": 8}}')
    for text in ('{"order_id": 8}', '{"data": {"order_id": null}}'):
        with pytest.raises(ValueError, match=r"data|order_id"):
            validate(text)


def declaration_of(shown: Message) -> MessageDeclaration:
    """What a test declares with a message."""

    @Consumer("shipping").of("orders").receives("placed", message=shown)
    def test() -> None:
        """Is only declared."""

    (declared,) = declared_on(test)
    assert isinstance(declared, MessageDeclaration)
    return declared
