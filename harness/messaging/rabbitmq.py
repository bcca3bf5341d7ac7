"""RabbitMQ by AMQP 0-9-1: a topic exchange for each run, and a queue for each group."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final, TypeAlias, TypeVar, cast
from urllib.parse import SplitResult
from uuid import uuid4

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractIncomingMessage
from aio_pika.exceptions import (
    AMQPConnectionError,
    AMQPError,
)
from aiormq.exceptions import ChannelInvalidStateError

from harness.domain.errors import (
    BrokerUnreachable,
    MessagingFailed,
    NotDelivered,
)
from harness.domain.message import Message, UsedBroker
from harness.messaging.event_loop import EventLoop
from harness.messaging.leaving import Leaving
from harness.messaging.naming import shown
from harness.messaging.port import (
    OWN_GROUP,
    PATIENCE_S,
    Asking,
    Capabilities,
    Delivery,
    Hearing,
    Inbox,
    Outcome,
    Outlets,
    Subscription,
    Transport,
    Watch,
)
from harness.messaging.rabbitmq_asking import DIRECT_REPLY, QueueAsking
from harness.messaging.rabbitmq_errors import KIND, meaning_of
from harness.messaging.rabbitmq_hearing import ExchangeHearing, QueuesHearing
from harness.messaging.rabbitmq_messages import packed, unpacked
from harness.messaging.rabbitmq_watch import QueueWatch
from harness.messaging.unreachable import LIMIT_S

DEFAULT_PORT: Final = 5672
PREFETCH: Final = 256
DEAD: Final = ".dead"
REQUESTS: Final = "requests"

T = TypeVar("T")
Arrived: TypeAlias = "asyncio.Queue[AbstractIncomingMessage | None]"

for _name in ("aiormq", "aio_pika"):  # what they log is raised as well
    logging.getLogger(_name).addHandler(logging.NullHandler())


class RabbitMQ(Transport):
    """
    A connection to RabbitMQ.

    Shape: addresses are routing keys, and may hold the wildcards of a topic exchange where they are
    subscribed to. `exchange` names one that is there already, which is then not removed; with an
    empty name addresses are queues.
    """

    capabilities = Capabilities(typed_headers=True, replies=True)

    def __init__(self, url: SplitResult, namespace: str, options: Mapping[str, str]) -> None:
        self.namespace = namespace
        self.broker = UsedBroker(KIND, shown(url, DEFAULT_PORT), KIND)
        self._queues: set[str] = set()
        self._own_exchange = "exchange" not in options
        if options.get("exchange") == "":
            self.capabilities = replace(self.capabilities, fans_out=False, keeps_unread=True)
        self.exchange = options.get("exchange", f"{namespace}exchange")
        self._plain_url = url._replace(query="", fragment="").geturl()
        self._was_reached = self._is_lost = False
        self._leaving = Leaving()
        self._loop = EventLoop(f"{KIND} {namespace}")
        try:
            self._run(self._begin())
        except BaseException:
            self._loop.close()
            raise

    def wire_name(self, address: str) -> str:
        """Give the routing key, which the exchange of the run keeps apart, or the queue's name."""
        return address if self.exchange else self.namespace + address

    def publish(self, address: str, message: Message) -> None:
        """Send, and wait for the broker's confirm: for which no queue is bound, it is lost."""
        if message.payload is None:
            raise self.not_carried("tombstones", "send an empty payload, or a header that says so")
        to = self.wire_name(address)
        self._run(self._send(self.exchange, to, message, mandatory=not self.exchange))

    def subscribe(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """Join a group: its durable queue, bound to the address; dead letters go to another."""
        name = f"{self.namespace}{address}.{group}" if self.exchange else self.wire_name(address)
        self._run(self._declare(name + DEAD, {}))
        away = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": name + DEAD}
        self._run(self._declare(name, away, self.wire_name(address)))
        return _Consumer(self, name)

    def dead_letters(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """Read the queue to which a group's queue sends what was rejected."""
        name = f"{self.namespace}{address}.{group}" if self.exchange else self.wire_name(address)
        self._run(self._declare(name + DEAD, {}))
        return _Consumer(self, name + DEAD)

    def request(self, address: str, message: Message, timeout_s: float = PATIENCE_S) -> Message:
        """Send, and wait for a direct reply, for which no queue is made."""
        came = self._run(self._ask(self.wire_name(address), message, timeout_s), timeout_s)
        if came is None:
            said = f"a request to {address!r} has no reply: none came within {timeout_s:g} s"
            raise NotDelivered(said, kind=KIND, address=self.broker.address)
        return came

    def requests(self, address: str) -> Subscription:
        """Take requests to an address."""
        return self.subscribe(address, REQUESTS)

    def reply(self, asked: Delivery, message: Message) -> None:
        """Send straight to the queue, or the direct reply, that the request names."""
        to = asked.message.reply_to
        answer = replace(message, correlation_id=asked.message.correlation_id)
        # A direct reply counts as unroutable, so that nothing tells whether somebody still waits.
        self._run(self._send("", to, answer, mandatory=False))

    def watch(self, inbox: Inbox) -> Watch:
        """Look on at a queue that a service declares for itself."""
        self._leaving.is_watched = True
        return QueueWatch(inbox, self._run, self._new_channel, self.leave)

    def asking(self, inbox: Inbox) -> Asking:
        """Ask whoever consumes from a queue that a service declares for itself."""
        self._leaving.is_watched = True
        watch = QueueWatch(inbox, self._run, self._new_channel, self.leave)
        return QueueAsking(inbox, watch, self._run, self._new_channel)

    def hear(self, outlets: Outlets) -> Hearing:
        """Hear what a topic exchange or a fanout is sent, or the queues where none is named."""
        self._leaving.is_watched = True
        kind = ExchangeHearing if outlets.exchange else QueuesHearing
        return kind(outlets, self._run, self._new_channel, self.leave)

    def close(self) -> None:
        """Remove the queues and the exchange of the namespace, and hang up."""
        if self._loop.is_closed:
            return
        self.leave(self._clean_up, *self._queues, *([self.exchange] if self._own_exchange else []))
        self.left = tuple(self._leaving.left)
        self._loop.close()

    def leave(self, clean_up: Callable[[AbstractChannel], Awaitable[None]], *names: str) -> None:
        """Remove what has names, over a new connection where the broker had gone."""
        self._leaving.remove(names, lambda: self._run(self._left(clean_up)))

    def _run(self, work: Coroutine[Any, Any, T], extra_s: float = 0.0) -> T:
        try:
            return self._loop.run(work, LIMIT_S + extra_s)
        except (AMQPError, OSError, ChannelInvalidStateError) as error:
            told = meaning_of(error, self.broker.address, self._was_reached)
            self._is_lost = self._is_lost or isinstance(told, BrokerUnreachable)
            raise told from None

    async def _begin(self) -> None:
        self._connection = await aio_pika.connect(self._plain_url, timeout=LIMIT_S)
        transport = self._connection.transport
        if transport is None:
            raise AMQPConnectionError("the connection was closed at once")
        told = cast("dict[str, Any]", transport.connection.server_properties)
        self.broker = replace(
            self.broker,
            product=str(told.get("product", KIND)),
            version=str(told.get("version", "")),
        )
        self._channel = await self._new_channel()
        if self._own_exchange:
            await self._channel.declare_exchange(self.exchange, aio_pika.ExchangeType.TOPIC)
        self._was_reached = True

    async def _new_channel(self) -> AbstractChannel:
        transport = self._connection.transport
        if transport is None or transport.connection.is_closed:
            raise AMQPConnectionError("the connection was closed")
        return await self._connection.channel(publisher_confirms=True, on_return_raises=True)

    async def _declare(self, name: str, arguments: dict[str, Any], bound_to: str = "") -> None:
        # A channel of its own: a refusal closes it.
        async with await self._new_channel() as channel:
            queue = await channel.declare_queue(name, durable=True, arguments=arguments)
            self._queues.add(name)
            if bound_to and self.exchange:
                await queue.bind(self.exchange, bound_to)

    async def _send(self, exchange: str, key: str, message: Message, *, mandatory: bool) -> None:
        place = await _place(self._channel, exchange)
        await place.publish(packed(message), routing_key=key, mandatory=mandatory)

    async def _ask(self, key: str, message: Message, timeout_s: float) -> Message | None:
        async with await self._new_channel() as channel:
            came: asyncio.Future[AbstractIncomingMessage] = (
                asyncio.get_running_loop().create_future()
            )

            async def take(one: AbstractIncomingMessage) -> None:
                if not came.done():
                    came.set_result(one)

            back = await channel.get_queue(DIRECT_REPLY, ensure=False)
            await back.consume(take, no_ack=True)
            asked = replace(
                message,
                reply_to=DIRECT_REPLY,
                correlation_id=message.correlation_id or uuid4().hex,
            )
            place = await _place(channel, self.exchange)
            await place.publish(packed(asked), routing_key=key, mandatory=True)
            try:
                return unpacked(await asyncio.wait_for(came, timeout_s))
            except TimeoutError:
                return None

    async def _left(self, clean_up: Callable[[AbstractChannel], Awaitable[None]]) -> None:
        if self._is_lost:
            self._connection = await aio_pika.connect(self._plain_url, timeout=LIMIT_S)
            self._is_lost = False
        async with await self._new_channel() as channel:
            await clean_up(channel)

    async def _clean_up(self, channel: AbstractChannel) -> None:
        for name in sorted(self._queues):
            await channel.queue_delete(name)
        if self._own_exchange:
            await channel.exchange_delete(self.exchange)
        await self._connection.close()


class _Consumer(Subscription):
    """A consumer on a channel of its own, so that closing it gives back what is not settled."""

    def __init__(self, owner: RabbitMQ, name: str) -> None:
        self._owner = owner
        self._name = name
        self._arrived: Arrived = asyncio.Queue()
        self._is_closed = False
        owner._run(self._begin())

    def receive(self, timeout_s: float = PATIENCE_S) -> Delivery | None:
        """Give the next message that the broker has pushed."""
        if self._is_closed:
            return None
        came = self._owner._run(self._next(timeout_s), timeout_s)
        if came is None:
            return None
        return Delivery(
            unpacked(came),
            self._sent_to(came),
            lambda outcome: self._settle(came, outcome),
            self._owner.broker,
            redelivered=bool(came.redelivered),
        )

    def close(self) -> None:
        """Close the channel."""
        if not self._is_closed:
            self._is_closed = True
            with suppress(MessagingFailed):  # a broker that is gone has closed it
                self._owner._run(self._end())

    def _settle(self, came: AbstractIncomingMessage, outcome: Outcome) -> None:
        if self._is_closed:
            raise NotDelivered(
                f"a delivery of {came.routing_key!r} was to be {outcome.value}, and was given back "
                "when its subscription was closed",
                kind=KIND,
                address=self._owner.broker.address,
            )
        if outcome is Outcome.ACKNOWLEDGED:
            self._owner._run(came.ack())
        else:
            self._owner._run(came.reject(requeue=outcome is Outcome.REQUEUED))

    def _sent_to(self, came: AbstractIncomingMessage) -> str:
        """Where a message was sent to: of a dead one, where it was sent to first."""
        death = came.headers.get("x-death")
        if isinstance(death, list) and death and isinstance(death[0], dict):
            keys = death[0].get("routing-keys")
            if isinstance(keys, list) and keys:
                return self._without_namespace(str(keys[0]))
        return self._without_namespace(came.routing_key or "")

    def _without_namespace(self, key: str) -> str:
        return key if self._owner.exchange else key.removeprefix(self._owner.namespace)

    async def _begin(self) -> None:
        self._channel = await self._owner._new_channel()
        await self._channel.set_qos(prefetch_count=PREFETCH)
        queue = await self._channel.get_queue(self._name, ensure=False)
        await queue.consume(self._arrived.put)
        self._channel.close_callbacks.add(self._note_end)

    async def _end(self) -> None:
        await self._channel.close()

    def _note_end(self, *_: object) -> None:
        self._arrived.put_nowait(None)

    async def _next(self, timeout_s: float) -> AbstractIncomingMessage | None:
        try:
            came = await asyncio.wait_for(self._arrived.get(), timeout_s)
        except TimeoutError:
            return None
        if came is None:
            self._arrived.put_nowait(None)
            if not self._is_closed:
                raise AMQPConnectionError("the channel was closed")
        return came


async def _place(channel: AbstractChannel, exchange: str) -> AbstractExchange:
    if not exchange:
        return channel.default_exchange
    return await channel.get_exchange(exchange, ensure=False)
