"""What notifications reads of shipping's messages: who brings a parcel, and who took it."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from notifications import handlers
from notifications.events import ShipmentDelivered, ShipmentDispatched
from notifications.letters import Letters
from notifications.messages import FAILED, SENT

from harness.consumer import Consumer, Delivery, message, pattern

shipping = Consumer("notifications").of("shipping")

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


def delivered(signed_by: str | None) -> ShipmentDelivered:
    """A parcel that has come."""
    return ShipmentDelivered(
        event_id=EVENT_ID, occurred_at=AT, order_id=ORDER_ID, customer_id=42, signed_by=signed_by
    )


@shipping.receives(
    "a shipment was dispatched",
    message=message(
        "shipment.dispatched",
        ShipmentDispatched(
            event_id=EVENT_ID,
            occurred_at=AT,
            order_id=ORDER_ID,
            customer_id=42,
            carrier="Swift Post",
            tracking_code="SH000000001",
        ),
        headers=HEADERS,
    ),
)
def test_a_shipment_was_dispatched(delivery: Delivery, letters: Letters) -> None:
    """The customer reads who brings it."""
    event = ShipmentDispatched.model_validate_json(delivery.body or b"")
    told = handlers.on_shipment_dispatched(event, delivery.headers["correlation-id"], letters)
    assert told.channel in {SENT, FAILED}


@shipping.receives(
    "a shipment was delivered",
    message=message("shipment.delivered", delivered("A. Jones"), headers=HEADERS),
)
def test_a_shipment_was_delivered(delivery: Delivery, letters: Letters) -> None:
    """The customer reads who signed for it."""
    event = ShipmentDelivered.model_validate_json(delivery.body or b"")
    told = handlers.on_shipment_delivered(event, delivery.headers["correlation-id"], letters)
    assert told.channel in {SENT, FAILED}


@shipping.receives(
    "a shipment was left at the door",
    message=message("shipment.delivered", delivered(None), headers=HEADERS),
)
def test_a_shipment_was_left_at_the_door(delivery: Delivery, letters: Letters) -> None:
    """Nobody need sign."""
    event = ShipmentDelivered.model_validate_json(delivery.body or b"")
    told = handlers.on_shipment_delivered(event, delivery.headers["correlation-id"], letters)
    assert told.channel in {SENT, FAILED}
