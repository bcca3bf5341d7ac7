"""Puts the inventory into the states that its consumers' contracts name."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import delete, inspect, text
from sqlalchemy.orm import Session

from inventory.database import sessions
from inventory.models import Base, Item, Location, Reservation, Warehouse
from inventory.stock import LOW_BELOW

OPENING_DAY = datetime(2024, 3, 1, 9, 30, tzinfo=UTC)
MAIN_WAREHOUSE_ID = 1
AN_ORDER_ID = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


def reset() -> None:
    """Empty the inventory."""
    with sessions.begin() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(delete(table))
        if inspect(session.connection()).has_table("sqlite_sequence"):
            session.execute(text("DELETE FROM sqlite_sequence"))


def a_warehouse_exists(id: int, name: str | None = None, city: str | None = "Rotterdam") -> None:
    """An empty warehouse of that number."""
    with sessions.begin() as session:
        session.execute(delete(Location).where(Location.warehouse_id == id))
        session.merge(_warehouse(id, name, city))


def no_warehouse_exists(id: int) -> None:
    """There is no warehouse of that number."""
    with sessions.begin() as session:
        session.execute(delete(Location).where(Location.warehouse_id == id))
        session.execute(delete(Warehouse).where(Warehouse.id == id))


def warehouses_exist(count: int = 2) -> None:
    """Warehouses numbered 1, 2 ..., the first without a city."""
    for number in range(1, count + 1):
        a_warehouse_exists(number, city="Rotterdam" if number > 1 else None)


def a_sku_exists(
    sku: str,
    on_hand: int = 10,
    warehouse_id: int = MAIN_WAREHOUSE_ID,
    restock_at: str | None = None,
) -> None:
    """That much of a sku lies in one warehouse, and nothing of it is reserved."""
    with sessions.begin() as session:
        _forget(session, sku)
        moment = datetime.fromisoformat(restock_at) if restock_at else None
        session.add(Item(sku=sku, restock_at=moment))
        if session.get(Warehouse, warehouse_id) is None:
            session.add(_warehouse(warehouse_id))
        session.flush()
        if on_hand:
            session.add(Location(sku=sku, warehouse_id=warehouse_id, quantity=on_hand))


def no_sku_exists(sku: str) -> None:
    """The shop does not keep the sku."""
    with sessions.begin() as session:
        _forget(session, sku)


def a_sku_is_low(sku: str, on_hand: int = LOW_BELOW - 1) -> None:
    """Little of the sku is left."""
    a_sku_exists(sku, on_hand)


def a_sku_is_out_of_stock(sku: str) -> None:
    """Nothing of the sku is left, and none is awaited."""
    a_sku_exists(sku, on_hand=0)


def a_sku_awaits_restocking(
    sku: str, restock_at: str = "2031-05-01T06:00:00+00:00", on_hand: int = 0
) -> None:
    """More of the sku comes at a moment."""
    a_sku_exists(sku, on_hand, restock_at=restock_at)


def a_reservation_exists(
    id: str, sku: str, quantity: int = 1, order_id: str = AN_ORDER_ID, on_hand: int = 10
) -> None:
    """A quantity of a sku is set aside for an order."""
    a_sku_exists(sku, on_hand)
    with sessions.begin() as session:
        session.merge(
            Reservation(
                id=UUID(id),
                sku=sku,
                quantity=quantity,
                order_id=UUID(order_id),
                created_at=OPENING_DAY,
            )
        )


def no_reservation_exists(id: str) -> None:
    """There is no reservation of that id."""
    with sessions.begin() as session:
        session.execute(delete(Reservation).where(Reservation.id == UUID(id)))


def stock_is_empty() -> None:
    """The shop keeps nothing."""
    with sessions.begin() as session:
        for model in (Reservation, Location, Item):
            session.execute(delete(model))


def _warehouse(id: int, name: str | None = None, city: str | None = "Rotterdam") -> Warehouse:
    """A warehouse of that number."""
    return Warehouse(id=id, name=name or f"Warehouse {id}", city=city, created_at=OPENING_DAY)


def _forget(session: Session, sku: str) -> None:
    """Remove all that is known of a sku."""
    for model in (Reservation, Location, Item):
        session.execute(delete(model).where(model.sku == sku))


STATES: Mapping[str, Callable[..., None]] = {
    "a warehouse exists": a_warehouse_exists,
    "no warehouse exists": no_warehouse_exists,
    "warehouses exist": warehouses_exist,
    "a sku exists": a_sku_exists,
    "no sku exists": no_sku_exists,
    "a sku is low": a_sku_is_low,
    "a sku is out of stock": a_sku_is_out_of_stock,
    "a sku awaits restocking": a_sku_awaits_restocking,
    "a reservation exists": a_reservation_exists,
    "no reservation exists": no_reservation_exists,
    "nothing is in stock": stock_is_empty,
}
