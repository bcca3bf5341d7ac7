"""What settlement reads of the other services' messages, and nothing more."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

MAX_MINOR = 99_999_999_999_999_999

Minor = Annotated[int, Field(ge=0, le=MAX_MINOR)]
"""An amount in the currency's smallest unit."""


class Currency(StrEnum):
    """The currencies that the shop pays in."""

    EUR = "EUR"
    USD = "USD"
    GBP = "GBP"


class SettlementRequested(BaseModel):
    """From ledger, at `settlement.requested`; its id tells a duplicate."""

    event_id: UUID
    correlation_id: str
    order_id: UUID
    payee: Annotated[str, Field(min_length=1)]
    amount_minor: Minor
    currency: Currency
