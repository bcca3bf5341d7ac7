"""Consumes from RabbitMQ."""

from __future__ import annotations

import asyncio
import functools
import os
from collections.abc import Callable

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from courier import handlers

PREFIX = os.environ.get("CHANNEL_PREFIX", "")
ADDRESSES = {"order.placed": handlers.on_placed, "order.cancelled": handlers.on_cancelled}


async def take(handle: Callable[[bytes], str], message: AbstractIncomingMessage) -> None:
    try:
        handle(message.body)
    except Exception:
        await message.reject(requeue=False)
    else:
        await message.ack()


async def main() -> None:
    connection = await aio_pika.connect(os.environ["BROKER_URL"])
    async with connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=8)
        exchange = await channel.declare_exchange(f"{PREFIX}shop", "topic")
        for address, handle in ADDRESSES.items():
            name = f"{PREFIX}{address}.courier"
            await channel.declare_queue(f"{name}.dead", durable=True)
            away = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": f"{name}.dead"}
            queue = await channel.declare_queue(name, durable=True, arguments=away)
            await queue.bind(exchange, f"{PREFIX}{address}")
            await queue.consume(functools.partial(take, handle))
        await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(main())
