"""
What tells one state of a database from every other, so that what was read can be used again.

Shape: whoever committed, in whatever process, the next state is another one; two that are equal
show the same rows. They are compared within one process only, and only while it has the database
open.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from typing import Any, Final, Protocol, TypeAlias

from sqlalchemy import Connection, Engine

State: TypeAlias = str

# All that a snapshot sees follows from which transactions it takes for finished. Numbers of
# transactions come again where a server was put back to an earlier moment, but not its start; and
# a standby's snapshots do not name those that are under way.
_SNAPSHOT: Final = (
    "SELECT pg_current_snapshot()::text || ' ' || pg_postmaster_start_time()::text"
    " WHERE NOT pg_is_in_recovery()"
)


class States(Protocol):
    """The states of one database; a state is none where it cannot be told from others."""

    def now(self) -> State | None:
        """The state that a transaction sees which begins now."""

    def seen(self, db: Connection) -> Callable[[], State | None]:
        """What tells, when all is read, which state a transaction saw that begins now."""

    def close(self) -> None:
        """Let go what is held."""


class OfFile:
    """
    The states of a file of SQLite.

    Shape: a connection counts the commits of all others, in this process or another, so that one
    that never writes misses none.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._watching: sqlite3.Connection | None = None

    def now(self) -> State | None:
        """The count of a connection that does nothing else."""
        with self._lock:
            watching = self._watching = self._watching or _detached(self._engine)
            rows = watching.execute("PRAGMA data_version").fetchall()
        return str(rows[0][0])

    def seen(self, db: Connection) -> Callable[[], State | None]:
        """The state before, where nothing was committed until all was read."""
        before = self.now()
        return lambda: before if before == self.now() else None

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            if self._watching is not None:
                self._watching.close()
                self._watching = None


class OfServer:
    """The states of a PostgreSQL: what a transaction sees is named by its own snapshot."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def now(self) -> State | None:
        """The snapshot of a statement on its own: one round trip."""
        with self._engine.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            return _text(alone.exec_driver_sql(_SNAPSHOT).first())

    def seen(self, db: Connection) -> Callable[[], State | None]:
        """The snapshot of a transaction, which is that of all its statements."""
        found = _text(db.exec_driver_sql(_SNAPSHOT).first())
        return lambda: found

    def close(self) -> None:
        """Nothing is held."""


def _detached(engine: Engine) -> sqlite3.Connection:
    fairy = engine.raw_connection()
    connection = fairy.driver_connection
    fairy.detach()
    assert isinstance(connection, sqlite3.Connection)
    return connection


def _text(row: Any) -> State | None:
    return None if row is None else str(row[0])
