"""The gate in a repository of one service, whose neighbours are known by a broker alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.gate.publishing import EMBEDDED, SERVED, Others, others
from tests.gate.workspaces import REPOSITORY, Ended, Place, interaction, pact
from tests.repository import Repository

pytestmark = pytest.mark.tools

PROVIDER = """
from flask import Flask

app = Flask(__name__)


@app.get("/orders/<number>")
def order(number: str) -> dict[str, object]:
    return {"number": number, "total": 12}


@app.get("/health")
def health() -> dict[str, object]:
    return {"up": True}
"""
DOCUMENT = """
openapi: 3.0.3
info: {title: orders, version: "1"}
paths:
  /orders/{number}:
    get:
      parameters:
        - {name: number, in: path, required: true, schema: {type: string}}
      responses:
        "200":
          description: an order
          content:
            application/json:
              schema:
                type: object
                required: [number, total]
                properties:
                  number: {type: string}
                  total: {type: integer}
"""
TABLE = """
broker = "{place}"
[service]
name = "orders"
app = "orders:app"
documents = ["openapi.yaml"]
"""
NO, DOWN, UNKNOWN = (
    (check, "orders") for check in ("not-deployable", "broker-unreachable", "nothing-published")
)
RUNG = (NO, DOWN, UNKNOWN)  # what these tests seed, for the list of alarms

# Verified and compared, and not fuzzed.
QUICKLY = ("--check", "interaction-not-honoured", "--check", "reply-field-undeclared")
QUICK = {"PACT_BROKER_HTTP_RETRIES": "0", "CI": "", "GITHUB_ACTIONS": ""}


def of_web(*fields: str, consumer: str = "web") -> dict[str, Any]:
    """A pact in which a consumer reads some fields of an order."""
    known = {"number": "7", "total": 12, "currency": "EUR"}
    content = {name: known[name] for name in fields}
    rules = {f"$.{name}": {"matchers": [{"match": "type"}], "combine": "AND"} for name in fields}
    one = interaction("an order", "/orders/7", content=content)
    one["response"]["matchingRules"] = {"body": rules}
    return pact(consumer, "orders", one)


@pytest.fixture
def broker(request: pytest.FixtureRequest, place: Place, tmp_path: Path) -> Iterator[Others]:
    """Other teams, at a broker in a file, or at the one that a test asks for."""
    with others(getattr(request, "param", EMBEDDED), place.root, tmp_path) as found:
        yield found


OVER_BOTH = pytest.mark.parametrize("broker", [EMBEDDED, SERVED], indirect=True)


@pytest.fixture
def provider(place: Place, broker: Others) -> Place:
    """The repository of a provider, and nothing else in it."""
    place.write("contract-harness.toml", TABLE.format(place=broker.place))
    place.write("orders.py", PROVIDER)
    place.write("openapi.yaml", DOCUMENT)
    Repository.at(place.root).commit()
    place.variables |= QUICK
    return place


def legs(ended: Ended, consumer: str) -> Mapping[str, str]:
    """How each leg of a consumer's edge stands."""
    (edge,) = (one for one in ended.report["edges"] if one["consumer"] == consumer)
    return {leg["leg"]: leg["status"] for leg in edge["legs"]}


def test_a_provider_is_held_to_what_its_consumers_have_published(
    provider: Place, broker: Others
) -> None:
    """Main branches and what is deployed are verified and compared; who breaks is named."""
    broker.publish("1", of_web("number"))
    broker.deploy("web", "1", "production")
    broker.publish("2", of_web("number", "total"))
    kept = provider.gate(*QUICKLY)

    assert (kept.code, kept.findings) == (0, [])
    assert legs(kept, "web") == {
        "provider-keeps-its-word": "tested",
        "words-fit": "proven",
        "consumer-copes": "not looked at",
    }
    assert kept.report["counts"]["interactions"] == 2


def test_what_is_pending_is_told_and_fails_nothing(provider: Place, broker: Others) -> None:
    """A wish that was never honoured is a warning on every leg."""
    broker.publish("1", of_web("number", "currency"))
    ended = provider.gate(*QUICKLY)

    told = {one["check"]: one["severity"] for one in ended.findings}
    assert (ended.code, set(told.values())) == (0, {"warning"}), ended.text
    assert {"interaction-not-honoured", "reply-field-undeclared"} <= set(told)
    (said,) = ended.found("interaction-not-honoured")
    assert "in the pact of web 1 (" in said["message"]
    assert said["message"].endswith("which is pending and fails nothing yet")


def test_a_vacuous_answer_says_so(provider: Place, broker: Others) -> None:
    """A name that the broker does not know is a finding; a service without consumers is told."""
    unknown = provider.gate("--check", "nothing-published")
    broker.publish("1", pact("orders", "stock", interaction("all", "/")))
    known = provider.gate("--check", "nothing-published")

    assert [(one["check"], one["service"]) for one in unknown.findings] == [UNKNOWN]
    assert "knows no pacticipant orders" in unknown.findings[0]["message"]
    assert known.found("nothing-published") == []
    assert any("no consumer of orders is known" in one["why"] for one in known.report["left_out"])


def test_no_answer_is_never_green(place: Place, provider: Place, broker: Others) -> None:
    """A broker that is down makes the run inconclusive; a snapshot made before stands in for it."""
    broker.publish("1", of_web("number"))
    made = provider.run("snapshot", "--output", "before.json")
    down = ("--check", "interaction-not-honoured", "--check", "broker-unreachable")
    provider.variables["PACT_BROKER_BASE_URL"] = "http://127.0.0.1:9"
    without = provider.gate(*down)
    taken = provider.gate(*down, "--snapshot", "before.json")

    assert "1 pact and" in made.out, made.text
    assert without.code == 3
    told = [(one["check"], one["service"], one["severity"]) for one in without.findings]
    assert told == [(*DOWN, "warning")]
    assert "the contracts of consumers of orders" in without.reasons
    assert (taken.code, taken.report["counts"]["interactions"]) == (0, 1), taken.text
    assert len(taken.report["snapshot"]["taken"]) == 1


def test_an_unknown_answer_is_never_green(provider: Place, broker: Others) -> None:
    """
    What nobody has verified makes the run inconclusive with the broker's reasons; so does a
    provider that does not run there, once the results are published.
    """
    table = 'deploys_to = ["production"]\n' + TABLE.format(place=broker.place)
    provider.write("contract-harness.toml", table)
    repository = Repository(provider.root)
    repository.commit()
    version = repository.git("rev-parse", "HEAD").strip()
    broker.publish("1", of_web("number"))
    broker.deploy("web", "1", "production")
    broker.publish(version, pact("orders", "stock", interaction("all", "/")))
    asked = f"whether orders {version} can be deployed to production"
    at_a_desk = provider.gate("--check", "not-deployable")
    without_stock = provider.gate("--check", "not-deployable", "--publish")

    assert (at_a_desk.code, at_a_desk.findings) == (3, []), at_a_desk.text
    assert list(at_a_desk.reasons) == [asked]
    assert "no verified pact between the version of web" in at_a_desk.reasons[asked]
    assert f"{asked}: There is no verified pact" in " ".join(at_a_desk.out.split())
    assert "no build runs this; harness gate --publish and" in " ".join(at_a_desk.out.split())
    assert (without_stock.code, without_stock.findings) == (3, []), without_stock.text
    assert "no version of stock is known to run there" in without_stock.reasons[asked]
    assert "web" not in without_stock.reasons[asked]
    assert f"published: results of 1 pact, as version {version}" in without_stock.out


CONSUMER = """
import httpx


def total(url: str) -> int:
    answer = httpx.get(f"{url}/orders/7")
    return int(answer.json()["total"])
"""
CONTRACT = """
from harness.consumer import Consumer, MockProvider, get, reply
from pydantic import BaseModel
from web import total


class Order(BaseModel):
    total: int


orders = Consumer("web").of("orders")


@orders.expects("an order", request=get("/orders/7"), response=reply(200, Order(total=12)))
def test_total(provider: MockProvider) -> None:
    assert total(provider.url) == 12
"""


@pytest.fixture
def consumer(place: Place) -> Place:
    """The repository of a consumer, and nothing else in it."""
    place.write("web.py", CONSUMER)
    place.write("contracts/test_orders.py", CONTRACT)
    place.variables |= QUICK | {"PYTHONPATH": f"{REPOSITORY}:{place.root}"}
    return place


def gated(consumer: Place, source: str, head: str = "", *options: str) -> Ended:
    """Gate a consumer whose provider's document is taken from a source."""
    consumer.write(
        "contract-harness.toml",
        f"""
        {head}
        [service]
        name = "web"
        contract_tests = ["contracts"]
        consumes = {{ orders = "ORDERS_URL" }}
        [external.orders]
        document = "{source}"
        """,
    )
    checks = ("--check", "reply-not-accepted", "--check", "reply-field-undeclared")
    return consumer.gate(*checks, *options)


@pytest.mark.slow
def test_a_consumer_takes_its_providers_document_from_git(consumer: Place, tmp_path: Path) -> None:
    """At a revision; one that is not there makes the run inconclusive."""
    theirs = Repository.at(tmp_path / "orders")
    theirs.commit(**{"openapi.yaml": DOCUMENT})
    theirs.git("tag", "v1")
    where = f"git+file://{tmp_path}/orders#openapi.yaml"
    found = gated(consumer, where)
    theirs.commit(**{"openapi.yaml": DOCUMENT.replace("total", "sum")})
    broken = gated(consumer, where)
    before = gated(consumer, f"{where}@v1")
    lost = gated(consumer, f"{where}@nowhere")

    assert (found.code, legs(found, "web")["words-fit"]) == (0, "proven"), found.text
    assert broken.found("reply-field-undeclared") or broken.found("reply-not-accepted")
    assert before.code == 0, before.text
    assert (lost.code, list(lost.reasons)) == (3, ["the document of orders"]), lost.text


@pytest.mark.slow
def test_a_consumer_takes_its_providers_document_from_the_broker(
    consumer: Place, broker: Others
) -> None:
    """Where the broker keeps none, the run is inconclusive and says what to do."""
    head = f'broker = "{broker.place}"'
    none = gated(consumer, "broker", head, "--service", "web")
    broker.describe("orders", "1", yaml.safe_load(DOCUMENT))
    found = gated(consumer, "broker", head)

    assert (none.code, list(none.reasons)) == (3, ["the document of orders"]), none.text
    assert (found.code, legs(found, "web")["words-fit"]) == (0, "proven"), found.text


@pytest.mark.slow
@OVER_BOTH
def test_results_are_published_where_policy_allows_it(provider: Place, broker: Others) -> None:
    """
    Each interaction with its id, in a build and where it is asked for, by `verify` and by the gate;
    what was kept once is not pending any more.
    """
    broker.publish("1", of_web("number"))
    broker.deploy("web", "1", "production")
    at_a_desk = provider.run("verify")
    unknown = broker.results("orders", "web")
    in_a_build = provider.run("verify", GITHUB_ACTIONS="true", GITHUB_RUN_ID="7")
    (kept,) = broker.results("orders", "web")
    gated_at_a_desk = provider.gate(*QUICKLY)
    gated_in_a_build = provider.run("gate", *QUICKLY, GITHUB_ACTIONS="true", GITHUB_RUN_ID="8")
    gated_on_demand = provider.gate(*QUICKLY, "--publish")
    told = [one.text for one in (gated_at_a_desk, gated_in_a_build, gated_on_demand)]

    assert (at_a_desk.code, unknown) == (0, []), at_a_desk.text
    assert "not published: results of 1 pact: no build runs this" in at_a_desk.out
    assert (in_a_build.code, kept["success"]) == (0, True), in_a_build.text
    assert "published: results of 1 pact, as version" in in_a_build.out
    said = ["no build runs this; harness gate --publish" in " ".join(one.split()) for one in told]
    assert said == [True, False, False]
    assert ["\npublished: results of 1 pact, as" in one for one in told] == [False, True, True]

    provider.write(
        "contract-harness.toml", 'deploys_to = ["production"]\n' + TABLE.format(place=broker.place)
    )
    provider.edit("orders.py", '"number": number', '"no": number')
    Repository(provider.root).commit()
    broken = provider.run("verify", "--publish")
    gated = provider.gate("--check", "not-deployable")

    assert (broken.code, "pending" in broken.out) == (1, False), broken.text
    assert "in the pact of web 1 (" in " ".join(broken.out.split())
    assert [(one["check"], one["service"]) for one in gated.findings] == [NO]
    assert "currently in production (1)" in gated.findings[0]["message"]


@pytest.mark.slow
def test_nothing_to_verify_is_not_green(provider: Place, broker: Others) -> None:
    """Neither is a folder of pacts: it is not what a broker holds."""
    provider.write("contracts/pacts/web-orders.json", of_web("number"))
    broker.publish("1", pact("orders", "stock", interaction("all", "/")))
    nobody = provider.run("verify")
    refused = provider.run("verify", "--consumer-version-selector", "[]")

    assert (nobody.code, "no consumer of it is known" in nobody.text) == (3, True), nobody.text
    assert (refused.code, "expected an object" in refused.err) == (2, True)
