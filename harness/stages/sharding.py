"""Cut a plan for several machines, and join what they saw."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from harness import __version__
from harness.domain.config import Config
from harness.domain.errors import Misused
from harness.domain.evidence import (
    ContractTestRan,
    DocumentRead,
    DocumentRefused,
    Evidence,
    Observed,
    PactGathered,
    Unobserved,
)
from harness.domain.selection import Selection
from harness.domain.shard import Cut, Shard, ShardSeen
from harness.domain.steps import ConsumerTests, Describe, Plan, Step
from harness.stages.observing import Expand, in_order

# Of a shop of five services on two cores; what was measured in a workspace itself goes before.
_USUAL_MS: Final[Mapping[str, int]] = {
    "describe": 1_500,
    "diff": 1_000,
    "consumer-tests": 2_500,
    "compare": 1_000,
    "replies": 2_000,
    "reply-fuzz": 15_000,
    "verify": 3_000,
    "fuzz": 20_000,
    "service-replies": 20_000,
    "wire": 15_000,
    "answers": 5_000,
    "types": 6_000,
}
# Short steps that many take: each machine does them for itself.
_REPEATED = (Describe.kind, ConsumerTests.kind)


def cut(steps: Iterable[Step], count: int, durations: Mapping[str, int], steered_by: object) -> Cut:
    """
    Give every step to one shard, so that all take about as long.

    Shape: a step is with those that take its evidence, unless these repeat it; `durations` are
    those of earlier runs, by ids. The same input gives the same cut on every machine.
    """
    known = {step.id: step for step in steps}
    cost = {id: durations.get(id, _USUAL_MS[step.kind]) for id, step in known.items()}
    shares = [_Share(known, cost) for _ in range(count)]
    groups = sorted(_groups(known), key=lambda ids: (-sum(cost[id] for id in ids), min(ids)))
    for group in groups:
        min(shares, key=lambda share: share.load_with(group)).take(group)
    for id in sorted(id for id, step in known.items() if step.kind in _REPEATED):
        doing = [share for share in shares if id in share.done] or shares
        min(doing, key=lambda share: share.load_with((id,))).take((id,))
    owned = tuple(frozenset(share.owned) for share in shares)
    told = _plan_digest(known.values(), owned, steered_by)
    return Cut(owned, told, tuple(share.load for share in shares))


def see_same_plan(one: ShardSeen, steps: Iterable[Step], steered_by: object) -> None:
    """
    See that a shard was cut out of this very plan.

    Raises: Misused, where it was not.
    """
    if _plan_digest(steps, one.cut.owned, steered_by) != one.cut.plan:
        raise Misused(
            "the plan of this checkout is another than that of the shards",
            hint="merge where the same members, pacts and accepted documents lie: write no pacts"
            " before",
        )


def _plan_digest(
    steps: Iterable[Step], owned: tuple[frozenset[str], ...], steered_by: object
) -> str:
    told = [sorted((one.id, list(one.takes)) for one in steps), [*map(sorted, owned)], steered_by]
    text = json.dumps(told, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def steering(config: Config, selection: Selection) -> object:
    """What two shards of one run have in common, beside their plan."""
    edges = [[pair.consumer, pair.provider] for pair in selection.edges]
    chosen = [list(selection.services), edges, list(selection.checks)]
    return [__version__, chosen, config.seed, config.examples, config.base, config.neighbours]


def foreseen(plan: Plan, expand: Expand) -> tuple[Step, ...]:
    """The steps of a plan, and those that it comes to where every document can be read."""
    found = {step.id: step for step in plan.steps}
    for step in plan.steps:
        if isinstance(step, Describe):
            read = Observed(step.id, (DocumentRead(step.service, "", ""),))
            for new in expand(step, read):
                found.setdefault(new.id, new)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Part:
    """
    One shard's part of a plan.

    Shape: `wanted` are the ids of its own steps and of all whose evidence these take.
    """

    owned: frozenset[str]
    wanted: frozenset[str]

    def of_plan(self, plan: Plan) -> Plan:
        """The steps of a plan that this part does."""
        return replace(plan, steps=tuple(step for step in plan.steps if step.id in self.wanted))

    def expanding(self, expand: Expand) -> Expand:
        """
        Keep to this part in what evidence calls for.

        Shape: what a document calls for was given to somebody beforehand; what only tests or a
        comparison can name belongs to whoever owns these.
        """

        def kept(step: Step, observed: Observed) -> tuple[Step, ...]:
            named = expand(step, observed)
            if isinstance(step, Describe):
                return tuple(new for new in named if new.id in self.wanted)
            return named if step.id in self.owned else ()

        return kept


def part_of(shard: Shard, steps: Iterable[Step], whole: Cut) -> Part:
    """Give the part of one shard."""
    owned = whole.owned[shard.index - 1]
    known = {step.id: step for step in steps}
    return Part(owned, frozenset(_closure(owned, known)))


def checked(shards: Iterable[ShardSeen], commit: str) -> tuple[ShardSeen, ...]:
    """
    Put shards in their order.

    Raises: Misused, where they are not of one run, or not of the commit that is checked out.
    """
    found = sorted(shards, key=lambda one: (one.shard.index, one.shard.count))
    first = found[0]
    for one in found[1:]:
        _see_that(one, first, "numbers of shards", one.shard.count, first.shard.count)
        _see_that(one, first, "commits", one.commit[:12], first.commit[:12])
        _see_that(one, first, "plans", one.cut.plan[:12], first.cut.plan[:12])
    twice = [one.shard for one, other in pairwise(found) if one.shard == other.shard]
    if twice:
        raise Misused(f"shard {twice[0]} is given twice", hint="give each shard's file once")
    if first.commit != commit:
        raise Misused(
            f"the shards are of commit {first.commit[:12] or 'none'},"
            f" and this checkout is {commit[:12] or 'no commit'}",
            hint="merge in a checkout of the commit that the shards looked at",
        )
    return tuple(found)


def joined(shards: tuple[ShardSeen, ...]) -> tuple[tuple[Step, ...], tuple[Observed, ...]]:
    """
    Join what shards saw into what one run would have seen, in a fixed order.

    Shape: of a step that was repeated, its owner's evidence counts; that another saw it otherwise
    is told as something that was not observed.
    """
    steps: dict[str, Step] = {}
    seen: dict[str, Observed] = {}
    others: list[Observed] = []
    for one in shards:
        owned = one.cut.owned[one.shard.index - 1]
        for step, observed in zip(one.steps, one.observed, strict=True):
            is_owner = step.id in owned or step.id not in frozenset().union(*one.cut.owned)
            if is_owner or step.id not in seen:
                others += [seen[step.id]] if step.id in seen else []
                steps[step.id], seen[step.id] = step, observed
            else:
                others.append(observed)
    for other in others:
        kept = seen[other.step]
        if _essence(kept) != _essence(other):
            lost = Unobserved(
                other.step,
                "two shards saw it differently, so that their evidence is not of one system",
                "see what differs between their machines, or whether tests are flaky",
            )
            if lost not in kept.evidence:
                seen[other.step] = replace(kept, evidence=(*kept.evidence, lost))
    ordered = in_order(steps.values())
    missing = tuple(_missing(shards))
    return ordered, (*(seen[step.id] for step in ordered), *missing)


def _missing(shards: tuple[ShardSeen, ...]) -> Iterator[Observed]:
    """Name the shards that nobody gave, and the steps that a shard did not come to."""
    given = {one.shard.index: one for one in shards}
    whole = shards[0].cut
    for index, owned in enumerate(whole.owned, 1):
        shard = Shard(index, len(whole.owned))
        if index not in given:
            named = ", ".join(sorted(owned)) or "none"
            lost = Unobserved(
                f"shard {shard}",
                f"no file of it was given; its steps: {named}",
                "give the files of all shards: harness merge FILE...",
            )
            yield Observed(f"shard {shard}", (lost,))
        elif given[index].interrupted:
            lost = Unobserved(f"shard {shard}", "it was interrupted before it had done its steps")
            yield Observed(f"shard {shard}", (lost,))


def _see_that(one: ShardSeen, first: ShardSeen, what: str, mine: object, its: object) -> None:
    if mine != its:
        raise Misused(
            f"shard {one.shard} and shard {first.shard} are of two {what}: {mine} and {its}",
            hint="merge the shards of one run: of one commit, with the same options, and cut by"
            " the same past durations",
        )


@dataclass(slots=True)
class _Share:
    """What one shard has been given so far."""

    known: Mapping[str, Step]
    cost: Mapping[str, int]
    owned: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)
    load: int = 0

    def load_with(self, ids: Iterable[str]) -> int:
        return self.load + sum(self.cost[id] for id in _closure(ids, self.known) - self.done)

    def take(self, ids: Iterable[str]) -> None:
        self.load = self.load_with(ids)
        self.owned.update(ids)
        self.done |= _closure(ids, self.known)


def _groups(known: Mapping[str, Step]) -> Iterator[tuple[str, ...]]:
    """The steps that must stay together, since one takes what the other sees and is long."""
    of: dict[str, set[str]] = {id: {id} for id, step in known.items() if step.kind not in _REPEATED}
    for id in tuple(of):
        for taken in known[id].takes:
            if taken in of and of[taken] is not of[id]:
                together = of[id] | of[taken]
                for each in together:
                    of[each] = together
    yield from {min(ids): tuple(sorted(ids)) for ids in of.values()}.values()


def _closure(ids: Iterable[str], known: Mapping[str, Step]) -> set[str]:
    """Steps with all whose evidence they take, and theirs."""
    waiting, found = list(ids), set[str]()
    while waiting:
        id = waiting.pop()
        if id not in found and id in known:
            found.add(id)
            waiting += known[id].takes
    return found


def _essence(observed: Observed) -> list[tuple[str, ...]]:
    """What of evidence others build on, without times and addresses."""
    return sorted(filter(None, map(_essential, observed.evidence)))


def _essential(one: Evidence) -> tuple[str, ...]:
    match one:
        case ContractTestRan():
            return "test", one.test, one.outcome.value
        case PactGathered():
            return "pact", one.consumer, one.provider, one.text, str(one.complete)
        case DocumentRead():
            return "document", one.location, one.text
        case DocumentRefused():
            return "refused", one.location
        case Unobserved():
            return "unobserved", one.what
        case _:
            return ()
