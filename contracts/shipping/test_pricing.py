"""What shipping hears of pricing: tariffs that hold no longer."""

from uuid import UUID

from shipping import handlers
from shipping.events import Currency, PriceChanged, Quote
from shipping.quotes import QuoteRequest, Quotes

from harness.consumer import Consumer, Delivery, message

pricing = Consumer("shipping").of("pricing")

EVENT_ID = UUID("1c1a8a8e-54bb-4b2c-a3c5-0b6f1d3a9e01")


class Asked:
    """Pricing, and how often it was asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, request: QuoteRequest) -> Quote:
        """Quote the same for everything."""
        self.times += 1
        return Quote(
            status="quoted", carrier="Swift Post", amount_minor=585, currency=request.currency
        )


@pricing.receives(
    "a price has changed",
    message=message(
        "price.changed",
        PriceChanged(event_id=EVENT_ID, carrier="Swift Post", currency=Currency.EUR),
    ),
    idempotent=True,
)
def test_a_price_has_changed(delivery: Delivery) -> None:
    """What was quoted in that currency is asked again, and what in another is not."""
    asked = Asked()
    quotes = Quotes(asked)
    for currency in Currency:
        quotes.get(2, currency)
    handlers.on_price_changed(delivery.body or b"", quotes)
    for currency in Currency:
        quotes.get(2, currency)
    assert asked.times == len(Currency) + 1
