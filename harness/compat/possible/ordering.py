"""Puts the changes first that break most code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from harness.compat.possible.variations import Variation
from harness.domain.json import Json

_FIRST: Final = ("is absent", "is null")


def by_plainness(found: Iterable[tuple[Variation, Json]]) -> list[tuple[Variation, Json]]:
    """
    Absent and null before everything else, then what is near the root before what is deep.

    Shape: changes that are alike stay in their order.
    """
    return sorted(found, key=lambda pair: (_rank(pair[0].what), len(pair[0].place)))


def _rank(what: str) -> int:
    if what in _FIRST:
        return 0
    return 1 if what.startswith(("is empty", "holds one", "is of form")) else 2
