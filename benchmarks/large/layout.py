"""What a generated system is made of: who serves what, and who asks whom for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

NOUNS = ("parcel", "route", "depot", "driver", "label")
FRAMEWORKS = ("fastapi", "flask", "django")
REACH = (1, 7, 19)
"""How far away, in the circle of all services, those stand whom a service consumes."""
KINDS = ("shown", "listed", "created", "missing", "changed", "deleted")
EXTRA = 100
"""How many pairs have an interaction more than the others."""


@dataclass(frozen=True, slots=True)
class Member:
    """One service: its number gives its name, its framework and its providers."""

    number: int
    of: int

    @property
    def name(self) -> str:
        """The name, which is also that of its package."""
        return f"s{self.number:02}"

    @property
    def framework(self) -> str:
        """What it is written with."""
        return FRAMEWORKS[self.number % len(FRAMEWORKS)]

    @property
    def providers(self) -> tuple[Member, ...]:
        """Whom it consumes."""
        numbers = {(self.number + step) % self.of for step in REACH} - {self.number}
        return tuple(Member(number, self.of) for number in sorted(numbers))


def members(count: int) -> tuple[Member, ...]:
    """All services of a system."""
    return tuple(Member(number, count) for number in range(count))


def contracts(count: int) -> Iterator[tuple[Member, Member, tuple[str, ...]]]:
    """Who asks whom for what: the consumer, the provider and the kinds of interactions."""
    pairs = [(one, other) for one in members(count) for other in one.providers]
    for at, (consumer, provider) in enumerate(pairs):
        yield consumer, provider, KINDS if at < EXTRA else KINDS[:-1]
