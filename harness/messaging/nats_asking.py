"""A subject of NATS that a service takes requests from by itself, asked from beside it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import TimeoutError as NothingCame

from harness.domain.errors import NotDelivered
from harness.domain.message import Message, UsedBroker
from harness.messaging.envelope import to_headers
from harness.messaging.port import Asking, Inbox, Question

NOBODY: Final = "503"
MOMENT_S: Final = 0.02

T = TypeVar("T")


class Owner(Protocol):
    """The connection that requests go over."""

    client: Client
    broker: UsedBroker

    def run(self, work: Coroutine[Any, Any, T], extra_s: float = 0.0) -> T:
        """Wait for a coroutine, and say what its exceptions mean."""
        ...


@dataclass(frozen=True, slots=True)
class SubjectAsking(Asking):
    """Asks with a reply subject of its own for each request; `unpacked` reads a message."""

    inbox: Inbox
    owner: Owner
    unpacked: Callable[[Msg], Message]

    def is_taken(self) -> bool | None:
        """The server tells it of a request alone."""
        return None

    def ask(self, message: Message) -> Question:
        """Publish; the server says at once where nobody listens."""
        subscribed, first = self.owner.run(self._begun(message))
        asked = _Asked(subscribed, first, self.owner, self.unpacked)
        if first is not None and (first.headers or {}).get("Status") == NOBODY:
            asked.close()
            broker = self.owner.broker
            said = f"nobody takes requests to {self.inbox.sent_to!r}"
            raise NotDelivered(said, kind=broker.kind, address=broker.address)
        return asked

    def close(self) -> None:
        """Nothing is held between two requests."""

    async def _begun(self, message: Message) -> tuple[Subscription, Msg | None]:
        client = self.owner.client
        back = client.new_inbox()
        subscribed = await client.subscribe(back)
        headers = to_headers(message) or None
        await client.publish(self.inbox.sent_to, message.payload or b"", back, headers)
        await client.flush()
        return subscribed, await _next(subscribed, MOMENT_S)


class _Asked(Question):
    """A reply subject; `first` came with the server's own word already."""

    def __init__(
        self,
        subscribed: Subscription,
        first: Msg | None,
        owner: Owner,
        unpacked: Callable[[Msg], Message],
    ) -> None:
        self._subscribed = subscribed
        self._first = first
        self._owner = owner
        self._unpacked = unpacked
        self._is_closed = False

    def reply(self, timeout_s: float) -> Message | None:
        """Take the reply."""
        came = self._first or self._owner.run(_next(self._subscribed, timeout_s), timeout_s)
        return None if came is None else self._unpacked(came)

    def close(self) -> None:
        """Listen no more."""
        if not self._is_closed:
            self._is_closed = True
            self._owner.run(self._subscribed.unsubscribe())


async def _next(subscribed: Subscription, timeout_s: float) -> Msg | None:
    try:
        return await subscribed.next_msg(max(timeout_s, MOMENT_S))
    except NothingCame:
        return None
