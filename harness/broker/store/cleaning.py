"""
What a broker need not keep: old versions with their pacts and results, and branches gone quiet.

Shape: what runs or is released somewhere is always kept, and so are the newest version of each
pacticipant, the heads of branches and tags, and the versions with the last word on what is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Delete,
    Select,
    delete,
    exists,
    func,
    or_,
    select,
)

from harness.broker.store import audit, tables
from harness.broker.store.audit import COMMAND_LINE, Entry
from harness.broker.store.database import Store
from harness.broker.store.statements import given

_VERSIONS, _OWNERS = tables.versions, tables.pacticipants
_LINES, _ON, _TAGS = tables.branches, tables.branch_versions, tables.tags
_PUBLISHED, _SAID, _CONTENTS = tables.publications, tables.verifications, tables.contents
_AT_ONCE: Final = 500
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Keep:
    """
    What is kept besides.

    Shape: of each pacticipant the newest `latest` versions; what is not older than the moment
    `since`; versions on `branches` and with `tags`, by name. A branch on which nothing happened
    since `quiet` is removed, the main branch never; empty where all branches stay.
    """

    latest: int = 1
    since: str = ""
    branches: Sequence[str] = ()
    tags: Sequence[str] = ()
    quiet: str = ""


@dataclass(frozen=True, slots=True)
class Going:
    """What goes of a pacticipant: versions, oldest first, of how many, and branches by name."""

    pacticipant: str
    versions: Sequence[str]
    of: int
    branches: Sequence[str]
    version_ids: Sequence[int]
    branch_ids: Sequence[int]

    @property
    def shown(self) -> str:
        """The versions in words."""
        if len(self.versions) <= _SHOWN:
            return ", ".join(self.versions)
        return f"{self.versions[0]} … {self.versions[-1]}"


def planned(db: Connection, keep: Keep) -> list[Going]:
    """What would go, by pacticipant."""
    quiet = _quiet(db, keep)
    kept = _kept(db, keep, [key for key, _, _ in quiet])
    rows = db.execute(
        select(_VERSIONS.c.id, _VERSIONS.c.number, _OWNERS.c.name)
        .join(_OWNERS, _OWNERS.c.id == _VERSIONS.c.pacticipant_id)
        .order_by(_OWNERS.c.name, _VERSIONS.c.id)
    ).all()
    by_owner: dict[str, list[tuple[int, str]]] = {}
    for key, number, owner in rows:
        by_owner.setdefault(owner, []).append((key, number))
    found = []
    for owner, listed in by_owner.items():
        gone = [(key, number) for key, number in listed if key not in kept]
        lines = [(key, name) for key, name, whose in quiet if whose == owner]
        if gone or lines:
            found.append(
                Going(
                    *(owner, [number for _, number in gone], len(listed)),
                    *([name for _, name in lines], [key for key, _ in gone]),
                    [key for key, _ in lines],
                )
            )
    return found


def clean(store: Store, going: Sequence[Going], now: str, command: str) -> int:
    """
    Remove what was planned, a part at a time, so that others come to their turn in between.

    Shape: how many contents went along, which no version has any more; each version and branch
    that goes is written down as the deed of a `command`.
    """
    for table, name, keys in (
        (_LINES, _LINES.c.name, [key for each in going for key in each.branch_ids]),
        (_VERSIONS, _VERSIONS.c.number, [key for each in going for key in each.version_ids]),
    ):
        for at in range(0, len(keys), _AT_ONCE):
            where = (table.c.id.in_(keys[at : at + _AT_ONCE]), *_still_free(table))
            named = select(_OWNERS.c.name, name).join(table).where(*where).order_by(table.c.id)
            entry = partial(_entry, now, command, is_branch=table is _LINES)
            work = partial(_removed, named, delete(table).where(*where), entry)
            store.write(work, lambda _: True)
    return store.write(_without_use, lambda _: True)


def _removed(
    named: Select[Any], gone: Delete, entry: Callable[[str, str], Entry], db: Connection
) -> None:
    if entries := [entry(owner, name) for owner, name in db.execute(named)]:
        audit.add(db, entries)
        db.execute(gone)


def _entry(now: str, command: str, owner: str, name: str, *, is_branch: bool) -> Entry:
    version, request = ("", f"{command}, branch {name}") if is_branch else (name, command)
    return Entry(now, COMMAND_LINE, "deleted", owner, version, "", request)


def _without_use(db: Connection) -> int:
    """Remove the texts that no version has any more; how many pacts were among them."""
    described = tables.provider_contracts.c.document_id
    unused = ~exists().where(described == tables.documents.c.id)
    db.execute(delete(tables.documents).where(unused))
    unused = ~exists().where(_PUBLISHED.c.content_id == _CONTENTS.c.id)
    return db.execute(delete(_CONTENTS).where(unused)).rowcount


def _still_free(table: Any) -> list[Any]:
    """That nobody deployed or released a version since the plan was made."""
    if table is _LINES:
        return []
    return [~exists().where(up.c.version_id == table.c.id, up.c.ended_at.is_(None)) for up in _UP]


_UP: Final = (tables.deployments, tables.releases)


def _quiet(db: Connection, keep: Keep) -> list[tuple[int, str, str]]:
    """The branches that go: identifier, name, and whose."""
    if not keep.quiet:
        return []
    statement = (
        select(_LINES.c.id, _LINES.c.name, _OWNERS.c.name)
        .join(_OWNERS, _OWNERS.c.id == _LINES.c.pacticipant_id)
        .where(_LINES.c.updated_at < keep.quiet)
        .where(or_(_OWNERS.c.main_branch.is_(None), _LINES.c.name != _OWNERS.c.main_branch))
        .where(_LINES.c.name.not_in(keep.branches))
        .order_by(_LINES.c.id)
    )
    return [(row[0], row[1], row[2]) for row in db.execute(statement)]


def _kept(db: Connection, keep: Keep, gone_branches: Sequence[int]) -> set[int]:
    kept: set[int] = set()
    for statement in _reasons(keep):
        kept.update(db.execute(statement).scalars())
    gone = set(gone_branches)
    heads = select(_ON.c.branch_id, func.max(_ON.c.id)).group_by(_ON.c.branch_id)
    last = [key for branch, key in db.execute(heads) if branch not in gone]
    at = select(_ON.c.version_id).where(_ON.c.id.in_(given("ids")))
    said = (
        select(func.max(_SAID.c.id))
        .join(_PUBLISHED, _PUBLISHED.c.content_id == _SAID.c.content_id)
        .where(_PUBLISHED.c.version_id.in_(given("ids")))
        .group_by(_SAID.c.content_id)
    )
    kept |= _parted(db, at, last)
    results = _parted(db, said, sorted(kept))
    verified = select(_SAID.c.version_id).where(_SAID.c.id.in_(given("ids")))
    return kept | _parted(db, verified, sorted(results))


def _parted(db: Connection, statement: Select[Any], keys: Sequence[int]) -> set[int]:
    """The first column of what a statement gives for many keys, some at a time."""
    found: set[int] = set()
    for at in range(0, len(keys), _AT_ONCE):
        found.update(db.execute(statement, {"ids": keys[at : at + _AT_ONCE]}).scalars())
    return found


def _reasons(keep: Keep) -> list[Select[Any]]:
    """The versions that are kept whatever their branch, for one reason each."""
    place = func.row_number().over(
        partition_by=_VERSIONS.c.pacticipant_id, order_by=_VERSIONS.c.id.desc()
    )
    newest = select(_VERSIONS.c.id, place.label("place")).subquery()
    found = [
        *(select(up.c.version_id).where(up.c.ended_at.is_(None)) for up in _UP),
        select(newest.c.id).where(newest.c.place <= max(1, keep.latest)),
        select(func.max(_TAGS.c.version_id)).group_by(_TAGS.c.pacticipant_id, _TAGS.c.name),
        select(_TAGS.c.version_id).where(_TAGS.c.name.in_(keep.tags)),
        select(_ON.c.version_id)
        .join(_LINES, _LINES.c.id == _ON.c.branch_id)
        .where(_LINES.c.name.in_(keep.branches)),
    ]
    if keep.since:
        found.append(select(_VERSIONS.c.id).where(_VERSIONS.c.created_at >= keep.since))
    return found
