"""What is connected with a pacticipant."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol, TypeVar


class Joined(Protocol):
    """That a consumer uses a provider."""

    @property
    def consumer_id(self) -> int:
        """The consumer."""

    @property
    def provider_id(self) -> int:
        """The provider."""


P = TypeVar("P", bound=Joined)


def connected(start: int, pairs: Iterable[P]) -> list[P]:
    """The pairs that are connected with a pacticipant, near or far."""
    given = list(pairs)
    return within(start, given, len(given))[0]


def within(start: int, pairs: Collection[P], most: int) -> tuple[list[P], int, bool]:
    """
    The pairs around a pacticipant, step by step until there would be more than `most`.

    Shape: with the steps that were taken, one at least, and whether nothing is left out.
    """
    found, reached, steps = _touching({start}, pairs), {start}, 1
    while True:
        reached |= {key for each in found for key in (each.consumer_id, each.provider_id)}
        grown = _touching(reached, pairs)
        if len(grown) == len(found):
            return found, steps, True
        if len(grown) > most:
            return found, steps, False
        found, steps = grown, steps + 1


def _touching(reached: set[int], pairs: Iterable[P]) -> list[P]:
    return [each for each in pairs if {each.consumer_id, each.provider_id} & reached]
