"""
A database, and transactions on it.

Shape: a file of SQLite or a PostgreSQL by URL; what a write transaction changed is on the disk
when it has ended.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, IntegrityError
from sqlalchemy.pool import ConnectionPoolEntry

from harness.broker.store.grouping import Writers
from harness.broker.store.states import OfFile, OfServer, State, States
from harness.domain.errors import Misused

T = TypeVar("T")

POOL_SIZE: Final = 16
_READING: Final[Mapping[str, Any]] = {
    "isolation_level": "REPEATABLE READ",
    "postgresql_readonly": True,
}
_BUSY_MS: Final = 30_000
_TRIES: Final = 8
_RESTED_S: Final = 1.0
_CACHE_KIB: Final = 16 * 1024
# PostgreSQL's words for "another transaction was faster": serialization failure, deadlock.
_CONTENDED: Final = frozenset({"40001", "40P01"})
_URL_HINT: Final = "such as sqlite:///broker.db or postgresql://user@host/name"


class Store:
    """
    A database that is open.

    Shape: one writer at a time where the database is a file, as SQLite has it; waiting for each
    other in this process keeps writers in order, where the file's own lock would let one starve.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._is_file = engine.dialect.name == "sqlite"
        self._done = Writers(engine).done if self._is_file else self._written
        self._states: States = OfFile(engine) if self._is_file else OfServer(engine)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database, and changes nothing."""
        with self.engine.connect() as connection:
            if self._is_file:
                yield connection
                connection.rollback()
            else:
                connection.execution_options(**_READING)
                yield connection
                # There is nothing to take back, and at a rollback psycopg forgets all the
                # statements that it has prepared.
                connection.commit()

    @contextmanager
    def watched(self) -> Iterator[tuple[Connection, Callable[[], State | None]]]:
        """The same, with what tells which state it was when all is read."""
        with self.reading() as connection:
            yield connection, self._states.seen(connection)

    def state(self) -> State | None:
        """What tells the state of the database now from others, where that can be told."""
        return self._states.now()

    def write(self, work: Callable[[Connection], T], keeps: Callable[[T], bool]) -> T:
        """
        Do work in one transaction, again from the start where another was faster.

        Shape: what `keeps` is false for is taken back.
        """
        for _ in range(_TRIES - 1):
            try:
                return self._done(work, keeps)
            except DBAPIError as error:
                if not _is_contended(error):
                    raise
        return self._done(work, keeps)

    def _written(self, work: Callable[[Connection], T], keeps: Callable[[T], bool]) -> T:
        with self.engine.connect() as connection:
            given = work(connection)
            if keeps(given):
                connection.commit()
            else:
                connection.rollback()
            return given

    def close(self) -> None:
        """Let connections go."""
        self._states.close()
        self.engine.dispose()


def opened(url: str) -> Store:
    """
    Open a database.

    Raises: Misused, for what is no address of one.
    """
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        return Store(_file(address))
    return Store(_server(address))


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        raise Misused(f"expected the URL of a database, {_URL_HINT}, saw {url}") from None
    if address.get_backend_name() == "postgresql":
        return address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() != "sqlite" or not address.database:
        shown = address.render_as_string(hide_password=True)
        raise Misused(f"expected a file of SQLite or a PostgreSQL, {_URL_HINT}, saw {shown}")
    return address


def _server(address: URL) -> Engine:
    engine = _engine(address)

    @event.listens_for(engine, "checkin")
    def rest(_connection: object, entry: ConnectionPoolEntry) -> None:
        entry.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def wake(connection: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: object) -> None:
        # A connection may have died while nobody used it; to ask each time costs a round trip.
        if time.monotonic() - entry.info.get("rests_since", math.inf) < _RESTED_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error

    return engine


def _engine(address: URL) -> Engine:
    # What a statement holds may be secret, and stays out of logs when it fails.
    return create_engine(address, pool_size=POOL_SIZE, max_overflow=POOL_SIZE, hide_parameters=True)


def _file(address: URL) -> Engine:
    Path(address.database or "").absolute().parent.mkdir(parents=True, exist_ok=True)
    engine = _engine(address)

    @event.listens_for(engine, "connect")
    def prepare(connection: object, _entry: ConnectionPoolEntry) -> None:
        _prepare(connection)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later could be refused in the middle.
        is_writing = connection.get_execution_options().get("is_writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")

    return engine


def _prepare(connection: object) -> None:
    import sqlite3

    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None  # transactions are begun above, not guessed by the driver
    for pragma in (
        f"busy_timeout = {_BUSY_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"cache_size = -{_CACHE_KIB}",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _is_contended(error: DBAPIError) -> bool:
    if isinstance(error, IntegrityError):
        return True
    return getattr(error.orig, "sqlstate", None) in _CONTENDED
