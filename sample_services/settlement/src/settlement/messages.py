"""The messages that settlement sends, each made by one function."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import AwareDatetime, BaseModel

from settlement.events import Currency, Minor, SettlementRequested

SETTLED = "settlement.settled"
REJECTED = "settlement.rejected"


class RejectionReason(StrEnum):
    """Why a payee is not paid."""

    UNKNOWN_PAYEE = "unknown-payee"
    OVER_LIMIT = "over-limit"


class SettlementSettled(BaseModel):
    """A payee was paid."""

    event_id: UUID
    occurred_at: AwareDatetime
    correlation_id: str
    order_id: UUID
    payee: str
    amount_minor: Minor
    currency: Currency
    reference: str


class SettlementRejected(BaseModel):
    """A payee was not paid."""

    event_id: UUID
    occurred_at: AwareDatetime
    correlation_id: str
    order_id: UUID
    payee: str
    amount_minor: Minor
    currency: Currency
    reason: RejectionReason


@dataclass(frozen=True, slots=True)
class Message:
    """What a queue carries: a text, and nothing beside it."""

    channel: str
    body: bytes
    content_type: str = "application/json"


def settlement_settled(of: SettlementRequested, reference: str, at: AwareDatetime) -> Message:
    """Tell that a payee was paid."""
    event = SettlementSettled(
        event_id=_following(of.event_id, SETTLED),
        occurred_at=at,
        correlation_id=of.correlation_id,
        order_id=of.order_id,
        payee=of.payee,
        amount_minor=of.amount_minor,
        currency=of.currency,
        reference=reference,
    )
    return Message(SETTLED, event.model_dump_json().encode())


def settlement_rejected(
    of: SettlementRequested, reason: RejectionReason, at: AwareDatetime
) -> Message:
    """Tell that a payee was not paid."""
    event = SettlementRejected(
        event_id=_following(of.event_id, REJECTED),
        occurred_at=at,
        correlation_id=of.correlation_id,
        order_id=of.order_id,
        payee=of.payee,
        amount_minor=of.amount_minor,
        currency=of.currency,
        reason=reason,
    )
    return Message(REJECTED, event.model_dump_json().encode())


def _following(event_id: UUID, channel: str) -> UUID:
    """The id of the event that another leads to: the same again when that one comes again."""
    return uuid5(NAMESPACE_URL, f"{event_id}/{channel}")
