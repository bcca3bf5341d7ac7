"""
What is done about each message; no broker is known here.

Each event is posted once, under its id: what comes again changes no balance, and leads to the same
messages as before. Entries may come in any order.
"""

from collections.abc import Mapping

from ledger import messages
from ledger.books import Account, Books, Entry
from ledger.events import (
    Currency,
    NotificationSent,
    OrderEvent,
    Settled,
    SettlementRejected,
    ShipmentDelivered,
)
from ledger.messages import EntryKind, Message

CORRELATION = "correlation-id"


def on_order_placed(body: bytes, headers: Mapping[str, str], books: Books) -> list[Message]:
    """Book what a customer owes."""
    event = OrderEvent.model_validate_json(body)
    entry = _of_order(event, Account.RECEIVABLES, Account.SALES)
    books.post(entry)
    correlation_id = headers.get(CORRELATION, str(event.order_id))
    return [messages.entry_posted(entry, EntryKind.SALE, event, correlation_id)]


def on_order_cancelled(body: bytes, headers: Mapping[str, str], books: Books) -> list[Message]:
    """Book that a customer owes it no more."""
    event = OrderEvent.model_validate_json(body)
    entry = _of_order(event, Account.SALES, Account.RECEIVABLES)
    books.post(entry)
    correlation_id = headers.get(CORRELATION, str(event.order_id))
    return [messages.entry_posted(entry, EntryKind.REFUND, event, correlation_id)]


def on_shipment_delivered(body: bytes, headers: Mapping[str, str], books: Books) -> list[Message]:
    """Book what the carrier gets, and ask for it to be paid."""
    event = ShipmentDelivered.model_validate_json(body)
    books.post(
        Entry(
            event_id=event.event_id,
            order_id=event.order_id,
            debit=Account.CARRIAGE,
            credit=Account.PAYABLES,
            amount_minor=event.cost_minor,
            currency=event.currency,
        )
    )
    correlation_id = headers.get(CORRELATION, str(event.order_id))
    return [messages.settlement_requested(event, correlation_id)]


def on_notification_sent(body: bytes, headers: Mapping[str, str], books: Books) -> list[Message]:
    """Book what a letter costs."""
    event = NotificationSent.model_validate_json(body)
    books.post(
        Entry(
            event_id=event.event_id,
            order_id=event.order_id,
            debit=Account.POSTAGE,
            credit=Account.PAYABLES,
            amount_minor=event.fee_minor,
            currency=Currency.EUR,
        )
    )
    return []


def on_settlement_settled(body: bytes, headers: Mapping[str, str], books: Books) -> list[Message]:
    """Book what was paid."""
    event = Settled.model_validate_json(body)
    books.post(
        Entry(
            event_id=event.event_id,
            order_id=event.order_id,
            debit=Account.PAYABLES,
            credit=Account.BANK,
            amount_minor=event.amount_minor,
            currency=event.currency,
        )
    )
    return []


def on_settlement_rejected(body: bytes, headers: Mapping[str, str], books: Books) -> list[Message]:
    """Have somebody look at what was not paid."""
    event = SettlementRejected.model_validate_json(body)
    books.dispute(event.event_id, event.order_id, event.reason)
    return []


def _of_order(event: OrderEvent, debit: Account, credit: Account) -> Entry:
    return Entry(
        event_id=event.event_id,
        order_id=event.order_id,
        debit=debit,
        credit=credit,
        amount_minor=event.total_minor,
        currency=event.currency,
    )
