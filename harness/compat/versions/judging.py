"""Whether a change of a schema loses a value, by the comparison of writers and readers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from harness.compat.schemas.bounds import Bounds
from harness.compat.schemas.directions import Directed, Direction
from harness.compat.schemas.engine import compare_sides
from harness.compat.schemas.outcome import Broken, Comparison, Proven, Unknown
from harness.compat.versions.rule import Effect, Rule
from harness.compat.versions.steps import meet, steps_of
from harness.compat.versions.walk import Fact
from harness.domain.change import Breaks
from harness.domain.document import Document
from harness.domain.json import Json

_BOUNDS: Final = Bounds(steps=3_000, alternatives=64, tries=60, draws=1_000, witnesses=20)
_SHORT: Final = Bounds(steps=1_000, alternatives=16, tries=0, witnesses=5)
_MOST_HARD: Final = 200


class Judgement:
    """
    Compares schemas of two documents in the direction in which they travel.

    Shape: in replies the later document writes and the earlier reads; in requests it is the other
    way round. Who writes sends what the schema names, and who reads takes more.
    """

    def __init__(self, base: Document, head: Document) -> None:
        self._sides = {
            False: (
                Directed(head, Direction.REPLY),
                Directed(base, Direction.REPLY, closed=False),
            ),
            True: (
                Directed(base, Direction.REQUEST, closed=True),
                Directed(head, Direction.REQUEST),
            ),
        }
        self._known: dict[tuple[int, int, bool], tuple[Json, Json, Comparison]] = {}
        self._hard = 0

    def compared(self, old: Json, new: Json, *, request: bool) -> Comparison:
        """What a schema of the earlier document and one of the later come to."""
        key = (id(old), id(new), request)
        if key not in self._known:
            writer, reader = self._sides[request]
            sent, read = (old, new) if request else (new, old)
            # Where a document keeps defeating the comparison, the rest of it is looked at briefly.
            bounds = _BOUNDS if self._hard < _MOST_HARD else _SHORT
            found = compare_sides(writer.side(sent), reader.side(read), bounds=bounds)
            self._hard += isinstance(found, Unknown) or bool(getattr(found, "unknown", ()))
            self._known[key] = (old, new, found)
        return self._known[key][2]

    def level(self, fact: Fact, its: Rule, whole: Comparison | None, *, request: bool) -> Breaks:
        """How grave a difference is in its case."""
        if fact.pair.unsent or its.breaks is Breaks.HARMLESS:
            return Breaks.HARMLESS
        if not its.judged:
            return its.breaks
        if isinstance(whole, Proven):
            return Breaks.HARMLESS
        if fact.pair.murky:
            return Breaks.MAY_BREAK
        here = self.compared(fact.pair.old.written, fact.pair.new.written, request=request)
        if isinstance(here, Proven):
            return Breaks.HARMLESS
        if its.effect is not Effect.OTHER and not fact.said.unsure:
            return its.breaks
        return Breaks.BREAKS if isinstance(here, Broken) else Breaks.MAY_BREAK


def uncovered(whole: Broken, paths: Iterable[str]) -> list[tuple[str, str, str]]:
    """Places that are off and that no other change speaks of, with what is sent and accepted."""
    known = [steps_of(path) for path in paths]
    found = []
    for witness in whole.witnesses:
        at = steps_of(witness.path)
        if not any(meet(at, each) for each in known):
            found.append((witness.path, witness.accepted, witness.sent))
    return found
