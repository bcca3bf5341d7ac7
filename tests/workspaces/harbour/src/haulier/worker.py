"""Consumes from RabbitMQ."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractIncomingMessage
from pamqp.common import FieldTable

from haulier import handlers

PREFIX = os.environ.get("CHANNEL_PREFIX", "")


@dataclass(frozen=True)
class Consumer:
    """How one channel is consumed: acknowledged by hand or at once, and whether it is retried."""

    handle: Callable[[bytes], str]
    no_ack: bool = False
    retried: bool = False

    async def take(self, message: AbstractIncomingMessage) -> None:
        try:
            self.handle(message.body)
        except Exception:
            if not self.no_ack:
                await message.reject(requeue=self.retried)
        else:
            if not self.no_ack:
                await message.ack()


CONSUMERS = {
    "container.called": Consumer(handlers.on_called),
    "container.loaded": Consumer(handlers.on_loaded),
}


async def consume(channel: AbstractChannel, exchange: AbstractExchange, address: str) -> None:
    consumer, name = CONSUMERS[address], f"{PREFIX}{address}.haulier"
    await channel.declare_queue(f"{name}.dead", durable=True)
    away: FieldTable = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": f"{name}.dead"}
    queue = await channel.declare_queue(name, durable=True, arguments=away)
    await queue.bind(exchange, f"{PREFIX}{address}")
    await queue.consume(consumer.take, no_ack=consumer.no_ack)


async def main() -> None:
    async with await aio_pika.connect(os.environ["BROKER_URL"]) as connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=8)
        exchange = await channel.declare_exchange(f"{PREFIX}harbour", "topic")
        for address in CONSUMERS:
            await consume(channel, exchange, address)
        await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(main())
