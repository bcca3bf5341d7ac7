"""One instance of a service: its process, its ports, its directory."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Mapping
from pathlib import Path

from harness.domain.crash import Crash
from harness.domain.errors import MessageNotMade, ServiceNotStarted, StateFailed
from harness.domain.produced import Made, Wanted
from harness.domain.service import Service
from harness.services import control, messages, processes
from harness.services.environment import (
    PROXIES,
    Place,
    consumed_by,
    environment_of,
    interpreter_of,
    masked,
    reachable_hosts,
    secrets_of,
)
from harness.services.processes import LOOPBACK, Ended, Guarded, Order, Port
from harness.services.wire import Unanswered, exchange

PROBE_HEADERS = {"X-Contract-Harness-Probe": "1"}
FIRST_PAUSE_S = 0.01
LONGEST_PAUSE_S = 0.1
PROBE_LIMIT_S = 2.0
GUARDIAN_START_S = 20.0
TAIL_CHARACTERS = 8000
LINE_CHARACTERS = 300
UNLOADABLE = 70  # the status with which a host ends that cannot load its application


class Instance:
    """
    What answers for a service.

    This one is already running somewhere: it is only looked at, never started or stopped.
    """

    observes = False
    why_unobserved = "it is not started from its `app`"

    def __init__(self, service: Service, url: str, outside: Mapping[str, str]) -> None:
        self.service = service
        self.url = url
        self.secrets = secrets_of(service, outside)

    @property
    def control_url(self) -> str | None:
        """The host's control channel, where there is a host."""
        return None

    @property
    def state_url(self) -> str:
        """Where pact's verifier may post provider states."""
        return self._address_of(self.service.states, "states")

    def start(self, addresses: Mapping[str, str], nowhere: str) -> None:
        """Begin to start; `is_ready` tells when that is done."""

    def is_ready(self) -> bool:
        """
        Whether it answers.

        Raises: ServiceNotStarted where it never will.
        """
        try:
            exchange("GET", self.url, limit_s=self.service.start_timeout_s)
        except Unanswered as error:
            raise ServiceNotStarted(
                f"service {self.service.name!r} does not answer at {self.url}: {error.message}",
                hint="start it, or correct `url`",
            ) from error
        return True

    def reset(self) -> bool:
        """Put it back to its beginning; False where that takes a restart."""
        control.post_reset(self._address_of(self.service.reset, "reset"))
        return True

    def produce(self, wanted: Wanted) -> Made | Crash:
        """
        Have the messages of an interaction made.

        Raises: MessageUnnamed, MessageNotMade.
        """
        try:
            url = self._address_of(self.service.messages, "messages")
        except StateFailed as error:
            raise MessageNotMade(error.message, hint=error.hint) from None
        return messages.order_by_http(url, wanted)

    def begin_stop(self) -> None:
        """Begin to stop, without waiting."""

    def finish_stop(self) -> None:
        """Wait until it is gone."""

    def release(self) -> None:
        """Give back what outlives a restart."""

    def ended(self) -> Ended | None:
        """How it ended, if it did."""
        return None

    def output(self) -> str:
        """Its output, as far as it is kept, without secrets."""
        return ""

    def _address_of(self, value: str | None, key: str) -> str:
        """What only an address can do for a service that does not run under the host."""
        if value is not None and value.startswith(("http://", "https://")):
            return value
        if value is not None and value.startswith("/"):
            return self.url + value
        raise StateFailed(
            f"service {self.service.name!r} is not started from its `app`, so its {key} cannot be"
            f" called: expected an address in `{key}`, seen {value!r}",
            hint=f'name an address that the service answers: {key} = "/_pact/{key}"',
        )


class Started(Instance):
    """A service that the harness starts by its command."""

    _withheld: frozenset[str] = frozenset()

    def __init__(
        self,
        service: Service,
        run_directory: Path,
        grace_s: float,
        extra: Mapping[str, str],
        outside: Mapping[str, str],
    ) -> None:
        self.port = Port()
        super().__init__(service, f"http://{LOOPBACK}:{self.port.number}", outside)
        self._run_directory = run_directory
        self._grace_s = grace_s
        self._extra = extra
        self._outside = outside
        self._guarded: Guarded | None = None
        self._told: tuple[Mapping[str, str], str] = ({}, "")
        self._next_probe = 0.0
        self._pause_s = FIRST_PAUSE_S

    def start(self, addresses: Mapping[str, str], nowhere: str) -> None:
        """Begin to start a fresh instance, in a directory of its own."""
        directory = processes.make_directory(self._run_directory, _slug(self.service.name) + "-")
        place = Place(interpreter_of(self.service), directory / "tmp", self.port.number)
        place.tmp.mkdir()
        self._told = (addresses, nowhere)
        consumed = consumed_by(self.service, addresses, nowhere)
        env = environment_of(
            self.service, place, directory, consumed, self._extra, self._outside, self._withheld
        )
        self._next_probe, self._pause_s = 0.0, FIRST_PAUSE_S
        self._guarded = self._launch(place, directory, env)

    def is_ready(self) -> bool:
        """Whether it answers, whatever the status; its early end is told at once."""
        guarded = self._running()
        ended = guarded.poll()
        if ended is not None:
            raise self._not_started(f"{ended} before it answered{self._why(ended)}")
        if guarded.phase == "service" and self._is_serving(guarded) and self._answers():
            return True
        limit_s = self.service.start_timeout_s
        # what the guardian itself takes on a busy machine is not the service's
        allowance_s = 0.0 if guarded.phase else GUARDIAN_START_S
        if time.monotonic() - guarded.since > limit_s + allowance_s:
            preparing = guarded.phase.startswith("prepare")
            what = f"end its {guarded.phase}" if preparing else "answer"
            raise self._not_started(f"did not {what} within {limit_s:g} s")
        return False

    def reset(self) -> bool:
        """Only an address can reset a program; anything else takes a restart."""
        return self.service.reset != "restart" and super().reset()

    def begin_stop(self) -> None:
        """Begin to stop, without waiting."""
        if self._guarded is not None:
            self._guarded.begin_stop()

    def finish_stop(self) -> None:
        """Wait until no process, port or directory of it is left."""
        if self._guarded is not None:
            self._guarded.finish_stop()

    def release(self) -> None:
        """Give the port back."""
        self.port.release()

    def ended(self) -> Ended | None:
        """How it ended, if it did."""
        return None if self._guarded is None else self._guarded.poll()

    def output(self) -> str:
        """Its output, as far as it is kept, without secrets."""
        return "" if self._guarded is None else masked(self._guarded.output(), self.secrets)

    def _launch(self, place: Place, directory: Path, env: Mapping[str, str]) -> Guarded:
        # only the number can be told to a program, so it must find the port free
        self.port.release()
        argv = tuple(place.fill(part) for part in self.service.command)
        return Guarded(self._order(place, directory, env, argv))

    def _order(
        self,
        place: Place,
        directory: Path,
        env: Mapping[str, str],
        argv: tuple[str, ...],
        fds: tuple[int, ...] = (),
        hand_over: str | None = None,
    ) -> Order:
        return Order(
            argv=argv,
            prepare=tuple(
                tuple(place.fill(part) for part in command) for command in self.service.prepare
            ),
            cwd=self.service.directory,
            directory=directory,
            run_directory=self._run_directory,
            grace_s=self._grace_s,
            env=env,
            fds=fds,
            hand_over=hand_over,
        )

    def _why(self, ended: Ended) -> str:
        return ""

    def _is_serving(self, guarded: Guarded) -> bool:
        return True

    def _answers(self) -> bool:
        if time.monotonic() < self._next_probe:
            return False
        try:
            exchange("GET", self.url, headers=PROBE_HEADERS, limit_s=PROBE_LIMIT_S)
        except Unanswered:
            self._next_probe = time.monotonic() + self._pause_s
            self._pause_s = min(LONGEST_PAUSE_S, self._pause_s * 1.5)
            return False
        return True

    def _running(self) -> Guarded:
        if self._guarded is None:
            raise ServiceNotStarted(f"service {self.service.name!r} was never started")
        return self._guarded

    def _not_started(self, what: str) -> ServiceNotStarted:
        return ServiceNotStarted(
            f"service {self.service.name!r} {what}",
            hint=f"start it by hand in {self.service.directory}",
            detail=self.output()[-TAIL_CHARACTERS:],
        )


class Hosted(Started):
    """
    A service whose application or jobs the host runs, in the service's own interpreter.

    Shape: `refusals` is a file for the calls that nothing accounts for, where they are refused.
    """

    def __init__(
        self,
        service: Service,
        run_directory: Path,
        grace_s: float,
        extra: Mapping[str, str],
        outside: Mapping[str, str],
        *,
        observed: bool = False,
        refusals: Path | None = None,
    ) -> None:
        super().__init__(service, run_directory, grace_s, extra, outside)
        self._refusals = refusals
        if refusals is not None:
            self._withheld = PROXIES
        self.observes = observed and bool(service.packages)
        self.why_unobserved = "its `packages` are not named" if observed else "nobody asked"
        self._control = Port()
        self._token = secrets.token_urlsafe(24)

    @property
    def control_url(self) -> str:
        """The host's control channel."""
        return f"http://{LOOPBACK}:{self._control.number}/{self._token}"

    @property
    def state_url(self) -> str:
        """Where pact's verifier may post provider states."""
        return self.control_url + "/state"

    def is_ready(self) -> bool:
        """Whether it answers; one that loads only unobserved is started again like that."""
        try:
            return super().is_ready()
        except ServiceNotStarted:
            ended = self.ended()
            if not self.observes or ended is None or ended.status != UNLOADABLE:
                raise
            self.observes = False
            self.why_unobserved = f"it does not load under observation{self._why(ended)}"
            self.finish_stop()
            self.start(*self._told)
            return False

    def reset(self) -> bool:
        """Have the host call the service's reset function; False where that takes a restart."""
        if self.service.reset == "restart":
            return False
        control.post_reset(self.control_url + "/reset")
        return True

    def produce(self, wanted: Wanted) -> Made | Crash:
        """Have the host call the service's own functions."""
        return messages.order_of_host(self.control_url + "/message", wanted)

    def release(self) -> None:
        """Give the ports back."""
        super().release()
        self._control.release()

    def _launch(self, place: Place, directory: Path, env: Mapping[str, str]) -> Guarded:
        argv = (place.python, "-u", processes.START, "serve")
        with self.port.listen() as serving, self._control.listen() as controlling:
            fds = (serving.fileno(), controlling.fileno())
            told = self._host_order(directory, env, *fds)
            return Guarded(self._order(place, directory, env, argv, fds, told))

    def _host_order(
        self, directory: Path, env: Mapping[str, str], port_fd: int, control_fd: int
    ) -> str:
        service = self.service
        return json.dumps(
            {
                "app": service.app,
                "jobs": service.jobs,
                "root": str(service.root or service.directory),
                "states": service.states,
                "reset": None if service.reset == "restart" else service.reset,
                "auth": service.auth,
                "messages": service.messages,
                "publisher": {
                    "name": service.publisher.function,
                    "sends": service.publisher.sends,
                }
                if service.publisher
                else None,
                "token": self._token,
                "port_fd": port_fd,
                "control_fd": control_fd,
                "serving_file": str(directory / "serving"),
                "start_timeout_s": service.start_timeout_s,
                "observe": {
                    "packages": service.packages,
                    "directory": processes.lend_typeguard(directory),
                }
                if self.observes
                else None,
                "calls": {
                    "file": str(self._refusals),
                    "reachable": reachable_hosts(service, env),
                }
                if self._refusals is not None
                else None,
            }
        )

    def _why(self, ended: Ended) -> str:
        """What the host wrote last of an application that does not load."""
        last = self.output().rstrip().rpartition("\n")[2]
        return f": {last[:LINE_CHARACTERS]}" if ended.status == UNLOADABLE and last else ""

    def _is_serving(self, guarded: Guarded) -> bool:
        return (guarded.directory / "serving").exists()


def _slug(name: str) -> str:
    """A file name for a service, whatever its own name holds."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("._")[:40] or "service"
