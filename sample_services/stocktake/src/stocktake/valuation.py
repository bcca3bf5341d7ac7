"""Works out what stock is worth."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal

from msgspec import UNSET

from stocktake.clients.catalog import CatalogClient, Currency, Price, ProductNotFound
from stocktake.clients.inventory import StockLevel

CENT = Decimal("0.01")
PER_CENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class Line:
    """What there is of one sku, and its worth where the catalogue still prices it."""

    sku: str
    on_hand: int
    restock_at: datetime | None
    worth: Decimal | None


def unit_price(price: Price) -> Decimal:
    """The price of one piece, less the discount that runs."""
    if price.discount is UNSET:
        return price.amount
    left = (PER_CENT - price.discount.percent) / PER_CENT
    return (price.amount * left).quantize(CENT, ROUND_HALF_EVEN)


def value(levels: Iterable[StockLevel], catalog: CatalogClient, currency: Currency) -> list[Line]:
    """A line for each level."""
    return [
        Line(level.sku, level.on_hand, level.restock_at, worth(level, catalog, currency))
        for level in levels
    ]


def worth(level: StockLevel, catalog: CatalogClient, currency: Currency) -> Decimal | None:
    """What is on hand of a sku, at its price; None without a price."""
    try:
        return unit_price(catalog.price(level.sku, currency)) * level.on_hand
    except ProductNotFound:
        return None
