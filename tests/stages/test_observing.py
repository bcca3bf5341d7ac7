"""Steps are run when what they take is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from harness.domain.evidence import Evidence, Observed, PactGathered, Unobserved
from harness.domain.reuse import Provenance, StepKey, Unkeyed
from harness.domain.steps import Describe, Plan, Step, TypeCheck, VerifyPacts
from harness.domain.system import System
from harness.domain.traffic import CaseFailed, Fault
from harness.domain.typed import TypesChecked
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


@dataclass
class FakeMemory:
    """
    Knows the steps of some services, and keeps what it is given.

    Shape: a step whose service is called `unkeyed` has no key; `moving` changes the key of every
    step while it runs.
    """

    known: tuple[str, ...] = ()
    moving: bool = False
    kept: list[str] = field(default_factory=list)
    problem: str = ""

    def key(
        self, step: Step, system: System, taken: Mapping[str, Observed], *, anew: bool = False
    ) -> StepKey | Unkeyed:
        """Name a step by its id."""
        if step.service == "unkeyed":
            return Unkeyed("it is elsewhere")
        return StepKey(f"{step.id}{'!' if anew and self.moving else ''}")

    def recalled(self, step: Step, key: StepKey) -> tuple[Observed | None, str]:
        """Know what the test says."""
        if step.service not in self.known:
            return None, ""
        return Observed(step.id, (SEEN,), reused=Provenance("ann", "now")), ""

    def keep(self, step: Step, key: StepKey, observed: Observed) -> str:
        """Keep it."""
        self.kept.append(step.id)
        return ""


SEEN = TypesChecked("a", "mypy")


def remembered(memory: FakeMemory, workers: FakeWorkers, *steps: Step) -> Observation:
    """Run a plan with a memory."""
    outside = Outside(FakeFiles(), workers, FakeProgress(), lambda: 0.0, memory=memory)
    return observe(Plan(steps), System(a_shop()), outside, nothing)


def test_what_is_known_is_not_done_again() -> None:
    """A step that an earlier run answers takes no worker, and those that take it get its answer."""
    workers, memory = FakeWorkers(size=1), FakeMemory(("a",))
    seen = remembered(
        memory, workers, VerifyPacts("b", takes=("describe:a",)), Describe("a"), Describe("b")
    )

    assert workers.started == ["describe:b", "verify:b"]
    assert workers.taken["verify:b"] == ("describe:a",)
    assert {one.step for one in seen.observed if one.reused} == {"describe:a"}
    assert memory.kept == ["describe:b", "verify:b"]


def test_all_may_be_known() -> None:
    """A run that is answered as a whole starts nothing."""
    workers = FakeWorkers()
    memory = FakeMemory(("a", "b"))
    seen = remembered(memory, workers, VerifyPacts("b", takes=("describe:a",)), Describe("a"))

    assert workers.started == memory.kept == []
    assert [step.id for step in seen.steps] == ["describe:a", "verify:b"]


@pytest.mark.parametrize(
    ("evidence", "why"),
    [
        (Unobserved("a", "the time cap was hit"), "the time cap was hit"),
        (PactGathered("a", "b", "{}", complete=False, reason="red"), "partial or red"),
        (CaseFailed("a", "GET /", Fault.CRASH, "m", (), came_back=False), "flaky"),
        (SEEN, ""),
        (CaseFailed("a", "GET /", Fault.CRASH, "m", (), came_back=True), ""),
    ],
)
def test_only_whole_evidence_is_kept(evidence: Evidence, why: str) -> None:
    """What was cut short or is flaky answers no other run, and the reason is told."""
    memory = FakeMemory()
    seen = remembered(memory, FakeWorkers({"types:a": (evidence,)}), TypeCheck("a"))

    assert (memory.kept == []) == bool(why)
    assert why in seen.notes.get("types:a", "")
    assert bool(why) == bool(seen.notes)


def test_what_changed_meanwhile_is_not_kept() -> None:
    """Evidence of files that were edited while the step ran is nobody's."""
    memory = FakeMemory(moving=True)
    seen = remembered(memory, FakeWorkers(), TypeCheck("a"))

    assert memory.kept == []
    assert "has changed while it ran" in seen.notes["types:a"]


def test_a_step_without_a_key_says_why() -> None:
    """What cannot be named cannot be reused."""
    memory = FakeMemory(("unkeyed",))
    workers = FakeWorkers()
    seen = remembered(memory, workers, TypeCheck("unkeyed"))

    assert workers.started == ["types:unkeyed"]
    assert memory.kept == []
    assert seen.notes == {"types:unkeyed": "it is elsewhere"}
