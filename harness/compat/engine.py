"""Compares what one side may send with what the other accepts."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from harness.compat.bounds import Bounds, Exhausted, Work
from harness.compat.grafting import values_at
from harness.compat.oracle import Judge, usable
from harness.compat.outcome import (
    Broken,
    Comparison,
    Path,
    Proven,
    Unknown,
    Witness,
    path_text,
)
from harness.compat.places import MISSING, Doubt, Found, Missing, Off
from harness.compat.rendering import with_definitions
from harness.compat.sampling import NoValue
from harness.compat.shapes import Part, World, frozen, mapping
from harness.compat.shrinking import shrunk
from harness.compat.walking import Walk
from harness.domain.json import Json


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """
    A schema that is ready to be compared, with the definitions that it refers to.

    Shape: `judge` is built when it is first needed and kept, so a side is best kept as well.
    """

    part: Part
    _judges: list[Judge] = field(default_factory=list)

    @property
    def judge(self) -> Judge:
        """The validator of the whole schema."""
        if not self._judges:
            self._judges.append(Judge(with_definitions(self.part.schema, self.part.world)))
        return self._judges[0]


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


def shows(writer: Side, reader: Side, value: Json, path: Path) -> bool:
    """Whether a value may be sent and is refused for what it holds at a place."""
    if not writer.judge.accepts(value) or reader.judge.accepts(value) is not False:
        return False
    return any(_touches(at, path) for at, _ in reader.judge.faults(value))


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
    _drawn: list[Json] | None = None

    def confirmed(self, off: Off) -> Json | Missing:
        """A whole value that shows a place to be off: the walk's own, or one that was drawn."""
        self.tried = 0
        if self.writer.judge.fault or self.reader.judge.fault:
            return MISSING
        made = self._made(off)
        if not isinstance(made, Missing) and self._shows(made, off.path):
            return made
        for value in self._values():
            self.tried += 1
            if self._shows(value, off.path):
                return shrunk(value, lambda smaller: self._shows(smaller, off.path))
        return MISSING

    def others(self, off: Off, first: Json) -> tuple[Json, ...]:
        """Further values that hold something else at a place, as many as are asked for."""
        limit = self.walk.work.bounds.others
        if not limit:
            return ()
        known = {_held_at(first, off.path)}
        found: list[Json] = []
        for value in self._values():
            held = _held_at(value, off.path)
            if len(found) < limit and held not in known and self._shows(value, off.path):
                known.add(held)
                found.append(value)
        return tuple(found)

    def _made(self, off: Off) -> Json | Missing:
        try:
            return off.make()
        except (Exhausted, RecursionError):
            return MISSING

    def _shows(self, value: Json, path: Path) -> bool:
        return shows(self.writer, self.reader, value, path)

    def _values(self) -> list[Json]:
        if self._drawn is None:
            self._drawn = []
            try:
                self._draw(self._drawn)
            except (Exhausted, RecursionError):
                # What was drawn until then is what there is.
                self.walk.work.spent = 0
        return self._drawn

    def _draw(self, drawn: list[Json]) -> None:
        limit = self.walk.work.bounds.tries
        node = (self.writer.part,)
        self.walk.work.spent = 0
        for value in self.walk.sampler.variants(node):
            drawn.append(value)
            if len(drawn) >= limit // 2:
                break
        chance = random.Random(self.walk.work.bounds.seed)
        for _ in range(limit - len(drawn)):
            try:
                drawn.append(self.walk.sampler.random(node, chance))
            except NoValue:
                continue


def _held_at(value: Json, path: Path) -> object:
    return frozenset(frozen(each) for each in values_at(value, path))


def _touches(at: tuple[str | int, ...], path: Path) -> bool:
    """Whether a fault at a place of a value speaks of a path, or of something that holds it."""
    return all(
        step == name if isinstance(step, str | int) else True
        for step, name in zip(path, at, strict=False)
    )
