"""Do the plan's steps, and those that only evidence can name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from harness.domain.evidence import Observed
from harness.domain.steps import Plan, Step
from harness.domain.system import System
from harness.stages.ports import Outside
from harness.stages.reusing import Recollection

Enough = Callable[[tuple[Step, ...], tuple[Observed, ...]], bool]
Expand = Callable[[Step, Observed], tuple[Step, ...]]

# What fails fast comes first; long steps fill the workers that are left.
_ORDER = (
    *("replay", "describe", "diff", "consumer-tests", "compare"),
    *("replies", "reply-fuzz", "wire", "answers", "verify", "fuzz", "service-replies", "types"),
)


def in_order(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Put steps in the order in which they are started."""
    return tuple(sorted(steps, key=lambda step: (_ORDER.index(step.kind), step.id)))


@dataclass(frozen=True, slots=True)
class Observation:
    """
    Everything that was seen.

    Shape: `steps` are those of the plan and those that evidence named, in the order of their ends;
    `notes` say, by the ids of steps, why evidence is not reused; `unkept` says why none is kept;
    `undone` are steps that were given up, since enough was seen without them.
    """

    steps: tuple[Step, ...]
    observed: tuple[Observed, ...]
    interrupted: bool = False
    notes: Mapping[str, str] = field(default_factory=dict)
    unkept: str = ""
    undone: tuple[Step, ...] = ()


def observe(
    plan: Plan,
    system: System,
    outside: Outside,
    expand: Expand,
    enough: Enough = lambda _steps, _observed: False,
) -> Observation:
    """
    Run every step once what it takes is there; an interruption keeps what is known.

    Shape: once `enough` says so of what was seen, what is running is given up and no more is begun.
    """
    course = _Course(system, outside, expand, Recollection(outside.memory, system), enough)
    course.add(plan.steps)
    try:
        course.run()
    except KeyboardInterrupt:
        return course.seen(interrupted=True)
    return course.seen()


@dataclass(slots=True)
class _Course:
    """How far a run has come."""

    system: System
    outside: Outside
    expand: Expand
    recollection: Recollection
    enough: Enough
    waiting: dict[str, Step] = field(default_factory=dict)
    running: dict[str, Step] = field(default_factory=dict)
    done: dict[str, Observed] = field(default_factory=dict)
    ended: list[Step] = field(default_factory=list)

    def run(self) -> None:
        while self.waiting or self.running:
            self._start_ready()
            if self.ended and self.enough(tuple(self.ended), tuple(self.done.values())):
                return
            if not self.running:
                continue
            observed = self.outside.workers.next_finished()
            step = self.running.pop(observed.step)
            self.recollection.keep(step, self._taken(step), observed)
            self._end(step, observed)

    def add(self, steps: Iterable[Step]) -> None:
        known = self.waiting.keys() | self.running.keys() | self.done.keys()
        added = {new.id: new for new in steps if new.id not in known}
        if added:
            self.outside.progress.planned(added.values())
            self.outside.workers.expect(added.values(), self.system)
            self.waiting.update(added)

    def seen(self, *, interrupted: bool = False) -> Observation:
        return Observation(
            tuple(self.ended),
            # In one order whatever ended first, so that the same evidence is told the same way.
            tuple(self.done[step.id] for step in in_order(self.ended)),
            interrupted,
            dict(self.recollection.notes),
            self.outside.memory.problem,
            () if interrupted else in_order((*self.waiting.values(), *self.running.values())),
        )

    def _start_ready(self) -> None:
        """Answer what is known already, which may make more ready, and start what is not."""
        while self._recall(self._ready()):
            pass
        for step in self._ready()[: self.outside.workers.free()]:
            del self.waiting[step.id]
            self.running[step.id] = step
            self.outside.workers.submit(step, self.system, self._taken(step))
            self.outside.progress.started(step)

    def _recall(self, ready: Iterable[Step]) -> bool:
        found = False
        for step in ready:
            observed = self.recollection.recalled(step, self._taken(step))
            if observed is not None:
                found = True
                del self.waiting[step.id]
                self._end(step, observed)
        return found

    def _ready(self) -> list[Step]:
        awaited = self.waiting.keys() | self.running.keys()
        ready = [step for step in self.waiting.values() if awaited.isdisjoint(step.takes)]
        return list(in_order(ready))

    def _taken(self, step: Step) -> dict[str, Observed]:
        return {id: self.done[id] for id in step.takes if id in self.done}

    def _end(self, step: Step, observed: Observed) -> None:
        self.done[step.id] = observed
        self.ended.append(step)
        self.outside.progress.finished(step, observed)
        self.add(self.expand(step, observed))


class Silent:
    """Progress that nobody watches."""

    def planned(self, steps: Iterable[Step]) -> None:
        """Say nothing."""

    def started(self, step: Step) -> None:
        """Say nothing."""

    def finished(self, step: Step, observed: Observed) -> None:
        """Say nothing."""
