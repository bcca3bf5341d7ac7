"""
What is done about each message; no broker is known here.

A message that comes again changes nothing, and leads to the same message as before. What comes
late is taken in any order: an order that is cancelled before it is heard of is never packed.
"""

from collections.abc import Mapping

from shipping import messages
from shipping.events import NotificationFailed, OrderCancelled, OrderPlaced, PriceChanged
from shipping.messages import Message
from shipping.parcels import Parcel, Parcels
from shipping.quotes import Quotes


def on_order_placed(
    body: bytes, headers: Mapping[str, str], parcels: Parcels, quotes: Quotes
) -> list[Message]:
    """Pack an order, and hand it to the carrier that takes least."""
    event = OrderPlaced.model_validate_json(body)
    if parcels.is_cancelled(event.order_id):
        return []
    parcel = parcels.find(event.order_id)
    if parcel is None:
        quote = quotes.get(sum(line.quantity for line in event.lines), event.currency)
        parcel = parcels.pack(
            Parcel(
                order_id=event.order_id,
                customer_id=event.customer_id,
                carrier=quote.carrier,
                cost_minor=quote.amount_minor,
                currency=quote.currency,
                packed_at=event.occurred_at,
            )
        )
    correlation_id = headers.get("correlation-id", str(event.order_id))
    return [messages.shipment_dispatched(parcel, correlation_id)]


def on_order_cancelled(body: bytes, parcels: Parcels) -> list[Message]:
    """Send nothing, or ask the carrier to bring it back."""
    parcels.cancel(OrderCancelled.model_validate_json(body).order_id)
    return []


def on_notification_failed(body: bytes, parcels: Parcels) -> list[Message]:
    """Have the driver call a customer who does not know that somebody comes."""
    parcels.call_ahead(NotificationFailed.model_validate_json(body).order_id)
    return []


def on_price_changed(body: bytes, quotes: Quotes) -> None:
    """Forget what was quoted by the old tariff."""
    quotes.forget(PriceChanged.model_validate_json(body).currency)
