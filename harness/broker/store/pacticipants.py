"""Pacticipants and their labels."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from sqlalchemy import Connection, bindparam, delete, exists, select, update

from harness.broker.semantics.rows import Pacticipant
from harness.broker.store import tables
from harness.broker.store.statements import Page, columns, count, given, insert_once, paged

_TABLE: Final = tables.pacticipants
_COLUMNS: Final = columns(
    _TABLE,
    "id",
    "name",
    "display_name",
    "repository_url",
    "repository_name",
    "repository_namespace",
    "main_branch",
    "created_at",
    "updated_at",
)


# Made once: to put a statement together takes longer than to run it.
_FIND: Final = select(*_COLUMNS).where(_TABLE.c.name == bindparam("name"))
_NAMED: Final = select(*_COLUMNS).where(_TABLE.c.name.in_(given("names")))
_BY_IDS: Final = select(*_COLUMNS).where(_TABLE.c.id.in_(given("ids")))


def find(db: Connection, name: str) -> Pacticipant | None:
    """The pacticipant of a name."""
    row = db.execute(_FIND, {"name": name}).first()
    return Pacticipant(*row) if row else None


def named(db: Connection, wanted: Iterable[str]) -> dict[str, Pacticipant]:
    """Those of several names that are there."""
    rows = db.execute(_NAMED, {"names": list(wanted)})
    return {row.name: Pacticipant(*row) for row in rows}


def by_ids(db: Connection, ids: Collection[int]) -> dict[int, Pacticipant]:
    """Pacticipants by identifier."""
    rows = db.execute(_BY_IDS, {"ids": list(ids)}) if ids else ()
    return {row.id: Pacticipant(*row) for row in rows}


def every(
    db: Connection, page: Page | None = None, label: str = "", text: str = ""
) -> tuple[list[Pacticipant], int]:
    """Pacticipants by name, those of a label or whose name holds a text, and how many there are."""
    statement = select(*_COLUMNS).order_by(_TABLE.c.name)
    if label:
        carries = exists().where(
            tables.labels.c.pacticipant_id == _TABLE.c.id, tables.labels.c.name == label
        )
        statement = statement.where(carries)
    if text:
        statement = statement.where(_TABLE.c.name.icontains(text, autoescape=True))
    found = [Pacticipant(*row) for row in db.execute(paged(statement, page))]
    return found, count(db, statement) if page else len(found)


def names(db: Connection) -> list[str]:
    """All names."""
    return list(db.execute(select(_TABLE.c.name).order_by(_TABLE.c.name)).scalars())


def ensure(db: Connection, name: str, now: str) -> tuple[Pacticipant, bool]:
    """The pacticipant of a name, and whether it is new."""
    found = find(db, name)
    if found:
        return found, False
    values = {"name": name, "created_at": now, "updated_at": now}
    is_new = insert_once(db, _TABLE, values) is not None
    made = find(db, name)
    assert made is not None
    return made, is_new


def ensured(
    db: Connection, wanted: Iterable[str], known: Mapping[str, Pacticipant], now: str
) -> dict[str, Pacticipant]:
    """
    The pacticipants of several names, of which some are known to be there.

    Shape: they are made in one order everywhere, so that two who publish for each other never wait
    in a circle.
    """
    new = sorted(set(wanted) - known.keys())
    return {**known, **{name: ensure(db, name, now)[0] for name in new}}


def change(db: Connection, pacticipant_id: int, values: Mapping[str, object], now: str) -> None:
    """Set columns of a pacticipant."""
    statement = update(_TABLE).where(_TABLE.c.id == pacticipant_id)
    db.execute(statement.values({**values, "updated_at": now}))


def remove(db: Connection, pacticipant_id: int) -> None:
    """Remove a pacticipant with all that is of it."""
    db.execute(delete(_TABLE).where(_TABLE.c.id == pacticipant_id))


def labels(db: Connection, ids: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """The labels of pacticipants, with the moments when they were put."""
    table = tables.labels
    statement = select(table).where(table.c.pacticipant_id.in_(ids)).order_by(table.c.name)
    found: dict[int, list[tuple[str, str]]] = {}
    for row in db.execute(statement):
        found.setdefault(row.pacticipant_id, []).append((row.name, row.created_at))
    return found


def every_label(db: Connection, page: Page | None) -> tuple[list[str], int]:
    """The names of all labels, and how many there are."""
    name = tables.labels.c.name
    statement = select(name).distinct().order_by(name)
    return list(db.execute(paged(statement, page)).scalars()), count(db, statement)


def add_label(db: Connection, pacticipant_id: int, name: str, now: str) -> bool:
    """Put a label; whether it is new."""
    values = {"pacticipant_id": pacticipant_id, "name": name, "created_at": now, "updated_at": now}
    return insert_once(db, tables.labels, values) is not None


def remove_label(db: Connection, pacticipant_id: int, name: str) -> bool:
    """Take a label away; whether it was there."""
    table = tables.labels
    where = (table.c.pacticipant_id == pacticipant_id, table.c.name == name)
    return db.execute(delete(table).where(*where)).rowcount > 0
