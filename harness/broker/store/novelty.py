"""What a publication is compared with, and whether somebody should verify it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    exists,
    func,
    literal,
    null,
    select,
    union,
    union_all,
)

from harness.broker.semantics.events import Earlier
from harness.broker.semantics.rows import Pacticipant, Version
from harness.broker.store import tables

_BRANCH, _TAG, _ALL, _SAME = "branch", "tag", "all", "same"
_PUBLISHED: Final = tables.publications
_CONTENTS: Final = tables.contents
_LINES, _ON, _TAGS = tables.branches, tables.branch_versions, tables.tags
_OWN: Final[ColumnElement[Any]] = bindparam("version")
_PAIR: Final[dict[str, ColumnElement[Any]]] = {
    "consumer_id": bindparam("consumer"),
    "provider_id": bindparam("provider"),
}


def _of_pair(table: Any) -> list[ColumnElement[bool]]:
    return [table.c[name] == value for name, value in _PAIR.items()]


def _newest(*where: ColumnElement[bool]) -> Any:
    """The newest content of the pair by another version of which something holds."""
    made = select(_PUBLISHED.c.content_id).where(
        *_of_pair(_PUBLISHED), _PUBLISHED.c.current, _PUBLISHED.c.version_id != _OWN, *where
    )
    found = made.order_by(_PUBLISHED.c.version_id.desc()).limit(1)
    return found.correlate_except(_PUBLISHED).scalar_subquery()


def _lines() -> list[Select[Any]]:
    """Of each branch and tag that the version is on, what it published before."""
    other, put = _ON.alias("other"), _TAGS.alias("put")
    is_on = exists().where(
        other.c.branch_id == _ON.c.branch_id, other.c.version_id == _PUBLISHED.c.version_id
    )
    has = exists().where(put.c.version_id == _PUBLISHED.c.version_id, put.c.name == _TAGS.c.name)
    branches = select(literal(_BRANCH), _LINES.c.name, _newest(is_on.correlate(_ON, _PUBLISHED)))
    tags = select(literal(_TAG), _TAGS.c.name, _newest(has.correlate(_TAGS, _PUBLISHED)))
    return [
        branches.join(_ON, _ON.c.branch_id == _LINES.c.id).where(_ON.c.version_id == _OWN),
        tags.where(_TAGS.c.version_id == _OWN),
    ]


# Made once: to put a statement together takes longer than to run it.
_SHA: Final = select(_CONTENTS.c.id).where(
    *_of_pair(_CONTENTS), _CONTENTS.c.sha == bindparam("sha")
)
_BEFORE: Final = union_all(
    *_lines(),
    select(literal(_ALL), null(), _newest()),
    select(literal(_SAME), null(), _SHA.scalar_subquery()),
)
_OWNER: Final[ColumnElement[Any]] = bindparam("provider")
_MAIN: Final = select(_LINES.c.id).where(
    _LINES.c.pacticipant_id == _OWNER, _LINES.c.name == bindparam("main")
)
_LAST: Final = select(func.max(_ON.c.id)).where(_ON.c.branch_id == _MAIN.scalar_subquery())
_IN_USE: Final = union(
    select(_ON.c.version_id).where(_ON.c.id == _LAST.scalar_subquery()),
    *(
        select(up.c.version_id).where(up.c.pacticipant_id == _OWNER, up.c.ended_at.is_(None))
        for up in (tables.deployments, tables.releases)
    ),
).subquery("used")
_SAID: Final = tables.verifications
_SILENT: Final = select(_IN_USE.c.version_id).where(
    ~exists().where(
        _SAID.c.content_id == bindparam("content"), _SAID.c.version_id == _IN_USE.c.version_id
    )
)


@dataclass(frozen=True, slots=True)
class Before:
    """What was there: the pair's content of the digest, if any, and what was the newest."""

    content_id: int | None
    earlier: Earlier


def before(db: Connection, version: Version, provider: Pacticipant, sha: str) -> Before:
    """What a version's publication of a content comes after."""
    pair = {"consumer": version.pacticipant_id, "provider": provider.id}
    found: dict[str, dict[str | None, int | None]] = {_BRANCH: {}, _TAG: {}, _ALL: {}, _SAME: {}}
    for kind, name, content_id in db.execute(_BEFORE, {**pair, "version": version.id, "sha": sha}):
        found[kind][name] = content_id
    branches, tags = (
        {name: key for name, key in found[kind].items() if name} for kind in (_BRANCH, _TAG)
    )
    return Before(found[_SAME][None], Earlier(branches, tags, found[_ALL][None]))


def silent(db: Connection, provider: Pacticipant, content_id: int) -> set[int]:
    """
    The provider versions that matter and have said nothing on a content.

    Shape: the main branch's latest one, and those that are deployed or released, matter.
    """
    values = {"provider": provider.id, "main": provider.main_branch or "", "content": content_id}
    return set(db.execute(_SILENT, values).scalars())
