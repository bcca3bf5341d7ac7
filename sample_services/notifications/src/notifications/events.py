"""What notifications reads of the other services' messages, and nothing more."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field


class Currency(StrEnum):
    """The currencies that the shop sells in."""

    EUR = "EUR"
    USD = "USD"
    GBP = "GBP"


class Event(BaseModel):
    """What all events have: an id that tells a duplicate, and whose order they are of."""

    event_id: UUID
    occurred_at: AwareDatetime
    order_id: UUID
    customer_id: int


class OrderPlaced(Event):
    """From orders, at `order.placed`."""

    currency: Currency
    total: Annotated[Decimal, Field(ge=0)]
    note: str | None


class OrderCancelled(Event):
    """From orders, at `order.cancelled`."""


class ShipmentDispatched(Event):
    """From shipping, at `shipment.dispatched`."""

    carrier: str
    tracking_code: str


class ShipmentDelivered(Event):
    """From shipping, at `shipment.delivered`."""

    signed_by: str | None


class EntryKind(StrEnum):
    """What an entry of the ledger is about."""

    SALE = "sale"
    REFUND = "refund"


class EntryPosted(Event):
    """From ledger, at `ledger.entry-posted`; amounts are in the currency's smallest unit."""

    kind: EntryKind
    amount_minor: int
    currency: Currency
