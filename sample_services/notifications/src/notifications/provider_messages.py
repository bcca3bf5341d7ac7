"""The messages that consumers' contracts name, made as the worker makes them."""

from datetime import UTC, datetime
from uuid import UUID

from notifications import handlers
from notifications.events import OrderCancelled
from notifications.letters import Letters
from notifications.messages import Message

ORDER_ID = UUID("5f0c4b52-7f4e-4b7b-9a0e-0f6f4f3c2a10")


def a_customer_was_told() -> Message:
    """A customer whose address is known."""
    letters = Letters(":memory:")
    letters.know(42, "ann@example.com")
    return handlers.on_order_cancelled(_event(), str(ORDER_ID), letters)


def a_customer_could_not_be_told() -> Message:
    """A customer of whom nothing is known."""
    return handlers.on_order_cancelled(_event(), str(ORDER_ID), Letters(":memory:"))


def _event() -> OrderCancelled:
    return OrderCancelled(
        event_id=UUID("1c1a8a8e-54bb-4b2c-a3c5-0b6f1d3a9e01"),
        occurred_at=datetime(2025, 3, 14, 9, 26, 53, tzinfo=UTC),
        order_id=ORDER_ID,
        customer_id=42,
    )
