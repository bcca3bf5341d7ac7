"""Operations on stock levels."""

from datetime import UTC, datetime
from typing import Any

from apiflask import APIBlueprint, abort
from sqlalchemy.orm import Session

from inventory.clients.catalog import CatalogClient, CatalogUnavailable, Product, ProductNotFound
from inventory.database import sessions
from inventory.models import Item, Location, Warehouse
from inventory.schemas import StockChange, StockLevel, StockPage, StockQuery, StockStatus
from inventory.settings import catalog_url
from inventory.stock import Level, LevelPage, level_of, page_of_levels

stock = APIBlueprint("stock", __name__)


@stock.get("/stock")
@stock.input(StockQuery, location="query")
@stock.output(StockPage)
@stock.doc(operation_id="list_stock")
def list_stock(query_data: dict[str, Any]) -> LevelPage:
    """List stock levels by sku, one page at a time."""
    status = StockStatus(query_data["status"]) if "status" in query_data else None
    with sessions.begin() as session:
        return page_of_levels(session, query_data["page"], query_data["page_size"], status)


@stock.get("/stock/<sku:sku>")
@stock.output(StockLevel)
@stock.doc(operation_id="get_stock")
def get_stock(sku: str) -> Level:
    """Show the stock level of one sku."""
    with sessions.begin() as session:
        return level_of(session, sku) or abort(404, "The shop does not keep this sku.")


@stock.put("/stock/<sku:sku>")
@stock.input(StockChange)
@stock.output(StockLevel)
@stock.doc(
    operation_id="set_stock",
    responses={
        400: "Bad request",
        409: "Conflict",
        415: "Not JSON",
        502: "The catalogue does not answer",
    },
)
def set_stock(sku: str, json_data: dict[str, Any]) -> Level:
    """Set how much of a sku lies in a warehouse; a new sku must be in the catalogue."""
    with sessions.begin() as session:
        known = session.get(Item, sku) is not None
    product = None if known else product_to_keep(sku)
    with sessions.begin() as session:
        item = session.get(Item, sku)
        if item is None:
            item = Item(sku=sku, restock_at=product and release_of(product))
            session.add(item)
            session.flush()
        if "restock_at" in json_data:
            item.restock_at = json_data["restock_at"]
        put_in_place(session, sku, json_data["warehouse_id"], json_data["quantity"])
        level = level_of(session, sku)
        if level is None or level.available < 0:
            abort(409, "More than that is reserved.")
        return level


def product_to_keep(sku: str) -> Product:
    """The catalogue's product, unless it is not to be kept."""
    try:
        product = CatalogClient(catalog_url()).product(sku)
    except ProductNotFound:
        abort(404, "The catalogue has no such product.")
    except CatalogUnavailable:
        abort(502, "The catalogue does not answer.")
    if product["status"] == "discontinued":
        abort(409, "The product is discontinued.")
    return product


def release_of(product: Product) -> datetime | None:
    """When a preorder comes out."""
    release_date = product.get("release_date")
    return (
        None if release_date is None else datetime.fromisoformat(release_date).replace(tzinfo=UTC)
    )


def put_in_place(session: Session, sku: str, warehouse_id: int, quantity: int) -> None:
    """Keep that quantity in that warehouse; none leaves no trace."""
    if session.get(Warehouse, warehouse_id) is None:
        abort(409, "There is no such warehouse.")
    location = session.get(Location, (sku, warehouse_id))
    if quantity == 0:
        if location is not None:
            session.delete(location)
    elif location is None:
        session.add(Location(sku=sku, warehouse_id=warehouse_id, quantity=quantity))
    else:
        location.quantity = quantity
    session.flush()
