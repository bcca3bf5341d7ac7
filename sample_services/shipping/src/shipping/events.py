"""What shipping reads of the other services' messages, and nothing more."""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, TypeAdapter


class Currency(StrEnum):
    """The currencies that the shop sells in."""

    EUR = "EUR"
    USD = "USD"
    GBP = "GBP"


class Line(BaseModel):
    """A product within an order."""

    sku: str
    quantity: int


class OrderPlaced(BaseModel):
    """From orders, at `order.placed`."""

    event_id: UUID
    occurred_at: AwareDatetime
    order_id: UUID
    customer_id: int
    currency: Currency
    lines: list[Line]


class OrderCancelled(BaseModel):
    """From orders, at `order.cancelled`."""

    event_id: UUID
    order_id: UUID


class NotificationFailed(BaseModel):
    """From notifications, at `notification.failed`."""

    event_id: UUID
    order_id: UUID


class PriceChanged(BaseModel):
    """From pricing, at `price.changed`."""

    event_id: UUID
    carrier: str
    currency: Currency


class Quote(BaseModel):
    """From pricing, in reply to `price.quote`: in the currency's smallest unit."""

    status: Literal["quoted"]
    carrier: str
    amount_minor: int
    currency: Currency


class QuoteRefused(BaseModel):
    """From pricing, in reply to `price.quote`."""

    status: Literal["refused"]
    reason: str


QUOTED: TypeAdapter[Quote | QuoteRefused] = TypeAdapter(
    Annotated[Quote | QuoteRefused, Field(discriminator="status")]
)
