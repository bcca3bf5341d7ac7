"""The shop's books, in SQLite: every entry moves an amount from one account to another."""

import sqlite3
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from ledger.events import Currency

_TABLES = """
CREATE TABLE IF NOT EXISTS entries (
    event_id TEXT PRIMARY KEY, order_id TEXT NOT NULL, debit TEXT NOT NULL, credit TEXT NOT NULL,
    amount_minor INTEGER NOT NULL, currency TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS disputes (event_id TEXT PRIMARY KEY, order_id TEXT, reason TEXT);
"""


class Account(StrEnum):
    """The accounts."""

    RECEIVABLES = "receivables"
    SALES = "sales"
    CARRIAGE = "carriage"
    POSTAGE = "postage"
    PAYABLES = "payables"
    BANK = "bank"


@dataclass(frozen=True, slots=True)
class Entry:
    """An amount, in the currency's smallest unit, and the event that it was posted for."""

    event_id: UUID
    order_id: UUID
    debit: Account
    credit: Account
    amount_minor: int
    currency: Currency


class Books:
    """All entries."""

    def __init__(self, database: str) -> None:
        self._database = sqlite3.connect(database)
        self._database.executescript(_TABLES)

    def post(self, entry: Entry) -> None:
        """Keep an entry; for an event that was posted before nothing is done."""
        with self._database:
            self._database.execute(
                "INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?, ?, ?)",
                (
                    str(entry.event_id),
                    str(entry.order_id),
                    entry.debit,
                    entry.credit,
                    entry.amount_minor,
                    entry.currency,
                ),
            )

    def dispute(self, event_id: UUID, order_id: UUID, reason: str) -> None:
        """Note that somebody must look at what was not paid."""
        with self._database:
            self._database.execute(
                "INSERT OR IGNORE INTO disputes VALUES (?, ?, ?)",
                (str(event_id), str(order_id), reason),
            )

    def balance(self, account: Account, currency: Currency) -> int:
        """What was debited to an account and not credited, in the smallest unit."""
        (total,) = self._database.execute(
            "SELECT COALESCE(SUM(CASE WHEN debit = ?1 THEN amount_minor ELSE 0 END"
            " - CASE WHEN credit = ?1 THEN amount_minor ELSE 0 END), 0)"
            " FROM entries WHERE currency = ?2",
            (account, currency),
        ).fetchone()
        return int(total)

    def disputes(self) -> list[str]:
        """The reasons of what was not paid."""
        return [str(reason) for (reason,) in self._database.execute("SELECT reason FROM disputes")]
