"""A finding that somebody answers for until a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum


@dataclass(frozen=True, slots=True)
class Waiver:
    """
    One finding that is known, and does not fail until a day has passed.

    Shape: `consumer` limits it to findings that are about this consumer (where no edge is
    concerned, about this service), and is empty for any; `until` is the last day on which it holds;
    `check` and `subject` are for readers, and may be empty.
    """

    fingerprint: str
    consumer: str
    until: date
    reason: str
    owner: str = ""
    check: str = ""
    subject: str = ""

    def holds_on(self, today: date) -> bool:
        """Whether the last day has not passed."""
        return today <= self.until


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
