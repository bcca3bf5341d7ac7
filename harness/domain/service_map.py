"""The system as a picture shows it: services, who consumes whom, and how that stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from harness.domain.edge import EdgeReport, Leg, LegStatus, Pair


@dataclass(frozen=True, slots=True)
class Participant:
    """
    One service of the system.

    Shape: `is_member` says that the workspace describes it, and not only names it.
    """

    name: str
    owner: str = ""
    is_member: bool = True


@dataclass(frozen=True, slots=True)
class Link:
    """
    A consumer and a provider, with all edges between them.

    Shape: `declared` says that the consumer's own table names the provider; `edges` are those of a
    run, and empty where none is known.
    Units: `interactions` are named examples of contracts.
    """

    pair: Pair
    interactions: int = 0
    declared: bool = False
    edges: tuple[EdgeReport, ...] = ()

    @property
    def legs(self) -> tuple[tuple[Leg, LegStatus], ...]:
        """What is known of each leg, over all edges; nothing where no run is known."""
        if not self.edges:
            return ()
        return tuple(
            (
                leg,
                together(one.status for edge in self.edges for one in edge.legs if one.leg is leg),
            )
            for leg in Leg
        )

    @property
    def status(self) -> LegStatus:
        """The gravest of its legs."""
        return together(status for _, status in self.legs)


@dataclass(frozen=True, slots=True)
class ServiceMap:
    """
    The services in the order of their names, and the links in that of their pairs.

    Shape: `run` says of which run the legs are, in a sentence, and is empty where none is known.
    """

    participants: tuple[Participant, ...]
    links: tuple[Link, ...] = ()
    run: str = ""


def together(statuses: Iterable[LegStatus]) -> LegStatus:
    """The status of several legs taken as one: the gravest, and the weakest of good ones."""
    found = set(statuses)
    return next((each for each in _GRAVEST_FIRST if each in found), LegStatus.NOT_LOOKED_AT)


_GRAVEST_FIRST: Final = (
    LegStatus.FAILED,
    LegStatus.MISSING,
    LegStatus.TESTED,
    LegStatus.PROVEN,
)
