"""All that one run sent and saw, in order."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.adapters.schema_fuzzer_documents import Surface
from harness.adapters.schema_fuzzer_judging import (
    Look,
    Seen,
    contradicted,
    crashed,
    judge,
    why_unjudged,
)
from harness.adapters.schema_fuzzer_requests import Operation
from harness.adapters.schema_fuzzer_traffic import Instance, Sender, Sent
from harness.domain.contradiction import Contradiction, by_cause
from harness.domain.crash import Crash
from harness.domain.errors import ServiceLost
from harness.domain.traffic import Fault, OperationExercised

_PER_OPERATION_AND_KIND = 3
_ALL_TOLD = (Fault.CRASH, Fault.CONTRADICTED)  # each is about a line of its own
_LATE_LOOKS, _LATE_PAUSE_S = 5, 0.05
_KEPT_REPLY_BYTES = 64 * 1024


@dataclass
class Found:
    """One fault and every case that showed it; `index` is the first one's place in the history."""

    seen: Seen
    index: int
    occurrences: int = 1
    like_it: int = 0


@dataclass
class Crashes:
    """What was raised inside an instance, by the id of the request that was being answered."""

    instance: Instance
    _by_request: dict[str, Crash] = field(default_factory=dict)
    _outside: dict[tuple[int, str], Crash] = field(default_factory=dict)
    _since: int = 0
    lost: ServiceLost | None = None

    def of(self, sent: Sent) -> Crash | None:
        """Give what was raised while a request was answered."""
        if 0 < sent.status < 500:
            return None
        if sent.id not in self._by_request:
            try:
                self.look()
            except ServiceLost as error:
                self.lost = error
        return self._by_request.get(sent.id)

    def look(self) -> None:
        """Ask the instance what is new."""
        for crash in self.instance.crashes(self._since):
            self._since = max(self._since, crash.seq)
            if crash.request_id:
                self._by_request[crash.request_id] = crash
            else:
                self._outside[crash.seq, crash.traceback] = crash

    def known(self, sent: Sent) -> Crash | None:
        """Give what is known to have been raised for a request."""
        return self._by_request.get(sent.id)

    def late(self, sent: Sent) -> Crash | None:
        """Give what was raised after a reply had gone out, waiting a little for it."""
        for _ in range(_LATE_LOOKS):
            self.look()
            if sent.id in self._by_request:
                return self._by_request[sent.id]
            time.sleep(_LATE_PAUSE_S)
        return None

    def start_over(self) -> None:
        """Forget how far was read: an instance that was reset may count anew."""
        self._since = 0

    @property
    def outside(self) -> tuple[Crash, ...]:
        """What was raised outside of any request."""
        return tuple(self._outside.values())


@dataclass
class Run:
    """
    One run over one instance.

    Shape: `credentials` are the headers of each security scheme; `history` is everything that the
    instance received since it was last reset.
    """

    service: str
    instance: Instance
    sender: Sender
    surfaces: Sequence[Surface]
    packages: Sequence[str]
    credentials: Mapping[str, Mapping[str, str]]
    crashes: Crashes
    history: list[Sent] = field(default_factory=list)
    found: dict[tuple[object, ...], Found] = field(default_factory=dict)
    tally: dict[str, dict[str, int]] = field(default_factory=dict)
    _taken: dict[str, Sent] = field(default_factory=dict)
    _operations: dict[str, Operation] = field(default_factory=dict)

    def operation(self, label: str) -> Operation | None:
        """Find an operation of any document."""
        if not self._operations:
            for surface in reversed(self.surfaces):
                self._operations.update({one.label: one for one in surface.operations})
        return self._operations.get(label)

    def send(self, request: Sent) -> Sent:
        """Send a request, keep it, and judge its reply."""
        sent = self.sender.send(request)
        self.keep(sent)
        return sent

    def keep(self, sent: Sent) -> None:
        """Keep and judge what was sent, by whoever sent it."""
        # Whole while it is judged, its beginning alone while it is kept.
        self.history.append(replace(sent, reply_body=sent.reply_body[:_KEPT_REPLY_BYTES]))
        operation = self.operation(sent.operation)
        if operation is None:
            return
        if sent.method == operation.method.upper():
            self._count(sent)
            if sent.accepted:
                self._taken[sent.operation] = self.history[-1]
        for seen in judge(operation, sent, self.crashes.of(sent), self.packages):
            self.add(seen)
        if sent.status == 0:
            self._stop_if_gone()

    def _stop_if_gone(self) -> None:
        """Leave off where nobody is there any more: what a dead service owes is no finding."""
        for _ in range(_LATE_LOOKS):
            if not self.instance.alive():
                raise ServiceLost(f"service {self.service!r} {self.instance.exit_reason()}")
            time.sleep(_LATE_PAUSE_S)
        if self.crashes.lost is not None:
            raise self.crashes.lost

    def look_behind_replies(self) -> None:
        """Find what was raised after a reply had gone out, in a background task."""
        self.crashes.look()
        for index, sent in enumerate(self.history):
            if 0 < sent.status < 500 and (crash := self.crashes.known(sent)) is not None:
                self._add_at(crashed(sent.operation, crash, self.packages), index)

    def look_into_the_code(self) -> tuple[Contradiction, ...]:
        """Find what the code saw and contradicts; give that to which no request led."""
        at = {sent.id: index for index, sent in enumerate(self.history)}
        alone = []
        for one in by_cause(self.instance.contradictions()):
            places = [at[seen.request_id] for seen in one.requests if seen.request_id in at]
            if places:
                index = min(places, key=lambda place: (_size(self.history[place]), place))
                self._add_at(contradicted(self.history[index].operation, one), index)
            else:
                alone.append(one)
        return tuple(alone)

    def add(self, seen: Seen) -> None:
        """Keep a fault of the last request, once however often it is seen."""
        self._add_at(seen, len(self.history) - 1)

    def _add_at(self, seen: Seen, index: int) -> None:
        key = _identity(seen.look)
        if key in self.found:
            self.found[key].occurrences += 1
        else:
            self.found[key] = Found(seen, index)

    def _count(self, sent: Sent) -> None:
        counts = self.tally.setdefault(sent.operation, {})
        kind = _kind(sent.status)
        counts[kind] = counts.get(kind, 0) + 1

    def accepted(self, label: str) -> Sent | None:
        """Give the last request that an operation took."""
        return self._taken.get(label)

    def exercised(self) -> Iterator[OperationExercised]:
        """Tell how each operation fared, also those that were never reached."""
        for surface in self.surfaces:
            for operation in surface.operations:
                counts = self.tally.get(operation.label, {})
                yield OperationExercised(self.service, operation.label, **counts)

    def unjudged(self) -> Iterator[tuple[str, str]]:
        """Name the operations whose replies could not be held against the document, and why."""
        looked_at: set[tuple[str, int]] = set()
        told: set[str] = set()
        for sent in self.history:
            operation = self.operation(sent.operation)
            if operation is None or (sent.operation, sent.status) in looked_at or not sent.status:
                continue
            looked_at.add((sent.operation, sent.status))
            why = why_unjudged(operation, sent)
            if why and sent.operation not in told:
                told.add(sent.operation)
                yield sent.operation, why

    def worth_telling(self) -> list[Found]:
        """Give the faults, worst first; of many of a kind on one operation a few, counted."""
        kept: list[Found] = []
        by_kind: dict[tuple[str, Fault], list[Found]] = {}
        for found in sorted(self.found.values(), key=lambda one: one.seen.look.rank):
            look = found.seen.look
            same = by_kind.setdefault((look.operation, look.fault), [])
            if len(same) < _PER_OPERATION_AND_KIND or look.fault in _ALL_TOLD:
                same.append(found)
                kept.append(found)
            else:
                same[-1].like_it += 1
        return kept


def _identity(look: Look) -> tuple[object, ...]:
    # One raise site is one finding, whichever operation leads there.
    return (look.fault, look.cause) if look.fault in _ALL_TOLD else (look,)


def _size(sent: Sent) -> int:
    return len(sent.path) + len(sent.body or b"")


def _kind(status: int) -> str:
    if 200 <= status < 400:
        return "accepted"
    if status in (401, 403):
        return "unauthorised"
    if status == 404:
        return "not_found"
    return "rejected" if 400 <= status < 500 else "failed"


def headers_for(
    operation: Operation, credentials: Mapping[str, Mapping[str, str]]
) -> Mapping[str, str]:
    """Give the headers that satisfy one of an operation's security requirements."""
    raw = operation.definition.raw
    requirements = raw.get("security") if isinstance(raw, dict) else None
    if requirements is None:
        requirements = operation.schema.raw_schema.get("security")
    for requirement in requirements if isinstance(requirements, list) else []:
        if isinstance(requirement, dict) and all(name in credentials for name in requirement):
            return {k: v for name in requirement for k, v in credentials[name].items()}
    return {}


def blank(sent: Sent) -> Sent:
    """Take the reply off a request."""
    return replace(sent, id="", status=0, reply_headers=(), reply_body=b"", failure="")
