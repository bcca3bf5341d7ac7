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

_BRANCH, _TAG = "branch", "tag"
_ALL, _SAME, _SILENT, _BUILT = "all", "same", "silent", "built"
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


_SHA: Final = select(_CONTENTS.c.id).where(
    *_of_pair(_CONTENTS), _CONTENTS.c.sha == bindparam("sha")
)


def _silent() -> Select[Any]:
    """
    The provider versions that matter and have said nothing on the content.

    Shape: the main branch's latest one, and those that are deployed or released, matter.
    """
    owner, said = _PAIR["provider_id"], tables.verifications
    main = select(_LINES.c.id).where(
        _LINES.c.pacticipant_id == owner, _LINES.c.name == bindparam("main")
    )
    last = select(func.max(_ON.c.id)).where(_ON.c.branch_id == main.scalar_subquery())
    used = union(
        select(_ON.c.version_id).where(_ON.c.id == last.scalar_subquery()),
        *(
            select(up.c.version_id).where(up.c.pacticipant_id == owner, up.c.ended_at.is_(None))
            for up in (tables.deployments, tables.releases)
        ),
    ).subquery("used")
    has_said = exists().where(
        said.c.content_id == _SHA.scalar_subquery(), said.c.version_id == used.c.version_id
    )
    return select(literal(_SILENT), null(), used.c.version_id).where(~has_said)


def _built() -> Select[Any]:
    """The provider's newest version."""
    own = tables.versions
    newest = select(func.max(own.c.id)).where(own.c.pacticipant_id == _PAIR["provider_id"])
    return select(literal(_BUILT), null(), newest.scalar_subquery())


# Made once: to put a statement together takes longer than to run it.
_BEFORE: Final = union_all(
    *_lines(),
    select(literal(_ALL), null(), _newest()),
    select(literal(_SAME), null(), _SHA.scalar_subquery()),
    _silent(),
    _built(),
)


@dataclass(frozen=True, slots=True)
class Before:
    """
    What was there before a publication.

    Shape: `content_id` is the pair's content of the digest, if it has one; `earlier` what was the
    newest; `silent` are the provider versions that matter and have said nothing on the content;
    `is_built` says whether the provider has a version.
    """

    content_id: int | None
    earlier: Earlier
    silent: frozenset[int]
    is_built: bool


def before(db: Connection, version: Version, provider: Pacticipant, sha: str) -> Before:
    """What a version's publication of a content comes after."""
    values = {
        "consumer": version.pacticipant_id,
        "provider": provider.id,
        "main": provider.main_branch or "",
        "version": version.id,
        "sha": sha,
    }
    named: dict[str, dict[str, int | None]] = {_BRANCH: {}, _TAG: {}}
    found: dict[str, list[int]] = {_ALL: [], _SAME: [], _SILENT: [], _BUILT: []}
    for kind, name, key in db.execute(_BEFORE, values):
        if kind in named:
            named[kind][name] = key
        elif key is not None:
            found[kind].append(key)
    previous, same = (next(iter(found[kind]), None) for kind in (_ALL, _SAME))
    earlier = Earlier(named[_BRANCH], named[_TAG], previous)
    return Before(same, earlier, frozenset(found[_SILENT]), bool(found[_BUILT]))
