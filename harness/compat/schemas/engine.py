"""Compares what one side may send with what the other accepts."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from harness.compat.schemas.bounds import Bounds, Exhausted, Work
from harness.compat.schemas.expanding import Expander
from harness.compat.schemas.grafting import values_at
from harness.compat.schemas.judging import Judge
from harness.compat.schemas.oracle import judge, usable
from harness.compat.schemas.outcome import (
    Broken,
    Comparison,
    Path,
    Proven,
    Unknown,
    Witness,
    path_text,
)
from harness.compat.schemas.places import MISSING, Doubt, Found, Missing, Off
from harness.compat.schemas.rendering import with_definitions
from harness.compat.schemas.sampling import NoValue
from harness.compat.schemas.shapes import Part, World, frozen
from harness.compat.schemas.shrinking import is_small, shrunk
from harness.compat.schemas.walking import Walk
from harness.domain.json import Json, canonical, mapping

Place: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """
    A schema that is ready to be compared, with the definitions that it refers to.

    Shape: `judge` and `expander` are built when they are first needed and kept, so a side is best
    kept as well.
    """

    part: Part
    _judges: list[Judge] = field(default_factory=list)
    _expanders: list[Expander] = field(default_factory=list)

    @property
    def judge(self) -> Judge:
        """The validator of the whole schema."""
        if not self._judges:
            whole = with_definitions(self.part.schema, self.part.world)
            # What refers to nothing is mostly a scalar, the same in many places.
            self._judges.append(Judge(whole) if "$defs" in whole else judge(whole))
        return self._judges[0]

    @property
    def expander(self) -> Expander:
        """Tells the shapes of the schema and of its parts; its bounds begin anew with each use."""
        if not self._expanders:
            self._expanders.append(Expander(Work(Bounds())))
        self._expanders[0].work.spent = 0
        return self._expanders[0]


def side(schema: Json, *, closed: bool) -> Side:
    """A schema that stands alone, as a writer's (`closed`) or a reader's side."""
    try:
        ready = usable(schema)
    except RecursionError:
        ready = {"x-unknown-because": "nested too deeply to be read"}
    return Side(Part(ready, World(mapping(mapping(ready).get("$defs")), closed=closed)))


def compare(writer: Json, reader: Json, *, bounds: Bounds | None = None) -> Comparison:
    """
    Whether a reader accepts everything that a writer may send.

    Shape: objects of the writer have the properties that their schema names and no others, unless
    it says something of others (`additionalProperties`, `patternProperties`).
    """
    return compare_sides(side(writer, closed=True), side(reader, closed=False), bounds=bounds)


def compare_sides(writer: Side, reader: Side, *, bounds: Bounds | None = None) -> Comparison:
    """The same for sides that are used in more than one comparison."""
    work = Work(bounds or Bounds())
    walk = Walk(work)
    try:
        found = walk.compare((writer.part,), (reader.part,))
        if found.covered:
            return _vacuous(walk, writer)
    except (Exhausted, RecursionError) as limit:
        return Unknown(0, str(limit) or "nested too deeply")
    return _checked(_Search(walk, writer, reader), found)


def shows(
    writer: Side, reader: Side, value: Json, path: Path, *, by_a_part_of_it: bool = True
) -> bool:
    """
    Whether a value may be sent and is refused for what it holds at a place.

    Shape: `by_a_part_of_it` counts what is refused deeper in it as well, which may be another's
    fault.
    """
    if not writer.judge.accepts(value) or reader.judge.accepts(value) is not False:
        return False
    return any(
        _touches(at, path) and (by_a_part_of_it or len(at) <= len(path))
        for at, _ in reader.judge.faults(value)
    )


def _vacuous(walk: Walk, writer: Side) -> Comparison:
    """A schema that nothing meets is covered by everything, which shows nothing."""
    if writer.part.schema is False or walk.empty.of((writer.part,)):
        return Unknown(0, "no value meets the writer's schema")
    return Proven()


def _checked(search: _Search, found: Found) -> Comparison:
    """Only what both validators confirm is a witness."""
    witnesses: list[Witness] = []
    doubts = list(found.doubts)
    limit = search.walk.work.bounds.witnesses
    search.walk.work.spent = 0
    doubts += [Doubt(off.path, f"more than {limit} places are off") for off in found.off[limit:]]
    for off in found.off[:limit]:
        value = search.confirmed(off)
        if isinstance(value, Missing):
            said = f"{off.sent} against {off.accepted}, without a whole value to show it"
            doubts.append(Doubt(off.path, said, search.tried))
        else:
            path, others = path_text(off.path), search.others(off, value)
            witnesses.append(
                Witness(path, value, off.sent, off.accepted, off.kind, off.path, others)
            )
    unknown = tuple(Unknown(each.tried, each.reason, path_text(each.path)) for each in doubts)
    if witnesses:
        return Broken(tuple(witnesses), unknown)
    return unknown[0] if unknown else Unknown(0, "nothing was compared")


@dataclass(slots=True)
class _Search:
    """Checks what the walk found, and looks further where that does not hold."""

    walk: Walk
    writer: Side
    reader: Side
    tried: int = 0
    _drawn: int = 0
    _known: list[tuple[Json, list[Place]]] | None = None
    _told: dict[str, list[Place]] = field(default_factory=dict)

    def confirmed(self, off: Off) -> Json | Missing:
        """A whole value that shows a place to be off: the walk's own, or one that was drawn."""
        self.tried = 0
        if self.writer.judge.fault or self.reader.judge.fault:
            return MISSING
        made = self._made(off)
        # Each place has a value of its own, so that there is nothing to remember of these.
        if not isinstance(made, Missing) and _any_touches(self._judged(made), off.path):
            return made
        for value, places in self._refused():
            if _any_touches(places, off.path):
                return shrunk(value, lambda smaller: self._shows(smaller, off.path))
        self.tried = self._drawn
        return MISSING

    def others(self, off: Off, first: Json) -> tuple[Json, ...]:
        """Further values that hold something else at a place, as many as are asked for."""
        limit = self.walk.work.bounds.others
        if not limit:
            return ()
        known = {_held_at(first, off.path)}
        found: list[Json] = []
        for value, places in self._refused():
            held = _held_at(value, off.path)
            itself = any(_touches(at, off.path) and len(at) <= len(off.path) for at in places)
            if len(found) < limit and held not in known and itself:
                known.add(held)
                found.append(value)
        return tuple(found)

    def _made(self, off: Off) -> Json | Missing:
        try:
            value = off.make()
        except (Exhausted, RecursionError):
            return MISSING
        is_missing = isinstance(value, Missing) or not self._is_small(value)
        return MISSING if is_missing else value

    def _is_small(self, value: Json) -> bool:
        return is_small(value, self.walk.work.bounds.parts)

    def _shows(self, value: Json, path: Path) -> bool:
        return _any_touches(self._places(value), path)

    def _places(self, value: Json) -> list[Place]:
        """The same as is judged of a value, which may come again."""
        key = canonical(value)
        if key not in self._told:
            self._told[key] = self._judged(value)
        return self._told[key]

    def _judged(self, value: Json) -> list[Place]:
        """Where the reader refuses a value that the writer sends."""
        if not self.writer.judge.accepts(value):
            return []
        return [at for at, _ in self.reader.judge.faults(value)]

    def _refused(self) -> list[tuple[Json, list[Place]]]:
        """What is refused of the values that are drawn, which happens once."""
        if self._known is None:
            self._known = []
            self.walk.work.spent = 0
            for value in self._values():
                self._drawn += 1
                if self._is_small(value) and (places := self._places(value)):
                    self._known.append((value, places))
            self.walk.work.spent = 0
        return self._known

    def _values(self) -> Iterator[Json]:
        """As many values of the writer as the bounds allow."""
        limit = self.walk.work.bounds.tries
        sampler, node = self.walk.sampler, (self.writer.part,)
        chance = random.Random(self.walk.work.bounds.seed)
        try:
            yield from itertools.islice(sampler.variants(node), limit // 2)
            for _ in range(limit - self._drawn):
                try:
                    yield sampler.random(node, chance)
                except NoValue:
                    continue
        except (Exhausted, RecursionError):
            # What was drawn until then is what there is.
            return


def _held_at(value: Json, path: Path) -> object:
    return frozenset(frozen(each) for each in values_at(value, path))


def _any_touches(places: list[Place], path: Path) -> bool:
    return any(_touches(at, path) for at in places)


def _touches(at: Place, path: Path) -> bool:
    """Whether a fault at a place of a value speaks of a path, or of something that holds it."""
    return all(
        step == name if isinstance(step, str | int) else True
        for step, name in zip(path, at, strict=False)
    )
