"""Works out stock levels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Subquery, case, func, select
from sqlalchemy.orm import Session

from inventory.models import Item, Location, Reservation
from inventory.schemas import StockStatus

LOW_BELOW = 5


@dataclass(frozen=True, slots=True)
class Level:
    """What there is of one sku."""

    sku: str
    on_hand: int
    reserved: int
    available: int
    restock_at: datetime | None
    locations: Sequence[Location]
    status: StockStatus


@dataclass(frozen=True, slots=True)
class LevelPage:
    """Some of the levels, and how many there are."""

    items: Sequence[Level]
    page: int
    page_size: int
    total: int


def level_of(session: Session, sku: str) -> Level | None:
    """The level of one sku, if the shop keeps it."""
    levels = _levels(session, Item.sku == sku)
    return levels[0] if levels else None


def page_of_levels(
    session: Session, page: int, page_size: int, status: StockStatus | None
) -> LevelPage:
    """Levels by sku, perhaps those of one status alone."""
    totals = _totals()
    chosen = select(totals.c.sku)
    if status is not None:
        chosen = chosen.where(totals.c.status == status.value)
    count = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    start = (page - 1) * page_size
    skus = session.scalars(chosen.order_by(totals.c.sku).offset(start).limit(page_size)).all()
    return LevelPage(_levels(session, Item.sku.in_(skus)), page, page_size, count)


def _totals() -> Subquery:
    """One row a sku: its sums and its status."""
    on_hand = (
        select(func.coalesce(func.sum(Location.quantity), 0))
        .where(Location.sku == Item.sku)
        .scalar_subquery()
    )
    reserved = (
        select(func.coalesce(func.sum(Reservation.quantity), 0))
        .where(Reservation.sku == Item.sku)
        .scalar_subquery()
    )
    available = on_hand - reserved
    status = case(
        (available <= 0, StockStatus.OUT_OF_STOCK.value),
        (available < LOW_BELOW, StockStatus.LOW.value),
        else_=StockStatus.IN_STOCK.value,
    )
    return select(
        Item.sku,
        Item.restock_at,
        on_hand.label("on_hand"),
        reserved.label("reserved"),
        status.label("status"),
    ).subquery()


def _levels(session: Session, condition: ColumnElement[bool]) -> list[Level]:
    """The levels of the items that meet a condition, by sku."""
    totals = _totals()
    rows = session.execute(
        select(totals).join(Item, Item.sku == totals.c.sku).where(condition).order_by(Item.sku)
    ).all()
    locations: dict[str, list[Location]] = {row.sku: [] for row in rows}
    found = select(Location).where(Location.sku.in_(locations)).order_by(Location.warehouse_id)
    for location in session.scalars(found):
        locations[location.sku].append(location)
    return [
        Level(
            sku=row.sku,
            on_hand=row.on_hand,
            reserved=row.reserved,
            available=row.on_hand - row.reserved,
            restock_at=row.restock_at,
            locations=locations[row.sku],
            status=StockStatus(row.status),
        )
        for row in rows
    ]
