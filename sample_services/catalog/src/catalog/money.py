"""Currencies and the conversion between them."""

from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum


class Currency(StrEnum):
    """The currencies that the shop sells in."""

    EUR = "EUR"
    GBP = "GBP"
    USD = "USD"


CENT = Decimal("0.01")
PER_EURO = {
    Currency.EUR: Decimal("1"),
    Currency.GBP: Decimal("0.86"),
    Currency.USD: Decimal("1.09"),
}


def convert(amount: Decimal, source: Currency, target: Currency) -> Decimal:
    """The amount in another currency, rounded to its cent."""
    return (amount / PER_EURO[source] * PER_EURO[target]).quantize(CENT, ROUND_HALF_EVEN)
