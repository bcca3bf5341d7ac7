"""Verification results."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, delete, exists, func, select, tuple_

from harness.broker.semantics.pending import Success
from harness.broker.semantics.rows import Publication, Verification, Version
from harness.broker.store import lines, tables
from harness.broker.store.statements import columns, given

_TABLE: Final = tables.verifications
_SELECT: Final[Select[Any]] = select(
    *columns(_TABLE, "id", "content_id", "provider_id", "version_id"),
    tables.versions.c.number,
    *columns(_TABLE, "success", "wip", "created_at"),
).join(tables.versions, tables.versions.c.id == _TABLE.c.version_id)
# Made once: to put a statement together takes longer than to run it.
_ADD: Final = _TABLE.insert().returning(_TABLE.c.id)
_BY_NUMBER: Final = _SELECT.where(_TABLE.c.id == bindparam("number"))
_OF_CONTENTS: Final = _SELECT.where(_TABLE.c.content_id.in_(given("contents"))).order_by(
    _TABLE.c.id
)
_OF_CONTENTS_AND_VERSIONS: Final = _OF_CONTENTS.where(_TABLE.c.version_id.in_(given("ids")))
_LAST: Final = _SELECT.where(
    _TABLE.c.id.in_(
        select(func.max(_TABLE.c.id))
        .where(_TABLE.c.content_id.in_(given("contents")))
        .group_by(_TABLE.c.content_id)
    )
)
_SUCCESSES: Final = (
    select(
        *columns(_TABLE, "content_id", "version_id", "wip"),
        func.min(_TABLE.c.created_at).label("at"),
    )
    .where(_TABLE.c.content_id.in_(given("contents")), _TABLE.c.success)
    .group_by(*columns(_TABLE, "content_id", "version_id", "wip"))
)
_TOLD: Final = ("build_url", "test_results", "verified_by")
_DETAILS: Final = select(*columns(_TABLE, *_TOLD)).where(_TABLE.c.id == bindparam("number"))


def add(db: Connection, version: Version, said: Mapping[str, Any]) -> Verification:
    """Keep what a provider's version said: the columns of a result but those of the version."""
    values = {**said, "provider_id": version.pacticipant_id, "version_id": version.id}
    return Verification(
        db.execute(_ADD, values).scalar_one(),
        said["content_id"],
        version.pacticipant_id,
        version.id,
        version.number,
        said["success"],
        said["wip"],
        said["created_at"],
    )


def by_number(db: Connection, number: int) -> Verification | None:
    """The result of a number."""
    row = db.execute(_BY_NUMBER, {"number": number}).first()
    return Verification(*row) if row else None


def details(db: Connection, number: int) -> dict[str, str | None]:
    """What was told with a result: `build_url`, and `test_results` and `verified_by` as JSON."""
    row = db.execute(_DETAILS, {"number": number}).one()
    return dict(zip(_TOLD, row, strict=True))


def remove(db: Connection, number: int) -> None:
    """Remove a result."""
    db.execute(delete(_TABLE).where(_TABLE.c.id == number))


def latest(db: Connection, content_id: int, branch: str = "") -> Verification | None:
    """The last word on a content, by versions of a branch where one is given."""
    statement = _SELECT.where(_TABLE.c.content_id == content_id)
    if branch:
        on, owner = tables.branch_versions, tables.branches
        statement = (
            statement.join(on, on.c.version_id == _TABLE.c.version_id)
            .join(owner, owner.c.id == on.c.branch_id)
            .where(owner.c.name == branch)
        )
    row = db.execute(statement.order_by(_TABLE.c.id.desc()).limit(1)).first()
    return Verification(*row) if row else None


def latest_of_contents(db: Connection, content_ids: Collection[int]) -> dict[int, Verification]:
    """The last word on each of several contents, by the content's identifier."""
    rows = db.execute(_LAST, {"contents": list(content_ids)}) if content_ids else ()
    return {row.content_id: Verification(*row) for row in rows}


def of_contents(
    db: Connection, content_ids: Collection[int], version_ids: Collection[int] | None
) -> list[Verification]:
    """The results of contents, by some provider versions or by all."""
    values = {"contents": list(content_ids)}
    if not content_ids:
        return []
    if version_ids is None:
        return [Verification(*row) for row in db.execute(_OF_CONTENTS, values)]
    rows = db.execute(_OF_CONTENTS_AND_VERSIONS, {**values, "ids": list(version_ids)})
    return [Verification(*row) for row in rows]


def of_consumer_version(db: Connection, version_id: int) -> list[tuple[Publication, Verification]]:
    """The last result of each pact of a consumer version."""
    from harness.broker.store import contracts

    published = contracts.of_version(db, [version_id])
    said = latest_of_contents(db, [one.content_id for one in published])
    return [(one, said[one.content_id]) for one in published if one.content_id in said]


def of_provider_version(db: Connection, version_id: int) -> list[tuple[Publication, Verification]]:
    """The last word of a provider version on each content, with the newest pact that says it."""
    from harness.broker.store import contracts

    rows = db.execute(_SELECT.where(_TABLE.c.version_id == version_id).order_by(_TABLE.c.id))
    last = {row.content_id: Verification(*row) for row in rows}
    newest = contracts.of_contents(db, last)
    return [(one, last[one.content_id]) for one in newest]


def pairs_with_results(db: Connection, pairs: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of pairs (consumer, provider) of which a content has a result."""
    contents = tables.contents
    pair = (contents.c.consumer_id, contents.c.provider_id)
    has = exists().where(_TABLE.c.content_id == contents.c.id)
    statement = select(*pair).where(tuple_(*pair).in_(list(pairs)), has).distinct()
    return {(row[0], row[1]) for row in db.execute(statement)} if pairs else set()


def successes(db: Connection, content_ids: Collection[int]) -> list[Success]:
    """
    The successful results of contents, with the branches and tags of who verified.

    Shape: of each content and provider version the first one as work in progress, and the first
    one that was not.
    """
    rows = db.execute(_SUCCESSES, {"contents": list(content_ids)}).all() if content_ids else ()
    versions = {row.version_id for row in rows}
    on, put = lines.memberships(db, versions), lines.tags(db, versions)
    return [
        Success(
            row.content_id,
            row.at,
            bool(row.wip),
            frozenset(each.branch for each in on.get(row.version_id, ())),
            frozenset(each.name for each in put.get(row.version_id, ())),
        )
        for row in rows
    ]
