"""What the tables are made of: kinds of columns, and what holds for rows."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Unstorable(ValueError):
    """A text that not every database can keep."""


class Words(TypeDecorator[str]):
    """Text from outside: neither NUL nor half a surrogate pair, which no database keeps."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Refuse what cannot be kept, on every database alike."""
        if value is None or (value.isascii() and "\0" not in value):
            return value
        if "\0" in value or any("\ud800" <= each <= "\udfff" for each in value):
            raise Unstorable("a text holds a character that cannot be kept: NUL or a surrogate")
        return value


def identity() -> Column[int]:
    """The identifier of a row, which only grows."""
    return Column("id", Integer, primary_key=True, autoincrement=True)


def reference(name: str, target: Table, **more: Any) -> Column[int]:
    """A reference that goes with what it refers to."""
    key = ForeignKey(target.c.id, ondelete="CASCADE")
    return Column(name, Integer, key, nullable=more.pop("nullable", False), **more)


def moment(name: str, *, nullable: bool = False) -> Column[str]:
    """A moment, as text."""
    return Column(name, String(32), nullable=nullable)


def only_one(name: str, *columns: Column[Any], where: str) -> Index:
    """That of rows that meet a condition there is one at most."""
    condition = text(where)
    return Index(name, *columns, unique=True, sqlite_where=condition, postgresql_where=condition)
