"""The messages that ledger sends, each made by one function."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import AwareDatetime, BaseModel

from ledger.books import Account, Entry
from ledger.events import Currency, Minor, OrderEvent, ShipmentDelivered

ENTRY_POSTED = "ledger.entry-posted"
SETTLEMENT_REQUESTED = "settlement.requested"


class EntryKind(StrEnum):
    """What an entry is about, as far as others are told."""

    SALE = "sale"
    REFUND = "refund"


class EntryPosted(BaseModel):
    """An amount was moved between two accounts."""

    event_id: UUID
    occurred_at: AwareDatetime
    order_id: UUID
    customer_id: int
    kind: EntryKind
    debit: Account
    credit: Account
    amount_minor: Minor
    currency: Currency


class SettlementRequested(BaseModel):
    """A carrier is to be paid for a parcel."""

    event_id: UUID
    occurred_at: AwareDatetime
    correlation_id: str
    order_id: UUID
    payee: str
    amount_minor: Minor
    currency: Currency


@dataclass(frozen=True, slots=True)
class Message:
    """What a topic carries."""

    channel: str
    body: bytes
    headers: Mapping[str, str]
    content_type: str = "application/json"


def entry_posted(entry: Entry, kind: EntryKind, of: OrderEvent, correlation_id: str) -> Message:
    """Tell of an entry for an order."""
    event = EntryPosted(
        event_id=_following(entry.event_id, ENTRY_POSTED),
        occurred_at=of.occurred_at,
        order_id=entry.order_id,
        customer_id=of.customer_id,
        kind=kind,
        debit=entry.debit,
        credit=entry.credit,
        amount_minor=entry.amount_minor,
        currency=entry.currency,
    )
    return _message(ENTRY_POSTED, event, correlation_id)


def settlement_requested(of: ShipmentDelivered, correlation_id: str) -> Message:
    """Ask for a carrier to be paid."""
    event = SettlementRequested(
        event_id=_following(of.event_id, SETTLEMENT_REQUESTED),
        occurred_at=of.occurred_at,
        correlation_id=correlation_id,
        order_id=of.order_id,
        payee=of.carrier,
        amount_minor=of.cost_minor,
        currency=of.currency,
    )
    return _message(SETTLEMENT_REQUESTED, event, correlation_id)


def _following(event_id: UUID, channel: str) -> UUID:
    """The id of the event that another leads to: the same again when that one comes again."""
    return uuid5(NAMESPACE_URL, f"{event_id}/{channel}")


def _message(
    channel: str, event: EntryPosted | SettlementRequested, correlation_id: str
) -> Message:
    return Message(
        channel=channel,
        body=event.model_dump_json().encode(),
        headers={
            "correlation-id": correlation_id,
            "message-id": str(event.event_id),
            "schema-version": "3",
        },
    )
