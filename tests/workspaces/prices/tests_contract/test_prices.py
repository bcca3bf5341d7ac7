"""The contract of the till with prices."""

from uuid import uuid4

from harness.consumer import Consumer, Exchange, answer, message, pattern
from till.prices import Price, price

prices = Consumer("till").of("prices")
CORRELATED = {"correlation-id": pattern("[0-9a-f-]{36}", "0b6d1c1e-3f0a-4d5e-9d55-3a0f6a1e7b21")}


@prices.asks(
    "the price of a product",
    message=message("prices.asked", {"sku": "A-1"}, headers=CORRELATED),
    reply=answer(Price("A-1", 900)),
)
def test_the_price_of_a_product(exchange: Exchange) -> None:
    """The till reads the price from the reply."""
    headers = {"correlation-id": str(uuid4())}
    assert price(lambda body: exchange.ask(body, headers=headers).body, "A-1") == "A-1 9.00 on"
