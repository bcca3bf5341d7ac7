"""The parcels of the shop, in SQLite."""

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from shipping.events import Currency

_TABLES = """
CREATE TABLE IF NOT EXISTS parcels (
    order_id TEXT PRIMARY KEY, customer_id INTEGER NOT NULL, carrier TEXT NOT NULL,
    tracking_code TEXT NOT NULL, cost_minor INTEGER NOT NULL, currency TEXT NOT NULL,
    packed_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS cancelled (order_id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS call_ahead (order_id TEXT PRIMARY KEY);
"""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One parcel of one order, with a carrier; the cost is in the currency's smallest unit."""

    order_id: UUID
    customer_id: int
    carrier: str
    cost_minor: int
    currency: Currency
    packed_at: datetime
    tracking_code: str = ""


class Parcels:
    """What is packed, and what is known of orders beside it."""

    def __init__(self, database: str) -> None:
        self._database = sqlite3.connect(database)
        self._database.executescript(_TABLES)

    def find(self, order_id: UUID) -> Parcel | None:
        """The parcel of an order."""
        row: tuple[str, int, str, int, str, str, str] | None = self._database.execute(
            "SELECT order_id, customer_id, carrier, cost_minor, currency, packed_at, tracking_code"
            " FROM parcels WHERE order_id = ?",
            (str(order_id),),
        ).fetchone()
        if row is None:
            return None
        order, customer_id, carrier, cost_minor, currency, packed_at, code = row
        packed = datetime.fromisoformat(packed_at)
        return Parcel(
            UUID(order), customer_id, carrier, cost_minor, Currency(currency), packed, code
        )

    def count(self) -> int:
        """How many are packed."""
        (count,) = self._database.execute("SELECT COUNT(*) FROM parcels").fetchone()
        return int(count)

    def pack(self, parcel: Parcel) -> Parcel:
        """Keep a parcel, under the next tracking code."""
        with self._database:
            coded = replace(parcel, tracking_code=f"SH{self.count() + 1:09}")
            self._database.execute(
                "INSERT INTO parcels (order_id, customer_id, carrier, cost_minor, currency,"
                " packed_at, tracking_code) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    str(coded.order_id),
                    coded.customer_id,
                    coded.carrier,
                    coded.cost_minor,
                    coded.currency,
                    coded.packed_at.isoformat(),
                    coded.tracking_code,
                ),
            )
        return coded

    def cancel(self, order_id: UUID) -> None:
        """Note that nothing is to be sent; a parcel that is gone is asked back by its carrier."""
        self._note("cancelled", order_id)

    def is_cancelled(self, order_id: UUID) -> bool:
        """Whether nothing is to be sent."""
        return self._is_noted("cancelled", order_id)

    def call_ahead(self, order_id: UUID) -> None:
        """Note that the driver must call, since the customer could not be told."""
        self._note("call_ahead", order_id)

    def is_called_ahead(self, order_id: UUID) -> bool:
        """Whether the driver must call."""
        return self._is_noted("call_ahead", order_id)

    def _note(self, table: str, order_id: UUID) -> None:
        with self._database:
            self._database.execute(f"INSERT OR IGNORE INTO {table} VALUES (?)", (str(order_id),))

    def _is_noted(self, table: str, order_id: UUID) -> bool:
        found = self._database.execute(
            f"SELECT 1 FROM {table} WHERE order_id = ?", (str(order_id),)
        ).fetchone()
        return found is not None
