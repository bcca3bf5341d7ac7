"""Answers that are given again while the database is what it was when they were made."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from harness.broker.semantics.scopes import Caller, Door
from harness.broker.server.answers import Answer
from harness.broker.server.asking import Asked
from harness.broker.store.states import State

MOST_BYTES: Final = 32 * 1024 * 1024
_LARGE_BYTES: Final = 1024 * 1024
_AROUND_BYTES: Final = 1024


@dataclass(frozen=True, slots=True)
class Question:
    """All of a request that an answer can depend on."""

    method: str
    path: str
    query: str
    accepted: str
    base: str
    body: bytes
    caller: Caller
    doors: frozenset[Door]


def question(asked: Asked, caller: Caller, doors: frozenset[Door]) -> Question:
    """What somebody asks."""
    accepted, method = asked.headers.get("accept", ""), asked.method
    text = (asked.path, asked.query, accepted, asked.base)
    return Question("GET" if method == "HEAD" else method, *text, asked.body, caller, doors)


class Kept:
    """
    Answers by question, each with the state of the database that it follows from.

    Shape: one is given only where the database is still in that state, which is looked up each
    time; what was not asked for longest makes room for others.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._answers: OrderedDict[Question, tuple[State, Answer, int]] = OrderedDict()
        self._size_bytes = 0

    def find(self, asked: Question, now: Callable[[], State | None]) -> Answer | None:
        """The answer to a question, where it is known."""
        with self._lock:
            found = self._answers.get(asked)
            if found is None:
                return None
            self._answers.move_to_end(asked)
        state, answer, _ = found
        return answer if state == now() else None

    def put(self, asked: Question, answer: Answer, state: State | None) -> None:
        """Keep an answer that follows from a state; not one of unusual size."""
        size = _AROUND_BYTES + len(asked.query) + len(asked.body) + len(answer.body)
        if state is None or answer.status != 200 or size > _LARGE_BYTES:
            return
        with self._lock:
            self._drop(asked)
            self._answers[asked] = (state, answer, size)
            self._size_bytes += size
            while self._size_bytes > self._most_bytes:
                self._drop(next(iter(self._answers)))

    def _drop(self, asked: Question) -> None:
        gone = self._answers.pop(asked, None)
        self._size_bytes -= gone[2] if gone else 0
