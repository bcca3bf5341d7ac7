"""Two versions of a schema walked side by side: every difference, each place once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from harness.compat.schemas.outcome import Path
from harness.compat.schemas.shapes import ALL_WORDS
from harness.compat.versions.arrays import arrays
from harness.compat.versions.lifecycle import Lifetime, ends, stability
from harness.compat.versions.objects import objects
from harness.compat.versions.pairs import Pair, Said, Told, Versions
from harness.compat.versions.types import is_another, types
from harness.compat.versions.unions import unions, wrapped
from harness.compat.versions.values import text, values
from harness.compat.versions.views import SCHEMA_WORDS, is_cosmetic
from harness.domain.document import UNKNOWN_BECAUSE

_MOST_PAIRS: Final = 50_000
_MOST_FACTS: Final = 2_000
_MOST_PLACES: Final = 20
_TOO_LARGE: Final = "too large to be compared whole"
_LOOKED_INTO: Final = (
    ALL_WORDS
    | SCHEMA_WORDS
    | {"type", "enum", "const", "dependentRequired", "contentMediaType", "contentEncoding"}
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One difference with the pair that it was seen at."""

    said: Said
    pair: Pair

    @property
    def path(self) -> Path:
        """The place of the difference."""
        return self.pair.path if self.said.step is None else (*self.pair.path, self.said.step)


@dataclass(frozen=True, slots=True)
class Walked:
    """
    Every difference below a pair, from the outside to the inside.

    Shape: `again` lists where a pair was met that had been walked at another path, that one first.
    """

    facts: tuple[Fact, ...]
    again: tuple[tuple[Path, Path], ...] = ()

    def places(self, path: Path) -> tuple[Path, ...]:
        """All places of what was met first at a path, within bounds; none within itself."""
        found = {path: None}
        for at in (waiting := [path]):
            for first, other in self.again:
                if at[: len(first)] != first or other[: len(first)] == first:
                    continue
                place = (*other, *at[len(first) :])
                if place not in found and len(found) < _MOST_PLACES:
                    found[place] = None
                    waiting.append(place)
        return tuple(found)


class Walker:
    """Walks schemas of two documents; what was found to be the same is not looked at again."""

    def __init__(self, today: date | None) -> None:
        self._today = today
        self._same: set[tuple[int, ...]] = set()

    def walked(self, top: Pair, versions: Versions) -> Walked:
        """Every difference below a pair, each told once."""
        known: dict[tuple[int, ...], Path] = {}
        again: list[tuple[Path, Path]] = []
        waiting = deque([top])
        found: list[Fact] = []
        while waiting:
            pair = waiting.popleft()
            key = _key(pair, versions)
            if key in self._same:
                continue
            if key in known:
                again.append((known[key], pair.path))
                continue
            known[key] = pair.path
            if len(known) > _MOST_PAIRS or len(found) > _MOST_FACTS:
                found.append(Fact(Said("undecided", after=_TOO_LARGE, unsure=True), top))
                break
            for each in self._told(pair, versions):
                if isinstance(each, Pair):
                    waiting.append(each)
                else:
                    found.append(Fact(each, pair))
        if not found:
            self._same.update(known)
        return Walked(tuple(found), tuple(again))

    def _told(self, pair: Pair, versions: Versions) -> Iterator[Told]:
        yield from self._lifecycle(pair)
        choice = wrapped(pair, versions)
        if choice is not None:
            yield choice
            return
        yield from values(pair, versions)
        for said in types(pair, versions):
            yield said
            if is_another(said):
                return
        yield from objects(pair, versions)
        yield from arrays(pair, versions)
        yield from unions(pair, versions)
        yield from _rest(pair)

    def _lifecycle(self, pair: Pair) -> Iterator[Said]:
        if pair.top:
            return
        old, new = (Lifetime(each.flag("deprecated"), each.words) for each in (pair.old, pair.new))
        for key, before, after in (
            *ends(old, new, self._today),
            *stability(pair.old.words, pair.new.words),
        ):
            yield Said(key, before, after)


def _key(pair: Pair, versions: Versions) -> tuple[int, ...]:
    around = pair.around or ()
    flags = (pair.top, pair.unsent, pair.murky, pair.shaky, versions.request, versions.loose)
    return (id(pair.old), id(pair.new), *map(int, flags), *map(id, around))


def _rest(pair: Pair) -> Iterator[Said]:
    """Keywords that nobody else looked into, and places that could not be read."""
    old, new = pair.old.words, pair.new.words
    for word in dict.fromkeys((*old, *new)):
        if word in _LOOKED_INTO or is_cosmetic(word) or old.get(word) == new.get(word):
            continue
        yield Said("changed-otherwise", text(old.get(word)), text(new.get(word)), unsure=True)
    if (UNKNOWN_BECAUSE in old) != (UNKNOWN_BECAUSE in new):
        said = text(old.get(UNKNOWN_BECAUSE)), text(new.get(UNKNOWN_BECAUSE))
        yield Said("undecided", *said, unsure=True)
