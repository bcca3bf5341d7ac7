"""How much work one comparison may do, counted in steps so that every machine stops alike."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """
    The limits of one comparison.

    Units: `steps` are places visited, `depth` levels of nesting, `alternatives` ways in which one
    schema can be met, `tries` values generated where nothing could be proven, `draws` steps spent
    on making half of those, `levels` how deep one of them is nested, `seed` where they begin,
    `witnesses` places that are shown each with a value of its own, `others` further values that
    are looked for to show the same place, `places` those that are kept while looking, `parts` the
    keys, items and scalars of one value that is put to judges.
    """

    steps: int = 20_000
    depth: int = 40
    alternatives: int = 128
    tries: int = 200
    draws: int = 5_000
    levels: int = 120
    seed: int = 1
    witnesses: int = 100
    others: int = 0
    places: int = 2_000
    parts: int = 6_000


class Exhausted(Exception):
    """A limit was reached; the message says which."""


class Work:
    """Counts the steps of one comparison."""

    __slots__ = ("bounds", "spent")

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self.spent = 0

    def spend(self, steps: int = 1) -> None:
        """
        Count steps.

        Raises: Exhausted.
        """
        self.spent += steps
        if self.spent > self.bounds.steps:
            raise Exhausted(f"more than {self.bounds.steps} steps")

    def check_depth(self, depth: int) -> None:
        """
        Refuse to go deeper than the limit.

        Raises: Exhausted.
        """
        if depth > self.bounds.depth:
            raise Exhausted(f"nested deeper than {self.bounds.depth} levels")
