"""Consumes from RabbitMQ: ``python -m notifications.worker``."""

import asyncio
from typing import Annotated

from faststream import AckPolicy, Context, FastStream
from faststream.rabbit import Channel, ExchangeType, RabbitBroker, RabbitExchange, RabbitQueue
from faststream.rabbit.schemas.queue import ClassicQueueArgs
from faststream.specification import AsyncAPI

from notifications import handlers
from notifications.events import (
    EntryPosted,
    OrderCancelled,
    OrderPlaced,
    ShipmentDelivered,
    ShipmentDispatched,
)
from notifications.letters import Letters
from notifications.messages import FAILED, SENT, Message, NotificationFailed, NotificationSent
from notifications.settings import settings

CorrelationId = Annotated[str, Context("message.correlation_id")]
Kept = Annotated[Letters, Context("letters")]
# A handler that returns acknowledges; one that raises, or is handed what it cannot read, sends the
# message to the dead letters.
HANDLED = AckPolicy.REJECT_ON_ERROR

_settings = settings()
_prefix = _settings.channel_prefix
_shop = RabbitExchange(f"{_prefix}shop", type=ExchangeType.TOPIC, durable=True)
broker = RabbitBroker(_settings.rabbitmq_url, default_channel=Channel(prefetch_count=16))
app = FastStream(
    broker,
    specification=AsyncAPI(
        title="Notifications",
        version="1.2.0",
        description="Tells customers what happens to their orders.",
        schema_version="3.0.0",
    ),
)
_sent = broker.publisher(
    exchange=_shop,
    routing_key=_prefix + SENT,
    schema=NotificationSent,
    mandatory=False,  # nobody need listen
    persist=True,
)
_failed = broker.publisher(
    exchange=_shop,
    routing_key=_prefix + FAILED,
    schema=NotificationFailed,
    mandatory=False,
    persist=True,
)


ADDRESSES = (
    "order.placed",
    "order.cancelled",
    "shipment.dispatched",
    "shipment.delivered",
    "ledger.entry-posted",
)


def _queue(address: str) -> RabbitQueue:
    """The durable queue of this service for an address, with its dead letters beside it."""
    name = f"{_prefix}{address}.notifications"
    away: ClassicQueueArgs = {
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": f"{name}.dead",
    }
    return RabbitQueue(name, durable=True, routing_key=_prefix + address, arguments=away)


@broker.subscriber(_queue("order.placed"), _shop, ack_policy=HANDLED)
async def order_placed(event: OrderPlaced, correlation_id: CorrelationId, letters: Kept) -> None:
    """Handle `order.placed`."""
    await _send(handlers.on_order_placed(event, correlation_id, letters))


@broker.subscriber(_queue("order.cancelled"), _shop, ack_policy=HANDLED)
async def order_cancelled(
    event: OrderCancelled, correlation_id: CorrelationId, letters: Kept
) -> None:
    """Handle `order.cancelled`."""
    await _send(handlers.on_order_cancelled(event, correlation_id, letters))


@broker.subscriber(_queue("shipment.dispatched"), _shop, ack_policy=HANDLED)
async def shipment_dispatched(
    event: ShipmentDispatched, correlation_id: CorrelationId, letters: Kept
) -> None:
    """Handle `shipment.dispatched`."""
    await _send(handlers.on_shipment_dispatched(event, correlation_id, letters))


@broker.subscriber(_queue("shipment.delivered"), _shop, ack_policy=HANDLED)
async def shipment_delivered(
    event: ShipmentDelivered, correlation_id: CorrelationId, letters: Kept
) -> None:
    """Handle `shipment.delivered`."""
    await _send(handlers.on_shipment_delivered(event, correlation_id, letters))


@broker.subscriber(_queue("ledger.entry-posted"), _shop, ack_policy=HANDLED)
async def entry_posted(event: EntryPosted, correlation_id: CorrelationId, letters: Kept) -> None:
    """Handle `ledger.entry-posted`."""
    await _send(handlers.on_entry_posted(event, correlation_id, letters))


@app.on_startup
async def prepare() -> None:
    """Open the database, and make the places for dead letters before anything is taken."""
    app.context.set_global("letters", Letters(_settings.database))
    await broker.connect()
    for address in ADDRESSES:
        await broker.declare_queue(RabbitQueue(f"{_queue(address).name}.dead", durable=True))


async def _send(message: Message | None) -> None:
    if message is None:
        return
    publisher = _sent if message.channel == SENT else _failed
    await publisher.publish(
        message.event,
        headers=dict(message.headers),
        message_id=str(message.event.event_id),
        correlation_id=message.correlation_id,
    )


if __name__ == "__main__":
    asyncio.run(app.run())
