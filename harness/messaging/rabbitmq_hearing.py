"""All that comes to an exchange of RabbitMQ that a service declares and publishes to by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aio_pika.exceptions import ChannelNotFoundEntity

from harness.domain.message import Message
from harness.messaging.port import Heard, Hearing
from harness.messaging.rabbitmq_messages import unpacked

PAUSE_S: Final = 0.01
MOST: Final = 5000
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
        exchange: str,
        namespace: str,
        run: Callable[[Coroutine[Any, Any, Any]], Any],
        new_channel: Callable[[], Awaitable[AbstractChannel]],
        leave: Callable[[Callable[[AbstractChannel], Awaitable[None]]], None],
    ) -> None:
        self._exchange = exchange
        self._namespace = namespace
        self._run = run
        self._new_channel = new_channel
        self._leave = leave
        self._queue = f"{namespace}heard"
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
            self._leave(self._remove)

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
            queue = await channel.get_queue(self._queue)
            while (came := await queue.get(fail=False, no_ack=True)) is not None:
                self._heard.append(self._read(came))

    def _read(self, came: AbstractIncomingMessage) -> Heard:
        told = {name: getattr(came, name) for name in BESIDE}
        beside = {name: value for name, value in told.items() if value}
        address = (came.routing_key or "").removeprefix(self._namespace)
        message: Message = unpacked(came)
        return Heard(address, message, beside)

    async def _remove(self, channel: AbstractChannel) -> None:
        self._waiting.cancel()
        await channel.queue_delete(self._queue)
        if self._namespace in self._exchange:
            await channel.exchange_delete(self._exchange)
