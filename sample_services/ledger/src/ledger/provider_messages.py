"""The messages that consumers' contracts name, made as the worker makes them."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from ledger import handlers
from ledger.books import Books
from ledger.events import Currency, OrderEvent, ShipmentDelivered
from ledger.messages import Message

ORDER_ID = UUID("5f0c4b52-7f4e-4b7b-9a0e-0f6f4f3c2a10")
_HEADERS = {"correlation-id": str(ORDER_ID)}
_AT = datetime(2025, 3, 14, 9, 26, 53, tzinfo=UTC)


def a_sale_was_posted() -> Message:
    """What comes of an order."""
    (told,) = handlers.on_order_placed(_order(), _HEADERS, Books(":memory:"))
    return told


def a_refund_was_posted() -> Message:
    """What comes of an order that is given up."""
    (told,) = handlers.on_order_cancelled(_order(), _HEADERS, Books(":memory:"))
    return told


def a_settlement_was_requested() -> Message:
    """What comes of a parcel that was delivered."""
    event = ShipmentDelivered(
        event_id=UUID("2d0c1f66-10a9-4d0e-bb66-9f0d6a1c7e02"),
        occurred_at=_AT,
        order_id=ORDER_ID,
        customer_id=42,
        carrier="Swift Post",
        cost_minor=585,
        currency=Currency.EUR,
    )
    body = event.model_dump_json().encode()
    (told,) = handlers.on_shipment_delivered(body, _HEADERS, Books(":memory:"))
    return told


def _order() -> bytes:
    event = OrderEvent(
        event_id=UUID("1c1a8a8e-54bb-4b2c-a3c5-0b6f1d3a9e01"),
        occurred_at=_AT,
        order_id=ORDER_ID,
        customer_id=42,
        currency=Currency.EUR,
        total=Decimal("498.00"),
    )
    return event.model_dump_json().encode()
