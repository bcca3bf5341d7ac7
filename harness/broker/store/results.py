"""Verification results."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import Connection, Select, delete, func, select

from harness.broker.semantics.pending import Success
from harness.broker.semantics.rows import Publication, Verification
from harness.broker.store import lines, tables
from harness.broker.store.statements import columns

_TABLE: Final = tables.verifications
_SELECT: Final[Select[Any]] = select(
    *columns(_TABLE, "id", "content_id", "provider_id", "version_id"),
    tables.versions.c.number,
    *columns(_TABLE, "success", "wip", "created_at"),
).join(tables.versions, tables.versions.c.id == _TABLE.c.version_id)


def add(db: Connection, values: Mapping[str, object]) -> Verification:
    """Keep a result."""
    number = db.execute(_TABLE.insert().values(dict(values)).returning(_TABLE.c.id)).scalar_one()
    found = by_number(db, number)
    assert found is not None
    return found


def by_number(db: Connection, number: int) -> Verification | None:
    """The result of a number."""
    return _first(db, _SELECT.where(_TABLE.c.id == number))


def details(db: Connection, number: int) -> dict[str, str | None]:
    """What was told with a result: `build_url`, and `test_results` and `verified_by` as JSON."""
    names = ("build_url", "test_results", "verified_by")
    row = db.execute(select(*columns(_TABLE, *names)).where(_TABLE.c.id == number)).one()
    return dict(zip(names, row, strict=True))


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
    return _first(db, statement.order_by(_TABLE.c.id.desc()).limit(1))


def latest_of_contents(db: Connection, content_ids: Collection[int]) -> dict[int, Verification]:
    """The last word on each of several contents, by the content's identifier."""
    last = (
        select(func.max(_TABLE.c.id))
        .where(_TABLE.c.content_id.in_(content_ids))
        .group_by(_TABLE.c.content_id)
    )
    found = (Verification(*row) for row in db.execute(_SELECT.where(_TABLE.c.id.in_(last))))
    return {each.content_id: each for each in found}


def of_contents(
    db: Connection, content_ids: Collection[int], version_ids: Collection[int] | None
) -> list[Verification]:
    """The results of contents, by some provider versions or by all."""
    statement = _SELECT.where(_TABLE.c.content_id.in_(content_ids))
    if version_ids is not None:
        statement = statement.where(_TABLE.c.version_id.in_(version_ids))
    rows = db.execute(statement.order_by(_TABLE.c.id)).all()
    return [Verification(*row) for row in rows]


def of_consumer_version(db: Connection, version_id: int) -> list[tuple[Publication, Verification]]:
    """The last result of each pact of a consumer version."""
    from harness.broker.store import contracts

    published = contracts.of_version(db, [version_id])
    said = latest_of_contents(db, [one.content_id for one in published])
    return [(one, said[one.content_id]) for one in published if one.content_id in said]


def successes(db: Connection, content_ids: Collection[int]) -> list[Success]:
    """
    The successful results of contents, with the branches and tags of who verified.

    Shape: of each content and provider version the first one as work in progress, and the first
    one that was not.
    """
    statement = (
        select(
            *columns(_TABLE, "content_id", "version_id", "wip"),
            func.min(_TABLE.c.created_at).label("at"),
        )
        .where(_TABLE.c.content_id.in_(content_ids), _TABLE.c.success)
        .group_by(*columns(_TABLE, "content_id", "version_id", "wip"))
    )
    rows = db.execute(statement).all()
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


def without_result(
    db: Connection, content_id: int, version_ids: Collection[int]
) -> Collection[int]:
    """Which of provider versions have not said anything on a content."""
    if not version_ids:
        return ()
    where = (_TABLE.c.content_id == content_id, _TABLE.c.version_id.in_(version_ids))
    said = set(db.execute(select(_TABLE.c.version_id).where(*where).distinct()).scalars())
    return set(version_ids) - said


def _first(db: Connection, statement: Select[Any]) -> Verification | None:
    row = db.execute(statement).first()
    return Verification(*row) if row else None
