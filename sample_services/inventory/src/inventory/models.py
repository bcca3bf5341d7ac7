"""What the inventory keeps."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import DateTime, Dialect, ForeignKey, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept without its zone as UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Drop the zone after turning to UTC."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """The base of the tables."""


class Warehouse(Base):
    """A place where stock lies."""

    __tablename__ = "warehouse"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    city: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Item(Base):
    """A product that the shop keeps, or kept."""

    __tablename__ = "item"

    sku: Mapped[str] = mapped_column(String(32), primary_key=True)
    restock_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Location(Base):
    """How much of an item lies in a warehouse."""

    __tablename__ = "location"

    sku: Mapped[str] = mapped_column(ForeignKey("item.sku"), primary_key=True)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"), primary_key=True)
    quantity: Mapped[int]


class Reservation(Base):
    """A quantity set aside for an order."""

    __tablename__ = "reservation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    sku: Mapped[str] = mapped_column(ForeignKey("item.sku"), index=True)
    quantity: Mapped[int]
    order_id: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
