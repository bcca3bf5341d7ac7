"""What all questions to the tables are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import BindParameter, Column, Connection, Select, Table, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

MAX_PAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list; `number` begins at 1."""

    number: int
    size: int

    @property
    def skipped(self) -> int:
        """How many entries stand before it."""
        return (self.number - 1) * self.size


def columns(table: Table, *names: str) -> tuple[Column[Any], ...]:
    """Columns by name."""
    return tuple(table.c[name] for name in names)


def given(name: str) -> BindParameter[Any]:
    """A list of values that is handed in when a statement runs."""
    return bindparam(name, expanding=True)


def insert_once(db: Connection, table: Table, values: Mapping[str, object]) -> int | None:
    """Insert a row unless its like is there; its identifier where it is new, or nothing."""
    found: int | None = db.execute(_insertion(table, db.dialect.name), values).scalar()
    return found


def insertion(dialect: str) -> Callable[[Table], sqlite.Insert | postgresql.Insert]:
    """What makes an insertion of a database that may meet a like row."""
    return sqlite.insert if dialect == "sqlite" else postgresql.insert


@cache
def _insertion(table: Table, dialect: str) -> ReturningInsert[Any]:
    key = table.c.id if "id" in table.c else next(iter(table.primary_key.columns))
    return insertion(dialect)(table).on_conflict_do_nothing().returning(key)


def paged(statement: Select[Any], page: Page | None) -> Select[Any]:
    """A part of what a statement gives."""
    if page is None:
        return statement
    return statement.limit(page.size).offset(page.skipped)


def count(db: Connection, statement: Select[Any]) -> int:
    """How many rows a statement gives."""
    return db.execute(select(func.count()).select_from(statement.subquery())).scalar() or 0
