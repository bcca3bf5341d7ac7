"""What a service really puts on its broker is held against its own document."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.domain.service import variable_of
from harness.messaging.inboxes import LOCAL
from tests.gate.test_on_the_wire import none_started
from tests.gate.test_producers import desk, only
from tests.gate.workspaces import Ended, Place
from tests.messaging.stands import UrlStand, stand_of

pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("messaging-amqp")]

CHECK = ("--check", "message-not-as-documented")
TYPE = "application/json"
RABBITMQ = """
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
QUEUES = """
import asyncio, os
import aio_pika

def publish(channel, body, headers):
    asyncio.run(send(os.environ["PREFIX"] + channel, body, headers))

async def send(name, body, headers):
    async with await aio_pika.connect(os.environ["BROKER_URL"]) as connection:
        channel = await connection.channel()
        await channel.declare_queue(name, durable=True, arguments={"x-max-length": 9000})
        message = aio_pika.Message(body, headers=headers, content_type="application/json")
        await channel.default_exchange.publish(message, routing_key=name)
"""
REDIS = """
import os
import redis

def publish(channel, body, headers):
    with redis.Redis.from_url(os.environ["BROKER_URL"]) as client:
        fields = {"payload": body, "content-type": "application/json", **headers}
        client.xadd(os.environ["PREFIX"] + channel, fields)
"""
NATS = """
import asyncio, os
import nats

def publish(channel, body, headers):
    asyncio.run(send(channel, body, headers))

async def send(channel, body, headers):
    client = await nats.connect(os.environ["BROKER_URL"])
    headers = {name: str(value) for name, value in headers.items()}
    headers["content-type"] = "application/json"
    headers["Nats-Msg-Id"] = os.urandom(4).hex()
    subject = os.environ["PREFIX"] + channel
    await client.jetstream().publish(subject, body, headers=headers)
    await client.close()
"""
KAFKA = """
import os
from confluent_kafka import Producer

def publish(channel, body, headers):
    producer = Producer({"bootstrap.servers": os.environ["BROKER_URL"]})
    headers = {name: str(value) for name, value in headers.items()}
    headers["content-type"] = "application/json"
    producer.produce(os.environ["PREFIX"] + channel, body, headers=headers)
    producer.flush()
"""
SQS = """
import os
import boto3

def publish(channel, body, headers):
    sqs = boto3.client("sqs", endpoint_url=os.environ["BROKER_URL"], region_name="us-east-1",
                       aws_access_key_id="test", aws_secret_access_key="test")
    name = (os.environ["PREFIX"] + channel).replace(".", "-")
    headers = {"content-type": "application/json", **headers}
    sqs.send_message(QueueUrl=sqs.create_queue(QueueName=name)["QueueUrl"],
                     MessageBody=body.decode(), MessageAttributes={
        name: {"DataType": "String", "StringValue": str(value)} for name, value in headers.items()
    })
"""
SNS = (
    SQS.replace("sqs.send_message", "sns.publish")
    .replace('"sqs"', '"sns"')
    .replace(
        'QueueUrl=sqs.create_queue(QueueName=name)["QueueUrl"],\n                     MessageBody',
        'TopicArn=sns.create_topic(Name=name)["TopicArn"], Message',
    )
    .replace("sqs =", "sns =")
)
FORGETS = """def publish(channel, body, headers):
    headers = {}
"""
GOES_ASIDE = """def publish(channel, body, headers):
    channel = "orders." + channel
"""
NEVER = """def publish(channel, body, headers):
    return
"""
PUBLISHER = 'publisher = "wire:publish"'
SENDS = """publisher = {{ function = "wire:publish", sends = true }}
broker = {{ kind = "{}"{} }}
env = {{ BROKER_URL = "{{broker}}", PREFIX = "{{namespace}}" }}"""


@dataclass(frozen=True, slots=True)
class Way:
    """
    A broker, the code that sends over it, and the name under which it is told.

    Shape: `more` is what the table says beside the kind; one that `is_started` is so by the gate.
    """

    kind: str
    code: str
    told: str
    more: str = ""
    is_started: bool = False

    def below(self, directory: Path) -> Place:
        """A desk that publishes there, as its document says."""
        place = Place.below(directory)
        place.variables[variable_of(self.kind)] = LOCAL if self.is_started else self.stand().url
        desk(place, "count")
        place.write("desk/wire.py", self.code)
        place.edit("contract-harness.toml", PUBLISHER, SENDS.format(self.kind, self.more))
        place.edit(
            "desk/asyncapi.json",
            '"messages": {"OrderPlaced": {',
            '"messages": {"OrderPlaced": {"contentType": "application/json", '
            '"headers": {"type": "object", "required": ["version"]}, ',
        )
        return place

    def stand(self) -> UrlStand:
        """The broker that runs already."""
        found = stand_of(self.kind, none_started)
        assert isinstance(found, UrlStand)
        return found


WAYS = {
    "rabbitmq": Way("rabbitmq", RABBITMQ, "RabbitMQ", ', exchange = "{namespace}desk"'),
    "queues of rabbitmq": Way("rabbitmq", QUEUES, "RabbitMQ"),
    "redis": Way("redis", REDIS, "Redis"),
    "nats": Way("nats", NATS, "NATS"),
    "kafka": Way("kafka", KAFKA, "noida-db", is_started=True),
    "sqs": Way("aws", SQS, "moto", is_started=True),
    "sns": Way("aws", SNS, "moto", is_started=True),
}
QUICK = ("redis",)
of_each_way = pytest.mark.parametrize(
    "way",
    [
        pytest.param(way, id=name, marks=() if name in QUICK else pytest.mark.slow)
        for name, way in WAYS.items()
    ],
)


def gate(place: Place) -> Ended:
    """Look at nothing but what is published."""
    return place.gate(*CHECK, COLUMNS="160")


@of_each_way
def test_what_the_client_leaves_out_is_found(way: Way, tmp_path: Path) -> None:
    """The function was called with the header, and the broker got a message without it."""
    place = way.below(tmp_path)
    place.edit("desk/wire.py", "def publish(channel, body, headers):\n", FORGETS)

    finding = only(gate(place))

    assert (finding["check"], finding["service"]) == (CHECK[1], "desk")
    assert (finding["operation"], finding["path"]) == ("order.placed", "headers.version")
    assert f"wire:publish on {way.told}" in finding["message"]
    assert "published while it served POST /orders" in finding["message"]
    assert place.left() == []


@of_each_way
def test_what_is_sent_as_documented_is_silent(way: Way, tmp_path: Path) -> None:
    """On whatever broker; what was made there is gone, too, as tests of the transports show."""
    place = way.below(tmp_path)

    ended = gate(place)

    assert (ended.code, ended.findings, ended.reasons) == (0, [], {}), ended.text
    assert place.left() == []


@pytest.mark.slow
@pytest.mark.parametrize("way", [WAYS[one] for one in ("rabbitmq", "redis", "kafka", "nats")])
def test_another_place_is_found(way: Way, tmp_path: Path) -> None:
    """Where a message goes is what the client makes of it, whoever has made the place."""
    place = way.below(tmp_path)
    place.edit("desk/wire.py", "def publish(channel, body, headers):\n", GOES_ASIDE)

    finding = only(gate(place))

    assert (finding["path"], finding["seen"]) == ("channel", "orders.order.placed")


@pytest.mark.slow
def test_another_content_type_is_found(tmp_path: Path) -> None:
    """The content type is the client's, too."""
    place = WAYS["rabbitmq"].below(tmp_path)
    place.edit("desk/wire.py", TYPE, "text/plain")

    assert "text/plain" in only(gate(place))["message"]


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
def test_what_never_comes_is_a_reason(way: Way, tmp_path: Path) -> None:
    """A function that was called, and nothing that came under the names of the run."""
    place = way.below(tmp_path)
    place.edit("desk/wire.py", "def publish(channel, body, headers):\n", NEVER)

    ended = gate(place)

    assert (ended.code, ended.findings) == (3, []), ended.text
    assert "nothing came to the names" in ended.reasons["what desk puts on its broker"]


@pytest.mark.slow
def test_an_entry_of_a_stream_that_nobody_can_read_is_a_reason(tmp_path: Path) -> None:
    """Which field of an entry holds the payload is only known where it has the usual name."""
    place = WAYS["redis"].below(tmp_path)
    place.edit("desk/wire.py", '{"payload": body', '{"data": body')

    ended = gate(place)

    assert (ended.code, ended.findings) == (3, []), ended.text
    (reason,) = ended.reasons.values()
    assert "has no field `payload`, but content-type, data, version" in reason


@pytest.mark.slow
def test_a_publisher_that_is_never_called_is_a_reason(tmp_path: Path) -> None:
    """A service that was looked at as a whole, and published by something else."""
    place = Place.below(tmp_path)
    desk(place, "count")
    place.edit("desk/app.py", "            publish(", "            len or publish(")

    whole, part = place.gate(COLUMNS="160"), gate(place)

    assert whole.code == 3, whole.text
    (reason,) = whole.reasons.values()
    assert reason.endswith("though the document of desk sends to order.placed")
    assert (part.code, part.reasons) == (0, {}), part.text
