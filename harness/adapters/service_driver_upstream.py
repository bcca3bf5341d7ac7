"""Everyone whom a consumer calls, posed, with one reply at a time put in the place of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.adapters.posing import Posing
from harness.compat.possible.network import ELSEWHERE
from harness.domain.pact import Interaction
from harness.domain.possible import PossibleReply
from harness.standin import PAGE_ELSEWHERE, Received, Reply, StandIn, given

if TYPE_CHECKING:
    from harness.compat.possible.contents import ReplySet


@dataclass(frozen=True, slots=True)
class Upstream:
    """
    An interaction that a provider answered.

    Shape: `key` is the interaction's, or the operation's label where no contract holds one.
    """

    provider: str
    key: str
    by_contract: bool


@dataclass(slots=True)
class _Put:
    """What stands in the place of one interaction's reply, and whether anybody asked for it."""

    upstream: Upstream
    reply: PossibleReply
    was_asked: bool = False


class Upstreams:
    """
    The stand-ins of one consumer.

    Shape: `urls` maps the providers, as the consumer's table names them, to where they answer.
    """

    def __init__(self, posings: Sequence[Posing]) -> None:
        self._posings = {one.name: one for one in posings}
        self._contracted = {
            (one.name, each.key): each
            for one in posings
            for pact in one.pacts
            for each in pact.interactions
        }
        self._documented: dict[tuple[str, str], Interaction] = {}
        self._asked: dict[Upstream, None] = {}
        self._put: _Put | None = None
        self._lock = threading.Lock()
        self.urls: Mapping[str, str] = {}

    @contextmanager
    def opened(self) -> Iterator[Upstreams]:
        """Answer in everyone's place until the end of the block."""
        with ExitStack() as stack:
            self.urls = {
                name: stack.enter_context(
                    StandIn(posing.answers(), instead=_Answering(self, posing).reply)
                ).url
                for name, posing in self._posings.items()
            }
            yield self

    @contextmanager
    def listening(self) -> Iterator[dict[Upstream, None]]:
        """Give, in the end, what was asked for meanwhile, each once and in order."""
        asked: dict[Upstream, None] = {}
        with self._lock:
            self._asked = asked
        yield asked

    @contextmanager
    def putting(self, upstream: Upstream, reply: PossibleReply) -> Iterator[_Put]:
        """Send another reply in the place of an interaction's own for a while."""
        put = _Put(upstream, reply)
        with self._lock:
            self._put = put
        try:
            yield put
        finally:
            with self._lock:
                self._put = None

    def interaction(self, upstream: Upstream) -> Interaction:
        """The interaction that was answered, as a contract holds it or as a document shows it."""
        held = self._contracted if upstream.by_contract else self._documented
        return held[upstream.provider, upstream.key]

    def replies(self, upstream: Upstream) -> ReplySet | None:
        """What may come instead; none where no document of the provider could be read."""
        return self._posings[upstream.provider].shown.replies(self.interaction(upstream))

    def told(self, upstream: Upstream, base: str, reply: PossibleReply) -> PossibleReply:
        """A reply by what its body differs in, where that is little."""
        return self._posings[upstream.provider].shown.told(base, reply)

    def simpler(self, upstream: Upstream, body: str) -> tuple[str, ...]:
        """Bodies between an interaction's own and another, the nearest to its own first."""
        return self._posings[upstream.provider].shown.simpler(self.interaction(upstream), body)

    def answer(self, posing: Posing, received: Received, reply: Reply) -> Reply:
        """What one provider answers."""
        if received.path == ELSEWHERE:
            return PAGE_ELSEWHERE
        by_contract = bool(reply.interaction)
        shown = posing.shown.instead(received, reply)
        if not shown.interaction:
            return shown
        upstream = Upstream(posing.name, shown.interaction, by_contract)
        found = None if by_contract else posing.shown.interaction(received.method, received.path)
        with self._lock:
            if found is not None:
                self._documented.setdefault((posing.name, found.key), found)
            self._asked.setdefault(upstream)
            put = self._put
            if put is None or put.upstream != upstream:
                return shown
            put.was_asked = True
        return given(shown, put.reply)


@dataclass(frozen=True, slots=True)
class _Answering:
    """One provider's part of them all."""

    upstreams: Upstreams
    posing: Posing

    def reply(self, received: Received, reply: Reply) -> Reply:
        return self.upstreams.answer(self.posing, received, reply)
