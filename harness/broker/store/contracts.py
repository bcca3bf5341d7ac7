"""Pacts: their contents, and their publications by consumer versions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    delete,
    exists,
    func,
    select,
    update,
)

from harness.broker.semantics.rows import Pacticipant, Publication, Version
from harness.broker.store import tables
from harness.broker.store.statements import Page, insert_once, paged

PUBLICATIONS: Final = tables.publications
_CONTENTS: Final = tables.contents
_CONSUMER: Final = tables.pacticipants.alias("consumer")
_PROVIDER: Final = tables.pacticipants.alias("provider")
_SELECT: Final = (
    select(
        PUBLICATIONS.c.id,
        PUBLICATIONS.c.consumer_id,
        _CONSUMER.c.name.label("consumer"),
        PUBLICATIONS.c.provider_id,
        _PROVIDER.c.name.label("provider"),
        PUBLICATIONS.c.version_id,
        tables.versions.c.number,
        PUBLICATIONS.c.content_id,
        _CONTENTS.c.sha,
        PUBLICATIONS.c.revision,
        PUBLICATIONS.c.created_at,
    )
    .join(_CONSUMER, _CONSUMER.c.id == PUBLICATIONS.c.consumer_id)
    .join(_PROVIDER, _PROVIDER.c.id == PUBLICATIONS.c.provider_id)
    .join(tables.versions, tables.versions.c.id == PUBLICATIONS.c.version_id)
    .join(_CONTENTS, _CONTENTS.c.id == PUBLICATIONS.c.content_id)
)
# Made once: to put a statement together takes longer than to run it.
_OF_VERSIONS: Final = _SELECT.where(
    PUBLICATIONS.c.version_id.in_(bindparam("ids", expanding=True)), PUBLICATIONS.c.current
).order_by(_PROVIDER.c.name)


@dataclass(frozen=True, slots=True)
class Among:
    """
    Which publications in force are meant; what is empty leaves all.

    Shape: `main_branch` is each consumer's own; `is_head` leaves of each pair the newest: of a
    branch the one that was put on it last.
    """

    provider_id: int = 0
    consumer_id: int = 0
    branch: str = ""
    main_branch: bool = False
    tag: str = ""
    untagged: bool = False
    is_head: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """A pact's text with its digest."""

    sha: str
    text: str


def found(db: Connection, among: Among, page: Page | None = None) -> list[Publication]:
    """Publications in force, newest consumer version first."""
    statement = chosen(among).order_by(PUBLICATIONS.c.version_id.desc(), PUBLICATIONS.c.id.desc())
    return [Publication(*row) for row in db.execute(paged(statement, page))]


def chosen(among: Among) -> Select[Any]:
    """The statement for publications in force."""
    conditions = _conditions(among)
    if not among.is_head:
        return _SELECT.where(*conditions)
    pair = (PUBLICATIONS.c.consumer_id, PUBLICATIONS.c.provider_id)
    last: ColumnElement[Any]
    if among.branch or among.main_branch:
        on = tables.branch_versions
        newest = (
            _on_branch(select(*pair, func.max(on.c.id).label("at")), among)
            .where(*conditions)
            .group_by(*pair)
            .subquery()
        )
        last = select(on.c.version_id).where(on.c.id == newest.c.at).scalar_subquery()
    else:
        newest = (
            select(*pair, func.max(PUBLICATIONS.c.version_id).label("at"))
            .where(*conditions)
            .group_by(*pair)
            .subquery()
        )
        last = newest.c.at
    return _SELECT.join(
        newest,
        (newest.c.consumer_id == PUBLICATIONS.c.consumer_id)
        & (newest.c.provider_id == PUBLICATIONS.c.provider_id),
    ).where(PUBLICATIONS.c.version_id == last, PUBLICATIONS.c.current)


def of_version(
    db: Connection, version_ids: Collection[int], provider_id: int = 0
) -> list[Publication]:
    """The publications in force of consumer versions."""
    if not version_ids:
        return []
    found = (Publication(*row) for row in db.execute(_OF_VERSIONS, {"ids": list(version_ids)}))
    return [each for each in found if provider_id in (0, each.provider_id)]


def of_content(db: Connection, content_id: int) -> list[Publication]:
    """The publications in force of a content, newest first."""
    statement = _SELECT.where(PUBLICATIONS.c.content_id == content_id, PUBLICATIONS.c.current)
    rows = db.execute(statement.order_by(PUBLICATIONS.c.version_id.desc()))
    return [Publication(*row) for row in rows]


def of_pairs(
    db: Connection, pairs: Collection[tuple[int, int]], version_ids: Collection[int] | None
) -> list[Publication]:
    """The publications in force of pairs (consumer, provider), of some consumer versions or all."""
    consumers, providers = {each for each, _ in pairs}, {each for _, each in pairs}
    statement = _SELECT.where(
        PUBLICATIONS.c.provider_id.in_(providers),
        PUBLICATIONS.c.consumer_id.in_(consumers),
        PUBLICATIONS.c.current,
    )
    if version_ids is not None:
        statement = statement.where(PUBLICATIONS.c.version_id.in_(version_ids))
    rows = db.execute(statement.order_by(PUBLICATIONS.c.version_id.desc(), _PROVIDER.c.name))
    return [Publication(*row) for row in rows]


def before(db: Connection, one: Publication, *, is_distinct: bool = True) -> Publication | None:
    """The publication of the pair before one, the last whose content differs."""
    among = Among(provider_id=one.provider_id, consumer_id=one.consumer_id)
    statement = chosen(among).where(PUBLICATIONS.c.version_id < one.version_id)
    if is_distinct:
        statement = statement.where(PUBLICATIONS.c.content_id != one.content_id)
    row = db.execute(statement.order_by(PUBLICATIONS.c.version_id.desc()).limit(1)).first()
    return Publication(*row) if row else None


def content(db: Connection, content_id: int) -> str:
    """The text of a content."""
    statement = select(_CONTENTS.c.content).where(_CONTENTS.c.id == content_id)
    text: str = db.execute(statement).scalar_one()
    return text


def content_of(db: Connection, consumer_id: int, provider_id: int, sha: str) -> int | None:
    """The content of a digest."""
    where = (
        _CONTENTS.c.consumer_id == consumer_id,
        _CONTENTS.c.provider_id == provider_id,
        _CONTENTS.c.sha == sha,
    )
    found: int | None = db.execute(select(_CONTENTS.c.id).where(*where)).scalar()
    return found


def publish(
    db: Connection,
    version: Version,
    provider: Pacticipant,
    content: Content,
    now: str,
    *,
    is_new: bool,
) -> Publication:
    """Put a content in force for a consumer version, in place of what was where it is not new."""
    pair = {"consumer_id": version.pacticipant_id, "provider_id": provider.id}
    _integrate(db, pair, now)
    content_id = _kept(db, pair, content, now)
    revision = 1
    if not is_new:
        where = (PUBLICATIONS.c.version_id == version.id, PUBLICATIONS.c.provider_id == provider.id)
        last = db.execute(select(func.max(PUBLICATIONS.c.revision)).where(*where)).scalar() or 0
        db.execute(update(PUBLICATIONS).where(*where).values(current=False))
        revision = last + 1
    made = {"version_id": version.id, "content_id": content_id, "revision": revision}
    values = {**pair, **made, "current": True, "created_at": now}
    key = db.execute(PUBLICATIONS.insert().returning(PUBLICATIONS.c.id), values).scalar_one()
    return Publication(
        key,
        version.pacticipant_id,
        version.pacticipant,
        provider.id,
        provider.name,
        version.id,
        version.number,
        content_id,
        content.sha,
        revision,
        now,
    )


def _kept(db: Connection, pair: Mapping[str, int], content: Content, now: str) -> int:
    """The content of a pair, kept once."""
    key = (pair["consumer_id"], pair["provider_id"], content.sha)
    found = content_of(db, *key)
    if found is None:
        values = {"sha": content.sha, "content": content.text, "created_at": now}
        found = insert_once(db, _CONTENTS, {**pair, **values})
    if found is None:  # another was faster
        found = content_of(db, *key)
    assert found is not None
    return found


def _integrate(db: Connection, pair: Mapping[str, int], now: str) -> None:
    """Say that a pair is integrated, and that its contract data changed now."""
    table = tables.integrations
    where = (table.c[name] == key for name, key in pair.items())
    if not db.execute(update(table).where(*where).values(updated_at=now)).rowcount:
        insert_once(db, table, {**pair, "created_at": now, "updated_at": now})


def remove(db: Connection, among: Among) -> int:
    """Remove publications with their earlier revisions; how many were in force."""
    gone = [(one.version_id, one.provider_id) for one in found(db, among)]
    for version_id, provider_id in gone:
        db.execute(
            delete(PUBLICATIONS).where(
                PUBLICATIONS.c.version_id == version_id, PUBLICATIONS.c.provider_id == provider_id
            )
        )
    return len(gone)


def remove_of_version(db: Connection, version_id: int, provider_id: int) -> None:
    """Remove the publications of a consumer version with a provider."""
    where = (PUBLICATIONS.c.version_id == version_id, PUBLICATIONS.c.provider_id == provider_id)
    db.execute(delete(PUBLICATIONS).where(*where))


def _conditions(among: Among) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [PUBLICATIONS.c.current]
    if among.provider_id:
        conditions.append(PUBLICATIONS.c.provider_id == among.provider_id)
    if among.consumer_id:
        conditions.append(PUBLICATIONS.c.consumer_id == among.consumer_id)
    put = tables.tags
    if among.tag:
        conditions.append(
            exists().where(put.c.version_id == PUBLICATIONS.c.version_id, put.c.name == among.tag)
        )
    if among.untagged:
        conditions.append(~exists().where(put.c.version_id == PUBLICATIONS.c.version_id))
    if (among.branch or among.main_branch) and not among.is_head:
        on = tables.branch_versions
        members = _branch_members(select(on.c.version_id), among)
        members = members.where(tables.branches.c.pacticipant_id == PUBLICATIONS.c.consumer_id)
        conditions.append(PUBLICATIONS.c.version_id.in_(members.correlate(PUBLICATIONS)))
    return conditions


def _on_branch(statement: Select[Any], among: Among) -> Select[Any]:
    """A statement over publications, joined with the branches of their versions."""
    on = tables.branch_versions
    joined = statement.join(on, on.c.version_id == PUBLICATIONS.c.version_id)
    return _branch_members(joined, among)


def _branch_members(statement: Select[Any], among: Among) -> Select[Any]:
    on, lines, owners = tables.branch_versions, tables.branches, tables.pacticipants
    joined = statement.join(lines, lines.c.id == on.c.branch_id)
    if among.branch:
        return joined.where(lines.c.name == among.branch)
    owner = owners.c.id == lines.c.pacticipant_id
    return joined.join(owners, owner).where(lines.c.name == owners.c.main_branch)
