"""Messages of pacts that a broker alone knows are held to what the only service here makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.gate.publishing import EMBEDDED, Others, others
from tests.gate.workspaces import Place, interaction
from tests.repository import Repository

pytestmark = pytest.mark.tools

WORKER = """
broker = "{place}"
[service]
name = "orders"
root = "."
messages = "orders"
"""
MAKES = """
def an_order_was_placed():
    return {"number": "7", "total": 12}


def a_price():
    return {"price": 3}
"""
SERVES = """
from flask import Flask

app = Flask(__name__)


@app.get("/health")
def health():
    return {"up": True}
"""
OF_MESSAGES = ("--check", "message-not-accepted", "--check", "message-function-missing")
QUICK = {"PACT_BROKER_HTTP_RETRIES": "0", "CI": "", "GITHUB_ACTIONS": ""}


def of_web(*also: Mapping[str, Any], description: str = "an order was placed") -> dict[str, Any]:
    """A pact of version 3 with a message, beside interactions over HTTP if there are any."""
    rules = {"body": {"$.total": {"combine": "AND", "matchers": [{"match": "integer"}]}}}
    message = {
        "description": description,
        "contents": {"total": 1},
        "metadata": {"contentType": "application/json"},
        "matchingRules": rules,
    }
    return {
        "consumer": {"name": "web"},
        "provider": {"name": "orders"},
        **({"interactions": list(also)} if also else {}),
        "messages": [message],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }


def of_till() -> dict[str, Any]:
    """A pact of version 4: a synchronous message and an asynchronous one."""

    def body(content: Mapping[str, Any]) -> dict[str, Any]:
        return {"contents": {"content": content, "contentType": "application/json"}}

    asked = {
        "type": "Synchronous/Messages",
        "description": "a price",
        "request": body({"number": "7"}),
        "response": [body({"price": 3})],
    }
    told = {
        "type": "Asynchronous/Messages",
        "description": "an order was placed",
        **body({"total": 12}),
    }
    return {
        "consumer": {"name": "till"},
        "provider": {"name": "orders"},
        "interactions": [asked, told],
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }


@pytest.fixture
def broker(place: Place, tmp_path: Path) -> Iterator[Others]:
    """Other teams, at a broker in the file of the workspace."""
    with others(EMBEDDED, place.root, tmp_path) as found:
        yield found


@pytest.fixture
def producer(place: Place, broker: Others) -> Place:
    """The repository of a worker that answers no requests, and nothing else in it."""
    place.write("contract-harness.toml", WORKER.format(place=broker.place))
    place.write("orders.py", MAKES)
    Repository.at(place.root).commit()
    place.variables |= QUICK
    return place


def test_a_worker_is_held_to_the_messages_its_consumers_have_published(
    producer: Place, broker: Others
) -> None:
    """It has no application and no document: its functions are asked, and results are told."""
    for pact in (of_web(), of_till()):
        broker.publish("1", pact)
        broker.deploy(pact["consumer"]["name"], "1", "production")
    kept = producer.run("verify", "--publish")
    told = {name: broker.results("orders", name) for name in ("web", "till")}
    broker.publish("2", of_web())
    producer.edit("orders.py", '"total": 12', '"total": "12"')
    Repository(producer.root).commit()
    broken = producer.gate(*OF_MESSAGES)

    assert kept.code == 0, kept.text
    assert {name: [one["success"] for one in found] for name, found in told.items()} == {
        "web": [True],
        "till": [True],
    }
    assert broken.code == 1, broken.text
    assert broken.report["counts"]["interactions"] == 3
    assert {(one["check"], one["consumer"], one["path"]) for one in broken.findings} == {
        ("message-not-accepted", "web", "$.total"),
        ("message-not-accepted", "till", "$.total"),
    }


@pytest.mark.slow
def test_results_of_messages_go_to_their_own_ids(producer: Place, broker: Others) -> None:
    """A pact of version 3 may hold both kinds: results are told of each by its id."""
    producer.write("orders.py", MAKES + SERVES)
    table = WORKER.format(place=broker.place)
    producer.write("contract-harness.toml", f'{table}app = "orders:app"\n')
    Repository(producer.root).commit()
    broker.publish("1", of_web(interaction("health", "/health"), description="nobody makes it"))
    producer.run("verify", "--publish")
    (told,) = broker.results("orders", "web")

    pact = broker.get("/pacts/provider/orders/consumer/web/version/1")
    ids = {one["description"]: one["_id"] for one in (*pact["interactions"], *pact["messages"])}
    place = told["_links"]["self"]["href"].removeprefix("embedded://broker")
    tests = broker.get(place)["testResults"]
    assert {one["interactionId"]: one["success"] for one in tests} == {
        ids["health"]: True,
        ids["nobody makes it"]: False,
    }
