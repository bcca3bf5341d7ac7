"""A queue of RabbitMQ that a service takes requests from by itself, asked from beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Final

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from harness.domain.message import Message
from harness.messaging.port import Asking, Inbox, Question
from harness.messaging.rabbitmq_messages import packed, unpacked
from harness.messaging.rabbitmq_watch import QueueWatch

DIRECT_REPLY: Final = "amq.rabbitmq.reply-to"
Run = Callable[..., Any]


class QueueAsking(Asking):
    """
    Asks with a direct reply, by a channel of its own for each request, which is a client's.

    Shape: `watch` knows the queue; `run` waits for a coroutine, so many seconds longer than usual.
    """

    correlates = True

    def __init__(
        self,
        inbox: Inbox,
        watch: QueueWatch,
        run: Run,
        new_channel: Callable[[], Awaitable[AbstractChannel]],
    ) -> None:
        self._inbox = inbox
        self._watch = watch
        self._run = run
        self._new_channel = new_channel

    def is_taken(self) -> bool:
        """Whether the queue has a consumer."""
        return self._watch.is_taken()

    def ask(self, message: Message) -> Question:
        """Send to the exchange, or straight to the queue where none is named."""
        channel, came = self._run(self._begun(message))
        return _Asked(channel, came, self._run)

    def close(self) -> None:
        """Remove what the service has made there."""
        self._watch.close()

    async def _begun(
        self, message: Message
    ) -> tuple[AbstractChannel, asyncio.Queue[AbstractIncomingMessage]]:
        channel = await self._new_channel()
        came: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
        back = await channel.get_queue(DIRECT_REPLY, ensure=False)
        await back.consume(came.put, no_ack=True)
        place = channel.default_exchange
        if self._inbox.exchange:
            place = await channel.get_exchange(self._inbox.exchange, ensure=False)
        asked = packed(replace(message, reply_to=DIRECT_REPLY))
        await place.publish(asked, routing_key=self._inbox.sent_to, mandatory=True)
        return channel, came


class _Asked(Question):
    """A channel that waits for one reply."""

    def __init__(
        self, channel: AbstractChannel, came: asyncio.Queue[AbstractIncomingMessage], run: Run
    ) -> None:
        self._channel = channel
        self._came = came
        self._run = run

    def reply(self, timeout_s: float) -> Message | None:
        """Take the reply."""
        told: Message | None = self._run(self._waited(timeout_s), timeout_s)
        return told

    def close(self) -> None:
        """Go away: a reply that comes after this is for nobody."""
        self._run(self._left())

    async def _waited(self, timeout_s: float) -> Message | None:
        try:
            return unpacked(await asyncio.wait_for(self._came.get(), timeout_s))
        except TimeoutError:
            return None

    async def _left(self) -> None:
        if not self._channel.is_closed:
            await self._channel.close()
