"""What ledger reads of the other services' messages, and nothing more."""

from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

MAX_MINOR = 99_999_999_999_999_999

Minor = Annotated[int, Field(ge=0, le=MAX_MINOR)]
"""An amount in the currency's smallest unit."""


class Currency(StrEnum):
    """The currencies that the shop sells in, each of a hundred cents."""

    EUR = "EUR"
    USD = "USD"
    GBP = "GBP"


class Event(BaseModel):
    """What all events have: an id that tells a duplicate, and the order they are of."""

    event_id: UUID
    occurred_at: AwareDatetime
    order_id: UUID


class OrderEvent(Event):
    """From orders, at `order.placed` and `order.cancelled`."""

    customer_id: int
    currency: Currency
    total: Annotated[Decimal, Field(ge=0, le=Decimal(MAX_MINOR) / 100)]

    @property
    def total_minor(self) -> int:
        """The total in cents."""
        return int((self.total * 100).to_integral_value(ROUND_HALF_UP))


class ShipmentDelivered(Event):
    """From shipping, at `shipment.delivered`."""

    customer_id: int
    carrier: Annotated[str, Field(min_length=1)]
    cost_minor: Minor
    currency: Currency


class NotificationSent(Event):
    """From notifications, at `notification.sent`; letters are paid for in euros."""

    customer_id: int
    fee_minor: Minor


class Settled(Event):
    """From settlement, at `settlement.settled`."""

    correlation_id: str
    amount_minor: Minor
    currency: Currency
    reference: str


class SettlementRejected(Event):
    """From settlement, at `settlement.rejected`."""

    correlation_id: str
    reason: str
