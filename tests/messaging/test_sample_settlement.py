"""Settlement, run by itself against a server that was written from IBM's documentation."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger import provider_messages
from settlement.payments import Payments

from harness.domain.message import Message
from harness.messaging.opening import open_transport
from harness.messaging.port import Subscription, Transport
from tests.messaging.mqweb import MqWeb
from tests.messaging.programs import running

LIMIT_S = 30.0
REQUESTED = "SETTLEMENT.REQUESTED"
DEAD = f"{REQUESTED}.DEAD"
SETTLED, REJECTED = "SETTLEMENT.SETTLED", "SETTLEMENT.REJECTED"
IBAN = "DE02120300000000202051"


@pytest.fixture
def mqweb() -> Iterator[MqWeb]:
    """The server, with all queues but those of what settlement tells."""
    server = MqWeb()
    server.queues |= {REQUESTED, DEAD}
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def transport(mqweb: MqWeb) -> Iterator[Transport]:
    """The other side of the queues."""
    with open_transport(mqweb.url, "") as opened:
        yield opened


def environment(mqweb: MqWeb, directory: Path) -> dict[str, str]:
    """What the worker is told."""
    return {
        "MQ_URL": f"http://127.0.0.1:{mqweb.server_port}",
        "MQ_QUEUE_MANAGER": "QM.1",
        "MQ_USER": "app",
        "MQ_PASSWORD": "secret",
        "SETTLEMENT_DATABASE": str(directory / "payments.db"),
    }


def request(payee: str) -> Message:
    """What ledger asks for, as a bridge from its topic brings it."""
    body = json.loads(provider_messages.a_settlement_was_requested().body)
    changed = {**body, "event_id": str(uuid.uuid4()), "payee": payee}
    return Message(json.dumps(changed).encode())


def taken(subscription: Subscription) -> dict[str, object]:
    """The next message, which must come."""
    delivery = subscription.receive(LIMIT_S)
    assert delivery is not None, "nothing came"
    read: dict[str, object] = json.loads(delivery.message.payload or b"")
    return read


def test_settlement_pays_once(mqweb: MqWeb, transport: Transport, tmp_path: Path) -> None:
    """A request is paid once, and answered each time; what cannot be read is put away."""
    mqweb.queues |= {SETTLED, REJECTED}
    payments = Payments(str(tmp_path / "payments.db"))
    payments.know("Swift Post", IBAN, limit_minor=1_000_000)
    known, unknown = request("Swift Post"), request("Nobody")
    for message in (known, Message(b"{"), known, unknown):
        transport.publish(REQUESTED, message)

    with (
        transport.subscribe(SETTLED) as settled,
        transport.subscribe(REJECTED) as rejected,
        running("settlement", tmp_path, environment(mqweb, tmp_path)) as worker,
    ):
        paid, again = taken(settled), taken(settled)
        refused = taken(rejected)
    assert worker.returncode == 0, (tmp_path / "settlement.log").read_text()

    assert paid == again, "a duplicate leads to the same message"
    assert payments.references() == [paid["reference"]]
    assert (paid["amount_minor"], paid["currency"]) == (585, "EUR")
    assert paid["correlation_id"] == json.loads(known.payload or b"")["correlation_id"]
    assert refused["reason"] == "unknown-payee"
    assert [body for body, _, _ in mqweb.held[DEAD]] == [b"{"]
    assert not mqweb.held[REQUESTED]


def test_a_worker_that_dies_loses_nothing(
    mqweb: MqWeb, transport: Transport, tmp_path: Path
) -> None:
    """What it died at is handled by the next one; what three died at lies with the dead letters."""
    Payments(str(tmp_path / "payments.db")).know("Swift Post", IBAN, limit_minor=1_000_000)
    transport.publish(REQUESTED, request("Swift Post"))
    _dies(mqweb, tmp_path)  # at the answer, whose queue is not there yet
    assert len(mqweb.held[REQUESTED]) == 1
    mqweb.queues.add(SETTLED)
    with running("settlement", tmp_path, environment(mqweb, tmp_path)):
        taken(transport.subscribe(SETTLED))
    assert not mqweb.held[REQUESTED]

    refused = request("Nobody")
    transport.publish(REQUESTED, refused)
    for _ in range(3):
        _dies(mqweb, tmp_path)
    with (
        transport.subscribe(DEAD) as dead,
        running("settlement", tmp_path, environment(mqweb, tmp_path)),
    ):
        assert taken(dead) == json.loads(refused.payload or b"")
    assert not mqweb.held[REQUESTED]


def _dies(mqweb: MqWeb, directory: Path) -> None:
    with running("settlement", directory, environment(mqweb, directory)) as worker:
        assert worker.wait(LIMIT_S) == 1
