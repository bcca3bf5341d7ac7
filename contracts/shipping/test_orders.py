"""What shipping reads of the orders' messages: what is to be packed, and what is not."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from shipping import handlers
from shipping.events import Currency, Line, OrderCancelled, OrderPlaced, Quote
from shipping.messages import DISPATCHED
from shipping.parcels import Parcels
from shipping.quotes import QuoteRequest, Quotes

from harness.consumer import Consumer, Delivery, message, pattern

orders = Consumer("shipping").of("orders")

ORDER_ID = UUID("5f0c4b52-7f4e-4b7b-9a0e-0f6f4f3c2a10")
EVENT_ID = UUID("1c1a8a8e-54bb-4b2c-a3c5-0b6f1d3a9e01")
AT = datetime(2025, 3, 14, 9, 26, 53, tzinfo=UTC)
HEADERS = {"correlation-id": pattern("[0-9A-Fa-f-]{36}", str(ORDER_ID))}


@pytest.fixture
def parcels() -> Parcels:
    """No parcel, in a database of its own."""
    return Parcels(":memory:")


@pytest.fixture
def quotes() -> Quotes:
    """A carrier that takes everything."""
    return Quotes(_asked)


def _asked(request: QuoteRequest) -> Quote:
    return Quote(status="quoted", carrier="Swift Post", amount_minor=585, currency=request.currency)


@orders.receives(
    "an order was placed",
    message=message(
        "order.placed",
        OrderPlaced(
            event_id=EVENT_ID,
            occurred_at=AT,
            order_id=ORDER_ID,
            customer_id=42,
            currency=Currency.EUR,
            lines=[Line(sku="DESK-120", quantity=2)],
        ),
        headers=HEADERS,
    ),
    idempotent=True,
)
def test_an_order_was_placed(delivery: Delivery, parcels: Parcels, quotes: Quotes) -> None:
    """The order is packed once, and the parcel told of under the order's correlation id."""
    told = handlers.on_order_placed(delivery.body or b"", delivery.headers, parcels, quotes)
    assert [each.channel for each in told] == [DISPATCHED]
    assert told[0].headers["correlation-id"] == delivery.headers["correlation-id"]
    assert parcels.count() == 1


@orders.receives(
    "an order was cancelled",
    message=message("order.cancelled", OrderCancelled(event_id=EVENT_ID, order_id=ORDER_ID)),
    idempotent=True,
)
def test_an_order_was_cancelled(delivery: Delivery, parcels: Parcels) -> None:
    """Nothing is sent, not even of an order that is heard of later."""
    assert handlers.on_order_cancelled(delivery.body or b"", parcels) == []
    event = OrderCancelled.model_validate_json(delivery.body or b"")
    assert parcels.is_cancelled(event.order_id)
