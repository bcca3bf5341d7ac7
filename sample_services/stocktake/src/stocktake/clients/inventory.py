"""Asks the inventory what runs low."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from types import TracebackType
from typing import Self

import httpx
from msgspec import Struct

from stocktake.clients.answers import NotFound, ServiceUnavailable, get


class InventoryUnavailable(Exception):
    """The inventory cannot be reached, or answers nonsense."""


class StockStatus(StrEnum):
    """Whether something can be sold now."""

    IN_STOCK = "in_stock"
    LOW = "low"
    OUT_OF_STOCK = "out_of_stock"


class Location(Struct, frozen=True):
    """How much lies in one warehouse."""

    warehouse_id: int
    quantity: int


class StockLevel(Struct, frozen=True):
    """What there is of one sku."""

    sku: str
    on_hand: int
    reserved: int
    available: int
    restock_at: datetime | None
    locations: list[Location]
    status: StockStatus


class StockPage(Struct, frozen=True):
    """One page of stock levels."""

    items: list[StockLevel]
    page: int
    page_size: int
    total: int


class InventoryClient:
    """A client of the inventory's HTTP API."""

    def __init__(self, base_url: str, *, page_size: int = 50, timeout_s: float = 5.0) -> None:
        self._http = httpx.Client(base_url=base_url, timeout=timeout_s)
        self._page_size = page_size

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

    def page(self, status: StockStatus, page: int = 1) -> StockPage:
        """One page of the levels of a status.

        Raises: InventoryUnavailable.
        """
        params = {"status": str(status), "page": str(page), "page_size": str(self._page_size)}
        try:
            return get(self._http, "/stock", params, StockPage)
        except (NotFound, ServiceUnavailable) as error:
            raise InventoryUnavailable(str(error)) from error

    def levels(self, status: StockStatus) -> Iterator[StockLevel]:
        """All levels of a status, page after page.

        Raises: InventoryUnavailable.
        """
        number = 1
        while True:
            page = self.page(status, number)
            yield from page.items
            if not page.items or page.page * page.page_size >= page.total:
                return
            number += 1
