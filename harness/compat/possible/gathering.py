"""Bodies with several changes at once: for what a budget does not allow one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from harness.compat.possible.variations import Place, Variation
from harness.compat.schemas.judging import Judge
from harness.compat.schemas.places import Missing
from harness.domain.json import Json

MOST_AT_ONCE = 12
"""So many that what each of them does alone can still be looked at in a moment."""


@dataclass(slots=True)
class Gathered:
    """
    A body with changes that stand beside each other, none within another.

    Units: `left` counts the changes that no body has had yet.
    """

    body: Json
    changes: list[Variation] = field(default_factory=list)
    left: int = 0

    @property
    def sentence(self) -> str:
        """The changes in words, the first of them by name."""
        first, others = self.changes[0].sentence, len(self.changes) - 1
        return f"{first}, with {others} more changed" if others else first

    def takes(self, one: Variation, judge: Judge) -> bool | None:
        """Whether a change was added; none where the body would not be valid with it."""
        if any(_overlap(one.place, other.place) for other in self.changes):
            return False
        made = one.applied(self.body)
        if isinstance(made, Missing) or judge.accepts(made) is not True:
            return None
        self.body = made
        self.changes.append(one)
        return True


def gathered(
    body: Json, found: Iterable[Variation], judge: Judge, may_go_on: Callable[[], bool]
) -> Iterator[Gathered]:
    """The changes of a body by the dozen, in their order as far as they stand apart."""
    waiting = list(found)
    while waiting:
        now = Gathered(body)
        later: list[Variation] = []
        for at, one in enumerate(waiting):
            if len(now.changes) == MOST_AT_ONCE or not may_go_on():
                later.extend(waiting[at:])
                break
            if now.takes(one, judge) is False:
                later.append(one)
        if not now.changes:
            return
        now.left = len(later)
        yield now
        waiting = later


def _overlap(one: Place, other: Place) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]
