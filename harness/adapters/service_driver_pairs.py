"""A request to a consumer and a reply that it leads to: what is put in that reply's place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from harness.adapters.service_driver_bench import Bench
from harness.adapters.service_driver_calls import Call
from harness.adapters.service_driver_refusals import USUAL, Refusals
from harness.adapters.service_driver_upstream import Upstream, Upstreams
from harness.domain.possible import Fault, Origin, PossibleReply

if TYPE_CHECKING:
    from harness.compat.possible.contents import ReplySet

_REPLIES_FOR_EACH_EXAMPLE: Final = 100
_MOST_RESTARTS: Final = 6
_MOST_MISSED: Final = 3
_MOST_HUNG: Final = 2
_LOOK_EVERY: Final = 25


@dataclass(frozen=True, slots=True)
class Pair:
    """One request to the consumer, and one of the interactions that it leads to."""

    call: Call
    upstream: Upstream


@dataclass(slots=True)
class Budget:
    """
    What may be spent.

    Shape: `silenced` are the providers that have kept silent once, which takes all patience.
    Units: `examples` bodies for each pair; `left` replies in all.
    """

    examples: int
    clock: Callable[[], float]
    end: float
    left: int = field(init=False)
    silenced: set[str] = field(default_factory=set)
    is_late: bool = False

    def __post_init__(self) -> None:
        self.left = self.examples * _REPLIES_FOR_EACH_EXAMPLE

    def reason(self) -> str:
        """Why nothing more is put, empty where there is no reason."""
        if self.clock() >= self.end:
            self.is_late = True
            return "the time cap was hit"
        return "" if self.left > 0 else "the budget of the step was spent"


@dataclass(slots=True)
class Put:
    """
    How far the replies of one pair went.

    Shape: `reasons` say why some were left out, each once.
    """

    tried: int = 0
    left_out: int = 0
    reasons: dict[str, None] = field(default_factory=dict)
    restarts: int = 0
    missed: int = 0
    hung: int = 0

    def leave(self, count: int, reason: str) -> None:
        """Note what is left out, and why."""
        self.left_out += count
        if count:
            self.reasons[reason] = None

    def given_up(self) -> str:
        """Why the rest of a pair shows nothing that is worth its time, empty where it may."""
        if self.hung >= _MOST_HUNG:
            return "the consumer hung too often"
        if self.missed >= _MOST_MISSED:
            return "the consumer did not ask again, not even when it was started afresh"
        if self.restarts >= _MOST_RESTARTS:
            return "the consumer had to be started afresh too often"
        return ""


@dataclass(frozen=True, slots=True)
class Baseline:
    """
    A call as it was made while everyone answered as usual.

    Shape: `asked` is what it led to; `why` says what is amiss with it, empty where it works.
    """

    call: Call
    asked: tuple[Upstream, ...] = ()
    why: str = ""


def pairs_of(worked: Sequence[Baseline], varied: AbstractSet[str]) -> list[Pair]:
    """
    All that is varied, nearest to the contracts first.

    Shape: what both a consumer's contract and one with a provider hold comes before what only one
    of them holds, and another request of an operation after those of all others.
    """
    known: set[tuple[str, Upstream]] = set()
    ranked: list[tuple[tuple[int, bool, int], Pair]] = []
    for one in worked:
        call = one.call
        for upstream in one.asked:
            if upstream.provider in varied:
                identity = (call.operation, upstream)
                distance = (not call.by_contract) + (not upstream.by_contract)
                rank = (distance, identity in known, len(ranked))
                ranked.append((rank, Pair(call, upstream)))
                known.add(identity)
    return [pair for _, pair in sorted(ranked, key=lambda one: one[0])]


@dataclass(slots=True)
class Pairs:
    """Puts replies to the instance that stands on a bench."""

    bench: Bench
    upstreams: Upstreams
    refusals: Refusals
    budget: Budget

    def baseline(self, call: Call) -> Baseline:
        """Find a way to make a call that works and leads to calls of providers."""
        found: list[Baseline] = []
        for way in call.ways:
            found.append(self._tried(way))
            if found[-1].asked:
                return found[-1]
        return next((one for one in found if not one.why), found[0])

    def _tried(self, call: Call) -> Baseline:
        seen = self.bench.call(call)
        if not seen.is_well(call) and self.bench.keeps_state:
            self.bench.restart()
            seen = self.bench.call(call)
        if seen.is_well(call):
            return Baseline(call, seen.asked)
        if seen.asked and not seen.has_strayed:
            # The usual reply is one that may come, and this is what becomes of it.
            self.refusals.look(call, seen.asked[-1], USUAL, "", seen)
        if not self.bench.instance.alive():
            self.bench.restart()
        if seen.sent is None:
            return Baseline(call, why="what comes before it does not work")
        why = call.why_not(seen.sent)
        strayed = "; it may not call all that it calls" if seen.has_strayed else ""
        return Baseline(call, why=why + strayed)

    def vary(self, pair: Pair) -> Put:
        """Put what may come in the place of one reply, one after the other."""
        put = Put()
        told = self.upstreams.replies(pair.upstream)
        if told is None:
            put.reasons["no document of the provider could be read"] = None
            return put
        put.leave(told.left_out, "the budget for bodies was spent")
        chosen = list(self._chosen(told, pair.upstream.provider, put))
        self._look(pair, put)
        for at, reply in enumerate(chosen):
            why = self.budget.reason() or put.given_up()
            if why:
                put.leave(len(chosen) - at, why)
                break
            self.budget.left -= 1
            self._try(pair, told.base, reply, put)
            if at % _LOOK_EVERY == _LOOK_EVERY - 1:
                self._look(pair, put)
        if told.unknown:
            put.reasons[f"bodies are not varied: {told.unknown}"] = None
        return put

    def _chosen(self, told: ReplySet, provider: str, put: Put) -> Iterator[PossibleReply]:
        """
        What is put of all that may come.

        Shape: as many bodies with one change as there are examples, and as many others.
        """
        bodies = {True: 0, False: 0}
        for reply in told.replies:
            is_one_change = bool(reply.place)
            if reply.origin is Origin.DOCUMENT:
                bodies[is_one_change] += 1
                if bodies[is_one_change] > self.budget.examples:
                    put.leave(1, "the budget for bodies was spent")
                    continue
            if reply.fault is not Fault.SILENT or provider not in self.budget.silenced:
                yield reply

    def _try(self, pair: Pair, base: str, reply: PossibleReply, put: Put) -> None:
        seen = self.bench.put(pair.call, pair.upstream, reply)
        if not seen.was_put and not seen.ended:
            # What an earlier reply left behind may keep the consumer from asking.
            self._restart(put)
            seen = self.bench.put(pair.call, pair.upstream, reply)
        if not seen.was_put:
            put.missed += 1
            put.leave(1, "the consumer did not ask again")
            if seen.ended or seen.waited_s:
                self._restart(put)
            return
        put.tried += 1
        if reply.fault is Fault.SILENT:
            self.budget.silenced.add(pair.upstream.provider)
        self.refusals.look(pair.call, pair.upstream, reply, base, seen)
        put.hung += bool(seen.waited_s)
        if seen.ended or seen.waited_s or not self.bench.instance.alive():
            self._restart(put)
        elif self.refusals.judge.is_odd(pair.call, seen):
            self._look(pair, put)

    def _look(self, pair: Pair, put: Put) -> None:
        """See that all is still well while everyone answers as usual."""
        if not self.bench.call(pair.call).is_well(pair.call):
            self._restart(put)

    def _restart(self, put: Put) -> None:
        put.restarts += 1
        self.bench.restart()
