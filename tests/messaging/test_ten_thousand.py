"""A great many messages, waiting all at once, on each transport."""

from __future__ import annotations

import asyncio

import aio_pika
import pytest

from harness.domain.message import Message
from harness.messaging.inboxes import outlets_of
from harness.messaging.port import Carried, Order, Transport
from harness.messaging.rabbitmq_hearing import MOST
from tests.messaging.stands import RabbitStand, Stand
from tests.messaging.test_hearing import USES

pytestmark = pytest.mark.slow

ADDRESS = "orders.placed"
MANY = 10_000
# Others are stand-ins that take long for each.
CARRY_MANY = ("memory", "zeromq", "rabbitmq", "redis", "nats", "kafka")
FEW = 300


def test_all_arrive_once_and_in_order(stand: Stand, transport: Transport) -> None:
    """Each group gets each message once, in the order that the transport promises."""
    can = transport.capabilities
    count = MANY if transport.broker.kind in CARRY_MANY else FEW
    key = None if can.key is Carried.NOT else "k"
    with transport.subscribe(ADDRESS) as subscription:
        for number in range(count):
            transport.publish(ADDRESS, Message(b'{"id": %d}' % number, key=key))
        found = []
        while (delivery := subscription.receive(3.0)) is not None:
            found.append(delivery.message.payload)
            delivery.ack()

    sent = [b'{"id": %d}' % number for number in range(count)]
    assert len(found) == count
    assert (
        found == sent
        if can.order is not Order.NOTHING
        else sorted(map(str, sent)) == sorted(map(str, found))
    )


@pytest.mark.parametrize("count", [MANY, MOST + 1_000])
def test_what_is_heard_of_an_exchange(count: int, stand: Stand, transport: Transport) -> None:
    """All of it, and where more came than is kept, that this is so."""
    if not isinstance(stand, RabbitStand):
        pytest.skip("declared: nothing is kept in a queue of ours")
    use = USES["rabbitmq"]
    outlets = outlets_of(use, "harness", [ADDRESS], transport.namespace)
    with transport.hear(outlets) as hearing:
        asyncio.run(_sent(stand.url, f"{transport.namespace}exchange", count))
        faults = [one.fault for one in hearing.heard() if one.fault]
        kept = len(hearing.heard()) - len(faults)

    assert kept == min(count, MOST)
    assert len(faults) == (count > MOST)
    assert all("of the oldest nothing is known" in one for one in faults)


async def _sent(url: str, exchange: str, count: int) -> None:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel(publisher_confirms=False)
        place = await channel.get_exchange(exchange)
        for _ in range(count):
            await place.publish(aio_pika.Message(b"{}"), ADDRESS)
