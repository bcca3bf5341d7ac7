"""Threads that stand-ins share, so that opening one, and each connection to it, starts none."""

from __future__ import annotations

import selectors
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Final

_NAME: Final = "contract-harness-stand-in"
_WAKE: Final = b"."


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
    _porter: _Porter | None = None

    def do(self, work: Callable[[], None]) -> Job:
        """Have something done beside."""
        job = Job(work)
        with self._lock:
            is_short = not self._idle
            self._idle -= not is_short
            if is_short:
                self._hands.append(_started(self._toil))
        self._jobs.put(job)
        return job

    def attend(self, door: socket.socket, knocked: Callable[[], None]) -> None:
        """Call back, in a thread of ours, when somebody waits to be let in at a socket."""
        with self._lock:
            self._porter = self._porter or _Porter()
        self._porter.attend(door, knocked)

    def leave(self, door: socket.socket) -> None:
        """Call back no more for a socket that was attended to."""
        assert self._porter is not None, "a socket that was attended to"
        self._porter.leave(door)

    def dismiss(self, timeout_s: float) -> None:
        """Let every thread end; one that is at work does so behind it, and is not waited for."""
        with self._lock:
            hands, self._hands, self._idle = self._hands, [], 0
            porter, self._porter = self._porter, None
        if porter is not None:
            porter.dismiss()
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


class _Porter:
    """One thread that waits at all doors."""

    def __init__(self) -> None:
        self._doors = selectors.DefaultSelector()
        self._ours, self._theirs = socket.socketpair()
        self._doors.register(self._theirs, selectors.EVENT_READ, self._woken)
        self._is_on = True
        self._thread = _started(self._wait)

    def attend(self, door: socket.socket, knocked: Callable[[], None]) -> None:
        self._doors.register(door, selectors.EVENT_READ, knocked)
        self._wake_if_blind()

    def leave(self, door: socket.socket) -> None:
        self._doors.unregister(door)
        self._wake_if_blind()

    def dismiss(self) -> None:
        self._is_on = False
        self._ours.send(_WAKE)
        self._thread.join()
        self._doors.close()
        self._ours.close()
        self._theirs.close()

    def _wait(self) -> None:
        while self._is_on:
            for key, _ in self._doors.select():
                key.data()

    def _woken(self) -> None:
        self._theirs.recv(len(_WAKE))

    def _wake_if_blind(self) -> None:
        """Where the system itself does not hold the list of doors, waiting does not see it grow."""
        if not hasattr(self._doors, "fileno"):
            self._ours.send(_WAKE)


def _started(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, name=_NAME, daemon=True)
    thread.start()
    return thread
