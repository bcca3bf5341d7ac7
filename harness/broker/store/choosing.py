"""
Statements for publications in force: which are meant, and the newest of each line.

Shape: a statement is made once for each shape of question and kept, since to put one together
takes longer than to run it. The newest of a line is looked up pair by pair along an index, so that
it takes as long among a hundred publications as among a million.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    Table,
    bindparam,
    exists,
    func,
    select,
)

from harness.broker.store import tables
from harness.broker.store.statements import Page, columns, given

PUBLICATIONS: Final = tables.publications
CONSUMER: Final = tables.pacticipants.alias("consumer")
PROVIDER: Final = tables.pacticipants.alias("provider")
CONTENTS: Final = tables.contents
SELECT: Final[Select[Any]] = (
    select(
        PUBLICATIONS.c.id,
        PUBLICATIONS.c.consumer_id,
        CONSUMER.c.name.label("consumer"),
        PUBLICATIONS.c.provider_id,
        PROVIDER.c.name.label("provider"),
        PUBLICATIONS.c.version_id,
        tables.versions.c.number,
        *columns(PUBLICATIONS, "content_id"),
        CONTENTS.c.sha,
        *columns(PUBLICATIONS, "revision", "created_at"),
    )
    .join(CONSUMER, CONSUMER.c.id == PUBLICATIONS.c.consumer_id)
    .join(PROVIDER, PROVIDER.c.id == PUBLICATIONS.c.provider_id)
    .join(tables.versions, tables.versions.c.id == PUBLICATIONS.c.version_id)
    .join(CONTENTS, CONTENTS.c.id == PUBLICATIONS.c.content_id)
)
_PAIRS: Final = tables.integrations
_PROVIDER_ID: Final = PUBLICATIONS.c.provider_id
_OTHER: Final = PUBLICATIONS.alias("other")
_ON, _LINES, _TAGS = tables.branch_versions, tables.branches, tables.tags
_SAID, _BY = tables.verifications, tables.branch_versions.alias("by")

_OWNER: Final = tables.pacticipants.alias("owner")
_MAIN: Final = (
    select(_OWNER.c.main_branch)
    .where(_OWNER.c.id == _PAIRS.c.consumer_id)
    .correlate_except(_OWNER)
    .scalar_subquery()
)


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

    @property
    def shape(self) -> Among:
        """What tells its statement from others: whether a value is given, and not which."""
        return replace(
            self,
            provider_id=int(bool(self.provider_id)),
            consumer_id=int(bool(self.consumer_id)),
            branch="?" if self.branch else "",
            tag="?" if self.tag else "",
        )

    def values(self, page: Page | None = None) -> dict[str, object]:
        """The values of its statement."""
        told = {
            "of_provider": self.provider_id,
            "of_consumer": self.consumer_id,
            "of_branch": self.branch,
            "of_tag": self.tag,
        }
        return told | ({"size": page.size, "skipped": page.skipped} if page else {})


@cache
def chosen(shape: Among, *, is_paged: bool = False) -> Select[Any]:
    """Publications, newest consumer version first."""
    if shape.is_head:
        made = _heads(shape)
    else:
        newest_first = PUBLICATIONS.c.version_id.desc(), PUBLICATIONS.c.id.desc()
        made = SELECT.where(*_conditions(shape)).order_by(*newest_first)
    return made.limit(bindparam("size")).offset(bindparam("skipped")) if is_paged else made


@cache
def of_pairs() -> Select[Any]:
    """The newest publication of each of some pairs."""
    sides = ("consumer_id", "consumers"), ("provider_id", "providers")
    return _at(_newest(), *(_PAIRS.c[side].in_(given(name)) for side, name in sides))


@cache
def of_branches(shape: Among, *, is_open: bool = False) -> Select[Any]:
    """
    Of each pair and each branch the publication that was put on it last, with its name.

    Shape: `is_open` leaves those whose content no version on a branch of the provider has verified,
    but for work in progress.
    """
    at = select(_ON.c.id).where(_ON.c.branch_id == _LINES.c.id, _published(_ON))
    found = select(_PAIRS.c.provider_id, _first(at, _ON.c.id, _ON).label("at"))
    found = found.join(_LINES, _LINES.c.pacticipant_id == _PAIRS.c.consumer_id)
    last = found.where(*_sides(_PAIRS, shape)).cte("last").prefix_with("MATERIALIZED")
    made = SELECT.join(_ON, _ON.c.version_id == PUBLICATIONS.c.version_id)
    made = made.join(_LINES, _LINES.c.id == _ON.c.branch_id).add_columns(_LINES.c.name)
    made = made.join(last, (last.c.at == _ON.c.id) & (last.c.provider_id == _PROVIDER_ID))
    made = made.where(PUBLICATIONS.c.current).order_by(_LINES.c.id.desc())
    return made.where(~_verified_on(bindparam("verifier"))) if is_open else made


@cache
def of_tags(shape: Among) -> Select[Any]:
    """Of each pair and each tag the newest publication, with its name."""
    pair, name = (_PAIRS.c.consumer_id, _PAIRS.c.provider_id), _TAGS.c.name
    found = select(*pair, name.label("line"), func.max(_TAGS.c.version_id).label("at"))
    found = found.join(_TAGS, _TAGS.c.pacticipant_id == _PAIRS.c.consumer_id)
    found = found.where(_published(_TAGS), *_sides(_PAIRS, shape)).group_by(*pair, name)
    last = found.cte("last").prefix_with("MATERIALIZED")
    here = (last.c.at == PUBLICATIONS.c.version_id) & (last.c.provider_id == _PROVIDER_ID)
    made = SELECT.join(last, here).add_columns(last.c.line)
    return made.where(PUBLICATIONS.c.current).order_by(last.c.line)


@cache
def running(shape: Among, up: Table) -> Select[Any]:
    """Publications of versions that run, or are released, with the environment's name."""
    place = tables.environments
    found = select(up.c.version_id, _PAIRS.c.provider_id, place.c.name)
    found = found.join(_PAIRS, _PAIRS.c.consumer_id == up.c.pacticipant_id)
    found = found.join(place, place.c.id == up.c.environment_id)
    found = found.where(up.c.ended_at.is_(None), *_sides(_PAIRS, shape))
    runs = found.cte("runs").prefix_with("MATERIALIZED")
    here = (runs.c.version_id == PUBLICATIONS.c.version_id) & (runs.c.provider_id == _PROVIDER_ID)
    made = SELECT.join(runs, here).add_columns(runs.c.name)
    return made.where(PUBLICATIONS.c.current).order_by(PROVIDER.c.name)


def _heads(shape: Among) -> Select[Any]:
    sides = _sides(_PAIRS, shape)
    if shape.branch or shape.main_branch:
        return _at(_newest_on(bindparam("of_branch") if shape.branch else _MAIN), *sides)
    if shape.tag:
        return _at(_newest_tagged(), *sides)
    return _at(_newest(untagged=shape.untagged), *sides)


def _at(version: ScalarSelect[Any], *where: ColumnElement[bool]) -> Select[Any]:
    """
    The publications of one version of each pair that is meant.

    Shape: the versions are found first, since planners would look for one beside each publication.
    """
    versions = select(_PAIRS.c.provider_id, version.label("at")).where(*where)
    heads = versions.cte("heads").prefix_with("MATERIALIZED")
    here = (heads.c.at == PUBLICATIONS.c.version_id) & (heads.c.provider_id == _PROVIDER_ID)
    made: Select[Any] = SELECT.join(heads, here).where(PUBLICATIONS.c.current)
    return made.order_by(heads.c.at.desc(), PUBLICATIONS.c.id.desc())


def _newest(*, untagged: bool = False) -> ScalarSelect[Any]:
    """A pair's newest version."""
    made = select(_OTHER.c.version_id).where(*_of_pair(_OTHER))
    if untagged:
        made = made.where(~exists().where(_TAGS.c.version_id == _OTHER.c.version_id))
    return _first(made, _OTHER.c.version_id, _OTHER)


def _newest_on(name: ColumnElement[Any]) -> ScalarSelect[Any]:
    """The version that was put on a branch last, of those that published for a pair."""
    line = select(_LINES.c.id).where(
        _LINES.c.pacticipant_id == _PAIRS.c.consumer_id, _LINES.c.name == name
    )
    branch = line.correlate_except(_LINES).scalar_subquery()
    made = select(_ON.c.version_id).where(_ON.c.branch_id == branch, _published(_ON))
    return _first(made, _ON.c.id, _ON)


def _newest_tagged() -> ScalarSelect[Any]:
    made = select(_TAGS.c.version_id).where(
        _TAGS.c.pacticipant_id == _PAIRS.c.consumer_id,
        _TAGS.c.name == bindparam("of_tag"),
        _published(_TAGS),
    )
    return _first(made, _TAGS.c.version_id, _TAGS)


def _first(made: Select[Any], order: ColumnElement[Any], own: FromClause) -> ScalarSelect[Any]:
    """The one that comes first; all but its own table are those of the statement around it."""
    return made.order_by(order.desc()).limit(1).correlate_except(own).scalar_subquery()


def _published(line: Table) -> ColumnElement[bool]:
    """That a version published for the pair: asked version by version, the newest first."""
    where = (_OTHER.c.version_id == line.c.version_id, *_of_pair(_OTHER))
    return select(_OTHER.c.id).where(*where).correlate_except(_OTHER).exists()


def _verified_on(branch: ColumnElement[Any]) -> ColumnElement[bool]:
    """That a version on a branch of the provider has verified a content."""
    line = select(_LINES.c.id).where(
        _LINES.c.pacticipant_id == bindparam("of_provider"), _LINES.c.name == branch
    )
    made = select(_SAID.c.id).join(_BY, _BY.c.version_id == _SAID.c.version_id)
    return (
        made.where(_SAID.c.content_id == PUBLICATIONS.c.content_id, _SAID.c.success)
        .where(~_SAID.c.wip, _BY.c.branch_id == line.correlate_except(_LINES).scalar_subquery())
        .correlate(PUBLICATIONS)
        .exists()
    )


def _of_pair(table: FromClause) -> tuple[ColumnElement[bool], ...]:
    return (
        table.c.consumer_id == _PAIRS.c.consumer_id,
        table.c.provider_id == _PAIRS.c.provider_id,
        table.c.current,
    )


def _sides(table: FromClause, shape: Among) -> list[ColumnElement[bool]]:
    found = []
    if shape.provider_id:
        found.append(table.c.provider_id == bindparam("of_provider"))
    if shape.consumer_id:
        found.append(table.c.consumer_id == bindparam("of_consumer"))
    return found


def _conditions(shape: Among) -> list[ColumnElement[bool]]:
    found = [PUBLICATIONS.c.current, *_sides(PUBLICATIONS, shape)]
    tagged = exists().where(_TAGS.c.version_id == PUBLICATIONS.c.version_id)
    if shape.tag:
        found.append(tagged.where(_TAGS.c.name == bindparam("of_tag")))
    if shape.untagged:
        found.append(~tagged)
    if shape.branch or shape.main_branch:
        name = bindparam("of_branch") if shape.branch else CONSUMER.c.main_branch
        on = select(_ON.c.id).join(_LINES, _LINES.c.id == _ON.c.branch_id)
        member = on.where(_ON.c.version_id == PUBLICATIONS.c.version_id, _LINES.c.name == name)
        found.append(member.correlate(PUBLICATIONS, CONSUMER).exists())
    return found
