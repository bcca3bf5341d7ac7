"""What a service really puts on its broker is held against its own document."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gate.test_on_the_wire import none_started
from tests.gate.test_producers import desk, only
from tests.gate.workspaces import Place
from tests.messaging.stands import RabbitStand, stand_of

pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("messaging-amqp")]

CHECK = ("--check", "message-not-as-documented")
WIRE = """
import asyncio, os
import aio_pika

def publish(channel, body, headers):
    asyncio.run(send(channel, body, headers))

async def send(channel, body, headers):
    async with await aio_pika.connect(os.environ["BROKER_URL"]) as connection:
        exchange = await (await connection.channel()).declare_exchange(
            os.environ["PREFIX"] + "desk", "topic", durable=True
        )
        message = aio_pika.Message(body, headers=headers, content_type="application/json")
        await exchange.publish(message, routing_key=channel)
"""
PUBLISHER = 'publisher = "wire:publish"'
SENDS = """publisher = { function = "wire:publish", sends = true }
broker = { kind = "rabbitmq", exchange = "{namespace}desk" }
env = { BROKER_URL = "{broker}", PREFIX = "{namespace}" }"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A desk that publishes to the RabbitMQ of this machine, as its document says."""
    stand = stand_of("rabbitmq", none_started)
    assert isinstance(stand, RabbitStand)
    place = Place.below(tmp_path)
    place.variables["HARNESS_BROKER_RABBITMQ"] = stand.url
    desk(place, "count")
    place.write("desk/wire.py", WIRE)
    place.edit("contract-harness.toml", PUBLISHER, SENDS)
    place.edit(
        "desk/asyncapi.json",
        '"messages": {"OrderPlaced": {',
        '"messages": {"OrderPlaced": {"contentType": "application/json", '
        '"headers": {"type": "object", "required": ["version"]}, ',
    )
    return place


def test_what_the_client_leaves_out_is_found(place: Place) -> None:
    """The function was called with the header, and the broker got a message without it."""
    place.edit("desk/wire.py", "headers=headers, ", "")

    finding = only(place.gate(*CHECK, COLUMNS="160"))

    assert (finding["check"], finding["service"]) == (CHECK[1], "desk")
    assert finding["operation"] == "order.placed"
    assert "wire:publish on RabbitMQ" in finding["message"]
    assert "published while it served POST /orders" in finding["message"]
    assert place.left() == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("routing_key=channel", 'routing_key="orders." + channel', "orders.order.placed"),
        ("application/json", "text/plain", "text/plain"),
    ],
    ids=["another routing key", "another content type"],
)
def test_what_only_the_broker_sees_is_found(old: str, new: str, told: str, place: Place) -> None:
    """A routing key and a content type are what the client makes of them."""
    place.edit("desk/wire.py", old, new)

    assert told in only(place.gate(*CHECK, COLUMNS="160"))["message"]


@pytest.mark.slow
def test_what_is_sent_as_documented_is_silent(place: Place) -> None:
    """The exchange is the service's own, and nothing is left of it."""
    ended = place.gate(*CHECK, COLUMNS="160")

    assert (ended.code, ended.findings, ended.reasons) == (0, [], {}), ended.text


@pytest.mark.slow
def test_what_never_comes_is_a_reason(place: Place) -> None:
    """A function that was called, and an exchange to which nothing came."""
    place.edit("desk/wire.py", '+ "desk"', '+ "elsewhere"')

    ended = place.gate(*CHECK, COLUMNS="160")

    assert (ended.code, ended.findings) == (3, []), ended.text
    assert "nothing came to the exchange" in ended.reasons["what desk puts on its broker"]
