"""A durable consumer of JetStream that a service makes by itself, looked at from beside it."""

from __future__ import annotations

import time
from collections.abc import Coroutine
from typing import Any, Protocol, TypeVar

from nats.js.api import ConsumerInfo
from nats.js.client import JetStreamContext
from nats.js.errors import NotFoundError

from harness.domain.message import Message
from harness.messaging.envelope import from_headers, to_headers
from harness.messaging.port import Inbox, Watch

T = TypeVar("T")


class Owner(Protocol):
    """The connection that streams are made and removed by."""

    streams: JetStreamContext

    def run(self, work: Coroutine[Any, Any, T], extra_s: float = 0.0) -> T:
        """Wait for a coroutine, and say what its exceptions mean."""
        ...

    async def stream_of(self, subject: str) -> str:
        """Give the stream that keeps a subject, and make it if there is none."""
        ...


class ConsumerWatch(Watch):
    """
    Counts what a consumer has not been given, and what it has not acknowledged.

    Shape: the stream and that of the dead letters are made before the service starts, and the
    connection removes them with their consumers.
    """

    def __init__(self, inbox: Inbox, owner: Owner) -> None:
        self._inbox = inbox
        self._owner = owner
        self._durable = inbox.group.replace(".", "_")
        self._dead: list[Message] = []
        self._kept_since: float | None = None
        owner.run(self._make())

    def is_taken(self) -> bool:
        """Whether the consumer is there: what is sent before somebody asks is kept for it."""
        return self._owner.run(self._info()) is not None

    def has_let_go(self) -> bool:
        """Whether nothing is held, or the time is over in which it could be acknowledged."""
        info = self._owner.run(self._info())
        if info is None or not info.num_ack_pending:
            self._kept_since = None
            return True
        now = time.monotonic()
        if self._kept_since is None:
            self._kept_since = now
        is_over = now - self._kept_since > (info.config.ack_wait or 0)
        if is_over:
            self._kept_since = None
        return is_over

    def send(self, message: Message) -> None:
        """Send, and wait until the stream has it."""
        headers = to_headers(message) or None
        self._owner.run(
            self._owner.streams.publish(
                self._inbox.sent_to, message.payload or b"", headers=headers
            )
        )

    def waiting(self) -> int:
        """Count what was not delivered yet, and what is held."""
        info = self._owner.run(self._info())
        if info is None:
            return self._owner.run(self._in_stream())
        return (info.num_pending or 0) + (info.num_ack_pending or 0)

    def refused(self) -> tuple[Message, ...]:
        """Read on in the stream of dead letters."""
        self._owner.run(self._read_on())
        return tuple(self._dead)

    def close(self) -> None:
        """Nothing: the connection removes the streams with all that reads them."""

    async def _make(self) -> None:
        self._stream = await self._owner.stream_of(self._inbox.sent_to)
        self._dead_stream = await self._owner.stream_of(self._inbox.dead_letters)

    async def _info(self) -> ConsumerInfo | None:
        try:
            found: ConsumerInfo = await self._owner.streams.consumer_info(
                self._stream, self._durable
            )
        except NotFoundError:
            return None
        return found

    async def _in_stream(self) -> int:
        return (await self._owner.streams.stream_info(self._stream)).state.messages

    async def _read_on(self) -> None:
        known = len(self._dead)
        state = (await self._owner.streams.stream_info(self._dead_stream)).state
        for number in range(max(state.first_seq, 1) + known, state.last_seq + 1):
            came = await self._owner.streams.get_msg(self._dead_stream, number)
            self._dead.append(from_headers(came.data or b"", (came.headers or {}).items()))
