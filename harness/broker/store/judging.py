"""All that a question to the matrix rests on, fetched in few statements and without a limit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from sqlalchemy import Connection, bindparam, select, union

from harness.broker.semantics.deployability import Considered, Integration, Side, considered
from harness.broker.semantics.queries import Named, Query
from harness.broker.semantics.rows import Pacticipant, Publication, Version
from harness.broker.store import (
    contracts,
    fitting,
    integrations,
    lines,
    pacticipants,
    results,
    tables,
    versions,
)
from harness.broker.store.choosing import PUBLICATIONS
from harness.broker.store.integrations import Pair
from harness.broker.store.statements import given

_VERSIONS, _PLACES = tables.versions, tables.environments
# Made once: to put a statement together takes longer than to run it.
_USED: Final = (
    select(PUBLICATIONS.c.consumer_id, PUBLICATIONS.c.provider_id)
    .where(PUBLICATIONS.c.current, PUBLICATIONS.c.consumer_id == bindparam("consumer"))
    .distinct()
)
_USED_BY: Final = _USED.where(PUBLICATIONS.c.version_id.in_(given("ids")))
_RUNNING: Final = union(
    *(
        select(_VERSIONS.c.pacticipant_id, _VERSIONS.c.id, _VERSIONS.c.number)
        .join(up, up.c.version_id == _VERSIONS.c.id)
        .join(_PLACES, _PLACES.c.id == up.c.environment_id)
        .where(_PLACES.c.name == bindparam("place"), up.c.ended_at.is_(None))
        .where(up.c.pacticipant_id.in_(given("owners")))
        for up in (tables.deployments, tables.releases)
    )
)


def judged(db: Connection, query: Query, known: Mapping[str, Pacticipant]) -> Considered:
    """
    What follows for a question without faults; `known` are the pacticipants that it names.

    Raises: Uncompared, where documents have to be compared first.
    """
    sides = _specified(db, query, known)
    pairs = integrations.involving(db, sides)
    consumers = {each.consumer_id for each in pairs}
    used = _used(db, [side for key, side in sides.items() if key in consumers])
    if query.target.is_given or len(sides) == 1:
        sides = {**sides, **_inferred(db, query, sides, pairs, used)}
    meant = [
        Integration(
            each.consumer_id, each.provider_id, (each.consumer_id, each.provider_id) in used
        )
        for each in pairs
        if each.consumer_id in sides and each.provider_id in sides
    ]
    published = _published(db, meant, sides)
    closed = _closed(sides, {each.provider_id for each in meant})
    said = results.of_contents(db, {one.content_id for one in published}, closed)
    fits = fitting.fits(db, published, sides)
    ignorable = {named: _is_there(db, named) for named in query.ignored}
    return considered(query, sides, meant, published, said, ignorable, fits)


def resolved(db: Connection, named: Named, owner: Pacticipant) -> dict[int, str]:
    """The versions that a selector leads to, number by identifier; none where it is open."""
    if named.version:
        return _numbers(versions.find(db, owner.id, named.version))
    if named.environment:
        return _running(db, named.environment, [owner.id]).get(owner.id, {})
    if named.tag:
        if named.is_latest:
            return _numbers(versions.latest(db, owner.id, named.tag))
        return _numbers(*versions.every(db, owner.id, None, tag=named.tag)[0])
    branch = named.branch or (owner.main_branch or "" if named.main_branch else "")
    if branch:
        return _of_branch(db, owner, branch, is_head=named.is_latest)
    if named.is_latest and not named.main_branch:
        return _numbers(versions.latest(db, owner.id))
    return {}


def _specified(db: Connection, query: Query, known: Mapping[str, Pacticipant]) -> dict[int, Side]:
    meant: dict[int, list[tuple[Named, Mapping[int, str]]]] = {}
    for named in query.selectors:
        owner = known.get(named.pacticipant)
        if owner:
            meant.setdefault(owner.id, []).append((named, resolved(db, named, owner)))
    return {key: Side(key, tuple(found), True) for key, found in meant.items()}


def _used(db: Connection, sides: Iterable[Side]) -> set[tuple[int, int]]:
    """The pairs in which a consumer version that is meant has a pact."""
    found: set[tuple[int, int]] = set()
    for side in sides:
        statement = _USED if side.is_open else _USED_BY
        values = {"consumer": side.pacticipant_id, "ids": list(side.versions)}
        found.update((row[0], row[1]) for row in db.execute(statement, values))
    return found


def _inferred(
    db: Connection,
    query: Query,
    sides: Mapping[int, Side],
    pairs: Collection[Pair],
    used: set[tuple[int, int]],
) -> dict[int, Side]:
    """The other sides: providers that are used, and every consumer that was ever there."""
    wanted = {
        *(each.provider_id for each in pairs if (each.consumer_id, each.provider_id) in used),
        *(each.consumer_id for each in pairs if each.provider_id in sides),
    } - sides.keys()
    target = query.target
    if target.environment:
        names = {key: name for each in pairs for key, name in each.names.items() if key in wanted}
        running = _running(db, target.environment, names)
        leading = [(key, target.of(name), running.get(key, {})) for key, name in names.items()]
    else:
        leading = []
        for key, owner in pacticipants.by_ids(db, wanted).items():
            named = target.of(owner.name) if target.is_given else Named(owner.name)
            leading.append((key, named, resolved(db, named, owner)))
    return {key: Side(key, ((named, found),), False) for key, named, found in leading}


def _published(
    db: Connection, meant: Iterable[Integration], sides: Mapping[int, Side]
) -> list[Publication]:
    pairs = {(each.consumer_id, each.provider_id) for each in meant}
    if not pairs:
        return []
    return contracts.of_pairs(db, pairs, _closed(sides, {each for each, _ in pairs}))


def _closed(sides: Mapping[int, Side], keys: Iterable[int]) -> set[int] | None:
    """The versions of sides, or none where one of them is open."""
    found: set[int] = set()
    for key in keys:
        if sides[key].is_open:
            return None
        found.update(sides[key].versions)
    return found


def _running(
    db: Connection, environment: str, owners: Collection[int]
) -> dict[int, dict[int, str]]:
    """What is deployed or released in an environment: version numbers by pacticipant."""
    if not owners:
        return {}
    values, found = {"place": environment, "owners": list(owners)}, dict[int, dict[int, str]]()
    for owner, key, number in sorted(tuple(row) for row in db.execute(_RUNNING, values)):
        found.setdefault(owner, {})[key] = number
    return found


def _of_branch(db: Connection, owner: Pacticipant, branch: str, *, is_head: bool) -> dict[int, str]:
    if is_head:
        return _numbers(lines.head(db, owner.id, branch))
    found = lines.branch(db, owner.id, branch)
    return _numbers(*versions.every(db, owner.id, None, branch_id=found.id)[0]) if found else {}


def _is_there(db: Connection, named: Named) -> bool:
    owner = pacticipants.find(db, named.pacticipant)
    if owner is None:
        return False
    return not named.version or versions.find(db, owner.id, named.version) is not None


def _numbers(*found: Version | None) -> dict[int, str]:
    return {each.id: each.number for each in found if each}
