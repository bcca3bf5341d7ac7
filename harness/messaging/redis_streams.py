"""Redis streams: a stream for each address, and a consumer group for each group."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final
from urllib.parse import SplitResult
from uuid import uuid4

import redis
from redis.backoff import NoBackoff
from redis.connection import AbstractConnection
from redis.exceptions import (
    AuthenticationError,
    ConnectionError,
    NoPermissionError,
    RedisError,
    ResponseError,
    TimeoutError,
)
from redis.retry import Retry

from harness.domain.errors import (
    AddressConflict,
    LoginRefused,
    MessagingFailed,
    NotDelivered,
)
from harness.domain.message import Message, UsedBroker
from harness.messaging.leaving import Leaving
from harness.messaging.naming import shown
from harness.messaging.port import (
    OWN_GROUP,
    PATIENCE_S,
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
from harness.messaging.redis_hearing import StreamHearing
from harness.messaging.redis_messages import packed, unpacked
from harness.messaging.redis_watch import StreamWatch
from harness.messaging.unreachable import LIMIT_S, unreachable

KIND: Final = "redis"
DEFAULT_PORT: Final = 6379
SLICE_S: Final = 0.05
SCANNED: Final = 1000
DEAD: Final = ".dead"
# A consumer that nobody is: what is given back waits under its name for whoever asks next.
GIVEN_BACK: Final = "given-back"


class RedisStreams(Transport):
    """
    A connection to Redis.

    Shape: an entry has its payload in the field `payload`, and headers as fields beside it; one
    without that field is a tombstone.
    """

    capabilities = Capabilities(
        dead_letters=DeadLetters.CLIENT,
        content_type=Carried.AS_HEADER,
        tombstones=True,
        keeps_unread=True,
        is_log=True,
    )

    def __init__(self, url: SplitResult, namespace: str, options: Mapping[str, str]) -> None:
        self.namespace = namespace
        self.broker = UsedBroker(KIND, shown(url, DEFAULT_PORT), "Redis")
        self._streams: set[str] = set()
        self._leaving = Leaving()
        self._was_reached = False
        self._run_id = ""
        self.client = redis.Redis.from_url(
            url._replace(query="").geturl(),
            socket_connect_timeout=LIMIT_S,
            socket_timeout=LIMIT_S,
            retry=Retry(NoBackoff(), 0),  # what is sent again may be there twice
            redis_connect_func=self._begin,
        )
        try:
            told: Any = self.client.info("server")
        except RedisError as error:
            self.client.close()
            raise self.told(error) from None
        self._was_reached = True
        self._run_id = str(told.get("run_id", ""))
        # Its forks tell the version of Redis that they keep to, and their own name beside it.
        product = str(told.get("server_name", "Redis"))
        version = str(told.get(f"{product}_version", told.get("redis_version", "")))
        self.broker = UsedBroker(KIND, self.broker.address, product, version)

    def publish(self, address: str, message: Message) -> None:
        """Append to the stream."""
        stream = self.wire_name(address)
        self._streams.add(stream)
        try:
            self.client.xadd(stream, packed(message))
        except RedisError as error:
            raise self.told(error) from None

    def subscribe(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """Join a group, which begins with the oldest entry."""
        stream = self.wire_name(address)
        return self._joined(stream, address, group, f"{stream}.{group}{DEAD}")

    def dead_letters(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """Read the stream into which this client puts what a group rejects."""
        stream = f"{self.wire_name(address)}.{group}{DEAD}"
        return self._joined(stream, address, group, stream + DEAD)

    def watch(self, inbox: Inbox) -> Watch:
        """Look on at a group that a service makes for itself; all in the namespace goes with it."""
        self._leaving.is_watched = True
        names = (inbox.sent_to, inbox.dead_letters)
        self._streams.update(name for name in names if inbox.namespace in name)
        return StreamWatch(inbox, self.client, self.told)

    def hear(self, outlets: Outlets) -> Hearing:
        """Read all streams of the run, which go with it."""
        self._leaving.is_watched = True
        self._streams.update(outlets.places)
        return StreamHearing(outlets, self.client, self.told)

    def close(self) -> None:
        """Delete the streams, with their groups."""
        if self._streams:
            self._leaving.remove(self._streams, self._clean_up)
        self.left = tuple(self._leaving.left)
        self._streams.clear()
        self.client.close()

    def made(self, stream: str) -> None:
        """Note a stream that is deleted at the end."""
        self._streams.add(stream)

    def told(self, error: RedisError) -> MessagingFailed:
        """Say what a client's exception means."""
        where, said = self.broker.address, str(error)
        if isinstance(error, (AuthenticationError, NoPermissionError)):
            hint = "check the user and the password of the URL, and its rights"
            told = f"Redis at {where} refuses the login: {said}"
            return LoginRefused(told, kind=KIND, address=where, hint=hint)
        if isinstance(error, (ConnectionError, TimeoutError)):
            return unreachable(
                self.broker.product,
                KIND,
                where,
                said,
                is_silent=isinstance(error, TimeoutError),
                was_reached=self._was_reached,
                starts=KIND,
            )
        told = f"Redis at {where}: {said}"
        if "WRONGTYPE" in said:
            hint = "remove the key, or use a namespace of your own"
            return AddressConflict(told, kind=KIND, address=where, hint=hint)
        return NotDelivered(told, kind=KIND, address=where)

    def _begin(self, connection: AbstractConnection) -> None:
        """
        Log in, and refuse a server that has begun anew: what it had kept may be gone.

        Raises: ConnectionError.
        """
        told: Any = connection  # of which redis says no types
        told.on_connect()
        if self._run_id:
            told.send_command("INFO", "server")
            if self._run_id.encode() not in told.read_response():
                raise ConnectionError("it was started again")

    def _clean_up(self) -> None:
        self._run_id = ""  # whatever has begun anew is asked
        wanted: list[Any] = sorted(self._streams)
        try:
            if self._leaving.is_watched and self.namespace:
                wanted += self.client.scan_iter(match=f"*{self.namespace}*", count=SCANNED)
            self.client.delete(*wanted)
        except RedisError as error:
            raise self.told(error) from None

    def _joined(self, stream: str, address: str, group: str, dead: str) -> Subscription:
        try:
            self.client.xgroup_create(stream, group, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise self.told(error) from None
        except RedisError as error:
            raise self.told(error) from None
        self._streams.add(stream)
        return _Consumer(self, stream, address, group, dead)


class _Consumer(Subscription):
    """One consumer of a group, under a name of its own."""

    def __init__(
        self, owner: RedisStreams, stream: str, address: str, group: str, dead: str
    ) -> None:
        self._owner = owner
        self._stream = stream
        self._address = address
        self._group = group
        self._dead = dead
        self._name = uuid4().hex
        self._held: set[bytes] = set()
        self._is_closed = False

    def receive(self, timeout_s: float = PATIENCE_S) -> Delivery | None:
        """Take what was given back first, then what is new."""
        deadline = time.monotonic() + timeout_s
        try:
            while not self._is_closed:
                left_s = deadline - time.monotonic()
                found = self._given_back() or self._new(min(SLICE_S, max(left_s, 0.001)))
                if found is not None:
                    return self._delivered(*found)
                if left_s <= 0:
                    return None
        except RedisError as error:
            raise self._owner.told(error) from None
        return None

    def close(self) -> None:
        """Give back what is not settled, and leave the group."""
        if self._is_closed:
            return
        self._is_closed = True
        with suppress(RedisError):  # a server that is gone keeps what is pending
            if self._held:
                self._claim(GIVEN_BACK, sorted(self._held), justid=True)
            self._owner.client.xgroup_delconsumer(self._stream, self._group, self._name)

    def _given_back(self) -> tuple[bytes, dict[bytes, bytes], int] | None:
        waiting: Any = self._owner.client.xpending_range(
            self._stream, self._group, "-", "+", 1, consumername=GIVEN_BACK
        )
        if not waiting:
            return None
        claimed: Any = self._claim(self._name, [waiting[0]["message_id"]])
        if not claimed:
            return None  # another one was faster
        identity, fields = claimed[0]
        return identity, fields, waiting[0]["times_delivered"] + 1

    def _new(self, timeout_s: float) -> tuple[bytes, dict[bytes, bytes], int] | None:
        came: Any = self._owner.client.xreadgroup(
            self._group, self._name, {self._stream: ">"}, count=1, block=int(timeout_s * 1000) or 1
        )
        if not came:
            return None
        entries = came[0][1] if isinstance(came, list) else next(iter(came.values()))[0]
        identity, fields = entries[0]
        return identity, fields, 1

    def _claim(self, name: str, which: list[Any], *, justid: bool = False) -> Any:
        return self._owner.client.xclaim(self._stream, self._group, name, 0, which, justid=justid)

    def _delivered(self, identity: bytes, fields: dict[bytes, bytes], attempt: int) -> Delivery:
        self._held.add(identity)
        return Delivery(
            unpacked(fields),
            self._address,
            lambda outcome: self._settle(identity, fields, outcome),
            self._owner.broker,
            redelivered=attempt > 1,
            attempt=attempt,
        )

    def _settle(self, identity: bytes, fields: dict[Any, Any], outcome: Outcome) -> None:
        if self._is_closed:
            said = f"a delivery of {self._address!r} was to be {outcome.value}, and was given back"
            raise NotDelivered(said, kind=KIND, address=self._owner.broker.address)
        try:
            if outcome is Outcome.REQUEUED:
                self._claim(GIVEN_BACK, [identity], justid=True)
            else:
                with self._owner.client.pipeline() as both:
                    if outcome is Outcome.REJECTED:
                        self._owner.made(self._dead)
                        both.xadd(self._dead, fields)
                    both.xack(self._stream, self._group, identity)
                    both.execute()
        except RedisError as error:
            raise self._owner.told(error) from None
        self._held.discard(identity)
