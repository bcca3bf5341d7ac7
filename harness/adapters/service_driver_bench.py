"""A consumer under test: started, called, started again when it is gone or stuck."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Final

from harness.adapters.schema_fuzzer_links import sending_again
from harness.adapters.schema_fuzzer_masking import Masker
from harness.adapters.schema_fuzzer_traffic import Instance, Sender, Sent
from harness.adapters.service_driver_addresses import Addresses
from harness.adapters.service_driver_calls import Call
from harness.adapters.service_driver_upstream import Upstream, Upstreams
from harness.domain.crash import Crash
from harness.domain.errors import HarnessError
from harness.domain.possible import PossibleReply
from harness.domain.service import Service

Open = Callable[[Mapping[str, str]], AbstractContextManager[Instance]]

_DEATH_WAIT_S: Final = 0.5
_DEATH_PAUSE_S: Final = 0.02


@dataclass(frozen=True, slots=True)
class Seen:
    """
    What came of one call.

    Shape: `sent` is None where what comes before it did not work; `asked` is what it led to;
    `was_put` says that the other reply was asked for; `crashes` is what was raised meanwhile;
    `ended` tells how the process ended, empty where it did not; `has_strayed` says that it called
    what nothing accounts for, which was refused.
    Units: `waited_s` is 0 unless the service was given up.
    """

    sent: Sent | None
    asked: tuple[Upstream, ...] = ()
    was_put: bool = False
    crashes: tuple[Crash, ...] = ()
    ended: str = ""
    waited_s: float = 0.0
    has_strayed: bool = False

    def is_well(self, call: Call) -> bool:
        """Whether the call was answered as it should be, and nothing was raised."""
        return self.sent is not None and call.is_met_by(self.sent) and not self.crashes


class Bench:
    """
    Holds one instance at a time.

    Shape: `open` starts one whose providers answer at given addresses; `addresses` takes in what
    else it calls; `patience_s` is how long a call may take; `restarts` counts the instances that
    took another's place.
    """

    def __init__(
        self,
        service: Service,
        open: Open,
        upstreams: Upstreams,
        addresses: Addresses,
        patience_s: float,
    ) -> None:
        self._service = service
        self._open = open
        self._upstreams = upstreams
        self._addresses = addresses
        self._patience_s = patience_s
        self._held = ExitStack()
        self._since = 0
        self._secrets: frozenset[str] = frozenset()
        self.restarts = 0
        self._known: Mapping[str, Mapping[str, str]] | None = None
        self.instance: Instance
        self._sender: Sender

    @contextmanager
    def started(self) -> Iterator[Bench]:
        """Hold an instance until the end of the block."""
        try:
            self._start()
            yield self
        finally:
            self._held.close()

    def restart(self) -> None:
        """
        Take a fresh instance in the place of the one that is held.

        Raises: HarnessError where none starts any more.
        """
        self._held.close()
        self.restarts += 1
        self._start()

    @property
    def credentials(self) -> Mapping[str, Mapping[str, str]]:
        """What the first instance lets in: calls hold these, and a later one gets its own."""
        return self._known or {}

    @property
    def masker(self) -> Masker:
        """Hides what any instance let in until now."""
        return Masker.of(self.credentials, self._secrets)

    @property
    def keeps_state(self) -> bool:
        """Whether only a fresh instance forgets what was done to another."""
        return self._service.reset == "restart" or not self.instance.alive()

    def call(self, call: Call) -> Seen:
        """Call the consumer while everyone answers as contracts and documents have it."""
        return self._called(call)

    def put(self, call: Call, upstream: Upstream, reply: PossibleReply) -> Seen:
        """Call the consumer while one reply is another."""
        return self._called(call, (upstream, reply))

    def _start(self) -> None:
        self._held = ExitStack()
        self._since = 0
        try:
            self.instance = self._held.enter_context(self._open(self._upstreams.urls))
        finally:
            self._addresses.take()
        self._sender = self._held.enter_context(Sender(self.instance, self._patience_s))
        if self._known is None:
            self._known = self.instance.credentials()
        else:
            self._sender.renew(self._known)
        self._secrets |= self.instance.secrets()

    def _called(self, call: Call, other: tuple[Upstream, PossibleReply] | None = None) -> Seen:
        done: list[Sent] = []
        steps = sending_again(call.sequence(done), self._sender)
        if not self._is_prepared(call, steps, done):
            return Seen(None, ended=self._end())
        with ExitStack() as stack:
            asked = stack.enter_context(self._upstreams.listening())
            put = stack.enter_context(self._upstreams.putting(*other)) if other else None
            began = time.monotonic()
            sent = next(steps)
            took_s = time.monotonic() - began
        # One that answers and then ends did not cope either.
        ended = self._end() if sent.status == 0 or not self.instance.alive() else ""
        is_given_up = not ended and sent.status == 0 and took_s >= self._patience_s * 0.9
        return Seen(
            sent,
            tuple(asked),
            put is not None and put.was_asked,
            () if ended or is_given_up else self._crashes(sent),
            ended,
            took_s if is_given_up else 0.0,
            self._addresses.take(sent.id, call.operation),
        )

    def _is_prepared(self, call: Call, steps: Iterator[Sent], done: list[Sent]) -> bool:
        """Put the consumer where the call begins; a reset that takes a restart is not made."""
        try:
            if self._service.reset != "restart":
                self.instance.reset()
            for _ in call.before:
                done.append(next(steps))
                # A request that is refused may be one that nothing hangs on.
                if done[-1].status == 0:
                    return False
        except HarnessError:
            return False
        return True

    def _end(self) -> str:
        """How the process ended: its end may be noticed a moment after its silence."""
        until = time.monotonic() + _DEATH_WAIT_S
        while self.instance.alive() and time.monotonic() < until:
            time.sleep(_DEATH_PAUSE_S)
        return self.instance.exit_reason()

    def _crashes(self, sent: Sent) -> tuple[Crash, ...]:
        """What was raised for this request, in it or in what it left running."""
        found = self.instance.crashes(self._since)
        self._since = max((one.seq for one in found), default=self._since)
        return tuple(
            one
            for one in found
            if sent.id in (one.request_id, *(each.request_id for each in one.in_flight))
        )
