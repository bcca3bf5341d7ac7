"""The messages that consumers' contracts name, made as the service makes them."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from orders import messages
from orders.enums import Currency, OrderStatus
from orders.messages import Message
from orders.tables import Order, OrderLine


def an_order_was_placed(note: str | None = "Leave it at the door.") -> Message:
    """An order of two desks."""
    return messages.order_placed(_order(OrderStatus.PLACED, note))


def an_order_was_placed_without_a_note() -> Message:
    """An order of which its customer had nothing to say."""
    return an_order_was_placed(note=None)


def an_order_was_cancelled() -> Message:
    """The same order, given up."""
    return messages.order_cancelled(_order(OrderStatus.CANCELLED, None))


def _order(status: OrderStatus, note: str | None) -> Order:
    return Order(
        id=UUID("5f0c4b52-7f4e-4b7b-9a0e-0f6f4f3c2a10"),
        customer_id=42,
        status=status,
        currency=Currency.EUR,
        lines=[
            OrderLine(
                position=0,
                sku="DESK-120",
                name="Walnut desk",
                quantity=2,
                unit_price=Decimal("249.00"),
            )
        ],
        total=Decimal("498.00"),
        note=note,
        placed_at=datetime(2025, 3, 14, 9, 26, 53, tzinfo=UTC),
    )
