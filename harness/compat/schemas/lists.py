"""Two shapes of lists, item by item."""

from __future__ import annotations

from dataclasses import dataclass

from harness.compat.schemas.outcome import Any, Step
from harness.compat.schemas.places import MISSING, Found, Missing, Off, made
from harness.compat.schemas.sampling import NoValue
from harness.compat.schemas.shapes import Shape, meet, numbers, says_nothing
from harness.compat.schemas.walker import Walker
from harness.domain.fit import Kind
from harness.domain.json import Json

_MOST_POSITIONS = 64


def compare_lists(walk: Walker, writer: Shape, reader: Shape, depth: int) -> Found:
    """What of the lists that one shape sends another refuses."""
    return _Lists(walk, writer, reader, depth).found()


@dataclass(slots=True)
class _Lists:
    walk: Walker
    writer: Shape
    reader: Shape
    depth: int

    def found(self) -> Found:
        found = Found()
        found.add(self._counted())
        found.add(self._items())
        found.add(self._distinct())
        opaque = ("contains", "minContains", "maxContains", "unevaluatedItems")
        if any(True for word in opaque for _ in self.reader.words(word)):
            said = "what the list must contain"
            found.add(self.walk.as_a_whole(self.writer, self.reader, said))
        return found

    @property
    def _most(self) -> int | float | None:
        return min(numbers(self.writer.words("maxItems")), default=None)

    def _counted(self) -> Found:
        found = Found()
        least, ours = self.reader.most("minItems"), self.writer.most("minItems")
        if ours < least:
            never = self._most is not None and self._most < least
            said = f"a list of at least {_counted(least)}"
            found.off.append(self._of_count(int(ours), said, never, without=True))
        most = min(numbers(self.reader.words("maxItems")), default=None)
        if most is not None and (self._most is None or self._most > most):
            count = max(int(most) + 1, int(ours))
            said = f"a list of at most {_counted(most)}" if most else "an empty list"
            found.off.append(self._of_count(count, said, ours > most))
        return found

    def _of_count(self, count: int, accepted: str, never: bool, without: bool = False) -> Off:
        kind = Kind.IMPOSSIBLE if never else Kind.MAY_BREAK
        seen = "an empty list" if count == 0 else f"a list of {_counted(count)}"
        shape = self.writer if without else self._agreed()

        def make() -> Json | Missing:
            value = self._made(shape, [], 0, count)
            is_made = not isinstance(value, Missing)
            return value if is_made else self._made(self.writer, [], 0, count)

        return Off((), kind, make, seen, accepted)

    def _agreed(self) -> Shape:
        return meet(self.writer, self.reader) or self.writer

    def _items(self) -> Found:
        found = Found()
        fixed = max(self.writer.positions(), self.reader.positions())
        positions: list[int | None] = [*range(min(fixed, _MOST_POSITIONS)), None]
        for position in positions:
            at = fixed if position is None else position
            if self._most is not None and at >= self._most:
                continue
            ours, theirs = self.writer.item(position), self.reader.item(position)
            if says_nothing(theirs) or self.walk.empty.of(ours):
                continue
            below = self.walk.compare(ours, theirs, self.depth + 1)
            step: Step = Any.ITEM if position is None else position
            found.add(below.below(step, lambda value, to=at: self._with(value, to)))  # type: ignore[misc]
        return found

    def _with(self, value: Json, at: int) -> Json | Missing:
        for shape in (self._agreed(), self.writer):
            made = self._made(shape, [value], at, 0)
            if not isinstance(made, Missing):
                return made
        return MISSING

    def _made(self, shape: Shape, given: list[Json], at: int, count: int) -> Json | Missing:
        try:
            return self.walk.sampler.list_of(shape, given, at, count)
        except NoValue:
            return MISSING

    def _distinct(self) -> Found:
        asked = any(word is True for word in self.reader.words("uniqueItems"))
        promised = any(word is True for word in self.writer.words("uniqueItems"))
        if not asked or promised or (self._most is not None and self._most < 2):
            return Found()
        value: Json | Missing = MISSING
        try:
            item = self.walk.sampler.smallest((*self.writer.item(0), *self.writer.item(1)))
            value = self._made(self.writer, [item, item], 0, 0)
        except NoValue:
            pass
        if isinstance(value, Missing):
            return self.walk.searched(self.writer, [self.reader], "a list without repeats")
        return Found([Off((), Kind.MAY_BREAK, made(value), "a list", "a list without repeats")])


def _counted(number: int | float) -> str:
    return f"{number} item" if number == 1 else f"{number} items"
