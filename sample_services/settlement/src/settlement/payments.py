"""The payments, in SQLite: what the bank's gateway picks up."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid5

from settlement.events import SettlementRequested
from settlement.messages import RejectionReason

_TABLES = """
CREATE TABLE IF NOT EXISTS payees (
    payee TEXT PRIMARY KEY, iban TEXT NOT NULL, limit_minor INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS decisions (
    event_id TEXT PRIMARY KEY, decided_at TEXT NOT NULL, reference TEXT, reason TEXT
);
CREATE TABLE IF NOT EXISTS payments (
    event_id TEXT PRIMARY KEY, reference TEXT NOT NULL, iban TEXT NOT NULL,
    amount_minor INTEGER NOT NULL, currency TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS attempts (message_id TEXT PRIMARY KEY, count INTEGER NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Paid:
    """What was asked for is paid, under a reference that stands on the bank's statement."""

    at: datetime
    reference: str


@dataclass(frozen=True, slots=True)
class Refused:
    """What was asked for is not paid."""

    at: datetime
    reason: RejectionReason


class Payments:
    """Payees, what was decided, and payments."""

    def __init__(self, database: str) -> None:
        self._database = sqlite3.connect(database)
        self._database.executescript(_TABLES)

    def know(self, payee: str, iban: str, limit_minor: int) -> None:
        """Keep where a payee has its account, and how much it is paid at a time."""
        with self._database:
            self._database.execute(
                "INSERT OR REPLACE INTO payees VALUES (?, ?, ?)", (payee, iban, limit_minor)
            )

    def decide(self, request: SettlementRequested, now: datetime) -> Paid | Refused:
        """Pay what is asked for, or do not; what was decided of it before holds."""
        before = self._decided(request)
        if before is not None:
            return before
        payee: tuple[str, int] | None = self._database.execute(
            "SELECT iban, limit_minor FROM payees WHERE payee = ?", (request.payee,)
        ).fetchone()
        if payee is None:
            return self._refused(request, Refused(now, RejectionReason.UNKNOWN_PAYEE))
        iban, limit_minor = payee
        if request.amount_minor > limit_minor:
            return self._refused(request, Refused(now, RejectionReason.OVER_LIMIT))
        reference = f"ST-{uuid5(request.event_id, 'reference').hex[:12].upper()}"
        return self._paid(request, Paid(now, reference), iban)

    def attempted(self, message_id: str) -> int:
        """Count that a message is about to be handled: of one that is browsed IBM MQ does not."""
        with self._database:
            self._database.execute(
                "INSERT INTO attempts VALUES (?, 1)"
                " ON CONFLICT (message_id) DO UPDATE SET count = count + 1",
                (message_id,),
            )
        (count,) = self._database.execute(
            "SELECT count FROM attempts WHERE message_id = ?", (message_id,)
        ).fetchone()
        return int(count)

    def done(self, message_id: str) -> None:
        """Count no more of a message that is gone."""
        with self._database:
            self._database.execute("DELETE FROM attempts WHERE message_id = ?", (message_id,))

    def references(self) -> list[str]:
        """The references of all payments, in the order of paying."""
        rows = self._database.execute("SELECT reference FROM payments ORDER BY rowid")
        return [str(reference) for (reference,) in rows]

    def _decided(self, request: SettlementRequested) -> Paid | Refused | None:
        row: tuple[str, str | None, str] | None = self._database.execute(
            "SELECT decided_at, reference, reason FROM decisions WHERE event_id = ?",
            (str(request.event_id),),
        ).fetchone()
        if row is None:
            return None
        at, reference, reason = datetime.fromisoformat(row[0]), row[1], row[2]
        return Refused(at, RejectionReason(reason)) if reference is None else Paid(at, reference)

    def _paid(self, request: SettlementRequested, made: Paid, iban: str) -> Paid:
        event_id, amount_minor = str(request.event_id), request.amount_minor
        with self._database:
            self._database.execute(
                "INSERT INTO decisions VALUES (?, ?, ?, NULL)",
                (event_id, made.at.isoformat(), made.reference),
            )
            self._database.execute(
                "INSERT INTO payments VALUES (?, ?, ?, ?, ?)",
                (event_id, made.reference, iban, amount_minor, request.currency),
            )
        return made

    def _refused(self, request: SettlementRequested, made: Refused) -> Refused:
        with self._database:
            self._database.execute(
                "INSERT INTO decisions VALUES (?, ?, NULL, ?)",
                (str(request.event_id), made.at.isoformat(), made.reason),
            )
        return made
