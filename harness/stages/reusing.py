"""Which evidence is good for another run, and what becomes of each step's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.domain.coping import ReplyRefused
from harness.domain.evidence import Observed, PactGathered
from harness.domain.reuse import StepKey, Unkeyed
from harness.domain.steps import Step
from harness.domain.system import System
from harness.domain.traffic import CaseFailed
from harness.domain.typed import CodeContradicted
from harness.stages.ports import Memory

Taken = Mapping[str, Observed]

_MAY_BE_FLAKY = (CaseFailed, CodeContradicted, ReplyRefused)


def why_unfit(observed: Observed) -> str:
    """Say why evidence must not stand for another run's, or nothing where it is whole."""
    lost = observed.failed_to_observe
    if lost:
        return f"not all was observed: {lost[0].reason}"
    for one in observed.evidence:
        if isinstance(one, PactGathered) and not one.complete:
            return "it gave a pact of a run that was partial or red"
        if isinstance(one, _MAY_BE_FLAKY) and one.came_back is False:
            return "a finding of it is flaky"
    return ""


@dataclass(slots=True)
class Recollection:
    """
    What a run remembers, and keeps for the next.

    Shape: `notes` say, by the ids of steps, why evidence was not reused or will not be.
    """

    memory: Memory
    system: System
    notes: dict[str, str] = field(default_factory=dict)
    _keys: dict[str, StepKey | Unkeyed] = field(default_factory=dict)

    def recalled(self, step: Step, taken: Taken) -> Observed | None:
        """Give what an earlier run saw of this very step; each step is asked about once."""
        if step.id in self._keys:
            return None
        key = self._keys[step.id] = self.memory.key(step, self.system, taken)
        if isinstance(key, Unkeyed):
            self._note(step, key.why)
            return None
        found, why = self.memory.recalled(step, key)
        self._note(step, why)
        return found

    def keep(self, step: Step, taken: Taken, observed: Observed) -> None:
        """Keep what was seen, if nothing that it depends on has changed meanwhile."""
        key = self._keys[step.id]
        if isinstance(key, Unkeyed):
            return
        why = why_unfit(observed)
        if not why and self.memory.key(step, self.system, taken, anew=True) != key:
            why = "what it depends on has changed while it ran"
        self._note(step, why or self.memory.keep(step, key, observed))

    def _note(self, step: Step, note: str) -> None:
        if note:
            self.notes[step.id] = note
