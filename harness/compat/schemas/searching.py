"""Draws values of a writer, which show what a walk found or left open."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from harness.compat.schemas.bounds import Bounds, Exhausted, Work
from harness.compat.schemas.expanding import Expander
from harness.compat.schemas.grafting import values_at
from harness.compat.schemas.outcome import Any, Path, Witness, path_text
from harness.compat.schemas.places import MISSING, Doubt, Found, Missing, Off, Trial
from harness.compat.schemas.sampling import NoValue, Sampler
from harness.compat.schemas.shapes import Node, Shape, frozen, kind_of_value
from harness.compat.schemas.shrinking import is_small, shrunk
from harness.compat.schemas.sides import Side
from harness.compat.schemas.words import words_of, words_of_shape
from harness.domain.fit import Kind
from harness.domain.json import Json, canonical

Place: TypeAlias = tuple[str | int, ...]


@dataclass(slots=True)
class Search:
    """
    Checks what a walk found, and looks further where that does not hold.

    Shape: values are drawn once, when they are first needed, with work of their own; those that
    are accepted are counted at the places in `found`, and forgotten.
    """

    bounds: Bounds
    writer: Side
    reader: Side
    found: Found
    _sampler: Sampler = field(init=False)
    _accepted: Counter[Path] = field(default_factory=Counter)
    _known: list[tuple[Json, list[Place]]] | None = None
    _judged: dict[str, list[Place] | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        work = Work(replace(self.bounds, steps=self.bounds.draws))
        self._sampler = Sampler(Expander(work, thins=True))

    @property
    def fault(self) -> str:
        """Why no value can be judged, or nothing."""
        return self.writer.judge.fault or self.reader.judge.fault

    def confirmed(self, off: Off) -> Json | Missing:
        """A whole value that shows a place to be off: the walk's own, or one that was drawn."""
        if self.fault:
            return MISSING
        made = self._made(off)
        # Each place has a value of its own, so that there is nothing to remember of these.
        if not isinstance(made, Missing) and _any_touches(self._judge(made), off.path):
            return made
        for value, places in self._refused():
            if _any_touches(places, off.path):
                return shrunk(value, lambda smaller: self._shows(smaller, off.path))
        return MISSING

    def unconfirmed(self, off: Off) -> Doubt:
        """What is left of a place that no whole value shows."""
        said = f"{off.sent} against {off.accepted}, without a whole value to show it"
        return self._tried(Doubt(off.path, said), _around(off))

    def others(self, off: Off, first: Json) -> tuple[Json, ...]:
        """Further values that hold something else at a place, as many as are asked for."""
        limit = self.bounds.others
        if not limit:
            return ()
        known = {_held_at(first, off.path)}
        found: list[Json] = []
        for value, places in self._refused():
            held = _held_at(value, off.path)
            itself = any(touches(at, off.path) and len(at) <= len(off.path) for at in places)
            if len(found) < limit and held not in known and itself:
                known.add(held)
                found.append(value)
        return tuple(found)

    def settled(self, doubt: Doubt, told: Sequence[Path]) -> Witness | Doubt:
        """
        What drawn values show of a place that is in doubt.

        Shape: what is refused at places that are `told` is not shown again.
        """
        if doubt.tried or doubt.trial is Trial.NOTHING:
            return doubt
        if self.fault:
            return self._tried(doubt, doubt.path)
        for value, places in self._refused():
            for at in places[: self.bounds.witnesses]:
                is_new = not any(touches(at, path) for path in told)
                if is_new and touches(at, doubt.path) and self.writer.accepts_surely(value):
                    return self._witness(value, _any_item(at))
        return doubt if doubt.trial is Trial.REFUSAL else self._tried(doubt, doubt.path)

    def _tried(self, doubt: Doubt, path: Path) -> Doubt:
        """The doubt with the number of values that were tried, or why there were none."""
        if self.fault:
            said = f"{doubt.reason}; no value can be judged: {self.fault}"
            return replace(doubt, reason=said)
        self._refused()
        if not self._accepted[path]:
            return replace(doubt, reason=f"{doubt.reason}; no value was found to try it with")
        return replace(doubt, tried=self._accepted[path])

    def _witness(self, value: Json, path: Path) -> Witness:
        def is_refused(smaller: Json) -> bool:
            places = self._places(smaller) or []
            refused = any(_any_item(at) == path for at in places)
            return refused and self.writer.accepts_surely(smaller)

        small = shrunk(value, is_refused)
        held = next(values_at(small, path), MISSING)
        sent = "nothing" if isinstance(held, Missing) else _words(held)
        accepted = self._accepted_at(path)
        return Witness(path_text(path), small, sent, accepted, Kind.MAY_BREAK, path)

    def _accepted_at(self, path: Path) -> str:
        """What the reader accepts at a place, where that is one thing."""
        node: Node = (self.reader.part,)
        expander = self._sampler.expander
        expander.work.spent = 0
        try:
            for step in path:
                kind = "object" if isinstance(step, str) else "array"
                shapes = [shape for shape in expander.shapes(node) if shape.kind == kind]
                if len(shapes) != 1:
                    return "something else"
                node = shapes[0].child(step) if isinstance(step, str) else shapes[0].item(None)
            return words_of(expander, node)
        except (Exhausted, RecursionError):
            return "something else"

    def _made(self, off: Off) -> Json | Missing:
        try:
            value = off.make()
        except (Exhausted, RecursionError):
            return MISSING
        is_missing = isinstance(value, Missing) or not self._is_small(value)
        return MISSING if is_missing else value

    def _is_small(self, value: Json) -> bool:
        return is_small(value, self.bounds.parts)

    def _shows(self, value: Json, path: Path) -> bool:
        return _any_touches(self._places(value), path)

    def _places(self, value: Json) -> list[Place] | None:
        """Where the reader refuses a value, or none where that, or that it is sent, is not sure."""
        key = canonical(value)
        if key not in self._judged:
            self._judged[key] = self._judge(value)
        return self._judged[key]

    def _judge(self, value: Json) -> list[Place] | None:
        if not self.writer.judge.accepts(value):
            return None
        if self.reader.refuses(value):
            return [at for at, _ in self.reader.judge.faults(value)]
        return [] if self.reader.accepts_surely(value) else None

    def _refused(self) -> list[tuple[Json, list[Place]]]:
        """What is refused of the values that are drawn, which happens once."""
        if self._known is None:
            self._known = []
            counted = self._counted()
            for value in self._values():
                places = self._places(value) if self._is_small(value) else None
                if places:
                    self._known.append((value, places))
                elif places is not None and self.writer.accepts_surely(value):
                    self._accepted.update(path for path in counted if _holds(value, path))
        return self._known

    def _counted(self) -> set[Path]:
        """The places at which what is accepted is counted."""
        limit = self.bounds.witnesses
        return {*map(_around, self.found.off[:limit]), *self._aims()}

    def _aims(self) -> list[Path]:
        """The places that are in doubt and of which a value can show something."""
        open_ = [each for each in self.found.doubts if not each.tried]
        paths = [each.path for each in open_ if each.trial is not Trial.NOTHING]
        return list(dict.fromkeys(paths))[: self.bounds.witnesses]

    def _values(self) -> Iterator[Json]:
        """As many values of the writer as the bounds allow, half of them at each choice."""
        limit, node = self.bounds.tries, (self.writer.part,)
        count = 0
        for value in self._within(itertools.islice(self._sampler.variants(node), limit // 2)):
            count += 1
            yield value
        yield from self._within(self._by_chance(node, limit - count))

    def _by_chance(self, node: Node, count: int) -> Iterator[Json]:
        """Values by chance, at the places that are in doubt by turns."""
        chance = random.Random(self.bounds.seed)
        aims: list[Path] = [(), *self._aims()]
        for at in range(count):
            try:
                yield self._sampler.towards(node, aims[at % len(aims)], chance)
            except NoValue:
                continue

    def _within(self, values: Iterator[Json]) -> Iterator[Json]:
        """The values that are made before the work for them is spent."""
        self._sampler.expander.work.spent = 0
        try:
            yield from values
        except (Exhausted, RecursionError):
            # What was drawn until then is what there is.
            return


def touches(at: Place, path: Path) -> bool:
    """Whether a fault at a place of a value speaks of a path, or of something that holds it."""
    return all(
        step == name if isinstance(step, str | int) else True
        for step, name in zip(path, at, strict=False)
    )


def _any_touches(places: list[Place] | None, path: Path) -> bool:
    return any(touches(at, path) for at in places or ())


def _around(off: Off) -> Path:
    """The place that holds what is off, which may be off by not being there."""
    return off.path[:-1]


def _any_item(at: Place) -> Path:
    return tuple(Any.ITEM if isinstance(step, int) else step for step in at)


def _holds(value: Json, path: Path) -> bool:
    return any(True for _ in values_at(value, path))


def _held_at(value: Json, path: Path) -> object:
    return frozenset(frozen(each) for each in values_at(value, path))


def _words(value: Json) -> str:
    return words_of_shape(Shape(kind_of_value(value), (value,), ()))
