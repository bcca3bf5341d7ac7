"""Ends what a test waits for that never comes."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CoroutineType, FrameType
from typing import Final, cast

from harness.consumer.raised import Calls

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
    _handled: object = None

    def install(self) -> None:
        """Take the timer of the process."""
        if _can_interrupt():
            self._handled = signal.signal(signal.SIGALRM, self._cut)

    def uninstall(self) -> None:
        """Give the timer back."""
        if self._handled is not None:
            signal.signal(signal.SIGALRM, cast(signal.Handlers, self._handled))
            self._handled = None

    @contextmanager
    def kept(self) -> Iterator[None]:
        """
        Let the code within go on for the limit.

        Raises: CutOff, from within it.
        """
        if self._handled is None:
            yield
            return
        self._times, self.waiting = 0, ()
        signal.setitimer(signal.ITIMER_REAL, self.limit_s, _AGAIN_S)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _cut(self, _number: int, frame: FrameType | None) -> None:
        self._times += 1
        self.waiting = self.waiting or (*calls_to(frame), *_calls_of_tasks())
        if self._times > _MOST_TIMES:
            self.give_up()
            os._exit(SWALLOWS_EVERYTHING)
        raise CutOff


def _can_interrupt() -> bool:
    is_main = threading.current_thread() is threading.main_thread()
    return is_main and hasattr(signal, "setitimer")


def calls_to(frame: FrameType | None) -> Calls:
    """The stack that leads to a frame, the innermost last."""
    return tuple(traceback.walk_stack(frame))[::-1]


def _calls_of_tasks() -> Iterator[tuple[FrameType, int]]:
    """Where the tasks of a running loop stand, which no stack of the thread shows."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return
    for task in asyncio.all_tasks(loop):
        step: object = task.get_coro()
        while isinstance(step, CoroutineType):
            if step.cr_frame is not None:
                yield step.cr_frame, step.cr_frame.f_lineno
            step = step.cr_await
