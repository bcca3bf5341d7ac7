"""What is known of pairs of schemas, and what is only taken to hold while they are walked."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from harness.compat.schemas.bounds import Exhausted
from harness.compat.schemas.places import Doubt, Found

_NOTHING = 1 << 60


@dataclass(slots=True)
class Assumptions:
    """
    The pairs of one comparison.

    Shape: a pair that is met again below itself is taken to fit: values end, so what holds at
    every step holds for them all. What rests on that is forgotten if the pair does not fit, and
    known once it does. What does not fit rests on nothing: the value that shows it is real.
    """

    _known: dict[Hashable, tuple[object, Found]] = field(default_factory=dict)
    _resting: dict[Hashable, tuple[object, int]] = field(default_factory=dict)
    _under_way: dict[Hashable, int] = field(default_factory=dict)
    _lowest: int = _NOTHING

    def found(self, pair: Hashable, held: object, walk: Callable[[], Found]) -> Found:
        """What is found of a pair, walked unless it is known: `held` keeps its identity alive."""
        if pair in self._known:
            return self._known[pair][1]
        if pair in self._under_way:
            return self._taken_to_fit(self._under_way[pair])
        if pair in self._resting:
            return self._taken_to_fit(self._resting[pair][1])
        try:
            found, lowest = self._walked(pair, walk)
        except Exhausted as limit:
            # The limit was met here; what is met elsewhere may lie less deep.
            return Found(doubts=[Doubt((), str(limit))])
        if found.covered and lowest < len(self._under_way):
            self._resting[pair] = (held, lowest)
        else:
            self._known[pair] = (held, found)
        return found

    def once(self, pair: Hashable, walk: Callable[[], Found]) -> Found:
        """The same, of a pair whose identity ends with the walk."""
        if pair in self._under_way:
            return self._taken_to_fit(self._under_way[pair])
        return self._walked(pair, walk)[0]

    def _taken_to_fit(self, depth: int) -> Found:
        self._lowest = min(self._lowest, depth)
        return Found()

    def _walked(self, pair: Hashable, walk: Callable[[], Found]) -> tuple[Found, int]:
        """What is found, and the depth of the lowest pair that it rests on."""
        depth, before, kept = len(self._under_way), self._lowest, len(self._resting)
        self._under_way[pair] = depth
        self._lowest = _NOTHING
        found = Found(doubts=[Doubt((), "under way")])
        try:
            found = walk()
        finally:
            del self._under_way[pair]
            lowest = self._settled(found, depth, before, kept)
        return found, lowest

    def _settled(self, found: Found, depth: int, before: int, kept: int) -> int:
        lowest = self._lowest
        rests = found.covered and lowest < depth
        self._lowest = min(before, lowest) if rests else before
        for each, fits in [] if rests else self._forgotten(kept):
            if found.covered:
                self._known[each] = (fits, Found())
        return lowest

    def _forgotten(self, kept: int) -> list[tuple[Hashable, object]]:
        """What came to rest on assumptions since there were only so many."""
        gone = list(self._resting)[kept:] if len(self._resting) > kept else []
        return [(each, self._resting.pop(each)[0]) for each in gone]
