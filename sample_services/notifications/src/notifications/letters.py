"""The letters to customers, in SQLite: what the mail system picks up."""

import sqlite3
from dataclasses import dataclass
from uuid import UUID

_TABLES = """
CREATE TABLE IF NOT EXISTS contacts (
    customer_id INTEGER PRIMARY KEY, address TEXT NOT NULL, opted_out INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS letters (
    event_id TEXT PRIMARY KEY, address TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class Contact:
    """How a customer is reached."""

    address: str
    opted_out: bool


class Letters:
    """Contacts and letters."""

    def __init__(self, database: str) -> None:
        self._database = sqlite3.connect(database)
        self._database.executescript(_TABLES)

    def contact(self, customer_id: int) -> Contact | None:
        """Look up how a customer is reached."""
        row: tuple[str, int] | None = self._database.execute(
            "SELECT address, opted_out FROM contacts WHERE customer_id = ?", (customer_id,)
        ).fetchone()
        return None if row is None else Contact(row[0], bool(row[1]))

    def know(self, customer_id: int, address: str, *, opted_out: bool = False) -> None:
        """Keep how a customer is reached."""
        with self._database:
            self._database.execute(
                "INSERT OR REPLACE INTO contacts VALUES (?, ?, ?)",
                (customer_id, address, opted_out),
            )

    def write(self, event_id: UUID, address: str, subject: str, text: str) -> None:
        """Write the letter that an event calls for, once."""
        with self._database:
            self._database.execute(
                "INSERT OR IGNORE INTO letters VALUES (?, ?, ?, ?)",
                (str(event_id), address, subject, text),
            )

    def subjects(self) -> list[str]:
        """The subjects of all letters, in the order of writing."""
        rows = self._database.execute("SELECT subject FROM letters ORDER BY rowid")
        return [str(subject) for (subject,) in rows]
