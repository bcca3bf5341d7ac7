"""What shipping reads of what notifications tells: whom the driver has to call."""

from uuid import UUID

from shipping import handlers
from shipping.events import NotificationFailed
from shipping.parcels import Parcels

from harness.consumer import Consumer, Delivery, message

notifications = Consumer("shipping").of("notifications")

ORDER_ID = UUID("5f0c4b52-7f4e-4b7b-9a0e-0f6f4f3c2a10")
EVENT_ID = UUID("1c1a8a8e-54bb-4b2c-a3c5-0b6f1d3a9e01")


@notifications.receives(
    "a customer could not be told",
    message=message(
        "notification.failed", NotificationFailed(event_id=EVENT_ID, order_id=ORDER_ID)
    ),
    idempotent=True,
)
def test_a_customer_could_not_be_told(delivery: Delivery) -> None:
    """The driver calls before coming."""
    parcels = Parcels(":memory:")
    assert handlers.on_notification_failed(delivery.body or b"", parcels) == []
    event = NotificationFailed.model_validate_json(delivery.body or b"")
    assert parcels.is_called_ahead(event.order_id)
