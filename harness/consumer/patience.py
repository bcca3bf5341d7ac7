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

_LOOKS: Final = 5
_BETWEEN: Final = 0.1
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

    Shape: `waiting` are the calls that were under way at the end, and all along for a while before;
    `give_up` is called last where code swallows even this, and then the process ends.
    """

    limit_s: float
    give_up: Callable[[], None]
    waiting: Calls = ()
    _looks: int = 0
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
        self._looks, self._times, self.waiting = 0, 0, ()
        handled = signal.signal(signal.SIGALRM, self._look)
        signal.setitimer(signal.ITIMER_REAL, self.limit_s * (1 - _BETWEEN * (_LOOKS - 1)))
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, handled or signal.SIG_DFL)

    def _look(self, _number: int, frame: FrameType | None) -> None:
        """Look where it stands a few times, and then cut it off, again and again."""
        if self._looks < _LOOKS:
            calls = calls_to(frame)
            self.waiting = _still(self.waiting, calls) if self._looks else calls
            self._looks += 1
        # Set anew each time: a look that takes longer than to the next would look into itself.
        if self._looks < _LOOKS:
            signal.setitimer(signal.ITIMER_REAL, self.limit_s * _BETWEEN)
            return
        self._times += 1
        if self._times > _MOST_TIMES:
            self.give_up()
            os._exit(SWALLOWS_EVERYTHING)
        signal.setitimer(signal.ITIMER_REAL, _AGAIN_S)
        raise CutOff


def _still(before: Calls, now: Calls) -> Calls:
    """The calls that are the same as before, where they stand now."""
    known = {id(frame) for frame, _ in before}  # which `before` keeps alive
    return tuple(call for call in now if id(call[0]) in known)


def _can_interrupt() -> bool:
    is_main = threading.current_thread() is threading.main_thread()
    return is_main and hasattr(signal, "setitimer")
