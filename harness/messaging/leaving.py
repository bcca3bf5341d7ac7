"""What was made on a broker is removed from it, also where that had gone and comes back."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Final

from harness.domain.errors import BrokerUnreachable, MessagingFailed

BACK_S: Final = 15.0
PAUSE_S: Final = 0.5


class Leaving:
    """
    Removes one thing after another from a broker; all share the time in which it may come back.

    Shape: `is_watched` says that a service was looked at: then a broker that has gone is waited
    for, and all that has the run's prefix is the run's. `left` names what could not be removed.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.is_watched = False
        self.left: dict[str, None] = {}
        self._clock = clock
        self._sleep = sleep
        self._until: float | None = None

    def remove(self, names: Collection[str], work: Callable[[], object]) -> None:
        """
        Remove what has these names; `work` is done again while it raises BrokerUnreachable.

        Units: for `BACK_S` since the first failure; nothing is tried after that.
        """
        while not self._is_over():
            began = self._clock()
            try:
                work()
                return
            except BrokerUnreachable:
                self._until = self._until or began + (BACK_S if self.is_watched else 0.0)
            except MessagingFailed:  # the broker is there, and does not let it go
                break
            if not self._is_over():
                self._sleep(PAUSE_S)
        self.left |= dict.fromkeys(sorted(names))

    def _is_over(self) -> bool:
        return self._until is not None and self._clock() > self._until
