"""The sample services that talk by messages, run by themselves over the broker that they name."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel, AbstractQueue
from orders import provider_messages, rabbitmq
from orders.messages import Message

from tests.messaging.conftest import Start
from tests.messaging.stands import RabbitStand, stand_of
from tests.shop import REPOSITORY

pytestmark = pytest.mark.xdist_group("messaging-amqp")

READ = (
    "order.placed",
    "order.cancelled",
    "shipment.dispatched",
    "shipment.delivered",
    "ledger.entry-posted",
)
LIMIT_S = 30.0


@contextmanager
def worker(url: str, prefix: str, directory: Path) -> Iterator[None]:
    """The program of notifications, until the end of the block."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY / "sample_services/notifications/src"),
        "RABBITMQ_URL": url,
        "CHANNEL_PREFIX": prefix,
        "NOTIFICATIONS_DATABASE": str(directory / "letters.db"),
    }
    with (directory / "worker.log").open("wb") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", "notifications.worker"],
            env=environment,
            cwd=directory,
            stdout=log,
            stderr=log,
        )
        try:
            yield
        finally:
            running.terminate()
            running.wait(20)


@asynccontextmanager
async def told(url: str, prefix: str) -> AsyncIterator[tuple[AbstractChannel, AbstractQueue]]:
    """A queue of what notifications tells; all that was made on the broker is gone afterwards."""
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        exchange = await channel.declare_exchange(f"{prefix}shop", "topic", durable=True)
        queue = await channel.declare_queue(exclusive=True)
        await queue.bind(exchange, f"{prefix}notification.*")
        try:
            yield channel, queue
        finally:
            for address in READ:
                await channel.queue_delete(f"{prefix}{address}.notifications")
                await channel.queue_delete(f"{prefix}{address}.notifications.dead")
            await channel.exchange_delete(f"{prefix}shop")


async def until_there(channel: AbstractChannel, name: str) -> None:
    """Wait until the worker reads its queue."""
    while True:
        queue = await channel.declare_queue(name, passive=True)
        if queue.declaration_result.consumer_count:
            return
        await asyncio.sleep(0.1)


def test_notifications_tells_of_orders(started: Start, tmp_path: Path) -> None:
    """What orders sends is handled once; what cannot be read lies with the dead letters, once."""
    stand = stand_of("rabbitmq", started)
    assert isinstance(stand, RabbitStand)
    asyncio.run(asyncio.wait_for(_lead(stand.url, f"{uuid.uuid4().hex}.", tmp_path), LIMIT_S))


async def _lead(url: str, prefix: str, directory: Path) -> None:
    placed = provider_messages.an_order_was_placed()
    broken = Message(str(uuid.uuid4()), "order.placed", b"{", placed.key, placed.headers)
    cancelled = provider_messages.an_order_was_cancelled()

    async with told(url, prefix) as (channel, queue):
        for address in READ:  # a message that is sent before anybody reads would be nobody's
            name = f"{prefix}{address}.notifications"
            await channel.declare_queue(
                name,
                durable=True,
                arguments={
                    "x-dead-letter-exchange": "",
                    "x-dead-letter-routing-key": f"{name}.dead",
                },
            )
        with worker(url, prefix, directory):
            for address in READ:
                await until_there(channel, f"{prefix}{address}.notifications")
            for message in (placed, broken, placed, cancelled):
                await rabbitmq.send(url, prefix, message)
            seen = [await _next(queue) for _ in range(3)]
        dead = await channel.declare_queue(f"{prefix}order.placed.notifications.dead", passive=True)

    assert [each["subject"] for each in seen].count("Your order is cancelled") == 1
    assert len({each["event_id"] for each in seen}) == 2, "a duplicate leads to the same message"
    assert {each["order_id"] for each in seen} == {placed.key}
    assert dead.declaration_result.message_count == 1


async def _next(queue: AbstractQueue) -> dict[str, str]:
    while (message := await queue.get(fail=False, no_ack=True)) is None:
        await asyncio.sleep(0.05)
    read: dict[str, str] = json.loads(message.body)
    return read
