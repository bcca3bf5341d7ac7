"""
What is done about each message; no broker is known here.

A message that comes again writes no second letter, and leads to the same message as before.
"""

from notifications.events import (
    EntryKind,
    EntryPosted,
    Event,
    OrderCancelled,
    OrderPlaced,
    ShipmentDelivered,
    ShipmentDispatched,
)
from notifications.letters import Letters
from notifications.messages import (
    FAILED,
    SENT,
    FailureReason,
    Message,
    NotificationFailed,
    NotificationSent,
    following,
    notification_failed,
    notification_sent,
)

FEE_MINOR = 7  # what a letter costs, in cents


def on_order_placed(event: OrderPlaced, correlation_id: str, letters: Letters) -> Message:
    """Thank for an order."""
    note = f" You wrote: {event.note}" if event.note else ""
    text = f"You ordered for {event.total:.2f} {event.currency}.{note}"
    return _tell(event, "Thank you for your order", text, correlation_id, letters)


def on_order_cancelled(event: OrderCancelled, correlation_id: str, letters: Letters) -> Message:
    """Confirm that an order is given up."""
    text = f"Nothing of the order {event.order_id} will come."
    return _tell(event, "Your order is cancelled", text, correlation_id, letters)


def on_shipment_dispatched(
    event: ShipmentDispatched, correlation_id: str, letters: Letters
) -> Message:
    """Tell that a parcel is on its way."""
    text = f"{event.carrier} brings it: {event.tracking_code}"
    return _tell(event, "Your order is on its way", text, correlation_id, letters)


def on_shipment_delivered(
    event: ShipmentDelivered, correlation_id: str, letters: Letters
) -> Message:
    """Tell that a parcel has come."""
    who = f"{event.signed_by} signed for it." if event.signed_by else "It lies at your door."
    return _tell(event, "Your order has come", who, correlation_id, letters)


def on_entry_posted(event: EntryPosted, correlation_id: str, letters: Letters) -> Message | None:
    """Tell of money that is paid back; what else the ledger holds is nothing to customers."""
    if event.kind is not EntryKind.REFUND:
        return None
    whole, cents = divmod(abs(event.amount_minor), 100)
    text = f"You get back {whole}.{cents:02} {event.currency}."
    return _tell(event, "Your money is on its way", text, correlation_id, letters)


def _tell(event: Event, subject: str, text: str, correlation_id: str, letters: Letters) -> Message:
    contact = letters.contact(event.customer_id)
    if contact is None or contact.opted_out:
        reason = FailureReason.NO_ADDRESS if contact is None else FailureReason.OPTED_OUT
        failed = NotificationFailed(
            event_id=following(event.event_id, FAILED),
            occurred_at=event.occurred_at,
            order_id=event.order_id,
            customer_id=event.customer_id,
            subject=subject,
            reason=reason,
        )
        return notification_failed(failed, correlation_id)
    letters.write(event.event_id, contact.address, subject, text)
    sent = NotificationSent(
        event_id=following(event.event_id, SENT),
        occurred_at=event.occurred_at,
        order_id=event.order_id,
        customer_id=event.customer_id,
        subject=subject,
        fee_minor=FEE_MINOR,
    )
    return notification_sent(sent, correlation_id)
