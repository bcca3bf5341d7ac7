"""All pacts of a consumer from a Pact Broker against the documents of its providers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.broker.client import BrokerClient
from harness.broker.wire import Reply, Request
from harness.cli.app import main
from harness.domain.errors import BrokerFailed
from harness.domain.published import Chosen, Published, PublishedPact
from tests.broker.hal_server import Broker, Publication, serving
from tests.cli.conftest import FakeDoors
from tests.cli.test_compat import STOCK, Ended, asking, document, pact, stock
from tests.cli.test_compat_messages import ASYNC, heard

Type = Callable[..., Ended]
NULLABLE = {"type": ["integer", "null"]}


class Unasked:
    """A way to a broker that no test takes."""

    def ask(self, request: Request) -> Reply:
        """Refuse."""
        raise AssertionError(request)


class FakeContracts(BrokerClient):
    """Stands in for a broker, and remembers what was asked."""

    def __init__(self, *pacts: tuple[str, Any]) -> None:
        super().__init__("https://broker.example", Unasked(), Unasked())
        self.pacts = tuple(
            PublishedPact(provider, "7", json.dumps(written).encode(), f"{self.url}/{provider}")
            for provider, written in pacts
        )
        self.kept: dict[str, Any] = {}
        self.elsewhere: dict[str, Any] = {}
        self.questions: list[Any] = []

    def offered(self) -> int:
        """Offer one thing."""
        return 1

    def latest_pacts(self, consumer: str, chosen: Chosen) -> Published:
        """Give the pacts that the test wants."""
        self.questions.append((consumer, chosen))
        return Published("main branch main, version 7", self.pacts)

    def documents(self, provider: str) -> tuple[bytes, ...]:
        """Give the documents that are kept."""
        found = self.kept.get(provider)
        listed = found if isinstance(found, tuple) else () if found is None else (found,)
        return tuple(json.dumps(each).encode() for each in listed)

    def fetched(self, url: str) -> bytes:
        """Give what is elsewhere."""
        if url not in self.elsewhere:
            raise BrokerFailed(f"{url} answered with 404")
        return json.dumps(self.elsewhere[url]).encode()


def written_for(provider: str, *interactions: Any) -> dict[str, Any]:
    """A pact with a provider."""
    return {**pact(*interactions), "provider": {"name": provider}}


@pytest.fixture
def team(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Type:
    """Compare the pacts of a stand-in for a broker, where no workspace is."""
    monkeypatch.chdir(tmp_path)
    Path("openapi.json").write_text(json.dumps(document()), "utf-8")
    Path("nullable.json").write_text(json.dumps(document(stock(on_hand=NULLABLE))), "utf-8")
    Path("asyncapi.json").write_text(json.dumps(ASYNC), "utf-8")

    def compare(contracts: FakeContracts, *words: str) -> Ended:
        given = ["compat", "--broker", "https://broker.example", "--consumer", "orders"]
        code = main([*given, *words], FakeDoors(contracts=contracts))
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return compare


def test_each_pact_is_compared_with_the_document_of_its_provider(team: Type) -> None:
    """The whole report names the version, and ends with one verdict."""
    contracts = FakeContracts(("stock", written_for("stock", asking(reader=STOCK))))
    ended = team(contracts, "--document", "stock=openapi.json")

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "orders at https://broker.example: main branch main, version 7",
        "",
        "orders and stock: 1 interaction of https://broker.example/stock",
        "against openapi.json",
        "",
        "proven        the stock · given a sku exists",
        "",
        "passed: 1 proven, 0 broken, 0 unknown · exit 0",
        "",
        "passed: 1 pact: 1 passed, 0 failed, 0 inconclusive · exit 0",
    ]
    assert contracts.questions == [("orders", Chosen())]


def test_a_pact_without_a_document_is_inconclusive_and_the_others_go_on(team: Type) -> None:
    """Its reason is told; a break elsewhere outweighs it."""
    reading = asking(reader=STOCK)
    contracts = FakeContracts(
        ("stock", written_for("stock", reading)), ("billing", written_for("billing", reading))
    )
    inconclusive = team(contracts, "--document", "stock=openapi.json")
    failed = team(contracts, "--document", "stock=nullable.json")

    assert (inconclusive.code, failed.code) == (3, 1)
    assert "orders and billing: inconclusive: no document of billing is known" in inconclusive.out
    assert "--document billing=FILE was not given" in inconclusive.out
    assert failed.verdict == (
        "failed: 2 pacts: 0 passed, 1 failed, 1 inconclusive · exit 1: findings"
    )


def test_documents_come_from_files_addresses_and_the_broker(team: Type) -> None:
    """What is given goes before what the broker keeps."""
    reading = asking(reader=STOCK)
    contracts = FakeContracts(
        *((name, written_for(name, reading)) for name in ("stock", "billing", "sales"))
    )
    contracts.kept = {"stock": document(stock(on_hand=NULLABLE)), "billing": document()}
    contracts.elsewhere = {"https://docs.example/sales": document()}
    given = ("stock=openapi.json", "sales=https://docs.example/sales")
    ended = team(contracts, *(word for each in given for word in ("--document", each)), "--json")

    assert ended.code == 0
    assert [each["report"]["documents"] for each in ended.report["pacts"]] == [
        ["openapi.json"],
        ["the document of billing at the broker"],
        ["https://docs.example/sales"],
    ]


def test_a_provider_of_both_kinds_has_two_documents(team: Type) -> None:
    """The option may be repeated for one provider; a broker may keep one of each kind."""
    contracts = FakeContracts(("stock", written_for("stock", heard(), asking(reader=STOCK))))
    both = ("--document", "stock=openapi.json", "--document", "stock=asyncapi.json")
    twice = ("--document", "stock=openapi.json", "--document", "stock=nullable.json")

    assert team(contracts, *both).code == 0
    ended = team(contracts, *twice)
    assert ended.code == 3
    assert "are documents of the same kind" in ended.out

    contracts.kept = {"stock": (document(), ASYNC)}
    kept = team(contracts, "--json")
    assert kept.code == 0
    assert kept.report["pacts"][0]["report"]["documents"] == [
        "the OpenAPI document of stock at the broker",
        "the AsyncAPI document of stock at the broker",
    ]


def test_the_report_for_programs_names_every_pact(team: Type) -> None:
    """Format, verdict, and for each pact its report or its reason."""
    contracts = FakeContracts(
        ("stock", written_for("stock", asking({"ghost": 1}))),
        ("billing", written_for("billing", asking())),
    )
    contracts.elsewhere = {}
    ended = team(contracts, "--json", "--document", "stock=openapi.json", "--branch", "main")
    report = ended.report

    assert report["format"] == {"name": "contract-harness-compat-team", "version": "1.0"}
    assert (report["status"], report["exit_code"], ended.code) == ("failed", 1, 1)
    assert (report["consumer"], report["broker"]) == ("orders", "https://broker.example")
    assert [(each["provider"], each["status"]) for each in report["pacts"]] == [
        ("stock", "failed"),
        ("billing", "inconclusive"),
    ]
    assert report["pacts"][0]["report"]["interactions"][0]["answer"] == "broken"
    assert report["pacts"][1]["report"] is None
    assert "no document of billing" in report["pacts"][1]["reason"]
    assert contracts.questions == [("orders", Chosen(branch="main"))]


def test_the_established_codes_name_their_provider(team: Type) -> None:
    """A line of each pact; the verdict is beside."""
    contracts = FakeContracts(("stock", written_for("stock", asking({"ghost": 1}))))
    ended = team(contracts, "--format", "opc", "--document", "stock=openapi.json")
    line = json.loads(ended.out)

    assert (line["provider"], line["code"]) == ("stock", "response.body.incompatible")
    assert ended.err.startswith("failed: 1 pact: ")


@pytest.mark.parametrize(
    ("content", "kept", "said"),
    [
        (b"{", document(), "expected"),
        (b'{"consumer": {}}', document(), "expected a name as `consumer.name`"),
        (json.dumps(written_for("stock", asking())).encode(), {"a": 1}, "expected OpenAPI"),
    ],
)
def test_what_cannot_be_read_makes_its_pact_inconclusive(
    team: Type, content: bytes, kept: Any, said: str
) -> None:
    """A broken pact or document at the broker is told where it stands."""
    contracts = FakeContracts()
    contracts.pacts = (PublishedPact("stock", "7", content, "https://broker.example/stock"),)
    contracts.kept = {"stock": kept}
    ended = team(contracts)

    assert ended.code == 3
    assert said in ended.out


def test_a_consumer_without_a_pact_does_not_pass(team: Type) -> None:
    """Nothing was seen, and a document that was given for nobody is named."""
    ended = team(FakeContracts(), "--document", "stock=openapi.json")

    assert ended.code == 3
    assert "note          a document of stock was given, and it has no pact" in ended.out
    assert ended.verdict.startswith("inconclusive: the broker has no pact of orders")


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("openapi.json", "expected --document PROVIDER=FILE"),
        ("=openapi.json", "expected --document PROVIDER=FILE"),
        ("stock=", "expected --document PROVIDER=FILE"),
        ("stock=gone.json", "cannot read gone.json"),
    ],
)
def test_a_document_that_is_given_badly_is_misused(team: Type, word: str, said: str) -> None:
    """It is told before the broker is asked for anything."""
    contracts = FakeContracts()
    ended = team(contracts, "--document", word)

    assert (ended.code, contracts.questions) == (2, [])
    assert said in ended.err


def test_a_real_broker_is_asked_over_http(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the environment's credentials, names of any signs, and its refusal told as such."""
    monkeypatch.chdir(tmp_path)
    for name in ("HTTP_PROXY", "http_proxy", "PACT_BROKER_USERNAME", "PACT_BROKER_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "api.json").write_text(json.dumps(document()), "utf-8")
    content = {**pact(asking(reader=STOCK)), "provider": {"name": "Lager/größe"}}
    held = Broker(authorization="Bearer s3cret")
    held.pacts = [Publication("orders", "1", "Lager/größe", content)]
    with serving(held) as broker:
        words = ["compat", "--broker", broker.url, "--consumer", "orders"]
        monkeypatch.setenv("PACT_BROKER_TOKEN", "s3cret")
        code = main([*words, "--document", "Lager/größe=api.json"])
        allowed = capsys.readouterr()
        monkeypatch.setenv("PACT_BROKER_TOKEN", "an0ther")
        refused_code = main(words)
        refused = capsys.readouterr()

    assert (code, refused_code) == (0, 3)
    assert allowed.out.endswith("passed: 1 pact: 1 passed, 0 failed, 0 inconclusive · exit 0\n")
    assert "refused the credentials (401)" in refused.err
    assert "set PACT_BROKER_TOKEN" in refused.err
    assert "s3cret" not in allowed.out + allowed.err + refused.out + refused.err
    assert "an0ther" not in refused.out + refused.err
