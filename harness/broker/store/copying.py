"""
One file that holds a whole broker, and a broker from such a file.

Shape: the file is a SQLite of the same tables, whatever database it was taken from, so that a
broker can move from one kind to the other.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import Connection, func, select, text

from harness.broker.store import audit
from harness.broker.store.audit import COMMAND_LINE, Entry
from harness.broker.store.database import Store, opened
from harness.broker.store.migrating import upgrade
from harness.broker.store.tables import METADATA
from harness.domain.errors import Misused

_AT_ONCE: Final = 500
_MAGIC: Final = b"SQLite format 3\0"


def back_up(store: Store, file: Path) -> int:
    """
    Copy all that a broker holds at one moment into a new file, while others go on working.

    Shape: how many versions it holds; the file is there whole, or not at all.
    Raises: Misused, where the file is there already, or cannot be written.
    """
    if file.exists():
        raise Misused(f"{file} is there already", hint="name a file that is not there")
    if not file.parent.is_dir():
        raise Misused(f"expected a directory for the backup, saw none at {file.parent}")
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    try:
        if store.engine.dialect.name == "sqlite":
            _snapshot(store, part)
        with closing(opened(f"sqlite:///{part}")) as made:
            if store.engine.dialect.name != "sqlite":
                upgrade(made)
                with store.reading() as source:
                    made.write(lambda db: _copied(source, db), lambda _: True)
            kept = _versions(made)
        _alone(part)
        os.replace(part, file)
    finally:
        part.unlink(missing_ok=True)
    return kept


def restore(store: Store, file: Path, now: str) -> int:
    """
    Put what a file holds into a broker that holds nothing.

    Shape: how many versions it holds; all of it, or nothing. A file of an earlier version is
    brought up to date on the way, and stays as it is. The log goes on after that of the file.
    Raises: Misused, where the file is no backup, or the broker holds something.
    """
    if not file.is_file() or file.read_bytes()[: len(_MAGIC)] != _MAGIC:
        raise Misused(f"expected a backup of a broker, saw none at {file}")
    entry = Entry(now, COMMAND_LINE, "restored", "", "", "", f"restore {file}")
    with TemporaryDirectory() as scratch:
        copy = Path(scratch) / "broker.db"
        copyfile(file, copy)
        with closing(opened(f"sqlite:///{copy}")) as given:
            upgrade(given)
            with given.reading() as source:
                store.write(lambda db: _filled(source, db, entry), lambda _: True)
            return _versions(given)


def _filled(source: Connection, target: Connection, entry: Entry) -> None:
    for table in METADATA.sorted_tables:
        if target.execute(select(table).limit(1)).first() is not None:
            said = f"expected a broker that holds nothing, saw {table.name} in it"
            raise Misused(said, hint="name a new database with --database")
    _copied(source, target)
    audit.add(target, [entry])


def _copied(source: Connection, target: Connection) -> None:
    """Copy all tables, those that are referred to before those that refer."""
    for table in METADATA.sorted_tables:
        rows = source.execute(select(table).execution_options(yield_per=_AT_ONCE))
        for part in rows.mappings().partitions():
            target.execute(table.insert(), [dict(row) for row in part])
        if target.dialect.name == "postgresql" and "id" in table.c:
            # What is made next goes after what was copied.
            last = target.execute(select(func.max(table.c.id))).scalar()
            if last is not None:
                moved = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)")
                target.execute(moved, {"name": table.name, "last": last})


def _snapshot(store: Store, file: Path) -> None:
    """SQLite's own copy of a database that is in use."""
    with (
        store.reading() as db,
        closing(sqlite3.connect(file)) as target,
    ):
        driver = db.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        db.rollback()
        driver.backup(target)


def _alone(file: Path) -> None:
    """Leave one file, on the disk, with nothing beside it."""
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
    with file.open("rb") as written:
        os.fsync(written.fileno())


def _versions(store: Store) -> int:
    with store.reading() as db:
        return db.execute(
            select(func.count()).select_from(METADATA.tables["versions"])
        ).scalar_one()
