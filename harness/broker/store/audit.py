"""Who did what, in the order in which it was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, select

from harness.broker.store import tables
from harness.broker.store.statements import columns

TABLE: Final = tables.audit
COMMAND_LINE: Final = "command line"
"""Who did what was done by whoever can reach the database itself."""

_COLUMNS: Final = columns(
    TABLE, *("at", "who", "deed", "pacticipant", "version", "environment", "request")
)

# Nobody asks for the row's number.
_ADD: Final = TABLE.insert().inline()


@dataclass(frozen=True, slots=True)
class Entry:
    """
    A deed.

    Shape: `request` is the method and the path as they came, or the command; what a deed is not
    about is empty.
    """

    at: str
    who: str
    deed: str
    pacticipant: str
    version: str
    environment: str
    request: str


def add(db: Connection, entries: Sequence[Entry]) -> None:
    """Write deeds down, in the transaction in which they are done."""
    rows = [{name.name: getattr(each, name.name) or None for name in _COLUMNS} for each in entries]
    db.execute(_ADD, rows)


def newest(db: Connection, limit: int, *where: ColumnElement[bool]) -> list[Entry]:
    """The newest deeds, the oldest of them first."""
    rows = db.execute(select(*_COLUMNS).where(*where).order_by(TABLE.c.id.desc()).limit(limit))
    return [Entry(*(each or "" for each in row)) for row in reversed(rows.all())]
