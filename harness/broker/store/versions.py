"""Versions of pacticipants, in the order in which they were made."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, exists, select, update

from harness.broker.semantics.rows import Pacticipant, Version
from harness.broker.store import tables
from harness.broker.store.statements import Page, count, given, insert_once, paged

_TABLE: Final = tables.versions
SELECT: Final = select(
    _TABLE.c.id,
    _TABLE.c.pacticipant_id,
    tables.pacticipants.c.name.label("pacticipant"),
    _TABLE.c.number,
    _TABLE.c.build_url,
    _TABLE.c.created_at,
    _TABLE.c.updated_at,
).join(tables.pacticipants, tables.pacticipants.c.id == _TABLE.c.pacticipant_id)


# Made once: to put a statement together takes longer than to run it.
_FIND: Final = SELECT.where(
    _TABLE.c.pacticipant_id == bindparam("owner"), _TABLE.c.number == bindparam("number")
)
_HELD: Final = select(_TABLE.c.id).where(_TABLE.c.id == bindparam("key")).with_for_update()
_LATEST: Final = (
    SELECT.where(_TABLE.c.pacticipant_id == bindparam("owner"))
    .order_by(_TABLE.c.id.desc())
    .limit(1)
)
_BY_IDS: Final = SELECT.where(_TABLE.c.id.in_(given("ids")))


def find(db: Connection, pacticipant_id: int, number: str) -> Version | None:
    """The version of a number."""
    row = db.execute(_FIND, {"owner": pacticipant_id, "number": number}).first()
    return Version(*row) if row else None


def by_ids(db: Connection, ids: Collection[int]) -> dict[int, Version]:
    """Versions by identifier."""
    rows = db.execute(_BY_IDS, {"ids": list(ids)}) if ids else ()
    return {row.id: Version(*row) for row in rows}


def latest(db: Connection, pacticipant_id: int, tag: str = "") -> Version | None:
    """The newest version, of those with a tag where one is given."""
    statement = _LATEST.where(_has_tag(tag)) if tag else _LATEST
    row = db.execute(statement, {"owner": pacticipant_id}).first()
    return Version(*row) if row else None


def latest_of_each(db: Connection, ids: Collection[int]) -> dict[int, Version]:
    """The newest version of each pacticipant, by the pacticipant's identifier."""
    newest = (
        select(_TABLE.c.id)
        .where(_TABLE.c.pacticipant_id == tables.pacticipants.c.id)
        .order_by(_TABLE.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    chosen = select(newest).where(tables.pacticipants.c.id.in_(ids))
    rows = db.execute(SELECT.where(_TABLE.c.id.in_(chosen)))
    return {row.pacticipant_id: Version(*row) for row in rows}


def every(
    db: Connection, pacticipant_id: int, page: Page | None, tag: str = "", branch_id: int = 0
) -> tuple[list[Version], int]:
    """Versions, newest first, those of a tag or branch where one is given, and how many."""
    statement = SELECT.where(_TABLE.c.pacticipant_id == pacticipant_id)
    if tag:
        statement = statement.where(_has_tag(tag))
    if branch_id:
        on = tables.branch_versions
        statement = statement.where(
            exists().where(on.c.version_id == _TABLE.c.id, on.c.branch_id == branch_id)
        )
    rows = db.execute(paged(statement.order_by(_TABLE.c.id.desc()), page))
    return [Version(*row) for row in rows], count(db, statement)


def ensure(db: Connection, owner: Pacticipant, number: str, now: str) -> tuple[Version, bool]:
    """The version of a number, and whether it is new, as it is for nearly everybody who asks."""
    values = {"pacticipant_id": owner.id, "number": number, "created_at": now, "updated_at": now}
    key = insert_once(db, _TABLE, values)
    if key is not None:
        return Version(key, owner.id, owner.name, number, None, now, now), True
    made = find(db, owner.id, number)
    assert made is not None
    return made, False


def held(db: Connection, version_id: int) -> None:
    """Let nobody else publish for a version before this transaction has ended."""
    if db.dialect.name != "sqlite":
        db.execute(_HELD, {"key": version_id})


def change(db: Connection, version_id: int, values: Mapping[str, object], now: str) -> None:
    """Set columns of a version."""
    statement = update(_TABLE).where(_TABLE.c.id == version_id)
    db.execute(statement.values({**values, "updated_at": now}))


def remove(db: Connection, version_id: int) -> None:
    """Remove a version with its pacts, results, branches, tags and deployments."""
    db.execute(delete(_TABLE).where(_TABLE.c.id == version_id))


def _has_tag(tag: str) -> Any:
    put = tables.tags
    return exists().where(put.c.version_id == _TABLE.c.id, put.c.name == tag)
