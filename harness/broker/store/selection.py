"""Which pacts a provider is given to verify."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from harness.broker.semantics.notices import Cause
from harness.broker.semantics.pending import Line
from harness.broker.semantics.rows import Pacticipant, Publication
from harness.broker.semantics.selectors import DEFAULT, Selector
from harness.broker.store import contracts, pacticipants, tables
from harness.broker.store import lines as known_lines
from harness.broker.store.choosing import Among, running


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


def candidates(
    db: Connection, provider: Pacticipant, since: str, lines: Sequence[Line]
) -> list[Selected]:
    """
    The newest contents of every consumer's branches and tags that are not older than a day.

    Shape: of the many that were merged long ago, those that the only branch among `lines` has
    verified are left out by the database.
    """
    among = Among(provider_id=provider.id)
    verifier = lines[0].name if len(lines) == 1 and not lines[0].is_tag else ""
    found = _heads_of_branches(db, among, Selector(), verifier)
    for each, name in contracts.of_tags(db, among):
        found += _caused([each], Selector(tag=name, is_latest=True))
    return _squashed(each for each in found if each[0].created_at >= since)


def provider_lines(
    db: Connection, provider: Pacticipant, branch: str, tags: Sequence[str]
) -> list[Line]:
    """The lines of development of a provider version, with the moments when they began."""
    if branch:
        return [Line(branch, False, known_lines.began(db, provider.id, branch, is_tag=False))]
    return [Line(tag, True, known_lines.began(db, provider.id, tag, is_tag=True)) for tag in tags]


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
        return _heads_of_branches(db, among, one)
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


def _heads_of_branches(
    db: Connection, among: Among, one: Selector, verifier: str = ""
) -> list[tuple[Publication, Cause]]:
    found = []
    for each, name in contracts.of_branches(db, among, verifier):
        found += _caused([each], replace(one, branch=name))
    return found


def _somewhere(db: Connection, among: Among, one: Selector) -> Iterator[tuple[Publication, Cause]]:
    kinds = {tables.deployments: one.deployed, tables.releases: one.released}
    where: dict[Publication, set[str]] = {}
    for table in (each for each, is_meant in kinds.items() if is_meant):
        for *row, place in db.execute(running(among.shape, table), among.values()):
            if one.environment in ("", place):
                where.setdefault(Publication(*row), set()).add(place)
    for found, places in where.items():
        yield found, Cause(one, found.consumer, found.version, tuple(sorted(places)))


def _without_main_branch(
    db: Connection, provider: Pacticipant, has: set[int]
) -> list[tuple[Publication, Cause]]:
    """Of consumers whose main branch has no pact: what has its name as a tag, else the latest."""
    found: list[tuple[Publication, Cause]] = []
    among = Among(provider_id=provider.id, is_head=True)
    latest = [each for each in contracts.found(db, among) if each.consumer_id not in has]
    owners = pacticipants.by_ids(db, {each.consumer_id for each in latest})
    tagged: dict[tuple[int, str], Publication] = {}
    for name in {each.main_branch for each in owners.values() if each.main_branch}:
        for each in contracts.found(db, replace(among, tag=name)):
            tagged[each.consumer_id, name] = each
    for each in latest:
        main = owners[each.consumer_id].main_branch or ""
        instead = tagged.get((each.consumer_id, main))
        if instead:
            found += _caused([instead], Selector(tag=main, is_latest=True))
        else:
            found += _caused([each], Selector(is_latest=True))
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
