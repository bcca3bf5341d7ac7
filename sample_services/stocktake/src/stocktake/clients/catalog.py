"""Asks the catalogue for prices."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import TracebackType
from typing import Self

import httpx
from msgspec import UNSET, Struct, UnsetType

from stocktake.clients.answers import NotFound, ServiceUnavailable, get


class CatalogUnavailable(Exception):
    """The catalogue cannot be reached, or answers nonsense."""


class ProductNotFound(Exception):
    """The catalogue has no product of that sku."""


class Currency(StrEnum):
    """The currencies that the shop sells in."""

    EUR = "EUR"
    GBP = "GBP"
    USD = "USD"


class Discount(Struct, frozen=True):
    """A percentage off, until a moment."""

    percent: int
    until: datetime


class Price(Struct, frozen=True):
    """What a product costs now."""

    sku: str
    amount: Decimal
    currency: Currency
    valid_from: datetime
    discount: Discount | UnsetType = UNSET


class CatalogClient:
    """A client of the catalogue's HTTP API."""

    def __init__(self, base_url: str, *, timeout_s: float = 5.0) -> None:
        self._http = httpx.Client(base_url=base_url, timeout=timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def price(self, sku: str, currency: Currency = Currency.EUR) -> Price:
        """The price of a product in a currency.

        Raises: ProductNotFound, CatalogUnavailable.
        """
        try:
            return get(self._http, f"/products/{sku}/price", {"currency": currency}, Price)
        except NotFound as error:
            raise ProductNotFound(sku) from error
        except ServiceUnavailable as error:
            raise CatalogUnavailable(str(error)) from error
