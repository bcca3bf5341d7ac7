"""Consumes from NATS JetStream."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

import nats
from nats.errors import TimeoutError as NatsTimeout
from nats.js.api import ConsumerConfig
from nats.js.client import JetStreamContext

from courier import handlers

PREFIX = os.environ.get("CHANNEL_PREFIX", "")
ADDRESSES = {"order.placed": handlers.on_placed, "order.cancelled": handlers.on_cancelled}


async def consume(stream: JetStreamContext, address: str, handle: Callable[[bytes], str]) -> None:
    subject = f"{PREFIX}{address}"
    durable = f"{subject}-courier".replace(".", "_")
    pulling = await stream.pull_subscribe(subject, durable, config=ConsumerConfig(ack_wait=2))
    while True:
        try:
            came = (await pulling.fetch(1, timeout=1))[0]
        except NatsTimeout:
            continue
        try:
            handle(came.data)
        except Exception:
            await stream.publish(f"{subject}.courier.dead", came.data)
            await came.term()
        else:
            await came.ack()


async def main() -> None:
    client = await nats.connect(os.environ["BROKER_URL"])
    stream = client.jetstream()
    await asyncio.gather(*(consume(stream, *one) for one in ADDRESSES.items()))


if __name__ == "__main__":
    asyncio.run(main())
