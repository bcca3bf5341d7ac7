"""What a test that declares a request message gives, and says when its client does otherwise."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.consumer import Consumer, Exchange, answer, like, message, pattern
from harness.consumer.declaration import ExchangeDeclaration, Message, declared_on
from harness.consumer.exchange import RequestUndeclared
from harness.consumer.exchanging import Exchanges
from tests.consumer.support import pact_path, run

pytest_plugins = ["pytester"]

CLIENT = """
import json
from dataclasses import dataclass

from harness.consumer import *

@dataclass
class Asked:
    sku: str

@dataclass
class Price:
    cents: int
    note: str | None

pricing = Consumer("checkout").of("pricing")

def price(ask, sku="A"):
    return json.loads(ask(json.dumps({"sku": sku}), headers={"trace": "c0ffee"}).body)["cents"]
"""
DECLARED = """
@pricing.asks(
    "a price",
    given=[state("a product exists", sku="A")],
    message=message("prices", Asked("A"), headers={"trace": pattern("[0-9a-f]+", "c0ffee")}),
    reply=answer(Price(900, None), headers={"page": "1"}),
)
"""
TEST = DECLARED + "def test_price(exchange):\n    assert price(exchange.ask) == 900\n"


def test_a_declared_exchange_gives_an_interaction_with_its_reader(
    pytester: pytest.Pytester,
) -> None:
    """One declaration yields request, metadata, reply with matchers, reader and writer."""
    pytester.makepyfile(CLIENT + TEST)
    run(pytester).assert_outcomes(passed=1)
    (found,) = json.loads(pact_path(pytester, "checkout-pricing.json").read_text())["interactions"]
    assert found["type"] == "Synchronous/Messages"
    assert found["providerStates"] == [{"name": "a product exists", "params": {"sku": "A"}}]
    sent, (reply,) = found["request"], found["response"]
    assert (sent["contents"]["content"], sent["metadata"]["channel"]) == ({"sku": "A"}, "prices")
    assert "body" not in sent["matchingRules"]
    trace = sent["matchingRules"]["metadata"]["trace"]["matchers"]
    assert trace == [{"match": "regex", "regex": "[0-9a-f]+"}]
    assert reply["contents"]["content"] == {"cents": 900, "note": None}
    assert reply["metadata"] == {"contentType": "application/json", "page": "1"}
    assert reply["matchingRules"]["body"]["$.cents"]["matchers"] == [{"match": "integer"}]
    told = found["comments"]["contract-harness"]
    assert sorted(told["reader"]["required"]) == ["cents", "note"]
    assert told["writer"]["required"] == ["sku"]


@pytest.mark.parametrize(
    ("test", "lines"),
    [
        (
            'def test_price(exchange):\n    price(exchange.ask, "B")\n',
            [
                "*the client sent what it did not declare*",
                '*expected {"sku": "A"}, seen {"sku": "B"}',
            ],
        ),
        (
            "def test_price(exchange):\n    pass\n",
            ["*never sent what it declared: expected a request to prices ('a price'), seen none"],
        ),
        (
            "def test_price():\n    pass\n",
            ["*never asks for its exchange: expected a parameter `exchange`, seen none"],
        ),
        (
            'def test_price(exchange):\n    try:\n        price(exchange.ask, "B")\n'
            "    except Exception:\n        pass\n    price(exchange.ask)\n",
            ["*the client sent what it did not declare*"],
        ),
    ],
    ids=["another request", "no request", "no exchange", "another beside the declared one"],
)
def test_a_client_that_does_otherwise_fails_and_leaves_the_pact_alone(
    pytester: pytest.Pytester, test: str, lines: list[str]
) -> None:
    """A contract that the client does not perform is none, whatever it does with what is raised."""
    pytester.makepyfile(CLIENT + DECLARED + test)
    result = run(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(lines)
    assert not pact_path(pytester, "checkout-pricing.json").exists()


def _exchange(*declared: tuple[Message, Message]) -> Exchange:
    """What carries some requests and their replies."""
    pair = Consumer("checkout").of("pricing")
    held: list[ExchangeDeclaration] = []
    for at, (asked, replied) in enumerate(declared):

        @pair.asks(f"exchange {at}", message=asked, reply=replied)
        def test() -> None:
            """Carries a declaration."""

        held += (one for one in declared_on(test) if isinstance(one, ExchangeDeclaration))
    return Exchanges(tuple(held)).taken()


def test_requests_find_their_own_replies() -> None:
    """Of several exchanges that one counts whose request fits, and of equal ones the next."""
    exchange = _exchange(
        (message("prices", {"sku": "A"}), answer({"cents": 1})),
        (message("prices", {"sku": "A"}), answer({"cents": 2})),
        (message("stock", like({"sku": "A"}), key=like("7")), answer()),
    )
    asked = [exchange.ask('{"sku": "A"}', channel="prices").json()["cents"] for _ in range(3)]
    assert asked == [1, 2, 1]
    assert exchange.ask(b'{"sku": "Z"}', key="8").body is None


@pytest.mark.parametrize(
    ("asked", "sent", "told"),
    [
        (
            message("q", headers={"tries": like(3)}),
            {"body": None, "headers": {"tries": "many"}},
            "the header tries: expected one like 3, seen many",
        ),
        (
            message("q", key=like("7")),
            {"body": None},
            'the key: expected one like "7", seen none',
        ),
        (
            message("q", like({"n": 1})),
            {"body": '{"n": "x"}'},
            "the body at $.n: expected an integ",
        ),
        (message("q", "plain", content_type="text/plain"), {"body": "other"}, "the body: expected"),
        (message("q", {"n": 1}), {"body": None}, "the body: expected one, seen none"),
        (message("q", {"n": 1}), {"body": '{"n": 1}', "channel": "r"}, "expected q, seen r"),
        (message("q", headers={"h": "1"}), {"body": None}, "the header h: expected 1, seen none"),
        (
            message("q", key=pattern("a+", "a")),
            {"body": None, "key": "b"},
            "the key: expected a te",
        ),
        (
            message("q", {"n": 1}),
            {"body": '{"n": 1}', "content_type": "text/plain"},
            "the content type: expected application/json, seen text/plain",
        ),
    ],
)
def test_every_part_of_a_request_counts(asked: Message, sent: dict[str, Any], told: str) -> None:
    """Body, channel, headers, key and content type are compared; what differs is named."""
    with pytest.raises(RequestUndeclared, match="did not declare") as raised:
        _exchange((asked, answer())).ask(**sent)
    assert told in str(raised.value)


def test_an_exchange_stands_behind_a_real_socket(pytester: pytest.Pytester) -> None:
    """A client that opens its own ZeroMQ socket is answered by what its other end asks."""
    pytester.makepyfile(
        CLIENT
        + DECLARED.replace(', headers={"trace": pattern("[0-9a-f]+", "c0ffee")}', "")
        + """
def test_price(exchange):
    import threading
    import zmq

    with zmq.Context() as context, context.socket(zmq.REP) as other:
        port = other.bind_to_random_port("tcp://127.0.0.1")
        def serve():
            other.send(exchange.ask(other.recv()).body)
        serving = threading.Thread(target=serve)
        serving.start()
        with context.socket(zmq.REQ) as own:
            own.connect(f"tcp://127.0.0.1:{port}")
            own.send(json.dumps({"sku": "A"}).encode())
            assert json.loads(own.recv())["cents"] == 900
        serving.join()
"""
    )
    run(pytester).assert_outcomes(passed=1)
