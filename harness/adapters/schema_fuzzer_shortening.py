"""The shortest sequence of requests that shows a fault again, on a service that knows nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from harness.adapters.schema_fuzzer_judging import (
    Look,
    Seen,
    contradicted,
    is_contradiction,
    judge,
)
from harness.adapters.schema_fuzzer_links import given_out, send_again, taken_in
from harness.adapters.schema_fuzzer_requests import Operation
from harness.adapters.schema_fuzzer_run import Crashes, Run
from harness.adapters.schema_fuzzer_traffic import Sender, Sent
from harness.domain.contradiction import Contradiction
from harness.domain.crash import Crash
from harness.domain.errors import HarnessError
from harness.domain.traffic import PROVIDER_STATE, Fault

_PROBES_PER_FAULT = 24
_PROBES_PER_RUN = 120
_LONGEST_TRIED = 400

# What a fault of the course of things looks like in the last reply.
_STATUS_SHOWS: dict[Fault, Callable[[Sent], bool]] = {
    Fault.DELETED_SERVED: lambda sent: sent.accepted,
    Fault.CREATED_MISSING: lambda sent: sent.status == 404,
    Fault.AUTH_IGNORED: lambda sent: sent.accepted,
    Fault.METHOD_ALLOWED: lambda sent: sent.accepted,
}


@dataclass(frozen=True, slots=True)
class Judge:
    """Says whether the last of a sequence shows a certain fault."""

    operation: Callable[[str], Operation | None]
    packages: Sequence[str]

    def shown(
        self,
        cause: str,
        where: str,
        sequence: Sequence[Sent],
        crash: Crash | None,
        found: Sequence[Contradiction] = (),
    ) -> Seen | None:
        """Give the fault of this cause at this place, if it is there."""
        last = sequence[-1]
        if is_contradiction(cause):
            led = (one for one in found if one.cause == cause and _led_to(last, one))
            return next((contradicted(last.operation, one) for one in led), None)
        fault = course_fault(cause)
        if fault is not None:
            if not (_STATUS_SHOWS[fault](last) and _course_is_kept(fault, sequence)):
                return None
            message = f"seen {last.status} from {last.method} {last.path.partition('?')[0]}"
            return Seen(Look(fault, last.operation, cause, where), message)
        operation = self.operation(last.operation)
        if operation is None:
            return None
        for seen in judge(operation, last, crash, self.packages):
            if (seen.look.cause, seen.look.where) == (cause, where):
                return seen
        return None


def _led_to(sent: Sent, one: Contradiction) -> bool:
    return any(seen.request_id == sent.id for seen in one.requests)


def course_fault(cause: str) -> Fault | None:
    """Tell whether a cause is about the course of things, and which: such causes begin with it."""
    return next((fault for fault in _STATUS_SHOWS if cause.startswith(fault.value)), None)


def _course_is_kept(fault: Fault, sequence: Sequence[Sent]) -> bool:
    """A deletion that was refused this time shows nothing of a deleted thing."""
    if fault is Fault.DELETED_SERVED:
        return any(sent.method == "DELETE" and sent.accepted for sent in sequence[:-1])
    if fault is Fault.CREATED_MISSING:
        return any(sent.method in ("POST", "PUT") and sent.accepted for sent in sequence[:-1])
    return True


@dataclass(frozen=True, slots=True)
class Shortened:
    """
    What came of it.

    Shape: `came_back` is None where nothing could be tried; `crash` is the one seen last; `again`
    is what was sent and received at the last try where none showed it.
    """

    sequence: tuple[Sent, ...]
    came_back: bool | None
    crash: Crash | None
    again: tuple[Sent, ...] = ()


class Shortener:
    """Tries ever shorter sequences on a service that was reset, within a number of tries."""

    def __init__(self, run: Run, sender: Sender, crashes: Crashes) -> None:
        self._sender = sender
        self._crashes = crashes
        self._credentials = run.credentials
        self._judge = Judge(run.operation, run.packages)
        self._left = _PROBES_PER_RUN
        self._tried: list[Sent] = []

    def __call__(self, look: Look, history: Sequence[Sent]) -> Shortened:
        """
        Find the shortest, whose last request is the last of the history.

        A service that cannot be reset, or has gone, leaves the fault with what is known of it.
        """
        budget = min(_PROBES_PER_FAULT, self._left)
        found: list[Sent] | None = None
        crash: Crash | None = None
        tried = 0
        try:
            for candidate in candidates(history):
                if tried >= budget:
                    break
                tried += 1
                found, crash = self._try(look, candidate)
                if found is not None:
                    break
            while found is not None and tried < budget:
                shorter, seen, used = self._drop_one(look, found, budget - tried)
                tried += used
                if shorter is None:
                    break
                found, crash = shorter, seen or crash
        except HarnessError:
            if found is not None:  # the fault itself may be that the service ends
                return Shortened(tuple(found), True, crash)
            return Shortened(tuple(_closest(history)), None, None)
        finally:
            self._left -= tried
        if found is not None:
            return Shortened(tuple(found), True, crash)
        if not tried:
            return Shortened(tuple(_closest(history)), None, None)
        return Shortened(tuple(_closest(history)), False, None, tuple(_closest(self._tried)))

    def secrets(self) -> frozenset[str]:
        """The values that no text may show, those of the latest credentials included."""
        return self._sender.instance.secrets()

    def _try(self, look: Look, candidate: Sequence[Sent]) -> tuple[list[Sent] | None, Crash | None]:
        self._sender.instance.reset()
        # What was let in before may be unknown to a service that knows nothing.
        self._sender.renew(self._credentials)
        self._crashes.start_over()
        done = self._tried = send_again(candidate, self._sender)
        crash = self._crashes.of(done[-1])
        if crash is None and look.fault is Fault.CRASH and done[-1].status:
            crash = self._crashes.late(done[-1])
        looked = look.fault is Fault.CONTRADICTED
        found = self._sender.instance.contradictions() if looked else ()
        shown = self._judge.shown(look.cause, look.where, done, crash, found)
        return (done, crash) if shown is not None else (None, None)

    def _drop_one(
        self, look: Look, sequence: list[Sent], left: int
    ) -> tuple[list[Sent] | None, Crash | None, int]:
        """Leave out one request, or half of a long list of them; the last always stays."""
        used = 0
        for start, end in _cuts(len(sequence) - 1):
            if used >= left:
                break
            used += 1
            shorter, crash = self._try(look, [*sequence[:start], *sequence[end:]])
            if shorter is not None:
                return shorter, crash, used
        return None, None, used


def _cuts(length: int) -> Iterator[tuple[int, int]]:
    size = length // 2
    while size > 1:
        for start in range(0, length, size):
            yield start, min(start + size, length)
        size //= 2
    for start in range(length):
        yield start, start + 1


def candidates(history: Sequence[Sent]) -> Iterator[list[Sent]]:
    """Give sequences that may do, the shortest first."""
    last = history[-1]
    before = list(history[:-1])
    ways = [
        [last],
        [*needed(before, last), last],
        [*_about_the_same(before, last), last],
        [
            *[*(sent for sent in before if sent.changes or sent.method == PROVIDER_STATE)][
                -_LONGEST_TRIED:
            ],
            last,
        ],
        [*before[-_LONGEST_TRIED:], last],
    ]
    tried: list[list[int]] = []
    for way in ways:
        identity = [id(sent) for sent in way]
        if identity not in tried:
            tried.append(identity)
            yield way


def needed(before: Sequence[Sent], last: Sent) -> list[Sent]:
    """Give the requests whose replies gave out what the last one uses, and what those use."""
    wanted = taken_in(last)
    kept: list[Sent] = []
    for sent in reversed(before):
        if (sent.changes or sent.method == PROVIDER_STATE) and wanted & {
            str(value) for value in given_out(sent).values()
        }:
            kept.append(sent)
            wanted |= taken_in(sent)
    return kept[::-1]


def _about_the_same(before: Sequence[Sent], last: Sent) -> list[Sent]:
    """Give the requests that changed what the last one, or what it needs, is about."""
    known = needed(before, last)
    named = {str(value) for sent in known for value in given_out(sent).values()} | taken_in(last)
    words = {part for part in last.path.partition("?")[0].split("/") if part.isalpha()}
    named -= words
    return [sent for sent in before if sent in known or (sent.changes and named & taken_in(sent))]


def _closest(history: Sequence[Sent]) -> list[Sent]:
    """Give what can be shown of a fault that did not come back."""
    return [*_about_the_same(history[:-1], history[-1])[-8:], history[-1]]
