"""NATS JetStream: a stream for each address, and a durable consumer for each group."""

from __future__ import annotations

import logging
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final, TypeVar
from urllib.parse import SplitResult

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import AuthorizationError, NoRespondersError
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeout
from nats.js.api import AckPolicy, ConsumerConfig, StorageType, StreamConfig
from nats.js.client import JetStreamContext
from nats.js.errors import APIError, BadRequestError, NotFoundError

from harness.domain.errors import (
    AddressConflict,
    LoginRefused,
    MessagingFailed,
    NotDelivered,
)
from harness.domain.message import Message, UsedBroker
from harness.messaging.envelope import from_headers, to_headers
from harness.messaging.event_loop import EventLoop
from harness.messaging.leaving import Leaving
from harness.messaging.naming import shown
from harness.messaging.nats_asking import SubjectAsking
from harness.messaging.nats_hearing import SubjectHearing
from harness.messaging.nats_watch import ConsumerWatch
from harness.messaging.port import (
    OWN_GROUP,
    PATIENCE_S,
    Asking,
    Capabilities,
    Carried,
    DeadLetters,
    Delivery,
    Hearing,
    Inbox,
    Outcome,
    Outlets,
    Subscription,
    Transport,
    Watch,
)
from harness.messaging.unreachable import LIMIT_S, unreachable

KIND: Final = "nats"
DEFAULT_PORT: Final = 4222
DEAD: Final = ".dead"
# The server forgets a consumer that was killed with messages in hand after this.
ACK_WAIT_S: Final = 30.0

T = TypeVar("T")

logging.getLogger("nats").addHandler(logging.NullHandler())  # what it logs is raised as well


class NatsJetStream(Transport):
    """
    A connection to NATS with JetStream.

    Shape: an address is a subject. Requests go past the streams, as NATS does it, so an address is
    either published to or asked.
    """

    capabilities = Capabilities(
        dead_letters=DeadLetters.CLIENT,
        content_type=Carried.AS_HEADER,
        keeps_unread=True,
        is_log=True,
        replies=True,
    )

    def __init__(self, url: SplitResult, namespace: str, options: Mapping[str, str]) -> None:
        self.namespace = namespace
        self.broker = UsedBroker(KIND, shown(url, DEFAULT_PORT), "NATS")
        self._made: set[str] = set()
        self._known: dict[str, str] = {}
        self._trouble: Exception | None = None
        self._leaving = Leaving()
        self._was_reached = False
        self._url = url._replace(query="").geturl()
        self._loop = EventLoop(f"{KIND} {namespace}")
        try:
            self.run(self._connect())
        except BaseException:
            self._loop.close()
            raise
        self._was_reached = True

    def publish(self, address: str, message: Message) -> None:
        """Send, and wait until the stream has it."""
        if message.payload is None:
            raise self.not_carried("tombstones", "send an empty payload, or a header that says so")
        self.run(self._send(self.wire_name(address), message))

    def subscribe(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """Join a group, which begins with the oldest message of the stream."""
        subject = self.wire_name(address)
        return _Consumer(self, subject, address, group, f"{subject}.{group}{DEAD}")

    def dead_letters(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """Read the stream into which this client puts what a group rejects."""
        subject = f"{self.wire_name(address)}.{group}{DEAD}"
        return _Consumer(self, subject, address, group, subject + DEAD)

    def request(self, address: str, message: Message, timeout_s: float = PATIENCE_S) -> Message:
        """Ask by NATS's own request; the server says at once where nobody listens."""
        sent, headers = message.payload or b"", to_headers(message) or None
        asking = self.client.request(self.wire_name(address), sent, timeout_s, headers=headers)
        return _unpacked(self.run(asking, timeout_s))

    def requests(self, address: str) -> Subscription:
        """Take requests to a subject."""
        return _Requests(self, self.wire_name(address), address)

    def reply(self, asked: Delivery, message: Message) -> None:
        """Send to the inbox of who asked."""
        to = asked.message.reply_to
        if not to:
            raise self._undelivered("the request names nowhere to reply to")
        answer = replace(message, correlation_id=asked.message.correlation_id)
        self.run(self.client.publish(to, answer.payload or b"", headers=to_headers(answer) or None))

    def watch(self, inbox: Inbox) -> Watch:
        """Look on at a consumer that a service makes; all in the namespace goes with it."""
        self._leaving.is_watched = True
        return ConsumerWatch(inbox, self)

    def asking(self, inbox: Inbox) -> Asking:
        """Ask whoever listens to a subject, past all streams."""
        return SubjectAsking(inbox, self, _unpacked)

    def hear(self, outlets: Outlets) -> Hearing:
        """Listen to all subjects of the run."""
        self._leaving.is_watched = True
        return SubjectHearing(outlets, self)

    def close(self) -> None:
        """Remove the streams, with their consumers, and hang up."""
        if self._loop.is_closed:
            return
        self._leaving.remove(self._made, lambda: self.run(self._clean_up()))
        self.left = tuple(self._leaving.left)
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, T], extra_s: float = 0.0) -> T:
        """Run a coroutine of the client, and say what its exceptions mean."""
        try:
            return self._loop.run(work, LIMIT_S + extra_s)
        except (NatsError, OSError) as error:
            raise self._told(error) from None

    async def stream_of(self, subject: str) -> str:
        """Give the stream that keeps a subject, and make it if there is none."""
        if subject in self._known:
            return self._known[subject]
        if not self.namespace:
            with suppress(NotFoundError):
                self._known[subject] = await self.streams.find_stream_name_by_subject(subject)
                return self._known[subject]
        name = subject.replace(".", "_").replace("*", "any")
        await self.streams.add_stream(
            StreamConfig(name=name, subjects=[subject], storage=StorageType.MEMORY)
        )
        self._made.add(name)
        self._known[subject] = name
        return name

    async def bury(self, subject: str, came: Msg) -> None:
        """Put a rejected message into its dead-letter stream."""
        await self.stream_of(subject)
        await self.streams.publish(subject, came.data, headers=dict(came.headers or {}) or None)

    async def _connect(self) -> None:
        self.client: Client = await nats.connect(
            self._url,
            allow_reconnect=False,
            max_reconnect_attempts=1,  # of the first connection, too, and 0 is without end
            reconnect_time_wait=0,
            connect_timeout=int(LIMIT_S),
            error_cb=self._note,
        )
        self.streams: JetStreamContext = self.client.jetstream(timeout=LIMIT_S)
        version = str(self.client.connected_server_version).removeprefix("<nats server v")
        self.broker = replace(self.broker, version=version.removesuffix(">"))

    async def _note(self, error: Exception) -> None:
        self._trouble = error

    async def _send(self, subject: str, message: Message) -> None:
        await self.stream_of(subject)
        await self.streams.publish(
            subject, message.payload or b"", headers=to_headers(message) or None
        )

    async def _clean_up(self) -> None:
        if self.client.is_closed:
            await self._connect()
        if self._leaving.is_watched and self.namespace:
            self._made.update(await self._in_namespace())
        for name in sorted(self._made):
            with suppress(NotFoundError):  # one that was in memory is gone with its server
                await self.streams.delete_stream(name)
        await self.client.close()

    async def _in_namespace(self) -> list[str]:
        """Name all streams there whose names begin with the namespace, whoever made them."""
        names: list[str] = []
        while page := await self.streams.streams_info(offset=len(names)):
            names += [one.config.name or "" for one in page]
        return [name for name in names if name.startswith(self.namespace)]

    def _undelivered(self, why: str) -> NotDelivered:
        where = self.broker.address
        return NotDelivered(f"NATS at {where}: {why}", kind=KIND, address=where)

    def _told(self, error: Exception) -> MessagingFailed:
        """Say what a client's exception means."""
        where = self.broker.address
        said = str(error) or type(error).__name__
        trouble = self._trouble
        if isinstance(error, AuthorizationError) or "authorization" in f"{said} {trouble}".lower():
            return LoginRefused(
                f"NATS at {where} refuses the login",
                kind=KIND,
                address=where,
                hint="check the user and the password of the URL",
            )
        if isinstance(error, BadRequestError):
            return AddressConflict(
                f"NATS at {where} has this with other arguments: {error.description}",
                kind=KIND,
                address=where,
                hint="remove the stream, or use a namespace of your own",
            )
        if isinstance(error, (NoRespondersError, APIError)):
            return self._undelivered(said)
        why = "" if trouble is None or isinstance(error, OSError) else f" ({trouble})"
        return unreachable(
            "NATS",
            KIND,
            where,
            said + why,
            is_silent=isinstance(error, (NatsTimeout, TimeoutError)),
            was_reached=self._was_reached,
            starts=KIND,
        )


class _Consumer(Subscription):
    """A pull consumer of a group; what it holds is given back by name when it is closed."""

    def __init__(
        self, owner: NatsJetStream, subject: str, address: str, group: str, dead: str
    ) -> None:
        self._owner = owner
        self._subject = subject
        self._address = address
        self._dead = dead
        self._held: dict[int, Msg] = {}
        self._is_closed = False
        owner.run(self._begin(group))

    def receive(self, timeout_s: float = PATIENCE_S) -> Delivery | None:
        """Fetch one message."""
        if self._is_closed:
            return None
        came = self._owner.run(self._next(timeout_s), timeout_s)
        if came is None:
            return None
        number = came.metadata.sequence.consumer
        attempt = came.metadata.num_delivered or 1
        self._held[number] = came
        return Delivery(
            _unpacked(came),
            self._address,
            lambda outcome: self._settle(number, outcome),
            self._owner.broker,
            redelivered=attempt > 1,
            attempt=attempt,
        )

    def close(self) -> None:
        """Give back what is not settled."""
        if not self._is_closed:
            self._is_closed = True
            with suppress(MessagingFailed):  # of a server that is gone, nothing is held
                self._owner.run(self._end())

    def _settle(self, number: int, outcome: Outcome) -> None:
        came = self._held.pop(number, None)
        if self._is_closed or came is None:
            said = f"a delivery of {self._address!r} was to be {outcome.value}, and was given back"
            raise NotDelivered(said, kind=KIND, address=self._owner.broker.address)
        self._owner.run(self._tell(came, outcome))

    async def _begin(self, group: str) -> None:
        stream = await self._owner.stream_of(self._subject)
        own = ConsumerConfig(ack_policy=AckPolicy.EXPLICIT, ack_wait=ACK_WAIT_S)
        self._pulling = await self._owner.streams.pull_subscribe(
            self._subject, durable=group.replace(".", "_"), stream=stream, config=own
        )

    async def _next(self, timeout_s: float) -> Msg | None:
        try:
            return (await self._pulling.fetch(1, timeout=timeout_s))[0]
        except NatsTimeout:
            return None

    async def _tell(self, came: Msg, outcome: Outcome) -> None:
        if outcome is Outcome.ACKNOWLEDGED:
            await came.ack_sync()
        elif outcome is Outcome.REQUEUED:
            await came.nak()
        else:
            await self._owner.bury(self._dead, came)
            await came.term()

    async def _end(self) -> None:
        for came in self._held.values():
            await came.nak()
        await self._owner.client.flush()
        await self._pulling.unsubscribe()


class _Requests(Subscription):
    """Requests to a subject, past all streams."""

    def __init__(self, owner: NatsJetStream, subject: str, address: str) -> None:
        self._owner = owner
        self._address = address
        self._is_closed = False
        self._listening = owner.run(owner.client.subscribe(subject))
        owner.run(owner.client.flush())

    def receive(self, timeout_s: float = PATIENCE_S) -> Delivery | None:
        """Take the next request."""
        if self._is_closed:
            return None
        came = self._owner.run(self._next(timeout_s), timeout_s)
        if came is None:
            return None
        asked = replace(_unpacked(came), reply_to=came.reply)
        return Delivery(asked, self._address, self._settle, self._owner.broker)

    def close(self) -> None:
        """Listen no more."""
        if not self._is_closed:
            self._is_closed = True
            with suppress(MessagingFailed):
                self._owner.run(self._listening.unsubscribe())

    async def _next(self, timeout_s: float) -> Msg | None:
        try:
            return await self._listening.next_msg(timeout_s)
        except NatsTimeout:
            return None

    def _settle(self, outcome: Outcome) -> None:
        if outcome is not Outcome.ACKNOWLEDGED:
            raise self._owner.not_carried("the rejection of a request", "send a reply that refuses")


def _unpacked(came: Msg) -> Message:
    return from_headers(came.data, (came.headers or {}).items())
