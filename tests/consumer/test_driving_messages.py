"""What becomes of messages that are put to a handler instead of the one that its test declares."""

from __future__ import annotations

import pytest

from harness.domain.possible import Fault, Origin, PossibleReply
from tests.consumer.drives import offers, project, put

pytest_plugins = ["pytester"]

HANDLER = """
import json

def handle(body, headers):
    event = json.loads(body)
    return event["note"].upper() + headers.get("trace", "")
"""
TEST = """
from harness.consumer import *
from shop.client import handle

orders = Consumer("shop").of("orders")

@orders.receives(
    "placed",
    message=message("orders.placed", {"note": "x"}, headers={"trace": "c0"}, key="7"),
)
def test_placed(delivery):
    assert handle(delivery.body, delivery.headers)
"""
RECEPTIONS = [
    (PossibleReply("the same", Origin.DOCUMENT), "taken"),
    (PossibleReply("null", Origin.DOCUMENT, body='{"note": null}'), "refused"),
    (PossibleReply("no headers", Origin.DOCUMENT, headers="{}"), "taken"),
    (PossibleReply("no JSON, by the document", Origin.DOCUMENT, body="{"), "refused"),
    (PossibleReply("no JSON", Origin.NETWORK, body="{"), "taken"),
    (PossibleReply("an empty object", Origin.NETWORK, body="{}"), "refused"),
    (PossibleReply("a tombstone", Origin.NETWORK, fault=Fault.ABSENT), "refused"),
]


def test_a_handler_is_judged_by_what_it_lets_out(pytester: pytest.Pytester) -> None:
    """What a document allows must be coped with; of anything else it may say it is unreadable."""
    project(pytester, client=HANDLER, orders=TEST)
    told = put(pytester, offers(pytester, {"placed": [one for one, _ in RECEPTIONS]}))
    assert [(one["what"], one["reception"]) for one in told.answers["placed"]] == [
        (one.what, reception) for one, reception in RECEPTIONS
    ]


def test_a_test_that_reads_for_its_handler_may_say_that_it_cannot(
    pytester: pytest.Pytester,
) -> None:
    """A framework reads first, and a test in its place; what is of a wrong shape is told still."""
    reads = TEST.replace("from shop", "import json\nfrom shop").replace(
        "handle(delivery.body, delivery.headers)", "handle(json.loads(delivery.body))"
    )
    project(pytester, client="def handle(event):\n    return event['note'].upper()\n", orders=reads)
    cases = [
        PossibleReply("no JSON", Origin.NETWORK, body="{"),
        PossibleReply("an empty object", Origin.NETWORK, body="{}"),
    ]
    told = put(pytester, offers(pytester, {"placed": cases}))
    assert [one["reception"] for one in told.answers["placed"]] == ["taken", "refused"]
