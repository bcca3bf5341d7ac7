"""What a consumer did not cope with: once for each place, as small as may be, and seen again."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from harness.adapters.service_driver_bench import Bench, Seen
from harness.adapters.service_driver_calls import Call
from harness.adapters.service_driver_judging import Judge, Refusal
from harness.adapters.service_driver_upstream import Upstream, Upstreams
from harness.domain.coping import COPED, ReplyRefused
from harness.domain.errors import HarnessError
from harness.domain.possible import Origin, PossibleReply
from harness.standin import as_text

_MOST_SIMPLER: Final = 40
_MOST_CONFIRMED: Final = 40
USUAL: Final = PossibleReply("what is answered there as usual", Origin.DOCUMENT)
"""What a provider answers while nothing is varied."""


@dataclass(slots=True)
class Refusals:
    """
    Keeps what one consumer did not cope with.

    Shape: `name_of` gives a provider's own name for the one in the consumer's table.
    """

    consumer: str
    name_of: Callable[[str], str]
    bench: Bench
    upstreams: Upstreams
    judge: Judge
    _known: dict[tuple[str, ...], Refusal] = field(default_factory=dict)

    def look(
        self, call: Call, upstream: Upstream, reply: PossibleReply, base: str, seen: Seen
    ) -> None:
        """Keep a reply that was not coped with, unless another led to the same place before."""
        refusal = self.judge.refusal(call, upstream, reply, seen)
        if refusal is None:
            return
        known = self._known.get(refusal.identity)
        # The first is the nearest to the contracts, and the plainest.
        self._known[refusal.identity] = (
            known.once_more() if known else self._smallest(refusal, base)
        )

    def confirmed(self, may_go_on: Callable[[], bool]) -> Iterator[ReplyRefused]:
        """Tell each, after it was looked for on a consumer that knows nothing."""
        for count in itertools.count():
            if not self._known:
                return
            identity, refusal = next(iter(self._known.items()))
            again, second = None, ""
            if count < _MOST_CONFIRMED and may_go_on():
                again, second = self._comes_back(refusal)
            del self._known[identity]
            yield replace(self._told(refusal, came_back=again), again=second)

    def unconfirmed(self) -> Iterator[ReplyRefused]:
        """Tell what is left, as it was seen."""
        for refusal in self._known.values():
            yield self._told(refusal, came_back=None)

    def _smallest(self, refusal: Refusal, base: str) -> Refusal:
        """What leads to the same place and is nearer to the contract, of a body by chance."""
        reply = refusal.reply
        by_chance = reply.origin is Origin.DOCUMENT and not reply.place and not reply.status
        if refusal.crash is None or reply.body is None or not by_chance or not base:
            return refusal
        call, upstream = refusal.call, refusal.upstream
        nearer = self.upstreams.simpler(upstream, reply.body)
        for body in nearer[:_MOST_SIMPLER]:
            other = self.upstreams.told(upstream, base, replace(reply, body=body))
            seen = self.bench.put(call, upstream, other)
            again = self.judge.refusal(call, upstream, other, seen)
            if again is not None and again.identity == refusal.identity:
                return again
            if seen.ended or seen.waited_s:
                self.bench.restart()
        return replace(refusal, reply=self.upstreams.told(upstream, base, reply))

    def _comes_back(self, refusal: Refusal) -> tuple[bool | None, str]:
        """Say whether it shows again, and if not, what became of the reply instead."""
        call, upstream, reply = refusal.call, refusal.upstream, refusal.reply
        try:
            self.bench.restart()
            if reply is not USUAL and not self.bench.call(call).is_well(call):
                return False, "the call did not even work as usual"
            again = self.judge.refusal(call, upstream, reply, self.bench.put(call, upstream, reply))
        except HarnessError:
            return None, ""
        if again is None:
            return False, COPED
        is_the_same = again.identity == refusal.identity
        return is_the_same, "" if is_the_same else self.bench.masker.text(again.error)

    def _told(self, refusal: Refusal, *, came_back: bool | None) -> ReplyRefused:
        text, reply = self.bench.masker.text, refusal.reply
        response = self.upstreams.interaction(refusal.upstream).response
        return ReplyRefused(
            self.consumer,
            self.name_of(refusal.upstream.provider),
            refusal.upstream.key,
            reply.origin,
            text(reply.what),
            text(as_text(response, reply)) if response else reply.what,
            reply.place,
            refusal.call.operation,
            text(refusal.call.text),
            error=text(refusal.error),
            crash=self.bench.masker.crash(refusal.crash),
            waited_s=refusal.waited_s,
            came_back=came_back,
            occurrences=refusal.occurrences,
        )
