"""
What the gate asks a consumer's models and code, and what they answer.

Shape of the asks, version 2: one object,

    {"v": 2, "packages": [...], "roots": [...], "tests": [...], "raises": [...],
     "reachable": [...], "typeguard": "", "patience_s": 10.0, "waits_s": 4.0, "asks": [
        {"id", "consumer", "provider", "interaction", "description", "test", "by_model": bool,
         "until", "replies": [{"what", "origin", ...}]}]}

`packages` are the consumer's own, `roots` the directories of its code (which count where no package
is named), `tests` the places of its contract tests, `raises` the exceptions that it raises on
purpose, `reachable` the hosts that it may call and `typeguard` a directory that holds one, by which
the packages are observed, empty where they are not; consumer and provider are named as in the pact,
`interaction` is an interaction's key, `test` the node id of the test that gave it, where one is
known; `replies` are tried in this order, with the fields of a `PossibleReply` that are not as they
are by default. `until` says when a question is settled: `refused` by the first reply that is
refused, `""` never, and anything else by the first that is refused at that raise site.

Shape of the answers: JSON lines, the first {"kind": "answers", "v": 2}, then for each reply one
when it is put and one when it was tried, or one answer for all where nobody could be asked,

    {"kind": "put", "id", "what"}
    {"kind": "answer", "id", "asked", "reception", "what", "site", "error", "detail", "waited_s",
     "by_test": bool, "crash": null or {"type", "message", "frames", "traceback"}}
    {"kind": "address", "address", "test", "crash"}
    {"kind": "contradiction", "id", "what", "contradiction": {...}}
    {"kind": "observed", "why_not"}

where `by_test` says that an assertion of the test itself did not hold, and only the first refusal
at a site brings its crash, and last {"kind": "run", "exit_status"}: a file without it was cut
short.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import IO, Any

from harness.consumer.declaration import Declared
from harness.domain.contradiction import Contradiction
from harness.domain.fit import Asked, Reception
from harness.domain.json import Json
from harness.domain.possible import Fault, Origin, PossibleReply

VERSION = 2
UNTIL_REFUSED = "refused"
_LISTS = ("packages", "tests", "raises", "roots", "reachable")
_DEFAULTS = {one.name: one.default for one in fields(PossibleReply)}


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
    replies: tuple[PossibleReply, ...]
    until: str = UNTIL_REFUSED

    def is_of(self, declared: Declared) -> bool:
        """Whether it is about what a test declares."""
        named = (self.consumer, self.provider, self.description)
        return named == (*declared.pair, declared.description)


@dataclass(frozen=True, slots=True)
class Asks:
    """
    All questions of one run.

    Units: `patience_s` is how long one reply may keep a test busy, `waits_s` after how long no more
    replies of a provider are tried that never come.
    """

    packages: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    raises: tuple[str, ...] = ()
    asks: tuple[Ask, ...] = ()
    roots: tuple[str, ...] = ()
    reachable: tuple[str, ...] = ()
    patience_s: float = 10.0
    waits_s: float = 4.0
    typeguard: str = ""

    def text(self) -> str:
        """The file that holds them."""
        asks = [
            {**_plainly(one), "replies": [_told(reply) for reply in one.replies]}
            for one in self.asks
        ]
        told = {name: list(getattr(self, name)) for name in _LISTS}
        limits = {"patience_s": self.patience_s, "waits_s": self.waits_s}
        told_once = {**told, "typeguard": self.typeguard}
        return json.dumps({"v": VERSION, **told_once, **limits, "asks": asks})


def _plainly(ask: Ask) -> dict[str, Json]:
    return {one.name: getattr(ask, one.name) for one in fields(ask) if one.name != "replies"}


def _told(reply: PossibleReply) -> dict[str, Json]:
    told = {name: value for name, value in asdict(reply).items() if value != _DEFAULTS[name]}
    fault = {"fault": reply.fault.value} if reply.fault else {}
    return {**told, **fault, "origin": reply.origin.value}


def read_asks(path: Path) -> Asks:
    """
    Read a file of questions.

    Raises: ValueError for another version; OSError.
    """
    held = json.loads(path.read_text(encoding="utf-8"))
    if held.get("v") != VERSION:
        raise ValueError(f"{path}: expected version {VERSION} of the asks, seen {held.get('v')!r}")
    asks = tuple(
        Ask(**{**one, "replies": tuple(map(_reply_of, one["replies"]))}) for one in held["asks"]
    )
    lists = {name: tuple(map(str, held[name])) for name in _LISTS}
    return Asks(
        asks=asks,
        patience_s=float(held["patience_s"]),
        waits_s=float(held["waits_s"]),
        typeguard=str(held["typeguard"]),
        **lists,
    )


def _reply_of(told: Mapping[str, str]) -> PossibleReply:
    fault = {"fault": Fault(told["fault"])} if "fault" in told else {}
    kept: dict[str, Any] = {**told, **fault, "origin": Origin(told["origin"])}
    return PossibleReply(**kept)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one reply."""

    id: str
    asked: Asked
    reception: Reception
    what: str = ""
    error: str = ""
    detail: str = ""
    site: str = ""
    waited_s: float = 0.0
    crash: Mapping[str, Json] | None = None
    by_test: bool = False

    def as_json(self) -> Mapping[str, Json]:
        """The line that tells it."""
        return {
            "kind": "answer",
            "id": self.id,
            "asked": self.asked.value,
            "reception": self.reception.value,
            "what": self.what,
            "error": self.error,
            "detail": self.detail,
            "site": self.site,
            "waited_s": self.waited_s,
            "by_test": self.by_test,
            "crash": self.crash,
        }


def settles(reception: Reception, site: str, until: str) -> bool:
    """Whether an answer leaves nothing more to ask."""
    if until == UNTIL_REFUSED:
        return reception is not Reception.TAKEN
    return bool(until) and site == until


@dataclass(slots=True)
class AnswerFile:
    """
    The file of answers, each line written at once: what was answered outlives a kill.

    Shape: `settled` are the questions about which nothing more is to be asked.
    """

    path: Path
    settled: set[str] = field(default_factory=set)
    _lines: IO[str] | None = None

    def open(self) -> None:
        """Begin the file anew."""
        self._lines = self.path.open("w", encoding="utf-8", buffering=1)
        self._write({"kind": "answers", "v": VERSION})

    def put(self, ask: Ask, reply: PossibleReply) -> None:
        """Say that a reply is put now: what ends the process then is this one's doing."""
        self._write({"kind": "put", "id": ask.id, "what": reply.what})

    def add(self, answer: Answer, until: str = UNTIL_REFUSED) -> None:
        """Write one answer; it may settle its question."""
        if settles(answer.reception, answer.site, until):
            self.settled.add(answer.id)
        self._write(answer.as_json())

    def tell_address(self, address: str, test: str, crash: Mapping[str, Json]) -> None:
        """Write that an address was called that nothing accounts for."""
        self._write({"kind": "address", "address": address, "test": test, "crash": crash})

    def tell_contradiction(self, one: Contradiction, id: str, what: str) -> None:
        """Write that the consumer's code saw a value that is another than it says."""
        told = {**asdict(one), "kind": one.kind.value}
        self._write({"kind": "contradiction", "id": id, "what": what, "contradiction": told})

    def tell_observed(self, why_not: str) -> None:
        """Write whether the consumer's code could be observed."""
        self._write({"kind": "observed", "why_not": why_not})

    def close(self, exit_status: int) -> None:
        """Say that all was told."""
        self._write({"kind": "run", "exit_status": exit_status})
        assert self._lines is not None, "an open file"
        self._lines.close()
        self._lines = None

    def _write(self, line: Mapping[str, Json]) -> None:
        assert self._lines is not None, "an open file"
        self._lines.write(json.dumps(line) + "\n")
