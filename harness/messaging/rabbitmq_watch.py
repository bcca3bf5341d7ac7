"""A queue of RabbitMQ that a service declares and consumes by itself, looked at from beside it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol

from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import ChannelNotFoundEntity

from harness.domain.message import Message
from harness.messaging.port import Inbox, Watch
from harness.messaging.rabbitmq_messages import packed, unpacked


class Leave(Protocol):
    """Has something removed, once the broker is there; the names are noted if it stays away."""

    def __call__(
        self, clean_up: Callable[[AbstractChannel], Awaitable[None]], *names: str
    ) -> None: ...


class QueueWatch(Watch):
    """
    Asks for the queue by its name alone, so that the service's own arguments hold.

    Shape: `run` waits for a coroutine, `new_channel` opens a channel of its own for each question,
    since a refusal closes it, and `leave` has one for what is to be removed.
    """

    def __init__(
        self,
        inbox: Inbox,
        run: Callable[[Coroutine[Any, Any, Any]], Any],
        new_channel: Callable[[], Awaitable[AbstractChannel]],
        leave: Leave,
    ) -> None:
        self._inbox = inbox
        self._run = run
        self._new_channel = new_channel
        self._leave = leave
        self._dead: list[Message] = []
        self._is_closed = False

    def is_taken(self) -> bool:
        """Whether the queue has a consumer."""
        return bool(self._run(self._counted())[1])

    def send(self, message: Message) -> None:
        """Send to the exchange, or straight to the queue where none is named."""
        self._run(self._send(message))

    def waiting(self) -> int:
        """Count what is ready; what a consumer holds is ready again when it is gone."""
        count: int = self._run(self._counted())[0]
        return count

    def refused(self) -> tuple[Message, ...]:
        """Take what is in the dead-letter queue out of it."""
        self._run(self._drain())
        return tuple(self._dead)

    def close(self) -> None:
        """Delete the queues, and the exchange where it is the run's own."""
        if not self._is_closed:
            self._is_closed = True
            inbox = self._inbox
            names = self._own(inbox.group, inbox.dead_letters, inbox.exchange)
            self._leave(self._remove, *names)

    async def _counted(self) -> tuple[int, int]:
        channel = await self._new_channel()
        try:
            queue = await channel.declare_queue(self._inbox.group, passive=True)
        except ChannelNotFoundEntity:
            return 0, 0
        told = queue.declaration_result
        await channel.close()
        return told.message_count or 0, told.consumer_count or 0

    async def _send(self, message: Message) -> None:
        channel = await self._new_channel()
        try:
            place = channel.default_exchange
            if self._inbox.exchange:
                place = await channel.get_exchange(self._inbox.exchange, ensure=False)
            await place.publish(packed(message), routing_key=self._inbox.sent_to, mandatory=True)
        finally:
            if not channel.is_closed:
                await channel.close()

    async def _drain(self) -> None:
        channel = await self._new_channel()
        try:
            queue = await channel.declare_queue(self._inbox.dead_letters, passive=True)
        except ChannelNotFoundEntity:  # nothing was refused yet
            return
        while (came := await queue.get(fail=False)) is not None:
            self._dead.append(unpacked(came))
            await came.ack()
        await channel.close()

    def _own(self, *names: str) -> tuple[str, ...]:
        return tuple(name for name in names if name and self._inbox.namespace in name)

    async def _remove(self, channel: AbstractChannel) -> None:
        for name in self._own(self._inbox.group, self._inbox.dead_letters):
            await channel.queue_delete(name)
        for name in self._own(self._inbox.exchange):
            await channel.exchange_delete(name)
