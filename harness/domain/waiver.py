"""A finding that somebody answers for: until a day, or until it is mended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

WaiverKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Waiver:
    """
    One finding that is known and does not fail: written alone, or with all others by a baseline.

    Shape: `consumer` limits it to findings that are about this consumer (where no edge is
    concerned, about this service), and is empty for any; `until` is the last day on which it holds,
    None for no last day; `check` and `subject` are for readers, and may be empty.
    """

    fingerprint: str
    consumer: str
    until: date | None
    reason: str
    owner: str = ""
    check: str = ""
    subject: str = ""

    @property
    def key(self) -> WaiverKey:
        """What it is known by, and ordered by in its file."""
        return self.consumer, self.fingerprint

    @property
    def names(self) -> tuple[str, ...]:
        """The services that it is about, as far as it says."""
        return tuple(dict.fromkeys(one for one in (self.consumer, *self.subject.split(":")) if one))

    def holds_on(self, today: date) -> bool:
        """Whether the last day, if there is one, has not passed."""
        return self.until is None or today <= self.until


class WaiverStanding(Enum):
    """
    What a waiver does in one run.

    Shape: `stale` when a whole run found nothing that it is about, `unused` when only a part of the
    system was looked at, or not all of it could be seen.
    """

    IN_FORCE = "in force"
    EXPIRED = "expired"
    STALE = "stale"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class WaiverReport:
    """A waiver and what it does in this run."""

    waiver: Waiver
    standing: WaiverStanding


@dataclass(frozen=True, slots=True)
class Renaming:
    """
    A service that waivers are about and that is no more, and the one that it seems to be now.

    Units: `entries` waivers would be about findings of this run under the new name.
    """

    old: str
    new: str
    entries: int
