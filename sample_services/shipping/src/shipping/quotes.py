"""What carriers take, remembered until a tariff changes."""

from collections.abc import Callable

from pydantic import BaseModel

from shipping.events import Currency, Quote

UNIT_GRAMS = 1500  # what a product is taken to weigh
VAN_MINOR = 900


class QuoteRequest(BaseModel):
    """A parcel that is to be sent."""

    weight_grams: int
    currency: Currency


class NoQuote(Exception):
    """Nobody says what a parcel costs."""


Ask = Callable[[QuoteRequest], Quote]
"""Asks pricing; raises NoQuote."""


def own_van(request: QuoteRequest) -> Quote:
    """What the shop's own van takes for any parcel, where there is no pricing to ask."""
    return Quote(
        status="quoted", carrier="Own van", amount_minor=VAN_MINOR, currency=request.currency
    )


class Quotes:
    """Asks each question once."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._known: dict[tuple[int, Currency], Quote] = {}

    def get(self, units: int, currency: Currency) -> Quote:
        """What the cheapest carrier takes for so many products, or raise NoQuote."""
        asked = (units * UNIT_GRAMS, currency)
        if asked not in self._known:
            weight_grams, _ = asked
            self._known[asked] = self._ask(
                QuoteRequest(weight_grams=weight_grams, currency=currency)
            )
        return self._known[asked]

    def forget(self, currency: Currency) -> None:
        """Ask again for everything in a currency."""
        self._known = {key: each for key, each in self._known.items() if key[1] is not currency}
