"""A program that consumes messages, started as often as one step needs it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from harness.domain.errors import ServiceNotStarted
from harness.domain.service import Service
from harness.services import processes
from harness.services.environment import (
    Place,
    check_needs,
    consumed_by,
    environment_of,
    interpreter_of,
    masked,
    secrets_of,
)
from harness.services.instance import TAIL_CHARACTERS
from harness.services.processes import LOOPBACK, Ended, Guarded, Order, Port

PYTHON = "{python}"
PAUSE_S = 0.02


@dataclass(frozen=True, slots=True)
class Calls:
    """
    What handlers did in the runs of one worker so far.

    Shape: `begun`, `ended` and `raised` count calls from without; `errors` are the texts of what
    was raised; `watched` names the functions that are told of, empty where none was found.
    """

    begun: int = 0
    ended: int = 0
    raised: int = 0
    errors: tuple[str, ...] = ()
    watched: tuple[str, ...] = ()

    def returned_since(self, before: Calls) -> int:
        """Count the calls that have returned since another look."""
        return self.ended - before.ended

    @property
    def unfinished(self) -> int:
        """Calls that have neither returned nor raised."""
        return self.begun - self.ended - self.raised


def read_calls(file: Path) -> Calls:
    """Read what the host has written; a line that was cut short by a kill is none."""
    counts = {"begin": 0, "end": 0, "raised": 0}
    errors: list[str] = []
    watched: list[str] = []
    text = file.read_text("utf-8") if file.exists() else ""
    for line in text.splitlines(keepends=True):
        if not line.endswith("\n"):
            continue
        event = json.loads(line)
        if event["at"] == "loaded":
            watched += [f"{event['module']}.{name}" for name in event["names"]]
            continue
        counts[event["at"]] += 1
        if "error" in event:
            errors.append(event["error"])
    begun, ended, raised = counts.values()
    return Calls(begun, ended, raised, tuple(errors), tuple(dict.fromkeys(watched)))


@dataclass(slots=True)
class RunningWorker:
    """
    One start of the program.

    Shape: `tells` says whether it runs in an interpreter that tells of its handlers.
    """

    guarded: Guarded
    told: Path
    secrets: frozenset[str]
    tells: bool = True

    def calls(self) -> Calls:
        """What its handlers did since this start."""
        return read_calls(self.told)

    def ended(self) -> Ended | None:
        """How it ended, if it did."""
        return self.guarded.poll()

    def output(self) -> str:
        """The end of its output, without secrets."""
        return masked(self.guarded.output(), self.secrets)[-TAIL_CHARACTERS:]

    def kill(self, limit_s: float = 5.0) -> None:
        """Kill it in the middle of whatever it does, and wait until it is gone."""
        self.guarded.kill()
        deadline = time.monotonic() + limit_s
        while self.guarded.poll() is None and time.monotonic() < deadline:
            time.sleep(PAUSE_S)


@dataclass(slots=True)
class Workers:
    """
    Starts one service's worker again and again, each time with a directory of its own.

    Shape: `addresses` are those of the providers that it consumes; `broker` is the broker's address
    in the form that services want, `namespace` what is put before every name on it.
    """

    service: Service
    run_directory: Path
    broker: str
    namespace: str
    addresses: Mapping[str, str] = field(default_factory=dict)
    handlers: tuple[str, ...] = ()
    secrets: frozenset[str] = frozenset()
    grace_s: float = 3.0
    outside: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @contextmanager
    def started(self, hold: Path | None = None) -> Iterator[RunningWorker]:
        """
        Start it, for as long as it is needed; then it is told to leave, and ended.

        Shape: for as long as the file `hold` is there, no handler goes on beyond its beginning.
        Raises: ServiceNotStarted.
        """
        if not processes.can_start_services:
            raise ServiceNotStarted("services are started on Linux and macOS only")
        check_needs(self.service, self.outside)
        directory = processes.make_directory(self.run_directory, "worker-")
        told = processes.make_directory(self.run_directory, "calls-") / "calls.jsonl"
        nowhere = Port()
        guarded = Guarded(self._order(directory, told, hold, nowhere))
        secrets = self.secrets | secrets_of(self.service, self.outside)
        try:
            tells = self.service.worker[0] == PYTHON
            yield RunningWorker(guarded, told, secrets, tells)
        finally:
            guarded.finish_stop()
            nowhere.release()

    def _order(self, directory: Path, told: Path, hold: Path | None, nowhere: Port) -> Order:
        service = self.service
        place = Place(
            interpreter_of(service),
            directory / "tmp",
            port=0,
            broker=self.broker,
            namespace=self.namespace,
        )
        place.tmp.mkdir()
        consumed = consumed_by(service, self.addresses, f"http://{LOOPBACK}:{nowhere.number}")
        argv = tuple(place.fill(part) for part in service.worker)
        hosted = service.worker[0] == PYTHON
        order = {
            "argv": argv[1:],
            "root": str(service.root or service.directory),
            "handlers": self.handlers,
            "told": str(told),
            "hold": str(hold) if hold is not None else "",
        }
        return Order(
            argv=(place.python, "-u", processes.START, "work") if hosted else argv,
            prepare=tuple(tuple(map(place.fill, command)) for command in service.prepare),
            cwd=service.directory,
            directory=directory,
            run_directory=self.run_directory,
            grace_s=self.grace_s,
            env=environment_of(service, place, directory, consumed, {}, self.outside),
            hand_over=json.dumps(order) if hosted else None,
        )
