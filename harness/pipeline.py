"""The corridor: the one place where the route that data takes is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial

from harness.checks.check import Catalog
from harness.domain.config import Config
from harness.domain.edge import Pair
from harness.domain.evidence import Observed
from harness.domain.finding import Named
from harness.domain.selection import Selection
from harness.domain.shard import Cut, Shard, ShardSeen
from harness.domain.steps import ConsumerTests, Plan, Replay, Step
from harness.domain.system import System
from harness.domain.verdict import Verdict
from harness.stages.deciding import decide
from harness.stages.exchanging import told_others
from harness.stages.judging import gather, judge
from harness.stages.keeping import keep_pacts
from harness.stages.legs import Run
from harness.stages.naming import named_by_pacts
from harness.stages.observing import Expand, observe
from harness.stages.planning import expand, make_plan, needed_kinds
from harness.stages.ports import Files, Outside
from harness.stages.sharding import (
    checked,
    cut,
    foreseen,
    joined,
    part_of,
    see_same_plan,
    steering,
)
from harness.stages.surveying import survey


def run(
    config: Config,
    outside: Outside,
    catalog: Catalog,
    selection: Selection,
    maxfail: int = 0,
) -> Verdict:
    """Take a workspace to a verdict; so many failing findings end it early, 0 is no limit."""
    plan, further, system = _planned(config, outside.files, catalog, selection)
    return _follow(plan, further, system, outside, catalog, selection, maxfail)


def cut_for(
    config: Config,
    files: Files,
    catalog: Catalog,
    selection: Selection,
    count: int,
    durations: Mapping[str, int],
) -> Cut:
    """Say how a plan is cut for so many machines."""
    plan, further, _ = _planned(config, files, catalog, selection)
    return cut(foreseen(plan, further), count, durations, steering(config, selection))


def share(
    config: Config,
    outside: Outside,
    catalog: Catalog,
    selection: Selection,
    shard: Shard,
    durations: Mapping[str, int],
) -> ShardSeen:
    """
    Do the part of one shard, and judge nothing.

    Shape: `commit` is left empty: whoever asks knows it.
    """
    started = outside.clock()
    plan, further, system = _planned(config, outside.files, catalog, selection)
    steps = foreseen(plan, further)
    whole = cut(steps, shard.count, durations, steering(config, selection))
    part = part_of(shard, steps, whole)
    seen = observe(part.of_plan(plan), system, outside, part.expanding(further))
    by_id = {one.step: one for one in seen.observed}
    return ShardSeen(
        shard=shard,
        cut=whole,
        commit="",
        selection=selection,
        seed=config.seed,
        examples=config.examples,
        base=config.base,
        steps=seen.steps,
        observed=tuple(by_id[step.id] for step in seen.steps),
        elapsed_ms=round((outside.clock() - started) * 1000),
        interrupted=seen.interrupted,
        notes=seen.notes,
        unkept=seen.unkept,
    )


def merge(
    config: Config, outside: Outside, catalog: Catalog, given: Iterable[ShardSeen], commit: str
) -> Verdict:
    """
    Take what shards saw to the verdict that one run would have come to.

    Raises: Misused, where they are not of one run, or of another commit or plan than this checkout.
    """
    shards = checked(given, commit)
    first = shards[0]
    config = replace(config, seed=first.seed, examples=first.examples, base=first.base)
    plan, further, system = _planned(config, outside.files, catalog, first.selection)
    see_same_plan(first, foreseen(plan, further), steering(config, first.selection))
    steps, observed = joined(shards)
    course = Run(
        plan,
        steps,
        max(one.elapsed_ms for one in shards),
        is_slice=not first.selection.is_whole,
        today=outside.today,
        notes={step: note for one in shards for step, note in one.notes.items()},
        unkept=next((one.unkept for one in shards if one.unkept), ""),
        nothing_since=_nothing_since(first.selection),
    )
    return _decided(course, observed, system, outside, catalog, first.selection)


def replay(config: Config, outside: Outside, catalog: Catalog, step: Replay) -> Verdict:
    """Send one recording again, and judge as the gate would whether it shows its finding."""
    no_legs = replace(config, policy=replace(config.policy, required=None))
    system = survey(no_legs, outside.files)
    selection = Selection(services=(step.service,))
    plan = Plan((step,))
    verdict = _follow(plan, _nothing_further, system, outside, catalog, selection)
    shown = tuple(one for one in verdict.findings if one.fingerprint == step.finding)
    return replace(verdict, findings=shown)


def look_again(config: Config, outside: Outside, catalog: Catalog, known: Named) -> Verdict:
    """Look for one finding as the gate would, by its own check and on its own edge or service."""
    no_legs = replace(config, policy=replace(config.policy, required=None))
    consumer, is_edge, provider = known.subject.partition(":")
    asked = Selection(
        services=() if is_edge or not consumer else (consumer,),
        edges=(Pair(consumer, provider),) if is_edge else (),
        checks=(known.check,),
    )
    verdict = run(no_legs, outside, catalog, asked)
    shown = tuple(one for one in verdict.findings if one.fingerprint == known.fingerprint)
    return replace(verdict, findings=shown)


def suite(config: Config, outside: Outside, catalog: Catalog, selection: Selection) -> Verdict:
    """
    Take contract tests to a verdict whose consumers nobody named: the pacts that they give do.

    Shape: `config` has one member, whose tests they are.
    Raises: Misused for a document of a provider that no contract is with.
    """
    (member,) = config.services
    step = ConsumerTests(member.name, why="its pacts name it")
    system = survey(config, outside.files)
    seen = observe(Plan((step,)), system, outside, _nothing_further)
    return run(named_by_pacts(config, seen.observed), outside, catalog, selection)


def _follow(
    plan: Plan,
    further: Expand,
    system: System,
    outside: Outside,
    catalog: Catalog,
    selection: Selection,
    maxfail: int = 0,
) -> Verdict:
    started = outside.clock()

    def enough(steps: tuple[Step, ...], observed: tuple[Observed, ...]) -> bool:
        if not maxfail:
            return False
        facts = gather(system, observed, selection)
        so_far = decide(
            facts, judge(facts, catalog, selection), Run(plan, steps, 0, today=outside.today)
        )
        # What has no leg says that nobody looked, which is not so before all have.
        return sum(1 for one in so_far.findings if one.fails and one.leg) >= maxfail

    # Tools observe; evidence names further steps.
    seen = observe(plan, system, outside, further, enough)
    course = Run(
        plan,
        seen.steps,
        0,
        seen.interrupted,
        is_slice=not selection.is_whole,
        today=outside.today,
        notes=seen.notes,
        unkept=seen.unkept,
        nothing_since=_nothing_since(selection),
        undone=seen.undone,
    )
    verdict = _decided(course, seen.observed, system, outside, catalog, selection)
    return replace(verdict, elapsed_ms=round((outside.clock() - started) * 1000))


def _decided(
    course: Run,
    observed: tuple[Observed, ...],
    system: System,
    outside: Outside,
    catalog: Catalog,
    selection: Selection,
) -> Verdict:
    keep_pacts(observed, system.config, outside.files)  # of whole and green runs alone
    answered, told = told_others(system, observed, outside.exchange, selection)
    facts = gather(system, (*observed, answered), selection)
    judgement = judge(facts, catalog, selection)  # checks judge
    verdict = decide(facts, judgement, course)  # policy decides; reports tell
    return replace(verdict, results=told)


def _planned(
    config: Config, files: Files, catalog: Catalog, selection: Selection
) -> tuple[Plan, Expand, System]:
    system = survey(config, files)  # what is there, read once
    plan = make_plan(system, catalog, selection)  # what will be done, and why each step
    kinds = needed_kinds(catalog, selection, config)
    return plan, partial(expand, system=system, selection=selection, kinds=kinds), system


def _nothing_since(selection: Selection) -> str:
    return selection.since.revision if selection.since and selection.is_empty else ""


def _nothing_further(_step: Step, _observed: Observed) -> tuple[Step, ...]:
    return ()
