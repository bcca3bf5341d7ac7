"""The inventory, as the shop shows it."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from storefront.clients import parsing
from storefront.clients.errors import ReplyInvalid, StockNotFound
from storefront.clients.parsing import as_object, field
from storefront.clients.transport import JsonClient
from storefront.enums import StockStatus


@dataclass(frozen=True, slots=True)
class Location:
    """How many of a product one warehouse holds."""

    warehouse_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Stock:
    """How many of a product there are."""

    sku: str
    on_hand: int
    reserved: int
    available: int
    restock_at: datetime | None
    locations: list[Location]
    status: StockStatus


class InventoryClient(JsonClient):
    """Asks the inventory."""

    service = "the inventory"

    async def get_stock(self, sku: str) -> Stock:
        """What is left of a product, or StockNotFound."""
        response = await self._send("GET", f"/stock/{quote(sku, safe='')}")
        if response.status_code == 404:
            raise StockNotFound(f"no stock is kept of {sku}")
        return _stock(self._json(response))


def _stock(value: object) -> Stock:
    source = as_object(value)
    available = parsing.integer(field(source, "available"))
    return Stock(
        sku=parsing.text(field(source, "sku")),
        on_hand=parsing.integer(field(source, "on_hand")),
        reserved=parsing.integer(field(source, "reserved")),
        available=available,
        restock_at=parsing.nullable(parsing.moment, field(source, "restock_at")),
        locations=parsing.many(_location, field(source, "locations")),
        status=_status(parsing.text(field(source, "status")), available),
    )


def _status(told: str, available: int) -> StockStatus:
    """The status that is told, or for one that is new here, what the quantity says."""
    try:
        return parsing.choice(StockStatus, told)
    except ReplyInvalid:
        return StockStatus.LOW if available > 0 else StockStatus.OUT_OF_STOCK


def _location(value: object) -> Location:
    source = as_object(value)
    return Location(
        warehouse_id=parsing.integer(field(source, "warehouse_id")),
        quantity=parsing.integer(field(source, "quantity")),
    )
