"""The ledger, run by itself over queues of SQS that SNS feeds, or over what stands in for them."""

from __future__ import annotations

import json
import time
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from ledger.books import Account, Books
from ledger.events import Currency, ShipmentDelivered
from orders import provider_messages

from harness.domain.message import Message
from harness.messaging.opening import open_transport
from harness.messaging.port import Subscription
from tests.messaging.conftest import Start
from tests.messaging.programs import running
from tests.messaging.stands import AwsStand, stand_of

pytestmark = pytest.mark.xdist_group("messaging-aws")

LIMIT_S = 30.0
SILENCE_S = 0.3


def until_reading(log: Path) -> None:
    """Wait until the ledger has its queues, and each is fed by its topic."""
    end = time.monotonic() + LIMIT_S
    while "reads order.placed" not in log.read_text("utf-8"):
        assert time.monotonic() < end, log.read_text("utf-8")
        time.sleep(0.05)


def taken(subscription: Subscription) -> Message:
    """The next message, which must come."""
    delivery = subscription.receive(LIMIT_S)
    assert delivery is not None, "nothing came"
    delivery.ack()
    return delivery.message


def test_ledger_keeps_the_books(started: Start, tmp_path: Path) -> None:
    """A message is posted once, and told of; what cannot be read is with the dead letters, once."""
    stand = stand_of("sns", started)
    assert isinstance(stand, AwsStand)
    prefix, database = f"{uuid.uuid4().hex}-", str(tmp_path / "ledger.db")
    environment = {
        "AWS_URL": f"http://{urlsplit(stand.url).netloc}",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "CHANNEL_PREFIX": prefix,
        "LEDGER_DATABASE": database,
    }
    told = provider_messages.an_order_was_placed()
    placed = Message(told.body, headers=dict(told.headers), content_type=told.content_type)
    delivered = ShipmentDelivered(
        event_id=uuid.uuid4(),
        occurred_at=json.loads(told.body)["occurred_at"],
        order_id=uuid.UUID(told.key),
        customer_id=42,
        carrier="Swift Post",
        cost_minor=585,
        currency=Currency.EUR,
    )

    with (
        open_transport(stand.url, prefix) as transport,
        transport.subscribe("ledger.entry-posted") as posted,
        transport.subscribe("settlement.requested") as requested,
        transport.dead_letters("order.placed", "ledger") as dead,
    ):
        with running("ledger", tmp_path, environment) as worker:
            until_reading(tmp_path / "ledger.log")
            for message in (placed, Message(b"{"), placed):
                transport.publish("order.placed", message)
            transport.publish("shipment.delivered", Message(delivered.model_dump_json().encode()))
            entries = [taken(posted), taken(posted)]
            request = taken(requested)
            buried = taken(dead)
        assert worker.returncode == 0, (tmp_path / "ledger.log").read_text()
        assert posted.receive(SILENCE_S) is None
        assert dead.receive(SILENCE_S) is None

    first, again = (json.loads(entry.payload or b"") for entry in entries)
    assert first == again, "a duplicate leads to the same message"
    assert (first["kind"], first["amount_minor"]) == ("sale", 49_800)
    assert entries[0].content_type == "application/json"
    assert entries[0].correlation_id == told.key
    assert entries[0].headers["schema-version"] == "3"
    assert json.loads(request.payload or b"")["payee"] == "Swift Post"
    assert buried.payload == b"{"
    books = Books(database)
    assert books.balance(Account.RECEIVABLES, Currency.EUR) == 49_800
    assert books.balance(Account.PAYABLES, Currency.EUR) == -585
