"""What all questions to the tables are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, Connection, Select, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite

MAX_PAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list; `number` begins at 1."""

    number: int
    size: int


def columns(table: Table, *names: str) -> tuple[Column[Any], ...]:
    """Columns by name."""
    return tuple(table.c[name] for name in names)


def insert_once(db: Connection, table: Table, values: Mapping[str, object]) -> int | None:
    """Insert a row unless its like is there; its identifier where it is new, or nothing."""
    make = sqlite.insert if db.dialect.name == "sqlite" else postgresql.insert
    statement = make(table).values(values).on_conflict_do_nothing()
    key = table.c.id if "id" in table.c else next(iter(table.primary_key.columns))
    found: int | None = db.execute(statement.returning(key)).scalar()
    return found


def paged(statement: Select[Any], page: Page | None) -> Select[Any]:
    """A part of what a statement gives."""
    if page is None:
        return statement
    return statement.limit(page.size).offset((page.number - 1) * page.size)


def count(db: Connection, statement: Select[Any]) -> int:
    """How many rows a statement gives."""
    return db.execute(select(func.count()).select_from(statement.subquery())).scalar() or 0
