"""Brokers of a test's own, to be ended, started again where they were, stopped and slowed."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from harness.domain.errors import HarnessError
from harness.messaging.local.recipes import RABBITMQ_PLACES, RECIPES, Recipe
from harness.messaging.local.starting import LocalBroker, fresh_place, started_at
from harness.services.run_directory import RunDirectory
from tests.gate.workspaces import everybody, listening, sockets_of
from tests.messaging.stands import AwsStand, KafkaStand, NatsStand, RedisStand, UrlStand, missing

LOOKS: Final[Mapping[str, type[UrlStand]]] = {
    "redis": RedisStand,
    "nats": NatsStand,
    "kafka": KafkaStand,
    "aws": AwsStand,
}
LISTED: Final = ("queues", "exchanges")
KEEPS: Final = {"redis": ("--appendonly", "yes", "--appendfsync", "always")}
WANTS_LOGIN: Final = {
    "redis": ("--requirepass", "secret"),
    "nats": ("--user", "app", "--pass", "secret"),
}


def keeping(kind: str) -> Recipe:
    """A broker that writes all that it has down, where it does not by itself."""
    return _with(kind, KEEPS.get(kind, ()))


def closed(kind: str) -> Recipe:
    """A broker that wants a password: `secret`, of the user `app` where users have names."""
    made = _with(kind, WANTS_LOGIN[kind])
    # What Redis says to who asks before the login.
    return dataclasses.replace(made, answer=b"-NOAUTH") if kind == "redis" else made


def _with(kind: str, more: tuple[str, ...]) -> Recipe:
    usual = RECIPES[kind]
    return dataclasses.replace(usual, argv=lambda at: (*usual.argv(at), *more))


class Breakable:
    """A broker on ports and with data that outlive its end."""

    def __init__(self, kind: str, recipe: Recipe, run: RunDirectory) -> None:
        self.kind = kind
        self._recipe = recipe
        self._run = run
        self._place = fresh_place(kind, recipe, run)
        self._stack = ExitStack()
        self.broker = self.start()

    @property
    def url(self) -> str:
        """Where the transport of its kind finds it."""
        return self.broker.url

    def start(self) -> LocalBroker:
        """Start it where it was."""
        again = started_at(self._place, self.kind, self._recipe, self._run)
        return self._stack.enter_context(again)

    def end(self) -> None:
        """Let it leave, with all its processes."""
        self.thaw()
        self._stack.close()

    def restart(self) -> None:
        """End it, and start it again on the same ports and with the same data."""
        self.end()
        self.start()

    def names(self) -> set[str]:
        """All that is on it: queues, exchanges, topics, buses, streams and groups."""
        if self.kind == "rabbitmq":
            return {f"{of} {name}" for of in LISTED for name in self._listed(of)}
        return LOOKS[self.kind](self.url).left("")

    def _listed(self, what: str) -> list[str]:
        """Ask RabbitMQ's own tool: its protocol tells no names."""
        tool = Path(RABBITMQ_PLACES[0]).with_name("rabbitmqctl")
        told = subprocess.run(
            [str(tool), "-q", "--no-table-headers", f"list_{what}", "name"],
            env={**os.environ, **self._recipe.env(self._place)},
            capture_output=True,
            text=True,
            check=True,
        )
        return told.stdout.split()

    def freeze(self) -> None:
        """Stop its process: its system still takes connections, and nothing is said on them."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    @contextmanager
    def slowed(self, stopped_s: float = 0.04, running_s: float = 0.01) -> Iterator[None]:
        """Stop it most of the time."""
        is_over = threading.Event()

        def slow() -> None:
            pids = self._pids()
            while not is_over.is_set():
                for number, pause_s in ((signal.SIGSTOP, stopped_s), (signal.SIGCONT, running_s)):
                    self._signal(number, pids)
                    time.sleep(pause_s)

        thread = threading.Thread(target=slow, daemon=True)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()

    def _pids(self) -> list[int]:
        """Who listens at its port: Redis, for one, writes over what it was started with."""
        inode = listening().get(self._place.port)
        return [pid for pid, _, _ in everybody() if inode in sockets_of(pid)]

    def _signal(self, number: signal.Signals, pids: list[int] | None = None) -> None:
        for pid in self._pids() if pids is None else pids:
            os.kill(pid, number)


@contextmanager
def breakable(kind: str, recipe: Recipe | None = None) -> Iterator[Breakable]:
    """A broker of a kind, or the test is left out where this machine has none."""
    with ExitStack() as opened:
        run = opened.enter_context(RunDirectory.create())
        try:
            made = Breakable(kind, recipe or RECIPES[kind], run)
        except HarnessError as error:
            missing(f"{error.message} ({error.hint})")
        opened.callback(made.end)
        yield made
