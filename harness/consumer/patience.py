"""Ends what a test waits for that never comes."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Final

from harness.consumer.raised import Calls
from harness.consumer.stacks import calls_to

_AGAIN_S: Final = 0.5
_MOST_TIMES: Final = 6
SWALLOWS_EVERYTHING: Final = 75
"""The status with which a process ends that lets nothing cut it off."""


class CutOff(BaseException):
    """Is raised in the middle of whatever goes on for too long."""


@dataclass(slots=True, repr=False, eq=False)  # the signal module writes its handlers out
class Patience:
    """
    Cuts off what goes on for too long, where the platform has a timer that interrupts.

    Shape: `give_up` is called last where code swallows even this; then the process ends.
    """

    limit_s: float
    give_up: Callable[[], None]
    waiting: Calls = ()
    _times: int = 0

    @contextmanager
    def kept(self) -> Iterator[None]:
        """
        Let the code within go on for the limit.

        Shape: plugins that limit tests use the same timer, so it is only taken while it runs.
        Raises: CutOff, from within it.
        """
        if not _can_interrupt():
            yield
            return
        self._times, self.waiting = 0, ()
        handled = signal.signal(signal.SIGALRM, self._cut)
        signal.setitimer(signal.ITIMER_REAL, self.limit_s, _AGAIN_S)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, handled or signal.SIG_DFL)

    def _cut(self, _number: int, frame: FrameType | None) -> None:
        self._times += 1
        self.waiting = self.waiting or calls_to(frame)
        if self._times > _MOST_TIMES:
            self.give_up()
            os._exit(SWALLOWS_EVERYTHING)
        raise CutOff


def _can_interrupt() -> bool:
    is_main = threading.current_thread() is threading.main_thread()
    return is_main and hasattr(signal, "setitimer")
