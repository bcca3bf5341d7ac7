"""The corridor: the one place where the route that data takes is written."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from harness.checks.check import Catalog
from harness.domain.config import Config
from harness.domain.evidence import Observed
from harness.domain.selection import Selection
from harness.domain.steps import ConsumerTests, Plan, Replay, Step
from harness.domain.system import System
from harness.domain.verdict import Verdict
from harness.stages.deciding import decide
from harness.stages.judging import gather, judge
from harness.stages.keeping import keep_pacts
from harness.stages.legs import Run
from harness.stages.naming import named_by_pacts
from harness.stages.observing import Expand, observe
from harness.stages.planning import expand, make_plan, needed_kinds
from harness.stages.ports import Outside
from harness.stages.surveying import survey


def run(config: Config, outside: Outside, catalog: Catalog, selection: Selection) -> Verdict:
    """Take a workspace to a verdict."""
    system = survey(config, outside.files)  # what is there, read once
    plan = make_plan(system, catalog, selection)  # what will be done, and why each step
    kinds = needed_kinds(catalog, selection, config)
    further = partial(expand, system=system, selection=selection, kinds=kinds)
    return _follow(plan, further, system, outside, catalog, selection)


def replay(config: Config, outside: Outside, catalog: Catalog, step: Replay) -> Verdict:
    """Send one recording again, and judge as the gate would whether it shows its finding."""
    no_legs = replace(config, policy=replace(config.policy, required=None))
    system = survey(no_legs, outside.files)
    selection = Selection(services=(step.service,))
    verdict = _follow(Plan((step,)), _nothing_further, system, outside, catalog, selection)
    shown = tuple(one for one in verdict.findings if one.fingerprint == step.finding)
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
) -> Verdict:
    started = outside.clock()
    seen = observe(plan, system, outside, further)  # tools observe; evidence names further steps
    keep_pacts(seen.observed, system.config, outside.files)  # of whole and green runs alone
    facts = gather(system, seen.observed, selection)
    judgement = judge(facts, catalog, selection)  # checks judge
    elapsed_ms = round((outside.clock() - started) * 1000)
    course = Run(
        plan,
        seen.steps,
        elapsed_ms,
        seen.interrupted,
        is_slice=not selection.is_whole,
        today=outside.today,
        notes=seen.notes,
        unkept=seen.unkept,
        nothing_since=selection.since.revision if selection.since and selection.is_empty else "",
    )
    return decide(facts, judgement, course)  # policy decides; reports tell


def _nothing_further(_step: Step, _observed: Observed) -> tuple[Step, ...]:
    return ()
