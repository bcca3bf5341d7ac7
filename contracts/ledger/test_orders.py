"""What ledger reads of the orders' messages: what a customer owes, and owes no more."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from ledger import handlers
from ledger.books import Account, Books
from ledger.events import Currency, OrderEvent
from ledger.messages import ENTRY_POSTED

from harness.consumer import Consumer, Delivery, message, pattern

orders = Consumer("ledger").of("orders")

ORDER_ID = UUID("5f0c4b52-7f4e-4b7b-9a0e-0f6f4f3c2a10")
HEADERS = {"correlation-id": pattern("[0-9A-Fa-f-]{36}", str(ORDER_ID))}
ORDER = OrderEvent(
    event_id=UUID("1c1a8a8e-54bb-4b2c-a3c5-0b6f1d3a9e01"),
    occurred_at=datetime(2025, 3, 14, 9, 26, 53, tzinfo=UTC),
    order_id=ORDER_ID,
    customer_id=42,
    currency=Currency.EUR,
    total=Decimal("498.00"),
)


@pytest.fixture
def books() -> Books:
    """Books without an entry."""
    return Books(":memory:")


@orders.receives(
    "an order was placed",
    message=message("order.placed", ORDER, headers=HEADERS),
    idempotent=True,
)
def test_an_order_was_placed(delivery: Delivery, books: Books) -> None:
    """The customer owes the total, to the cent."""
    body = delivery.body or b""
    (told,) = handlers.on_order_placed(body, delivery.headers, books)
    event = OrderEvent.model_validate_json(body)
    assert books.balance(Account.RECEIVABLES, event.currency) == event.total_minor
    assert told.channel == ENTRY_POSTED


@orders.receives(
    "an order was cancelled",
    message=message("order.cancelled", ORDER, headers=HEADERS),
    idempotent=True,
)
def test_an_order_was_cancelled(delivery: Delivery, books: Books) -> None:
    """The customer owes it no more."""
    body = delivery.body or b""
    (told,) = handlers.on_order_cancelled(body, delivery.headers, books)
    event = OrderEvent.model_validate_json(body)
    assert books.balance(Account.RECEIVABLES, event.currency) == -event.total_minor
    assert told.channel == ENTRY_POSTED
