"""What ledger reads of the shipments' messages: what a carrier is owed."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from ledger import handlers
from ledger.books import Account, Books
from ledger.events import Currency, ShipmentDelivered
from ledger.messages import SETTLEMENT_REQUESTED

from harness.consumer import Consumer, Delivery, message, pattern

shipping = Consumer("ledger").of("shipping")

ORDER_ID = UUID("5f0c4b52-7f4e-4b7b-9a0e-0f6f4f3c2a10")
HEADERS = {"correlation-id": pattern(r"[\s\S]*", str(ORDER_ID))}
DELIVERED = ShipmentDelivered(
    event_id=UUID("2d0c1f66-10a9-4d0e-bb66-9f0d6a1c7e02"),
    occurred_at=datetime(2025, 3, 16, 9, 26, 53, tzinfo=UTC),
    order_id=ORDER_ID,
    customer_id=42,
    carrier="Swift Post",
    cost_minor=585,
    currency=Currency.EUR,
)


@pytest.fixture
def books() -> Books:
    """Books without an entry."""
    return Books(":memory:")


@shipping.receives(
    "a shipment was delivered",
    message=message("shipment.delivered", DELIVERED, headers=HEADERS),
    idempotent=True,
)
def test_a_shipment_was_delivered(delivery: Delivery, books: Books) -> None:
    """The carrier is owed what it takes, and is to be paid."""
    body = delivery.body or b""
    (told,) = handlers.on_shipment_delivered(body, delivery.headers, books)
    event = ShipmentDelivered.model_validate_json(body)
    assert books.balance(Account.PAYABLES, event.currency) == -event.cost_minor
    assert told.channel == SETTLEMENT_REQUESTED
