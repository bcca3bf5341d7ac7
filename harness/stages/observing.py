"""Do the plan's steps, and those that only evidence can name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from harness.domain.evidence import Observed
from harness.domain.steps import Plan, Step
from harness.domain.system import System
from harness.stages.ports import Outside

Expand = Callable[[Step, Observed], tuple[Step, ...]]

# What fails fast comes first; long steps fill the workers that are left.
_ORDER = (
    *("replay", "describe", "diff", "consumer-tests", "compare"),
    *("replies", "reply-fuzz", "verify", "fuzz", "service-replies", "types"),
)


@dataclass(frozen=True, slots=True)
class Observation:
    """
    Everything that was seen.

    Shape: `steps` are those of the plan and those that evidence named, in the order of their ends.
    """

    steps: tuple[Step, ...]
    observed: tuple[Observed, ...]
    interrupted: bool = False


def observe(plan: Plan, system: System, outside: Outside, expand: Expand) -> Observation:
    """Run every step once what it takes is there; an interruption keeps what is known."""
    waiting: dict[str, Step] = {step.id: step for step in plan.steps}
    running: dict[str, Step] = {}
    done: dict[str, Observed] = {}
    ended: list[Step] = []
    outside.progress.planned(waiting.values())
    try:
        while waiting or running:
            _start_ready(waiting, running, done, system, outside)
            observed = outside.workers.next_finished()
            step = running.pop(observed.step)
            done[step.id] = observed
            ended.append(step)
            outside.progress.finished(step, observed)
            known = waiting.keys() | running.keys() | done.keys()
            added = {new.id: new for new in expand(step, observed) if new.id not in known}
            if added:
                outside.progress.planned(added.values())
                waiting.update(added)
    except KeyboardInterrupt:
        return Observation(tuple(ended), tuple(done.values()), interrupted=True)
    return Observation(tuple(ended), tuple(done.values()))


def _start_ready(
    waiting: dict[str, Step],
    running: dict[str, Step],
    done: Mapping[str, Observed],
    system: System,
    outside: Outside,
) -> None:
    awaited = waiting.keys() | running.keys()
    ready = [step for step in waiting.values() if awaited.isdisjoint(step.takes)]
    ready.sort(key=lambda step: (_ORDER.index(step.kind), step.id))
    for step in ready[: outside.workers.free()]:
        del waiting[step.id]
        running[step.id] = step
        outside.workers.submit(step, system, {id: done[id] for id in step.takes if id in done})
        outside.progress.started(step)


class Silent:
    """Progress that nobody watches."""

    def planned(self, steps: Iterable[Step]) -> None:
        """Say nothing."""

    def started(self, step: Step) -> None:
        """Say nothing."""

    def finished(self, step: Step, observed: Observed) -> None:
        """Say nothing."""
