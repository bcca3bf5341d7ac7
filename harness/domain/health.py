"""What the gate needs around it, and how it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Standing(Enum):
    """How one thing stands; only what is amiss is to be mended."""

    WELL = "well"
    NOTE = "note"
    AMISS = "amiss"


@dataclass(frozen=True, slots=True)
class Examined:
    """
    One thing that was looked at.

    Shape: `what` is the thing or the service; `said` is what was seen; `fix` is what to do, and is
    there whenever it does not stand well.
    """

    what: str
    standing: Standing
    said: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """A module that a service's code imports as it is loaded, and the line that does."""

    module: str
    where: str


def well(what: str, said: str) -> Examined:
    """Something that stands as it should."""
    return Examined(what, Standing.WELL, said)


def note(what: str, said: str, fix: str) -> Examined:
    """Something that one should know and need not mend."""
    return Examined(what, Standing.NOTE, said, fix)


def amiss(what: str, said: str, fix: str) -> Examined:
    """Something to be mended."""
    return Examined(what, Standing.AMISS, said, fix)


def is_well(examined: Iterable[Examined]) -> bool:
    """Whether nothing is to be mended."""
    return all(one.standing is not Standing.AMISS for one in examined)
