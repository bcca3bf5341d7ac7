"""Webhooks are declared, changed, tried out and followed up from the command line."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.broker.server.receiver import Receiver, receiver
from tests.broker.server.serving import served
from tests.cli.brokers import Desk, desk

__all__ = ["desk"]

UUID = "build-of-stock-0001"
MADE = ("webhooks", "create", "--uuid", UUID, "--url", "https://ci.example/build?token=t0k3n")
EVENT = ("--event", "contract_content_changed")


def test_a_webhook_is_made_changed_and_removed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not named stays; a secret comes from a variable, and stands in no output."""
    monkeypatch.setenv("CI_SECRET", "Bearer s3cret")
    desk.well("publish", desk.pact("one"), "--version", "1")
    words = ("--provider", "stock", "--secret-header", "Authorization=CI_SECRET", "--body")
    for extra in (("--dry-run",), ()):
        said = desk.well(*MADE, *EVENT, *words, '{"of": "${pactbroker.providerName}"}', *extra)
        assert "on contract_content_changed of provider stock" in said
        assert "t0k3n" not in said
    changed = ("webhooks", "update", UUID, "--header", "X-A: b", "--disabled")
    desk.well(*changed)
    _, report = desk.report("webhooks", "list")
    hook = report["webhooks"][0]

    assert len(report["webhooks"]) == 1
    assert (hook["uuid"], hook["enabled"]) == (UUID, False)
    assert hook["request"]["headers"] == {"Authorization": "**********", "X-A": "b"}
    assert hook["request"]["body"] == {"of": "${pactbroker.providerName}"}
    assert "s3cret" not in json.dumps(report)

    desk.well("webhooks", "delete", UUID, "--dry-run")
    assert desk.well("webhooks", "list").startswith(UUID)
    desk.well("webhooks", "delete", UUID)
    assert desk.well("webhooks", "list") == "no webhook is there yet\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("update", UUID, "--disabled"), "knows no webhook"),
        (("test", UUID), "knows no webhook"),
        (("create", *EVENT), "expected --url and at least one --event"),
        (("create", *EVENT, "--url", "ftp://a"), "request.url: "),
        (("create", *EVENT, "--url", "https://a", "--consumer", "nobody"), "consumer.name: "),
        (("create", "--consumer", "a", "--consumer-label", "b"), "saw both"),
        (("create", "--secret-header", "A=GONE"), "the variable GONE, which is not set"),
        (("create", "--header", "nothing"), "expected --header NAME:VALUE"),
        (("create", "--body", "@gone.json"), "cannot read the body from gone.json"),
        (("logs",), "expected a UUID, or --consumer with --provider"),
        (("logs", "--consumer", "a", "--provider", "b"), "knows no version of a"),
    ],
)
@pytest.mark.parametrize("desk", ["embedded"], indirect=True)
def test_what_is_wrong_is_told(desk: Desk, words: tuple[str, ...], said: str) -> None:
    """With the broker's own reasons where it is the broker that refuses."""
    ended = desk.run("webhooks", *words)

    assert (ended.code, said in ended.err) == (2, True), ended.err


@pytest.fixture
def told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[tuple[Desk, Receiver]]:
    """Somebody at a broker that may tell this machine, and who is told."""
    monkeypatch.chdir(tmp_path)
    options = ("--webhook-host", "127.0.0.1", "--webhook-scheme", "http", "--webhook-retries", "")
    database = f"sqlite:///{tmp_path / 'broker.db'}"
    with receiver() as there, served(database, *options) as broker:
        monkeypatch.setenv("PACT_BROKER_BASE_URL", broker.url)
        yield Desk(broker.url, tmp_path, capsys), there


def test_what_became_of_it_can_be_followed(told: tuple[Desk, Receiver]) -> None:
    """A trial tells what came, and a log each try, by webhook and by pact."""
    desk, there = told
    url = ("--url", f"{there.url}/build", "--body", "${pactbroker.consumerName}")
    desk.well("webhooks", "create", "--uuid", UUID, *url, *EVENT)
    there.answers = [500, 201]
    failed, well = (desk.run("webhooks", "test", UUID) for _ in range(2))
    assert (failed.code, failed.out.splitlines()[-1]) == (1, "failed: answered with 500")
    assert (well.code, well.out.splitlines()[-1]) == (0, "delivered: answered with 201")

    desk.well("publish", desk.pact("one"), "--version", "1")
    by_webhook = until(lambda: desk.well("webhooks", "logs", UUID), "success")
    by_pact = desk.well("webhooks", "logs", "--consumer", "orders", "--provider", "stock")
    _, report = desk.report("webhooks", "logs", UUID)

    assert by_webhook == by_pact
    assert by_webhook.startswith("success    contract_content_changed ")
    assert "201" in report["deliveries"][0]["log"]
    assert report["deliveries"][0]["tries"] == 1
    assert there.got[-1].body == b"orders"


def until(ask: Callable[[], str], wanted: str) -> str:
    """Ask until something is told."""
    end = time.monotonic() + 20
    while wanted not in (said := ask()):
        assert time.monotonic() < end, said
        time.sleep(0.1)
    return said
