"""Steps are run when what they take is there."""

from __future__ import annotations

from harness.domain.evidence import Observed, TypesChecked
from harness.domain.steps import Describe, Plan, Step, TypeCheck, VerifyPacts
from harness.domain.system import System
from harness.stages.observing import Observation, observe
from harness.stages.ports import Outside
from tests.fakes import FakeFiles, FakeProgress, FakeWorkers, a_shop


def nothing(_step: Step, _observed: Observed) -> tuple[Step, ...]:
    """Name no further step."""
    return ()


def run(workers: FakeWorkers, *steps: Step) -> Observation:
    """Run a plan to its end."""
    outside = Outside(FakeFiles(), workers, FakeProgress(), lambda: 0.0)
    return observe(Plan(steps), System(a_shop()), outside, nothing)


def test_a_step_is_handed_what_it_takes() -> None:
    """A step starts after those that it names, and is given their evidence."""
    workers = FakeWorkers()
    run(workers, VerifyPacts("a", takes=("describe:a",)), Describe("a"))

    assert workers.started == ["describe:a", "verify:a"]
    assert workers.taken["verify:a"] == ("describe:a",)


def test_what_fails_fast_starts_first() -> None:
    """Long steps wait for those that show a failure early."""
    workers = FakeWorkers(size=1)
    run(workers, TypeCheck("a"), Describe("a"))

    assert workers.started == ["describe:a", "types:a"]


def test_evidence_may_call_for_further_steps_once() -> None:
    """A step that evidence names twice is done once."""
    workers = FakeWorkers()
    outside = Outside(FakeFiles(), workers, FakeProgress(), lambda: 0.0)
    observe(
        Plan((Describe("a"), Describe("b"))),
        System(a_shop()),
        outside,
        lambda step, _observed: (TypeCheck("a"),) if isinstance(step, Describe) else (),
    )

    assert workers.started.count("types:a") == 1


def test_an_interruption_keeps_what_is_known() -> None:
    """After Ctrl-C the evidence of the steps that ended is still there."""
    seen = TypesChecked("a", "mypy")
    workers = FakeWorkers({"types:a": (seen,)}, size=1, interrupt_after=1)
    observation = run(workers, TypeCheck("a"), TypeCheck("b"))

    assert observation.interrupted
    assert [one.evidence for one in observation.observed] == [(seen,)]
