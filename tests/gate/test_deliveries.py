"""A handler that is given what channels do with messages: twice, early, and as they were before."""

from __future__ import annotations

import pytest

from tests.gate.workspaces import Place

pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("messages")]

RUNG = (("handler-not-idempotent", "shipping:orders"),)  # for the list of alarms
ORDER = {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]}
HANDLERS = """
import json

class Unreadable(Exception):
    pass

class Shelf:
    def __init__(self):
        self.waiting, self.labels = {}, []

    def handle(self, channel, body):
        try:
            number = json.loads(body)["id"]
        except (KeyError, TypeError, ValueError) as error:
            raise Unreadable(str(error)) from error
        if channel == "orders.placed":
            self.waiting[number] = channel
        else:
            self.waiting.pop(number)

    def print(self, body):
        try:
            self.labels.append(json.loads(body)["id"])
        except (KeyError, TypeError, ValueError) as error:
            raise Unreadable(str(error)) from error
"""
MENDED = 'self.labels[:] = {*self.labels, json.loads(body)["id"]}'
TESTS = """
import pytest
from harness.consumer import Consumer, message
from shipping.handlers import Shelf

orders = Consumer("shipping").of("orders")
PLACED = message("orders.placed", {"id": 7})


@pytest.fixture
def shelf():
    return Shelf()


@orders.receives("an order was placed", message=PLACED, idempotent=True)
def test_a_label_is_printed(shelf, delivery):
    shelf.print(delivery.body)
    assert shelf.labels == [delivery.json()["id"]]


@orders.receives("an order waits", message=PLACED)
@orders.receives("it waits no more", message=message("orders.gone", {"id": 7}))
def test_an_order_that_is_gone_waits_no_more(shelf, deliveries):
    for one in deliveries:
        shelf.handle(one.channel, one.body)
    assert not shelf.waiting
"""


def shipping(place: Place) -> None:
    """A producer that is described by a file, and a consumer with a handler of its messages."""
    place.write("shipping/handlers.py", HANDLERS)
    place.write("shipping/__init__.py", "")
    place.write("contracts/test_orders.py", TESTS)
    names, order = ("placed", "gone"), {"order": {"payload": ORDER}}
    place.write(
        "orders.json",
        {
            "asyncapi": "3.0.0",
            "info": {"title": "orders", "version": "1"},
            "channels": {name: {"address": f"orders.{name}", "messages": order} for name in names},
            "operations": {
                name: {"action": "send", "channel": {"$ref": f"#/channels/{name}"}}
                for name in names
            },
        },
    )
    place.write(
        "contract-harness.toml",
        """
        pacts = "build/pacts"
        [members.orders]
        documents = ["orders.json"]
        [members.shipping]
        packages = ["shipping"]
        contract_tests = ["contracts"]
        """,
    )


def test_what_comes_twice_and_early_is_told_with_its_line(place: Place) -> None:
    """Two findings: a label that is printed twice, and an order that is gone before it waits."""
    shipping(place)

    ended = place.run(
        *("gate", "--check", "handler-crashes", "--check", "handler-not-idempotent"), COLUMNS="160"
    )

    crash, twice = ended.findings
    assert (ended.code, ended.reasons) == (1, {}), ended.text
    assert f"{twice['consumer']}:{twice['service']}" == RUNG[0][1]
    assert (crash["check"], twice["check"]) == ("handler-crashes", RUNG[0][0])
    assert crash["operation"].startswith("orders.")
    assert twice["operation"] == "orders.placed"
    assert crash["message"].endswith(
        "messages of orders that come twice or out of turn: the messages in another order"
    )
    assert crash["location"]["file"] == "shipping/handlers.py"
    assert twice["location"]["file"] == "contracts/test_orders.py"
    assert twice["message"].endswith(
        'AssertionError: assert shelf.labels == [delivery.json()["id"]]'
    )

    again = place.run("reproduce", twice["fingerprint"][:12])
    place.edit("shipping/handlers.py", 'self.labels.append(json.loads(body)["id"])', MENDED)
    mended = place.run("reproduce", twice["fingerprint"])
    assert (again.code, mended.code) == (1, 0), again.text + mended.text
    assert f"{twice['fingerprint']} shows again" in again.out
