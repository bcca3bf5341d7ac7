"""The contract of the till with prices."""

from harness.consumer import Consumer, Exchange, answer, message
from till.prices import Price, price

prices = Consumer("till").of("prices")


@prices.asks(
    "the price of a product",
    message=message("prices.asked", {"sku": "A-1"}),
    reply=answer(Price("A-1", 900)),
)
def test_the_price_of_a_product(exchange: Exchange) -> None:
    """The till reads the price from the reply."""
    assert price(lambda body: exchange.ask(body).body, "A-1") == "A-1 9.00 on"
