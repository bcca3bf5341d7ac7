"""
What the gate asks a consumer's models and code, and what they answer.

Shape of the asks, version 1: one object,

    {"v": 1, "packages": [...], "tests": [...], "raises": [...], "asks": [
        {"id", "consumer", "provider", "interaction", "description", "test", "by_model": bool,
         "replies": [...]}]}

`packages` are the consumer's own, `tests` the places of its contract tests and `raises` the
exceptions that it raises on purpose; consumer and provider are named as in the pact, `interaction`
is an interaction's key, `test` the node id of the test that gave it; `replies` are JSON texts of
bodies, tried in this order until one is refused.

Shape of the answers: JSON lines, the first {"kind": "answers", "v": 1}, then one for each reply,

    {"kind": "answer", "id", "asked", "reception", "reply", "error", "detail",
     "crash": null or {"type", "message", "frames", "traceback"}}

and last {"kind": "run", "exit_status"}: a file without it was cut short.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.domain.fit import Asked, Reception
from harness.domain.json import Json

VERSION = 1


@dataclass(frozen=True, slots=True)
class Ask:
    """One question: what becomes of these replies to one interaction."""

    id: str
    consumer: str
    provider: str
    interaction: str
    description: str
    test: str
    by_model: bool
    replies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asks:
    """All questions of one run."""

    packages: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    raises: tuple[str, ...] = ()
    asks: tuple[Ask, ...] = ()

    def text(self) -> str:
        """The file that holds them."""
        asks = [
            {
                "id": one.id,
                "consumer": one.consumer,
                "provider": one.provider,
                "interaction": one.interaction,
                "description": one.description,
                "test": one.test,
                "by_model": one.by_model,
                "replies": list(one.replies),
            }
            for one in self.asks
        ]
        told = {name: list(getattr(self, name)) for name in ("packages", "tests", "raises")}
        return json.dumps({"v": VERSION, **told, "asks": asks})


def read_asks(path: Path) -> Asks:
    """
    Read a file of questions.

    Raises: ValueError for another version; OSError.
    """
    held = json.loads(path.read_text(encoding="utf-8"))
    if held.get("v") != VERSION:
        raise ValueError(f"{path}: expected version {VERSION} of the asks, seen {held.get('v')!r}")
    asks = tuple(Ask(**{**one, "replies": tuple(one["replies"])}) for one in held["asks"])
    packages, tests, raises = (tuple(held[name]) for name in ("packages", "tests", "raises"))
    return Asks(packages, tests, raises, asks)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one reply."""

    id: str
    asked: Asked
    reception: Reception
    reply: str = ""
    error: str = ""
    detail: str = ""
    crash: Mapping[str, Json] | None = None

    def as_json(self) -> Mapping[str, Json]:
        """The line that tells it."""
        return {
            "kind": "answer",
            "id": self.id,
            "asked": self.asked.value,
            "reception": self.reception.value,
            "reply": self.reply,
            "error": self.error,
            "detail": self.detail,
            "crash": self.crash,
        }


@dataclass(slots=True)
class AnswerFile:
    """The file of answers, each line written at once: what was answered outlives a kill."""

    path: Path
    settled: set[str] = field(default_factory=set)

    def open(self) -> None:
        """Begin the file anew."""
        self.path.write_text(json.dumps({"kind": "answers", "v": VERSION}) + "\n", "utf-8")

    def add(self, answer: Answer) -> None:
        """Write one answer; a refusal settles its question."""
        if answer.reception is Reception.REFUSED:
            self.settled.add(answer.id)
        self._write(answer.as_json())

    def close(self, exit_status: int) -> None:
        """Say that all was told."""
        self._write({"kind": "run", "exit_status": exit_status})

    def _write(self, line: Mapping[str, Json]) -> None:
        with self.path.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(line) + "\n")
