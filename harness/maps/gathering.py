"""What a map shows: gathered from a workspace and its pacts, or from a verdict."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from harness.domain.edge import EdgeReport, Pair
from harness.domain.kept_run import KeptRun
from harness.domain.service_map import Link, Participant, ServiceMap
from harness.domain.system import System
from harness.domain.verdict import Verdict


def pairs_of(system: System) -> dict[Pair, int]:
    """Map every consumer and provider, declared or in a pact, to their interactions in pacts."""
    found = dict.fromkeys(system.declared_pairs, 0)
    name_of = system.config.name_of
    for one in system.pacts:
        if one.pact:
            pair = Pair(name_of(one.consumer), name_of(one.provider))
            found[pair] = found.get(pair, 0) + len(one.pact.interactions)
    return dict(sorted(found.items()))


def of_system(system: System, run: KeptRun | None) -> ServiceMap:
    """Draw what the workspace's tables and pacts name, with what a kept run knows of it."""
    edges = _by_pair(run.edges if run else ())
    counts, declared = pairs_of(system), set(system.declared_pairs)
    links = tuple(
        Link(pair, count, pair in declared, edges.get(pair, ())) for pair, count in counts.items()
    )
    return ServiceMap(_named(system.config.participants, links), links, _told(run))


def of_verdict(verdict: Verdict) -> ServiceMap:
    """Draw what a run looked at."""
    links = tuple(
        Link(pair, sum(map(_interactions, edges)), declared=True, edges=edges)
        for pair, edges in _by_pair(verdict.edges).items()
    )
    return ServiceMap(_named(verdict.participants, links), links, "this run")


def _interactions(report: EdgeReport) -> int:
    return max((leg.interactions for leg in report.legs), default=0)


def _told(run: KeptRun | None) -> str:
    if run is None:
        return ""
    part = "" if run.is_whole else ", which looked at a part of the system"
    return f"the last run: {run.status.value}{part}"


def _by_pair(edges: Iterable[EdgeReport]) -> dict[Pair, tuple[EdgeReport, ...]]:
    ordered = sorted(edges, key=lambda report: report.edge)
    return {pair: tuple(found) for pair, found in groupby(ordered, key=lambda one: one.edge.pair)}


def _named(members: Iterable[Participant], links: Iterable[Link]) -> tuple[Participant, ...]:
    """The members, and whoever else is at an end of a link."""
    found = {one.name: one for one in members}
    for link in links:
        for name in (link.pair.consumer, link.pair.provider):
            found.setdefault(name, Participant(name, is_member=False))
    return tuple(found[name] for name in sorted(found))
