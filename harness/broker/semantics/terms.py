"""On which terms webhooks are delivered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from harness.broker.semantics.destinations import Destinations

NOT_RUN: Final = "not_run"
RETRYING: Final = "retrying"
SUCCESS: Final = "success"
FAILURE: Final = "failure"
_GOOD: Final = range(200, 207)


@dataclass(frozen=True, slots=True)
class Terms:
    """
    Where webhooks go, how long an answer is waited for, and when it is tried again.

    Units: seconds; `waits_s` has one wait for each further try, `limit_s` is for a whole try.
    """

    destinations: Destinations = field(default_factory=Destinations)
    waits_s: tuple[float, ...] = (10, 60, 120, 300, 600, 1200)
    limit_s: float = 10

    @property
    def lease_s(self) -> float:
        """How long what one process has taken is its own: to look up a name takes time too."""
        return 2 * self.limit_s + 1

    def wait_s(self, tries: int) -> float | None:
        """How long is waited after a number of tries that failed; nothing where it was the last."""
        return self.waits_s[tries - 1] if tries <= len(self.waits_s) else None

    def left(self, tries: int, status: str) -> int:
        """How many tries are left."""
        is_open = status in (NOT_RUN, RETRYING)
        return max(0, len(self.waits_s) + 1 - tries) if is_open else 0


USUAL: Final = Terms()


def is_good(status: int) -> bool:
    """Whether an answer says that a webhook has arrived."""
    return status in _GOOD
