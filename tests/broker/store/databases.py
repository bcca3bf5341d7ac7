"""Databases for tests: a file of SQLite, and a schema of one's own in PostgreSQL."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from harness.broker.store.database import Store, opened
from harness.broker.store.migrating import upgrade
from harness.broker.store.tables import METADATA

KINDS = ("sqlite", "postgresql")
SERVER = os.environ.get("HARNESS_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")


def in_a_quiet_moment(holds: Callable[[], bool]) -> bool:
    """Whether something holds while nobody else commits: others use the same server meanwhile."""
    return any(holds() for _ in range(200))


def is_answering(host: str = "127.0.0.1", port: int = 5432) -> bool:
    """Whether something listens there."""
    with socket.socket() as asking:
        asking.settimeout(1)
        return asking.connect_ex((host, port)) == 0


@contextmanager
def database(kind: str, directory: Path, *, is_durable: bool = False) -> Iterator[str]:
    """
    The URL of an empty database, which is gone afterwards.

    Shape: what a test keeps need not survive the machine, unless it `is_durable`.
    """
    if kind == "sqlite":
        yield f"sqlite:///{directory / 'broker.db'}"
        return
    if "HARNESS_TEST_POSTGRES" not in os.environ and not is_answering():
        if os.environ.get("HARNESS_REQUIRE_SERVICES"):
            pytest.fail("no PostgreSQL answers at 127.0.0.1:5432")
        pytest.skip("no PostgreSQL answers at 127.0.0.1:5432, and HARNESS_TEST_POSTGRES is unset")
    schema = f"harness_{uuid4().hex[:12]}"
    _run("CREATE SCHEMA {}", schema)
    try:
        waits = "on" if is_durable else "off"
        options = quote(f"-csearch_path={schema} -csynchronous_commit={waits}")
        yield f"{SERVER}?options={options}"
    finally:
        _run("DROP SCHEMA {} CASCADE", schema)


def _run(deed: LiteralString, schema: str) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(sql.SQL(deed).format(sql.Identifier(schema)))


@contextmanager
def migrated(kind: str, directory: Path) -> Iterator[str]:
    """The URL of a database with its tables, to be used again and again by `fresh`."""
    with database(kind, directory) as url:
        made = opened(url)
        try:
            upgrade(made)
        finally:
            made.close()
        yield url


@contextmanager
def fresh(url: str, directory: Path) -> Iterator[Store]:
    """A database with empty tables, open: a copy of a file, or a schema that is emptied."""
    if url.startswith("sqlite"):
        copy = directory / "broker.db"
        shutil.copy(url.removeprefix("sqlite:///"), copy)
        url = f"sqlite:///{copy}"
    found = opened(url)
    try:
        if found.engine.dialect.name == "postgresql":
            names = ", ".join(METADATA.tables)
            found.write(
                lambda db: db.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE")),
                lambda _: True,
            )
        yield found
    finally:
        found.close()
