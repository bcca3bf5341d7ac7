"""The engine and its sessions."""

from functools import lru_cache

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from storefront.settings import settings


@lru_cache(maxsize=1)
def engine() -> Engine:
    """Connect lazily to the configured database."""
    url = settings().database_url
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    created = create_engine(
        url, pool_size=20, max_overflow=30, connect_args={"check_same_thread": False, "timeout": 10}
    )
    event.listen(created, "connect", _prepare_sqlite)
    return created


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Let readers and a writer work side by side."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def new_session() -> Session:
    """Open a session; used from worker threads, never from the event loop."""
    return Session(engine())
