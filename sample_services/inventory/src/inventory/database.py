"""The engine and its sessions."""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session, sessionmaker

from inventory.settings import database_url

BUSY_TIMEOUT_S = 20


def make_engine(url: str) -> Engine:
    """An engine whose SQLite connections wait for each other instead of failing."""
    if not url.startswith("sqlite"):
        return create_engine(url)
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S})

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, record: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads and then writes must not find the lock taken half way.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


engine = make_engine(database_url())
sessions: sessionmaker[Session] = sessionmaker(engine, expire_on_commit=False)
