"""The messages that consumers' contracts name, made as the worker makes them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from shipping import messages
from shipping.events import Currency
from shipping.messages import Message
from shipping.parcels import Parcel

_PARCEL = Parcel(
    order_id=UUID("5f0c4b52-7f4e-4b7b-9a0e-0f6f4f3c2a10"),
    customer_id=42,
    carrier="Swift Post",
    cost_minor=585,
    currency=Currency.EUR,
    packed_at=datetime(2025, 3, 14, 9, 26, 53, tzinfo=UTC),
    tracking_code="SH000000001",
)


def a_shipment_was_dispatched() -> Message:
    """A parcel that a carrier has."""
    return messages.shipment_dispatched(_PARCEL, str(_PARCEL.order_id))


def a_shipment_was_delivered(signed_by: str | None = "A. Jones") -> Message:
    """A parcel that somebody signed for."""
    delivered_at = _PARCEL.packed_at + timedelta(days=2)
    return messages.shipment_delivered(_PARCEL, signed_by, delivered_at, str(_PARCEL.order_id))


def a_shipment_was_left_at_the_door() -> Message:
    """A parcel that nobody signed for."""
    return a_shipment_was_delivered(signed_by=None)
