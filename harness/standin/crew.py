"""Threads that take up one piece of work after another, so that none is started for each."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue

_NAME = "contract-harness-stand-in"


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work; `ended` is set once it is over, however it ended."""

    work: Callable[[], None]
    ended: threading.Event = field(default_factory=threading.Event)


@dataclass(slots=True)
class Crew:
    """
    As many threads as there is work at a time, kept for the next until they are dismissed.

    Shape: nobody waits for another's work to end; what work raises ends nothing but itself.
    """

    _jobs: SimpleQueue[Job | None] = field(default_factory=SimpleQueue)
    _hands: list[threading.Thread] = field(default_factory=list)
    _idle: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def do(self, work: Callable[[], None]) -> Job:
        """Have something done beside."""
        job = Job(work)
        with self._lock:
            is_short = not self._idle
            self._idle -= not is_short
            if is_short:
                hand = threading.Thread(target=self._toil, name=_NAME, daemon=True)
                self._hands.append(hand)
                hand.start()
        self._jobs.put(job)
        return job

    def dismiss(self, timeout_s: float) -> None:
        """Let every thread end; one that is at work does so behind it, and is not waited for."""
        with self._lock:
            hands, self._hands, self._idle = self._hands, [], 0
        for _ in hands:
            self._jobs.put(None)
        for hand in hands:
            hand.join(timeout_s)

    def _toil(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job.work()
            except Exception:  # noqa: BLE001 - told as a thread tells what it ends with
                told = (*sys.exc_info(), threading.current_thread())
                threading.excepthook(threading.ExceptHookArgs(told))
            with self._lock:
                self._idle += 1
            job.ended.set()
