"""The exchange to which all is published."""

from __future__ import annotations

import asyncio
import os

from terminal.events import Event


def publish(channel: str, event: Event) -> None:
    """Send one message to a channel."""
    asyncio.run(_send(channel, event))


async def _send(channel: str, event: Event) -> None:
    import aio_pika

    async with await aio_pika.connect(os.environ["BROKER_URL"]) as connection:
        exchange = await (await connection.channel()).declare_exchange("harbour", "topic")
        message = aio_pika.Message(
            event.body,
            headers={**event.headers, "x-key": event.key},
            content_type=event.content_type,
        )
        await exchange.publish(message, routing_key=channel)
