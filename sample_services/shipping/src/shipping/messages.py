"""The messages that shipping sends, each made by one function."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import AwareDatetime, BaseModel

from shipping.events import Currency
from shipping.parcels import Parcel

DISPATCHED = "shipment.dispatched"
DELIVERED = "shipment.delivered"


class ShipmentDispatched(BaseModel):
    """A carrier has a parcel."""

    event_id: UUID
    occurred_at: AwareDatetime
    order_id: UUID
    customer_id: int
    carrier: str
    tracking_code: str


class ShipmentDelivered(BaseModel):
    """A customer has a parcel; what the carrier takes is due, in the currency's smallest unit."""

    event_id: UUID
    occurred_at: AwareDatetime
    order_id: UUID
    customer_id: int
    carrier: str
    signed_by: str | None
    cost_minor: int
    currency: Currency


@dataclass(frozen=True, slots=True)
class Message:
    """What a topic carries; its key is the order's id, so that an order's messages keep order."""

    channel: str
    body: bytes
    key: str
    headers: Mapping[str, str]
    content_type: str = "application/json"


def shipment_dispatched(parcel: Parcel, correlation_id: str) -> Message:
    """Tell that a carrier has a parcel."""
    event = ShipmentDispatched(
        event_id=_following(parcel.order_id, DISPATCHED),
        occurred_at=parcel.packed_at,
        order_id=parcel.order_id,
        customer_id=parcel.customer_id,
        carrier=parcel.carrier,
        tracking_code=parcel.tracking_code,
    )
    return _message(DISPATCHED, event, correlation_id)


def shipment_delivered(
    parcel: Parcel, signed_by: str | None, delivered_at: datetime, correlation_id: str
) -> Message:
    """Tell that a customer has a parcel."""
    event = ShipmentDelivered(
        event_id=_following(parcel.order_id, DELIVERED),
        occurred_at=delivered_at,
        order_id=parcel.order_id,
        customer_id=parcel.customer_id,
        carrier=parcel.carrier,
        signed_by=signed_by,
        cost_minor=parcel.cost_minor,
        currency=parcel.currency,
    )
    return _message(DELIVERED, event, correlation_id)


def _following(order_id: UUID, channel: str) -> UUID:
    """The id of what is told once of an order: the same again when it is told again."""
    return uuid5(NAMESPACE_URL, f"{order_id}/{channel}")


def _message(
    channel: str, event: ShipmentDispatched | ShipmentDelivered, correlation_id: str
) -> Message:
    return Message(
        channel=channel,
        body=event.model_dump_json().encode(),
        key=str(event.order_id),
        headers={
            "correlation-id": correlation_id,
            "message-id": str(event.event_id),
            "schema-version": "1",
        },
    )
