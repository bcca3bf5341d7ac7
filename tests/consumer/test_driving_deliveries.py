"""What becomes of messages that come twice, or in another order than their test shows."""

from __future__ import annotations

import pytest

from harness.domain.possible import Fault, Origin, PossibleReply
from tests.consumer.drives import Told, offers, project, put

pytest_plugins = ["pytester"]

TWICE = PossibleReply("again", Origin.DELIVERY, fault=Fault.REPEATED)
MOVED = PossibleReply("another order", Origin.DELIVERY, fault=Fault.MOVED)
CLIENT = """
import json

class AlreadyKnown(Exception): pass

class Book:
    def __init__(self):
        self.orders, self.sent = {}, []

    def place(self, body):
        event = json.loads(body)
        if event["id"] in self.orders:
            raise AlreadyKnown(event["id"])
        self.orders[event["id"]] = "placed"

    def cancel(self, body):
        del self.orders[json.loads(body)["id"]]

    def handle(self, body):
        event = json.loads(body)
        self.cancel(body) if event.get("gone") else self.place(body)

    def tell(self, body):
        self.sent.append(json.loads(body)["id"])

    def tell_once(self, body, redelivered=False):
        if not redelivered:
            self.tell(body)
"""
TESTS = """
import pytest
from harness.consumer import *
from shop.client import AlreadyKnown, Book

orders = Consumer("shop").of("orders")
PLACED, GONE = message("orders", {"id": 7}), message("orders", {"id": 7, "gone": True})

@pytest.fixture
def book():
    return Book()

@pytest.fixture
def read(delivery):
    return delivery.body
"""


def told(pytester: pytest.Pytester, test: str, *replies: PossibleReply) -> Told:
    """What becomes of deliveries to a test of one or two messages; the last is asked about."""
    project(pytester, client=CLIENT, orders=TESTS + test)
    return put(pytester, offers(pytester, {"one": list(replies)}))


DECLARED = '@orders.receives("one", message=PLACED{more})\n'
PAIR = '@orders.receives("first", message=PLACED)\n@orders.receives("one", message=GONE)\n'
PLACE = "def test_it(book, delivery):\n    book.place(delivery.body)\n"
TELL = "def test_it(book, delivery):\n    book.tell(delivery.body)\n    assert book.sent == [7]\n"


@pytest.mark.parametrize(
    ("more", "test", "reception"),
    [
        pytest.param("", PLACE, "refused", id="its own exception that nobody declared"),
        pytest.param(", raises=AlreadyKnown", PLACE, "taken", id="a refusal that is declared"),
        pytest.param("", TELL, "taken", id="an effect that nobody claims"),
        pytest.param(", idempotent=True", TELL, "refused", id="an effect twice"),
        pytest.param(
            ", idempotent=True",
            "def test_it(book, delivery):\n"
            "    book.tell_once(delivery.body, delivery.redelivered)\n"
            "    assert book.sent == [7]\n",
            "taken",
            id="an effect once",
        ),
        pytest.param(
            "",
            "def test_it(book, delivery):\n"
            "    book.place('{\"id\": 1}')\n"
            "    book.tell(delivery.body)\n",
            "unasked",
            id="what the test arranges fails before the message is read",
        ),
        pytest.param(
            "", "def test_it(book, read):\n    book.place(read)\n", "unasked", id="a fixture reads"
        ),
    ],
)
def test_a_message_comes_twice(
    more: str, test: str, reception: str, pytester: pytest.Pytester
) -> None:
    """The body runs again with its fixtures; what it asserts counts where the contract says so."""
    found = told(pytester, DECLARED.format(more=more) + test, TWICE).only("one")
    assert found["reception"] == reception, found
    assert found["by_test"] == (", idempotent" in more and reception == "refused")


@pytest.mark.parametrize(
    ("test", "reception"),
    [
        ("    for one in deliveries:\n        book.handle(one.body)\n", "refused"),
        (
            "    one, two = deliveries\n    book.place(one.body)\n    book.cancel(two.body)\n",
            "unasked",
        ),
    ],
    ids=["one handler", "a handler each"],
)
def test_a_message_comes_before_its_time(
    test: str, reception: str, pytester: pytest.Pytester
) -> None:
    """What one line of the test handles may come in any order; else the order is the test's."""
    found = told(pytester, PAIR + "def test_it(book, deliveries):\n" + test, MOVED).only("one")
    assert found["reception"] == reception, found
    assert reception == "unasked" or found["error"] == "KeyError: 7"


def test_the_same_of_a_plain_test(pytester: pytest.Pytester) -> None:
    """A handler that pact-python calls is given a message twice, and several in another order."""
    plain = """
import json
from pact import Pact
from shop.client import Book

def test_it():
    book, pact = Book(), Pact("shop", "orders")
    pact.upon_receiving("first", "Async").with_body({"id": 7})
    pact.upon_receiving("one", "Async").with_body({"id": 7, "gone": True})
    pact.verify(lambda body, metadata: book.handle(body), "Async")
    pact.write_file("pacts")
"""
    project(pytester, client=CLIENT, orders=plain)
    answers = put(pytester, offers(pytester, {"one": [TWICE, MOVED]})).answers["one"]
    assert [(one["reception"], one["error"]) for one in answers] == [
        ("refused", "KeyError: 7"),
        ("refused", "KeyError: 7"),
    ]
