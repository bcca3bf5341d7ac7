"""Databases, and the migrations of their tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    Boolean,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    String,
    inspect,
    select,
    text,
)

from harness.broker.store.database import Store, opened
from harness.broker.store.migrating import downgrade, revisions, upgrade
from harness.broker.store.tables import METADATA
from harness.domain.errors import Misused
from tests.broker.store.databases import KINDS, database


@pytest.fixture(params=KINDS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database without tables."""
    with database(request.param, tmp_path) as url:
        found = opened(url)
        yield found
        found.close()


def names(found: Store) -> set[str]:
    """The tables that are there, but that of the migrations."""
    return set(inspect(found.engine).get_table_names()) - {"alembic_version"}


def differences(connection: Connection) -> list[object]:
    """What a further migration would have to do."""
    context = MigrationContext.configure(connection)
    return list(compare_metadata(context, METADATA))


def test_migrations_make_the_tables_that_are_declared(empty: Store) -> None:
    """Nothing is left for another migration to do, and to migrate again does nothing."""
    upgrade(empty)
    upgrade(empty)

    with empty.reading() as db:
        assert differences(db) == []
    assert names(empty) == set(METADATA.tables)


def contents(found: Store) -> dict[str, list[dict[str, object]]]:
    """What each table holds, as the database itself describes it."""
    known = MetaData()
    with found.reading() as db:
        known.reflect(db)
        return {
            table.name: [dict(row._mapping) for row in db.execute(select(table))]
            for table in known.sorted_tables
            if table.name != "alembic_version"
        }


def fill(found: Store) -> None:
    """Put a row into each table that is there: what can be a number is 1."""

    def work(db: Connection) -> bool:
        known = MetaData()
        known.reflect(db)
        for table in known.sorted_tables:
            if table.name == "alembic_version":
                continue
            usual = {Integer: 1, Boolean: True, LargeBinary: b"x", String: "x"}
            db.execute(
                table.insert().values(
                    {
                        column.name: next(
                            value for kind, value in usual.items() if isinstance(column.type, kind)
                        )
                        for column in table.columns
                    }
                )
            )
        return True

    found.write(work, bool)


def test_migrations_go_up_and_down_and_keep_what_is_there(empty: Store) -> None:
    """From each revision up to the last, and step by step back again."""
    for number, revision in enumerate(revisions(), 1):
        upgrade(empty, revision)
        fill(empty)
        before = contents(empty)
        assert all(before.values())

        upgrade(empty)
        after = contents(empty)
        for table, (row,) in before.items():
            assert row.items() <= after[table][0].items()
        for _ in revisions()[number:]:
            downgrade(empty, "-1")
        assert contents(empty) == before
        downgrade(empty)
        assert names(empty) == set()


def test_a_later_database_is_refused(empty: Store) -> None:
    """What a later version made is not touched."""
    upgrade(empty)
    empty.write(lambda db: db.execute(text("UPDATE alembic_version SET version_num = '9'")), bool)

    with pytest.raises(Misused, match="revision 9, which this version does not know"):
        upgrade(empty)


@pytest.mark.parametrize("url", ["nothing", "mysql://a:secret@b/c", "sqlite://"])
def test_what_is_no_database_is_refused(url: str) -> None:
    """An address that leads to none is told in a sentence that shows no password."""
    with pytest.raises(Misused, match="expected") as refused:
        opened(url)

    assert "secret" not in refused.value.message


def test_a_database_that_is_not_there_is_told_in_a_sentence() -> None:
    """Nobody listens at port 9."""
    nobody = opened("postgresql://me:secret@127.0.0.1:9/nothing")

    with pytest.raises(Misused, match="cannot be used") as refused:
        upgrade(nobody)
    assert "secret" not in refused.value.message


def test_what_is_not_kept_is_taken_back(empty: Store) -> None:
    """A transaction whose outcome is refused, or that raises, leaves nothing behind."""
    empty.write(lambda db: db.execute(text("CREATE TABLE things (name TEXT)")), lambda _: True)

    def put(db: Connection) -> bool:
        db.execute(text("INSERT INTO things VALUES ('x')"))
        return False

    def stumble(db: Connection) -> bool:
        put(db)
        raise ZeroDivisionError

    empty.write(put, bool)
    with pytest.raises(ZeroDivisionError):
        empty.write(stumble, bool)

    with empty.reading() as db:
        assert db.execute(text("SELECT count(*) FROM things")).scalar() == 0


def test_a_file_is_durable(tmp_path: Path) -> None:
    """SQLite writes ahead, waits for the disk, and holds references."""
    found = opened(f"sqlite:///{tmp_path}/a/broker.db")

    with found.reading() as db:
        told = [
            db.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert told == ["wal", 2, 1]
    found.close()
