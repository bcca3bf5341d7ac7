"""What becomes of replies in messages that are put to a client instead of its contract's own."""

from __future__ import annotations

import pytest

from harness.domain.possible import Origin, PossibleReply
from tests.consumer.drives import driven, offers, project, put

pytest_plugins = ["pytester"]

CLIENT = """
import json


def price(ask):
    return read(ask(json.dumps({"sku": "A"})).body)


def read(body):
    return json.loads(body)["cents"] + 1


def strays(ask):
    return price(ask) == 901 or ask("{}")
"""
DECLARED = """
from harness.consumer import *
from shop.client import price, strays

pricing = Consumer("shop").of("pricing")

@pricing.asks("a price", message=message("prices", {"sku": "A"}), reply=answer({"cents": 900}))
def test_price(exchange):
    assert CALL(exchange.ask)
"""
PLAIN = """
from pathlib import Path

from pact import Pact, match
from shop.client import read


def asked(body, metadata):
    assert "sku" in body


def test_price():
    pact = Pact("shop", "pricing")
    interaction = pact.upon_receiving("a price", "Sync").with_body({"sku": "A"}, "application/json")
    interaction.will_respond_with().with_body({"cents": match.int(900)}, "application/json")
    interaction.with_metadata(page="1")
    pact.verify(asked, "Sync")
    READS
    pact.write_file("pacts")
"""
READS = """for one in pact.interactions("Sync"):
        assert one.description == "a price" and one.request_contents.contents
        for reply in one.response_contents:
            assert {pair.key for pair in reply.metadata} >= {"contentType"}
            assert read(reply.contents)"""
RECEPTIONS = [
    (PossibleReply("the same", Origin.DOCUMENT), "taken"),
    (PossibleReply("null", Origin.DOCUMENT, body='{"cents": null}'), "refused"),
    (PossibleReply("no JSON, by the document", Origin.DOCUMENT, body="{"), "refused"),
    (PossibleReply("no JSON", Origin.NETWORK, body="{"), "taken"),
    (PossibleReply("an empty object", Origin.NETWORK, body="{}"), "refused"),
    (PossibleReply("no headers", Origin.NETWORK, headers="{}"), "taken"),
]


@pytest.mark.parametrize(
    "test",
    [DECLARED.replace("CALL", "price"), PLAIN.replace("READS", READS)],
    ids=["declared", "plain"],
)
def test_a_client_is_judged_by_what_it_lets_out(pytester: pytest.Pytester, test: str) -> None:
    """
    What a document allows must be coped with; of anything else it may say it is unreadable.

    Shape: a plain test reads the replies that pact-python holds, and others come in their place.
    """
    project(pytester, client=CLIENT, prices=test)
    told = put(pytester, offers(pytester, {"a price": [one for one, _ in RECEPTIONS]}))
    assert [(one["what"], one["reception"]) for one in told.answers["a price"]] == [
        (one.what, reception) for one, reception in RECEPTIONS
    ]


def test_a_test_that_never_reads_a_reply_says_so(pytester: pytest.Pytester) -> None:
    """pact-python hands a handler the request alone: that such a test passes tells nothing."""
    project(pytester, client=CLIENT, prices=PLAIN.replace("READS", ""))
    told = put(pytester, offers(pytester, {"a price": [PossibleReply("same", Origin.DOCUMENT)]}))
    assert told.only("a price")["reception"] == "unasked"


def test_a_request_that_is_not_declared_is_a_stray(pytester: pytest.Pytester) -> None:
    """Where a client goes on to ask for more than its test declares, no reply is blamed."""
    project(pytester, client=CLIENT, prices=DECLARED.replace("CALL", "strays"))
    other = PossibleReply("other", Origin.DOCUMENT, body='{"cents": 1}')
    told = put(pytester, offers(pytester, {"a price": [other]}))
    answer = told.only("a price")
    assert answer["reception"] == "unasked"
    assert "went on to send a request with body {}" in answer["detail"]


def test_a_declared_model_is_asked_first(pytester: pytest.Pytester) -> None:
    """The reply's own model tells of a witness by itself."""
    test = DECLARED.replace("CALL", "price").replace(
        'answer({"cents": 900})', "answer(Price(cents=900))"
    )
    model = "from pydantic import BaseModel\n\nclass Price(BaseModel):\n    cents: int\n"
    project(pytester, client=CLIENT, prices=model + test)
    told = driven(pytester, {"a price": [{"cents": 1}, {"cents": None}]})
    assert told.received("a price") == [("model", "taken"), ("model", "refused")]
