"""Branches and tags: what versions are of one line of development."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Integer, Text, bindparam, delete, func, select, update
from sqlalchemy.sql.dml import ReturningInsert

from harness.broker.semantics.rows import Branch, Membership, Tag, Version
from harness.broker.store import tables, versions
from harness.broker.store.statements import (
    Page,
    columns,
    count,
    given,
    insert_once,
    insertion,
    paged,
)

_BRANCHES: Final = tables.branches
_ON: Final = tables.branch_versions
_TAGS: Final = tables.tags
_COLUMNS: Final = columns(_BRANCHES, "id", "pacticipant_id", "name", "created_at", "updated_at")
_OTHER: Final = _ON.alias()
_LAST: Final = select(func.max(_OTHER.c.id)).where(_OTHER.c.branch_id == _ON.c.branch_id)
# Made once: to put a statement together takes longer than to run it.
_MEMBERSHIPS: Final = (
    select(
        _ON.c.id,
        _ON.c.version_id,
        _BRANCHES.c.name,
        (_ON.c.id == _LAST.scalar_subquery()).label("is_head"),
        _ON.c.created_at,
    )
    .join(_BRANCHES, _BRANCHES.c.id == _ON.c.branch_id)
    .where(_ON.c.version_id.in_(given("ids")))
    .order_by(_ON.c.id)
)
_TAGS_OF: Final = (
    select(_TAGS.c.version_id, _TAGS.c.name, _TAGS.c.created_at)
    .where(_TAGS.c.version_id.in_(given("ids")))
    .order_by(_TAGS.c.created_at, _TAGS.c.name)
)
_NAMED: Final = (
    _BRANCHES.c.pacticipant_id == bindparam("owner"),
    _BRANCHES.c.name == bindparam("line"),
)
_BRANCH: Final = select(*_COLUMNS).where(*_NAMED)
_TOUCH: Final = update(_BRANCHES).where(*_NAMED).values(updated_at=bindparam("now"))
_HEAD: Final = (
    versions.SELECT.join(_ON, _ON.c.version_id == tables.versions.c.id)
    .where(_ON.c.branch_id == select(_BRANCHES.c.id).where(*_NAMED).scalar_subquery())
    .order_by(_ON.c.id.desc())
    .limit(1)
)


def branch(db: Connection, pacticipant_id: int, name: str) -> Branch | None:
    """The branch of a name."""
    row = db.execute(_BRANCH, {"owner": pacticipant_id, "line": name}).first()
    return Branch(*row) if row else None


def branches(db: Connection, pacticipant_id: int, page: Page | None) -> tuple[list[Branch], int]:
    """The branches of a pacticipant, newest first, and how many there are."""
    statement = select(*_COLUMNS).where(_BRANCHES.c.pacticipant_id == pacticipant_id)
    rows = db.execute(paged(statement.order_by(_BRANCHES.c.id.desc()), page))
    return [Branch(*row) for row in rows], count(db, statement)


def add_to_branch(db: Connection, version: Version, name: str, now: str) -> bool:
    """Put a version on a branch, which is made where it is new; whether it was not on it before."""
    line = {"owner": version.pacticipant_id, "line": name}
    put = {**line, "version": version.id, "now": now}
    joining = _joining(db.dialect.name)
    is_new = db.execute(joining, put).scalar() is not None
    if not is_new and branch(db, version.pacticipant_id, name) is None:
        values = {"pacticipant_id": version.pacticipant_id, "name": name, "created_at": now}
        insert_once(db, _BRANCHES, {**values, "updated_at": now})
        is_new = db.execute(joining, put).scalar() is not None
    if is_new:
        db.execute(_TOUCH, {**line, "now": now})
    return is_new


@cache
def _joining(dialect: str) -> ReturningInsert[Any]:
    columns = (_BRANCHES.c.id, bindparam("version", type_=Integer), bindparam("now", type_=Text))
    values = select(*columns).where(*_NAMED)
    made = insertion(dialect)(_ON).from_select(["branch_id", "version_id", "created_at"], values)
    return made.on_conflict_do_nothing().returning(_ON.c.id)


def take_from_branch(db: Connection, branch_id: int, version_id: int) -> bool:
    """Take a version from a branch; whether it was on it."""
    where = (_ON.c.branch_id == branch_id, _ON.c.version_id == version_id)
    return db.execute(delete(_ON).where(*where)).rowcount > 0


def remove_branch(db: Connection, branch_id: int) -> None:
    """Remove a branch; its versions stay."""
    db.execute(delete(_BRANCHES).where(_BRANCHES.c.id == branch_id))


def head(db: Connection, pacticipant_id: int, name: str) -> Version | None:
    """The version that was put on a branch last."""
    row = db.execute(_HEAD, {"owner": pacticipant_id, "line": name}).first()
    return Version(*row) if row else None


def heads(db: Connection, branch_ids: Collection[int]) -> dict[int, Version]:
    """The version that was put on each branch last, by the branch's identifier."""
    if not branch_ids:
        return {}
    newest = select(func.max(_ON.c.id)).where(_ON.c.branch_id.in_(branch_ids))
    last = newest.group_by(_ON.c.branch_id)
    rows = db.execute(select(_ON.c.branch_id, _ON.c.version_id).where(_ON.c.id.in_(last))).all()
    known = versions.by_ids(db, [row.version_id for row in rows])
    return {row.branch_id: known[row.version_id] for row in rows}


def memberships(db: Connection, version_ids: Collection[int]) -> dict[int, list[Membership]]:
    """The branches of versions, by the version's identifier."""
    found: dict[int, list[Membership]] = {}
    for row in db.execute(_MEMBERSHIPS, {"ids": list(version_ids)}) if version_ids else ():
        made = Membership(row.id, row.version_id, row.name, bool(row.is_head), row.created_at)
        found.setdefault(row.version_id, []).append(made)
    return found


def add_tag(db: Connection, version: Version, name: str, now: str) -> bool:
    """Tag a version; whether it did not have the tag before."""
    values = {"version_id": version.id, "name": name, "pacticipant_id": version.pacticipant_id}
    return insert_once(db, _TAGS, {**values, "created_at": now}) is not None


def remove_tag(db: Connection, version_id: int, name: str) -> bool:
    """Take a tag away; whether it was there."""
    where = (_TAGS.c.version_id == version_id, _TAGS.c.name == name)
    return db.execute(delete(_TAGS).where(*where)).rowcount > 0


def tags(db: Connection, version_ids: Collection[int]) -> dict[int, list[Tag]]:
    """The tags of versions, by the version's identifier."""
    found: dict[int, list[Tag]] = {}
    for row in db.execute(_TAGS_OF, {"ids": list(version_ids)}) if version_ids else ():
        found.setdefault(row.version_id, []).append(Tag(*row))
    return found


def began(db: Connection, pacticipant_id: int, name: str, *, is_tag: bool) -> str:
    """The moment when a branch or tag was first seen, or nothing."""
    if not is_tag:
        found = branch(db, pacticipant_id, name)
        return found.created_at if found else ""
    where = (_TAGS.c.pacticipant_id == pacticipant_id, _TAGS.c.name == name)
    return db.execute(select(func.min(_TAGS.c.created_at)).where(*where)).scalar() or ""
