"""What notifications reads of the orders' messages: whose order it is, and what it comes to."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from notifications import handlers
from notifications.events import Currency, OrderCancelled, OrderPlaced
from notifications.letters import Letters
from notifications.messages import FAILED, SENT

from harness.consumer import Consumer, Delivery, message, pattern

orders = Consumer("notifications").of("orders")

ORDER_ID = UUID("5f0c4b52-7f4e-4b7b-9a0e-0f6f4f3c2a10")
EVENT_ID = UUID("1c1a8a8e-54bb-4b2c-a3c5-0b6f1d3a9e01")
AT = datetime(2025, 3, 14, 9, 26, 53, tzinfo=UTC)
HEADERS = {"correlation-id": pattern("[0-9A-Fa-f-]{36}", str(ORDER_ID))}


@pytest.fixture
def letters() -> Letters:
    """The letters of one customer, whose address is known."""
    kept = Letters(":memory:")
    kept.know(42, "ann@example.com")
    return kept


def placed(note: str | None) -> OrderPlaced:
    """An order of two desks."""
    return OrderPlaced(
        event_id=EVENT_ID,
        occurred_at=AT,
        order_id=ORDER_ID,
        customer_id=42,
        currency=Currency.EUR,
        total=Decimal("498.00"),
        note=note,
    )


@orders.receives(
    "an order was placed",
    message=message("order.placed", placed("Leave it at the door."), headers=HEADERS),
)
def test_an_order_was_placed(delivery: Delivery, letters: Letters) -> None:
    """The customer is thanked, and reads what it wrote."""
    event = OrderPlaced.model_validate_json(delivery.body or b"")
    told = handlers.on_order_placed(event, delivery.headers["correlation-id"], letters)
    assert told.channel in {SENT, FAILED}


@orders.receives(
    "an order was placed without a note",
    message=message("order.placed", placed(None), headers=HEADERS),
)
def test_an_order_was_placed_without_a_note(delivery: Delivery, letters: Letters) -> None:
    """A customer need not write anything."""
    event = OrderPlaced.model_validate_json(delivery.body or b"")
    told = handlers.on_order_placed(event, delivery.headers["correlation-id"], letters)
    assert told.channel in {SENT, FAILED}


@orders.receives(
    "an order was cancelled",
    message=message(
        "order.cancelled",
        OrderCancelled(event_id=EVENT_ID, occurred_at=AT, order_id=ORDER_ID, customer_id=42),
        headers=HEADERS,
    ),
)
def test_an_order_was_cancelled(delivery: Delivery, letters: Letters) -> None:
    """The customer reads that nothing will come."""
    event = OrderCancelled.model_validate_json(delivery.body or b"")
    told = handlers.on_order_cancelled(event, delivery.headers["correlation-id"], letters)
    assert told.channel in {SENT, FAILED}
