"""What shipping asks pricing, and what it hears of it: tariffs that hold no longer."""

from collections.abc import Mapping
from uuid import UUID

import pytest
from shipping import handlers
from shipping.events import Currency, PriceChanged, Quote, QuoteRefused
from shipping.pricing import PricingClient
from shipping.quotes import NoQuote, QuoteRequest, Quotes

from harness.consumer import Consumer, Delivery, Exchange, Message, answer, message, pattern

pricing = Consumer("shipping").of("pricing")

EVENT_ID = UUID("1c1a8a8e-54bb-4b2c-a3c5-0b6f1d3a9e01")
CORRELATED = {"correlation-id": pattern("[0-9a-f-]{36}", "0b6d1c1e-3f0a-4d5e-9d55-3a0f6a1e7b21")}


def asked_for(weight_grams: int) -> Message:
    """A request for a quote, in euro."""
    request = QuoteRequest(weight_grams=weight_grams, currency=Currency.EUR)
    return message("price.quote", request, headers=CORRELATED)


def client(exchange: Exchange) -> PricingClient:
    """The client, with the contract in the place of its socket."""

    def carry(body: bytes, headers: Mapping[str, str]) -> bytes:
        return exchange.ask(body, channel="price.quote", headers=headers).body or b""

    return PricingClient(carry)


@pricing.asks(
    "a quote for a parcel",
    message=asked_for(3000),
    reply=answer(
        Quote(status="quoted", carrier="Swift Post", amount_minor=585, currency=Currency.EUR)
    ),
    raises=NoQuote,
)
def test_a_quote_for_a_parcel(exchange: Exchange) -> None:
    """The carrier that takes least, and what it takes."""
    quote = client(exchange).quote(QuoteRequest(weight_grams=3000, currency=Currency.EUR))
    assert quote.amount_minor >= 0


@pricing.asks(
    "a quote for a parcel that nobody takes",
    message=asked_for(900_000),
    reply=answer(
        QuoteRefused(status="refused", reason="no carrier takes this parcel in this currency")
    ),
    raises=NoQuote,
)
def test_a_quote_for_a_parcel_that_nobody_takes(exchange: Exchange) -> None:
    """Such an order is laid aside, and not tried for ever."""
    with pytest.raises(NoQuote):
        client(exchange).quote(QuoteRequest(weight_grams=900_000, currency=Currency.EUR))


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
