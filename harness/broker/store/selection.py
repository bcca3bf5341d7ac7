"""Which pacts a provider is given to verify."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from harness.broker.semantics.notices import Cause
from harness.broker.semantics.pending import Line
from harness.broker.semantics.rows import Pacticipant, Publication
from harness.broker.semantics.selectors import DEFAULT, Selector
from harness.broker.store import contracts, environments, lines, pacticipants, tables
from harness.broker.store.contracts import PUBLICATIONS, Among


@dataclass(frozen=True, slots=True)
class Selected:
    """A content with the consumer versions and the reasons for which it was selected."""

    publication: Publication
    causes: tuple[Cause, ...]
    version_ids: tuple[int, ...]


def selected(
    db: Connection, provider: Pacticipant, asked: Sequence[Selector], branch: str
) -> list[Selected]:
    """The contents that selectors lead to; `branch` is the provider version's."""
    found = [each for one in asked for each in _of_selector(db, provider, one, branch)]
    if asked is DEFAULT:
        has = {each.consumer_id for each, cause in found if cause.selector.main_branch}
        found += _without_main_branch(db, provider, has)
    return _squashed(found)


def candidates(db: Connection, provider: Pacticipant, since: str) -> list[Selected]:
    """The newest contents of every consumer's branches and tags that are not older than a day."""
    consumers = pacticipants.by_ids(db, _consumers(db, provider))
    found: list[tuple[Publication, Cause]] = []
    for owner in consumers.values():
        among = Among(provider_id=provider.id, consumer_id=owner.id, is_head=True)
        for name in _branch_names(db, owner):
            one = Selector(branch=name)
            found += _caused(contracts.found(db, replace(among, branch=name)), one)
        for name in _tag_names(db, owner):
            one = Selector(tag=name, is_latest=True)
            found += _caused(contracts.found(db, replace(among, tag=name)), one)
    return _squashed(each for each in found if each[0].created_at >= since)


def provider_lines(
    db: Connection, provider: Pacticipant, branch: str, tags: Sequence[str]
) -> list[Line]:
    """The lines of development of a provider version, with the moments when they began."""
    if branch:
        return [Line(branch, False, lines.began(db, provider.id, branch, is_tag=False))]
    return [Line(tag, True, lines.began(db, provider.id, tag, is_tag=True)) for tag in tags]


def in_use(db: Connection, provider: Pacticipant) -> set[int]:
    """The provider versions that matter: the main branch's latest, deployed and released ones."""
    deployed, released = environments.current(db, pacticipant_id=provider.id)
    found = {each.version_id for each in deployed} | {each.version_id for each in released}
    main = lines.head(db, provider.id, provider.main_branch) if provider.main_branch else None
    return found | {main.id} if main else found


def _of_selector(
    db: Connection, provider: Pacticipant, one: Selector, branch: str
) -> list[tuple[Publication, Cause]]:
    among = Among(provider_id=provider.id)
    if one.consumer:
        owner = pacticipants.find(db, one.consumer)
        if owner is None:
            return []
        among = replace(among, consumer_id=owner.id)
    if one.runs_somewhere:
        return list(_somewhere(db, among, one))
    if one.every_branch:
        return list(_every_branch(db, among, one))
    if one.matching_branch:
        one = replace(one, branch=branch)
    return _caused(_chosen(db, among, one), one)


def _chosen(db: Connection, among: Among, one: Selector) -> list[Publication]:
    is_head = one.is_latest is not False and not (one.tag and one.is_latest is None)
    meant = replace(
        among, branch=one.branch, tag=one.tag, main_branch=one.main_branch, is_head=is_head
    )
    found = contracts.found(db, meant)
    for name, fallback in (("branch", one.fallback_branch), ("tag", one.fallback_tag)):
        if fallback:
            has = {each.consumer_id for each in found}
            instead = replace(
                meant,
                branch=fallback if name == "branch" else "",
                tag=fallback if name == "tag" else "",
            )
            found += [each for each in contracts.found(db, instead) if each.consumer_id not in has]
    return found


def _every_branch(
    db: Connection, among: Among, one: Selector
) -> Iterator[tuple[Publication, Cause]]:
    wanted = {among.consumer_id} if among.consumer_id else _consumers_of(db, among.provider_id)
    for owner in pacticipants.by_ids(db, wanted).values():
        for name in _branch_names(db, owner):
            meant = replace(among, consumer_id=owner.id, branch=name, is_head=True)
            named = replace(one, branch=name)
            yield from _caused(contracts.found(db, meant), named)


def _somewhere(db: Connection, among: Among, one: Selector) -> Iterator[tuple[Publication, Cause]]:
    place = environments.named(db, one.environment) if one.environment else None
    deployed, released = environments.current(
        db, environment_id=place.id if place else 0, pacticipant_id=among.consumer_id
    )
    where: dict[int, set[int]] = {}
    for up in deployed if one.deployed else ():
        where.setdefault(up.version_id, set()).add(up.environment_id)
    for out in released if one.released else ():
        where.setdefault(out.version_id, set()).add(out.environment_id)
    names = {each.id: each.name for each in environments.every(db)}
    for found in contracts.of_version(db, where, among.provider_id):
        places = sorted({names[each] for each in where[found.version_id]})
        yield found, Cause(one, found.consumer, found.version, tuple(places))


def _without_main_branch(
    db: Connection, provider: Pacticipant, has: set[int]
) -> list[tuple[Publication, Cause]]:
    """Of consumers whose main branch has no pact: what has its name as a tag, else the latest."""
    found: list[tuple[Publication, Cause]] = []
    others = pacticipants.by_ids(db, _consumers(db, provider) - has)
    for owner in others.values():
        among = Among(provider_id=provider.id, consumer_id=owner.id, is_head=True)
        one = Selector(tag=owner.main_branch or "", is_latest=True)
        tagged = contracts.found(db, replace(among, tag=one.tag)) if one.tag else []
        latest = Selector(is_latest=True)
        found += _caused(tagged, one) or _caused(contracts.found(db, among), latest)
    return found


def _squashed(found: Iterable[tuple[Publication, Cause]]) -> list[Selected]:
    """One entry for each content, with all its reasons, the oldest consumer version first."""
    by_content: dict[int, list[tuple[Publication, Cause]]] = {}
    for each in sorted(found, key=lambda one: (one[0].consumer, one[0].version_id)):
        by_content.setdefault(each[0].content_id, []).append(each)
    return [
        Selected(
            each[-1][0],
            tuple(cause for _, cause in each),
            tuple(dict.fromkeys(one.version_id for one, _ in each)),
        )
        for each in by_content.values()
    ]


def _caused(found: Iterable[Publication], one: Selector) -> list[tuple[Publication, Cause]]:
    return [(each, Cause(one, each.consumer, each.version)) for each in found]


def _consumers(db: Connection, provider: Pacticipant) -> set[int]:
    return _consumers_of(db, provider.id)


def _consumers_of(db: Connection, provider_id: int) -> set[int]:
    where = (PUBLICATIONS.c.provider_id == provider_id, PUBLICATIONS.c.current)
    return set(db.execute(select(PUBLICATIONS.c.consumer_id).where(*where).distinct()).scalars())


def _branch_names(db: Connection, owner: Pacticipant) -> list[str]:
    return [each.name for each in lines.branches(db, owner.id, None)[0]]


def _tag_names(db: Connection, owner: Pacticipant) -> list[str]:
    table = tables.tags
    where = table.c.pacticipant_id == owner.id
    return list(db.execute(select(table.c.name).where(where).distinct()).scalars())
