"""Sends messages to RabbitMQ."""

import aio_pika

from orders.messages import Message

EXCHANGE = "shop"
TIMEOUT_S = 5.0


async def send(url: str, prefix: str, message: Message) -> None:
    """Send a message to the shop's exchange, and wait until the broker has confirmed it."""
    async with await aio_pika.connect(url, timeout=TIMEOUT_S) as connection:
        channel = await connection.channel(publisher_confirms=True)
        exchange = await channel.declare_exchange(prefix + EXCHANGE, "topic", durable=True)
        await exchange.publish(
            aio_pika.Message(
                message.body,
                content_type=message.content_type,
                message_id=message.message_id,
                correlation_id=message.headers["correlation-id"],
                headers={**message.headers, "x-key": message.key},
                delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            ),
            routing_key=prefix + message.channel,
            mandatory=False,  # nobody need listen
            timeout=TIMEOUT_S,
        )
