"""The accounts, in SQLite."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypedDict

_TABLE = "CREATE TABLE IF NOT EXISTS account (number INTEGER PRIMARY KEY, name TEXT, email TEXT)"


class Account(TypedDict):
    id: str
    name: str
    email: str | None


@contextmanager
def _database() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(os.environ.get("ACCOUNTS_DB", "accounts.db"))
    try:
        with connection:
            connection.execute(_TABLE)
            yield connection
    finally:
        connection.close()


def add(name: str, email: str | None, number: int | None = None) -> Account:
    with _database() as database:
        cursor = database.execute(
            "INSERT OR REPLACE INTO account VALUES (?, ?, ?)", (number, name, email)
        )
        return {"id": f"A{cursor.lastrowid:04}", "name": name, "email": email}


def find(account_id: str) -> Account | None:
    with _database() as database:
        row: tuple[str, str | None] | None = database.execute(
            "SELECT name, email FROM account WHERE number = ?", (int(account_id[1:]),)
        ).fetchone()
    return {"id": account_id, "name": row[0], "email": row[1]} if row else None


def remove(account_id: str) -> None:
    with _database() as database:
        database.execute("DELETE FROM account WHERE number = ?", (int(account_id[1:]),))


def clear() -> None:
    with _database() as database:
        database.execute("DELETE FROM account")
