"""Brokers for tests, each with a second client that looks at it past the harness's own."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, NoReturn, Protocol
from urllib.parse import urlsplit

import aio_pika
import boto3  # type: ignore[import-untyped]
import nats
import pytest
import redis
from aio_pika.exceptions import ChannelClosed
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from nats.js.api import StreamConfig

from harness.domain.errors import HarnessError
from harness.messaging.local.starting import LocalBroker
from harness.messaging.memory import MemoryBroker
from harness.messaging.naming import fresh_namespace
from harness.messaging.opening import open_transport
from harness.messaging.port import Transport
from harness.messaging.zeromq import ZeroMQ
from tests.messaging import fake_ibmmq
from tests.messaging.mqweb import MqWeb


class Stand(Protocol):
    """A broker under test."""

    # Of nothing that listens, and of a login that is refused; empty where there is none.
    down: str
    refused: str

    def open(self, namespace: str | None = None) -> Transport:
        """Connect anew to the same broker."""
        ...

    def occupied(self, transport: Transport, address: str) -> AbstractContextManager[bool]:
        """Put something else under the name that a subscription needs; False where none can be."""
        ...

    def left(self, namespace: str) -> set[str]:
        """Name what is on the broker under a namespace."""
        ...


class MemoryStand:
    """The broker in this process."""

    down = ""
    refused = ""

    def __init__(self) -> None:
        self._shared = MemoryBroker()

    def open(self, namespace: str | None = None) -> Transport:
        """Connect anew."""
        return self._shared.open(namespace)

    @contextmanager
    def occupied(self, transport: Transport, address: str) -> Iterator[bool]:
        """Queues in memory have no arguments."""
        yield False

    def left(self, namespace: str) -> set[str]:
        """Ask the broker itself."""
        return {name for name in self._shared.names() if name.startswith(namespace)}


class UrlStand:
    """A broker behind a URL, whose runs are not told apart unless a kind says what they left."""

    refused = ""

    def __init__(self, url: str) -> None:
        self.url = url
        self.down = urlsplit(url)._replace(netloc="127.0.0.1:1").geturl()

    def open(self, namespace: str | None = None) -> Transport:
        """Connect anew."""
        return open_transport(self.url, namespace)

    @contextmanager
    def occupied(self, transport: Transport, address: str) -> Iterator[bool]:
        """Here a name has no arguments that could differ."""
        yield False

    def left(self, namespace: str) -> set[str]:
        """Name what is there: nothing that could be told apart, unless a kind looks by itself."""
        raise NotImplementedError


class ZeroMqStand(UrlStand):
    """Sockets, which connect to what may come up later and take whatever comes."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.down = ""
        self._opened: dict[str, int] = {}

    def open(self, namespace: str | None = None) -> Transport:
        """Bind anew, and note where."""
        transport = super().open(namespace)
        assert isinstance(transport, ZeroMQ)
        self._opened[transport.namespace] = urlsplit(transport.endpoint).port or 0
        return transport

    def left(self, namespace: str) -> set[str]:
        """Whether the port still listens."""
        with socket.socket() as asking:
            is_there = asking.connect_ex(("127.0.0.1", self._opened[namespace])) == 0
        return {"port"} if is_there else set()


class RabbitStand(UrlStand):
    """RabbitMQ, looked at by names that it is asked for."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.down = "amqp://guest:guest@127.0.0.1:1/"
        self.refused = url.replace("guest:guest@", "guest:wrong@")

    @contextmanager
    def occupied(self, transport: Transport, address: str) -> Iterator[bool]:
        """Declare the group's queue without its dead-letter place."""
        name = f"{transport.namespace}{address}.harness"
        asyncio.run(self._declared(name))
        try:
            yield True
        finally:
            asyncio.run(self._deleted(name))

    def left(self, namespace: str) -> set[str]:
        """Ask for each name that the transport may have made."""
        return asyncio.run(self._there(namespace))

    async def _declared(self, name: str) -> None:
        async with await aio_pika.connect(self.url) as connection:
            await (await connection.channel()).declare_queue(name, durable=False)

    async def _deleted(self, name: str) -> None:
        async with await aio_pika.connect(self.url) as connection:
            await (await connection.channel()).queue_delete(name)

    async def _there(self, namespace: str) -> set[str]:
        found = set()
        asked = {
            f"{namespace}orders.placed.harness": "get_queue",
            f"{namespace}orders.placed.harness.dead": "get_queue",
            f"{namespace}exchange": "get_exchange",
        }
        async with await aio_pika.connect(self.url) as connection:
            for name, ask in asked.items():
                try:
                    await getattr(await connection.channel(), ask)(name)
                    found.add(name)
                except ChannelClosed:
                    continue
        return found


class KafkaStand(UrlStand):
    """Whatever speaks Kafka's protocol, looked at by an administrator's client."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._admin = AdminClient({"bootstrap.servers": urlsplit(url).netloc})

    @contextmanager
    def occupied(self, transport: Transport, address: str) -> Iterator[bool]:
        """Make the topic with one partition."""
        name = transport.wire_name(address)
        self._admin.create_topics([NewTopic(name, num_partitions=1)])[name].result(10)
        try:
            yield True
        finally:
            self._admin.delete_topics([name])[name].result(10)

    def left(self, namespace: str) -> set[str]:
        """Topics and groups."""
        groups = self._admin.list_consumer_groups().result(10).valid
        names = {*self._admin.list_topics(timeout=10).topics, *(one.group_id for one in groups)}
        return {name for name in names if name.startswith(namespace)}


class RedisStand(UrlStand):
    """Redis, looked at by its keys."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.refused = (
            urlsplit(url)._replace(netloc="nobody:wrong@" + urlsplit(url).netloc).geturl()
        )

    @contextmanager
    def occupied(self, transport: Transport, address: str) -> Iterator[bool]:
        """Set the key to a text."""
        with redis.Redis.from_url(self.url) as client:
            client.set(transport.wire_name(address), "text")
            try:
                yield True
            finally:
                client.delete(transport.wire_name(address))

    def left(self, namespace: str) -> set[str]:
        """Keys."""
        with redis.Redis.from_url(self.url) as client:
            keys: Any = client.keys(f"{namespace}*")
            return {key.decode() for key in keys}


class NatsStand(UrlStand):
    """NATS, looked at by its streams."""

    @contextmanager
    def occupied(self, transport: Transport, address: str) -> Iterator[bool]:
        """Make a stream of that name for another subject."""
        name = transport.wire_name(address).replace(".", "_")
        asyncio.run(
            self._streams(lambda js: js.add_stream(StreamConfig(name=name, subjects=["x"])))
        )
        try:
            yield True
        finally:
            asyncio.run(self._streams(lambda js: js.delete_stream(name)))

    def left(self, namespace: str) -> set[str]:
        """Streams."""
        found = asyncio.run(self._streams(lambda js: js.streams_info()))
        return {one.config.name for one in found if one.config.name.startswith(namespace)}

    async def _streams(self, ask: Callable[[Any], Any]) -> Any:
        client = await nats.connect(self.url)
        try:
            return await ask(client.jetstream())
        finally:
            await client.close()


class AwsStand(UrlStand):
    """What stands in for AWS, looked at service by service."""

    @contextmanager
    def occupied(self, transport: Transport, address: str) -> Iterator[bool]:
        """Make the queue with another visibility, or the stream."""
        kind = urlsplit(self.url).scheme
        name = transport.wire_name(address)
        if kind == "kinesis":
            self._client(kind).create_stream(StreamName=name, ShardCount=1)
        else:
            name = name if kind == "sqs" else f"{transport.namespace}orders-placed-harness"
            self._client("sqs").create_queue(QueueName=name, Attributes={"VisibilityTimeout": "7"})
        yield True

    def left(self, namespace: str) -> set[str]:
        """Queues, topics, buses and streams."""
        names = [
            *self._client("sqs").list_queues().get("QueueUrls", ()),
            *(one["TopicArn"] for one in self._client("sns").list_topics()["Topics"]),
            *(one["Endpoint"] for one in self._client("sns").list_subscriptions()["Subscriptions"]),
            *(one["Name"] for one in self._client("events").list_event_buses()["EventBuses"]),
            *self._client("kinesis").list_streams()["StreamNames"],
        ]
        return {name for name in names if namespace in name}

    def _client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=f"http://{urlsplit(self.url).netloc}",
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )


class Amqp1Stand(UrlStand):
    """Queues by AMQP 1.0, which nobody removes; a name of its own keeps each law apart."""

    def __init__(self, url: str) -> None:
        pytest.importorskip("proton", reason="python-qpid-proton is not installed")
        super().__init__(url)
        self.refused = url.replace("guest:guest@", "guest:wrong@")

    def open(self, namespace: str | None = None) -> Transport:
        """Connect anew, to queues of a name that nobody has used."""
        return open_transport(self.url, fresh_namespace() if namespace is None else namespace)


class MqWebStand(UrlStand):
    """A server written from IBM's documentation, which tests this client and not IBM MQ."""

    def __init__(self, url: str) -> None:
        self._server = MqWeb()
        super().__init__(self._server.url)
        self.refused = self._server.url.replace("app:secret@", "app:wrong@")

    def open(self, namespace: str | None = None) -> Transport:
        """Connect anew, to queues that the administrator has made just now."""
        own = fresh_namespace() if namespace is None else namespace
        self._server.queues |= {f"{own}orders.placed", f"{own}orders.cancelled"}
        return open_transport(self.url, own)


class NativeMqStand(UrlStand):
    """A module in the place of the vendor's, which tests this client and not IBM MQ."""

    def __init__(self, url: str) -> None:
        sys.modules["ibmmq"] = fake_ibmmq
        super().__init__(url)
        self.refused = url.replace("app:secret@", "app:wrong@")

    def open(self, namespace: str | None = None) -> Transport:
        """Connect anew, to queues that the administrator has made just now."""
        own = fresh_namespace() if namespace is None else namespace
        for name in ("orders.placed", "orders.placed.dead", "orders.cancelled"):
            fake_ibmmq.defined.add(own + name)
        return open_transport(self.url, own)


# Which broker each transport needs, where its URL stands, and who looks at it.
STANDS: dict[str, tuple[str, type[UrlStand]]] = {
    "zeromq": ("zeromq", ZeroMqStand),
    "rabbitmq": ("amqp://guest:guest@127.0.0.1:5672/", RabbitStand),
    "redis": ("redis://127.0.0.1:6379", RedisStand),
    "nats": ("nats://127.0.0.1:4222", NatsStand),
    "kafka": ("kafka", KafkaStand),
    "amqp1": ("amqp1", Amqp1Stand),
    "ibmmq-rest": ("ibmmq+http://loopback", MqWebStand),
    "ibmmq": ("ibmmq://app:secret@127.0.0.1:1414/QM1?broker=module-of-tests", NativeMqStand),
    "sqs": ("aws", AwsStand),
    "sns": ("aws", AwsStand),
    "eventbridge": ("aws", AwsStand),
    "kinesis": ("aws", AwsStand),
}
KINDS = ("memory", *STANDS)


def stand_of(kind: str, started: Callable[[str], LocalBroker]) -> Stand:
    """A broker of a kind: at HARNESS_TEST_<KIND>, else where it usually runs, else started."""
    if kind == "memory":
        return MemoryStand()
    where, look = STANDS[kind]
    url = os.environ.get(f"HARNESS_TEST_{kind.upper().replace('-', '_')}", where)
    try:
        if "://" not in url:
            schemes = (kind, "zmq")
            url = next(one for one in started(where).urls if urlsplit(one).scheme in schemes)
        found = look(url)
        found.open().close()
    except HarnessError as error:
        missing(f"no {kind} for tests: {error.message} ({error.hint})")
    return found


def missing(why: str) -> NoReturn:
    """Skip, or fail where services are required."""
    if os.environ.get("HARNESS_REQUIRE_SERVICES"):
        pytest.fail(why)
    pytest.skip(why)
