"""Brokers for tests, each with a second client that looks at it past the harness's own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import NoReturn, Protocol

import aio_pika
import pytest
from aio_pika.exceptions import ChannelClosed

from harness.domain.errors import HarnessError
from harness.messaging.memory import MemoryBroker
from harness.messaging.opening import open_transport
from harness.messaging.port import Transport


class Stand(Protocol):
    """A broker under test."""

    kind: str
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

    kind = "memory"
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
    """A broker behind a URL."""

    kind = ""
    down = ""
    refused = ""

    def __init__(self, url: str) -> None:
        self.url = url

    def open(self, namespace: str | None = None) -> Transport:
        """Connect anew."""
        return open_transport(self.url, namespace)


class RabbitStand(UrlStand):
    """RabbitMQ, looked at by names that it is asked for."""

    kind = "rabbitmq"
    down = "amqp://guest:guest@127.0.0.1:1/"

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.refused = url.replace("guest:guest@", "guest:wrong@")

    @contextmanager
    def occupied(self, transport: Transport, address: str) -> Iterator[bool]:
        """Declare the group's queue without its dead-letter place."""
        name = f"{transport.namespace}{address}.harness"
        asyncio.run(_declared(self.url, name))
        try:
            yield True
        finally:
            asyncio.run(_deleted(self.url, name))

    def left(self, namespace: str) -> set[str]:
        """Ask for each name that the transport may have made."""
        return asyncio.run(_there(self.url, namespace))


async def _declared(url: str, name: str) -> None:
    async with await aio_pika.connect(url) as connection:
        await (await connection.channel()).declare_queue(name, durable=False)


async def _deleted(url: str, name: str) -> None:
    async with await aio_pika.connect(url) as connection:
        await (await connection.channel()).queue_delete(name)


async def _there(url: str, namespace: str) -> set[str]:
    found = set()
    names = [f"{namespace}{one}" for one in ("orders.placed.harness", "orders.placed.harness.dead")]
    async with await aio_pika.connect(url) as connection:
        for name in names:
            channel = await connection.channel()
            try:
                await channel.get_queue(name)
                found.add(name)
            except ChannelClosed:
                continue
        channel = await connection.channel()
        try:
            await channel.get_exchange(f"{namespace}exchange")
            found.add(f"{namespace}exchange")
        except ChannelClosed:
            pass
    return found


@contextmanager
def stand_of(kind: str) -> Iterator[Stand]:
    """A broker of a kind, for as long as it is needed."""
    if kind == "memory":
        yield MemoryStand()
    else:
        url = os.environ.get("HARNESS_TEST_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672/")
        stand = RabbitStand(url)
        _answering(stand)
        yield stand


def _answering(stand: UrlStand) -> None:
    try:
        stand.open().close()
    except HarnessError as error:
        missing(f"no {stand.kind} for tests: {error.message}; {error.hint}")


def missing(why: str) -> NoReturn:
    """Skip, or fail where services are required."""
    if os.environ.get("HARNESS_REQUIRE_SERVICES"):
        pytest.fail(why)
    pytest.skip(why)
