"""All that comes to an exchange or to queues of RabbitMQ that a service declares by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aio_pika.exceptions import ChannelNotFoundEntity

from harness.domain.message import Message
from harness.messaging.port import Heard, Hearing, Outlets
from harness.messaging.rabbitmq_messages import unpacked
from harness.messaging.rabbitmq_watch import Leave

PAUSE_S: Final = 0.01
MOST: Final = 20_000
COMING_S: Final = 2.0
ALL: Final = "#"
# What the protocol has beside headers, and the harness's own message does not.
BESIDE: Final = ("type", "app_id", "content_encoding", "priority")


class ExchangeHearing(Hearing):
    """
    A queue that is bound as soon as the exchange is there: the service says of which type it is.

    Shape: as in `QueueWatch`.
    """

    def __init__(
        self,
        outlets: Outlets,
        run: Callable[[Coroutine[Any, Any, Any]], Any],
        new_channel: Callable[[], Awaitable[AbstractChannel]],
        leave: Leave,
    ) -> None:
        self._outlets = outlets
        self._exchange = outlets.exchange
        self._run = run
        self._new_channel = new_channel
        self._leave = leave
        self._queue = f"{outlets.namespace}heard"
        self._heard: list[Heard] = []
        self._is_closed = False
        self._waiting: asyncio.Task[None] = run(self._begin())

    def heard(self) -> tuple[Heard, ...]:
        """Take what has come out of the queue."""
        self._run(self._drain())
        return tuple(self._heard)

    def close(self) -> None:
        """Delete the queue, and the exchange where it is the run's own."""
        if not self._is_closed:
            self._is_closed = True
            self._leave(self._remove, self._queue)

    async def _begin(self) -> asyncio.Task[None]:
        async with await self._new_channel() as channel:
            await channel.declare_queue(self._queue, arguments={"x-max-length": MOST})
        return asyncio.create_task(self._bind())

    async def _bind(self) -> None:
        """Ask again and again: a refusal closes the channel that has asked."""
        while True:
            channel = await self._new_channel()
            try:
                await channel.get_exchange(self._exchange)
            except ChannelNotFoundEntity:
                await asyncio.sleep(PAUSE_S)
                continue
            queue = await channel.get_queue(self._queue)
            await queue.bind(self._exchange, ALL)
            await channel.close()
            return

    async def _drain(self) -> None:
        if not self._waiting.done():
            return
        self._waiting.result()  # what stopped it is told here
        async with await self._new_channel() as channel:
            found = await _taken(channel, self._queue, self._outlets)
        if len(found) >= MOST:
            self._heard.append(_overrun(self._exchange))
        self._heard += found

    async def _remove(self, channel: AbstractChannel) -> None:
        self._waiting.cancel()
        await channel.queue_delete(self._queue)
        if self._outlets.namespace in self._exchange:
            await channel.exchange_delete(self._exchange)


class QueuesHearing(Hearing):
    """
    The queues that a service declares and sends straight to, which nobody else reads.

    Shape: as in `QueueWatch`. What is sent to a queue that is not there is gone, and not heard.
    """

    def __init__(
        self,
        outlets: Outlets,
        run: Callable[[Coroutine[Any, Any, Any]], Any],
        new_channel: Callable[[], Awaitable[AbstractChannel]],
        leave: Leave,
    ) -> None:
        self._outlets = outlets
        self._run = run
        self._new_channel = new_channel
        self._leave = leave
        self._heard: list[Heard] = []

    def heard(self) -> tuple[Heard, ...]:
        """Take what has come out of the queues."""
        for name in self._outlets.made():
            self._heard += self._run(self._drain(name))
        return tuple(self._heard)

    def close(self) -> None:
        """Delete the queues."""
        self._leave(self._remove, *self._outlets.made())

    async def _drain(self, name: str) -> list[Heard]:
        channel = await self._new_channel()  # which a refusal closes
        try:
            found = await _taken(channel, name, self._outlets)
        except ChannelNotFoundEntity:
            return []
        await channel.close()
        return found

    async def _remove(self, channel: AbstractChannel) -> None:
        for name in self._outlets.made():
            await channel.queue_delete(name)


async def _taken(channel: AbstractChannel, name: str, outlets: Outlets) -> list[Heard]:
    """Consume all that is in a queue: to ask for one after the other takes far longer."""
    queue = await channel.declare_queue(name, passive=True)
    came: list[AbstractIncomingMessage] = []

    async def take(one: AbstractIncomingMessage) -> None:
        came.append(one)

    tag = await queue.consume(take, no_ack=True)
    there, seen, quiet_s = queue.declaration_result.message_count or 0, 0, 0.0
    while len(came) < there and quiet_s < COMING_S:  # else somebody was faster with the rest
        await asyncio.sleep(PAUSE_S)
        quiet_s = quiet_s + PAUSE_S if len(came) == seen else 0.0
        seen = len(came)
    await queue.cancel(tag)
    return [_read(one, outlets) for one in came if outlets.hears(one.routing_key or "")]


def _overrun(exchange: str) -> Heard:
    """Say that more came than the queue holds."""
    told = f"more than {MOST:,} messages came to {exchange}, and of the oldest nothing is known"
    return Heard(exchange, Message(None), fault=told)


def _read(came: AbstractIncomingMessage, outlets: Outlets) -> Heard:
    told = {name: getattr(came, name) for name in BESIDE}
    beside = {name: value for name, value in told.items() if value}
    return Heard(outlets.address_of(came.routing_key or ""), unpacked(came), beside)
