"""What happens to a broker of each kind ends in a reason, in time, and leaves nothing on it."""

from __future__ import annotations

import dataclasses
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from harness.messaging.local.recipes import RECIPES
from tests.gate.test_on_the_wire import CHECKS, HOME, OTHERS, on
from tests.gate.workspaces import Ended, Place, wait_until
from tests.messaging.breaking import Breakable, breakable, closed, keeping

pytestmark = [
    pytest.mark.tools,
    pytest.mark.slow,
    pytest.mark.xdist_group("messaging-local"),
]

MODULES: Final = {
    "redis": "streams",
    "rabbitmq": "rabbitmq",
    **{one: module for one, (module, _) in OTHERS.items()},
}
NOT_RABBITMQ: Final = ("redis", "nats", "kafka", "aws")
HANDLERS: Final = "src/courier/handlers.py"
CANCELLED: Final = "    order = json.loads(body)\n    return f\"{order['id']} stays"
AT_WORK: Final = """    import pathlib, time
    pathlib.Path("reached").touch()
    time.sleep(1)
"""
# An endpoint that wants a signature of somebody whom it knows.
KNOWS_NOBODY: Final = {"INITIAL_NO_AUTH_ACTION_COUNT": "0"}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A copy of the system, whose handler of cancellations takes a second."""
    place = Place.copied(HOME, tmp_path)
    table = 'pacts = "pacts"\n'
    place.edit("contract-harness.toml", table, table + "budget = { patience_s = 2 }\n")
    place.edit(HANDLERS, CANCELLED, AT_WORK + CANCELLED)
    return place


def consumes_from(place: Place, kind: str, url: str) -> None:
    """Let the courier consume from a broker that runs already."""
    place.variables[f"HARNESS_BROKER_{kind.upper()}"] = url
    if kind != "rabbitmq":
        on(place, kind, MODULES[kind])


def gate(place: Place, limit_s: float = 90) -> Ended:
    """Run the gate for what is carried on the wire."""
    return place.start("gate", *CHECKS, COLUMNS="160").wait(limit_s)


def at_work(place: Place, then: Callable[[], None], limit_s: float = 90) -> Ended:
    """Run the gate, and do something while a handler is at work."""
    running = place.start("gate", *CHECKS, COLUMNS="160")
    assert wait_until((place.root / "reached").exists, 60)
    then()
    return running.wait(limit_s)


def assert_lost(ended: Ended, told: str, place: Place) -> None:
    """One reason for the step, no finding, no traceback, and nothing left on this machine."""
    assert (ended.code, ended.findings) == (3, []), ended.text
    assert told in ended.reasons["wire:courier"], ended.text
    assert "Traceback" not in ended.text
    assert place.left() == []


@pytest.mark.parametrize("kind", [*MODULES, "redis that keeps all"])
def test_a_broker_that_restarts_in_the_middle(kind: str, place: Place) -> None:
    """A real end and a real start: what is gone was lost on the way, and is no worker's fault."""
    kind, _, keeps = kind.partition(" ")
    with breakable(kind, keeping(kind) if keeps else None) as broker:
        before = broker.names()
        consumes_from(place, kind, broker.url)
        ended = at_work(place, broker.restart)

        assert_lost(ended, "was lost in the middle", place)
        assert broker.names() - before == set()


@pytest.mark.parametrize("kind", NOT_RABBITMQ)
def test_a_broker_that_ends_in_the_middle(kind: str, place: Place) -> None:
    """It is waited for; what was made there is named."""
    with breakable(kind) as broker:
        consumes_from(place, kind, broker.url)
        ended = at_work(place, broker.end)

    assert_lost(ended, "was lost in the middle", place)
    hints = [one["hint"] for one in ended.report["reasons"]]
    assert "what was made at 127.0.0.1:" in hints[0]
    assert "order" in hints[0].rpartition("stays there: ")[2]


@pytest.mark.parametrize("kind", NOT_RABBITMQ)
def test_a_broker_that_says_nothing(kind: str, place: Place) -> None:
    """Stopped in the middle, and stopped from the beginning: each wait has an end."""
    with breakable(kind) as broker:
        consumes_from(place, kind, broker.url)
        ended = at_work(place, broker.freeze)
        assert_lost(ended, "does not answer any more", place)

        began = time.monotonic()
        ended = gate(place)
        assert_lost(ended, "no answer from", place)
        assert time.monotonic() - began < 60


@pytest.mark.parametrize("kind", NOT_RABBITMQ)
def test_a_broker_that_is_slow(kind: str, place: Place) -> None:
    """One that is stopped for four fifths of the time: its answers are waited for."""
    with breakable(kind) as broker:
        before = broker.names()
        consumes_from(place, kind, broker.url)
        with broker.slowed():
            ended = gate(place)

        assert (ended.code, ended.findings, ended.reasons) == (0, [], {}), ended.text
        assert place.left() == []
        assert broker.names() - before == set()


@pytest.mark.parametrize("kind", NOT_RABBITMQ)
def test_a_broker_that_is_down(kind: str, place: Place) -> None:
    """Nobody listens."""
    scheme = "sqs" if kind == "aws" else kind
    consumes_from(place, kind, f"{scheme}://127.0.0.1:1")

    assert_lost(gate(place), "is not reached", place)


@pytest.mark.parametrize("login", ["app:wrong@", ""], ids=["wrong", "none"])
@pytest.mark.parametrize("kind", ["redis", "nats"])
def test_a_login_that_is_refused(kind: str, login: str, place: Place) -> None:
    """A password that is wrong, or that nobody named."""
    with breakable(kind, closed(kind)) as broker:
        consumes_from(place, kind, f"{kind}://{login}{broker.url.partition('://')[2]}")
        ended = gate(place)

    assert_lost(ended, "refuses the login", place)
    assert "wrong" not in ended.text


def test_a_key_that_is_refused(place: Place) -> None:
    """An endpoint of AWS that does not know it."""
    usual = RECIPES["aws"]
    with breakable("aws", dataclasses.replace(usual, env=lambda _place: KNOWS_NOBODY)) as broker:
        consumes_from(place, "aws", broker.url)

        assert_lost(gate(place), "refuses the login", place)


@pytest.mark.parametrize("kind", NOT_RABBITMQ)
@pytest.mark.parametrize("other", ["redis", "nats"])
def test_something_else_that_listens_there(kind: str, other: str, place: Place) -> None:
    """What answers is no broker of this kind."""
    if kind == other:
        pytest.skip("it is the right one")
    scheme = "sqs" if kind == "aws" else kind
    with breakable(other) as broker:
        consumes_from(place, kind, f"{scheme}://{broker.url.partition('://')[2]}")
        ended = gate(place)

    assert (ended.code, ended.findings) == (3, []), ended.text
    assert "Traceback" not in ended.text
    assert broker.url.rpartition(":")[2] in ended.reasons["wire:courier"]
    assert place.left() == []


@pytest.mark.parametrize("number", [None, signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=str)
@pytest.mark.parametrize("kind", MODULES)
def test_nothing_is_left_on_a_broker(
    kind: str, number: signal.Signals | None, place: Place
) -> None:
    """However the gate ends: all that it or its worker has made is gone from the broker."""
    with breakable(kind) as broker:
        before = broker.names()
        consumes_from(place, kind, broker.url)
        ended = at_work(place, lambda: None) if number is None else None
        if number is not None:
            killed(place, broker, number)

        assert ended is None or ended.code == 0, ended.text
        assert wait_until(lambda: place.left() == [], 30)
        assert broker.names() - before == set()


def killed(place: Place, broker: Breakable, number: signal.Signals) -> None:
    """Begin a gate, and end it in the middle."""
    running = place.start("gate", *CHECKS)
    assert wait_until((place.root / "reached").exists, 60)
    assert broker.names()
    running.process.send_signal(number)
    running.process.communicate(timeout=60)
