"""ZeroMQ: no broker, but sockets that publish and subscribe, ask and answer."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import SplitResult
from uuid import uuid4

import zmq

from harness.domain.errors import BrokerUnreachable, Misused, NotDelivered
from harness.domain.message import Message, UsedBroker
from harness.messaging.envelope import from_headers, text_or_bytes, to_headers
from harness.messaging.port import (
    OWN_GROUP,
    PATIENCE_S,
    Announcing,
    Asking,
    Capabilities,
    Carried,
    DeadLetters,
    Delivery,
    Inbox,
    Outcome,
    Subscription,
    Transport,
)
from harness.messaging.zeromq_asking import SocketAsking
from harness.messaging.zeromq_watch import SocketAnnouncing

KIND: Final = "zeromq"
JOIN_S: Final = 5.0
JOINED: Final = b"\x01"


class ZeroMQ(Transport):
    """
    Sockets of ZeroMQ, which has no broker: messages are lost where nobody listens.

    Shape: the frames of a message are its address, its headers as one JSON object, and its payload;
    of a request, headers and payload. With `headers=none` there is no frame of headers, as in many
    services. A URL with port 0 binds fresh ports; any other is connected to, and with `bind=yes`
    bound.
    """

    capabilities = Capabilities(
        acknowledges=False,
        requeues=False,
        marks_redelivery=False,
        dead_letters=DeadLetters.NOBODY,
        headers=Carried.AS_HEADER,
        content_type=Carried.AS_HEADER,
        replies=True,
    )

    def __init__(self, url: SplitResult, namespace: str, options: Mapping[str, str]) -> None:
        self.namespace = namespace
        self._host, self._port = url.hostname or "", url.port
        if not self._host or self._port is None:
            raise Misused(
                f"expected zmq://host:port, got {url.geturl()!r}", hint="port 0 binds a free one"
            )
        self._is_bound = self._port == 0 or options.get("bind") == "yes"
        self._with_headers = options.get("headers") != "none"
        self._ports = int(options.get("ports", "1"))
        if not self._with_headers:
            self.capabilities = replace(
                self.capabilities,
                headers=Carried.NOT,
                correlation=False,
                content_type=Carried.NOT,
                key=Carried.NOT,
            )
        self._context = zmq.Context()
        self._context.setsockopt(zmq.LINGER, 0)
        self._lock = threading.RLock()
        self._publishing: zmq.Socket[bytes] | None = None
        self._asked_at: dict[str, str] = {}
        self.endpoint = f"tcp://{self._host}:{self._port}"
        self._name_broker()
        if self._port == 0:
            self._publisher()

    def wire_name(self, address: str) -> str:
        """Give the address itself: runs are kept apart by their ports."""
        return address

    def publish(self, address: str, message: Message) -> None:
        """Send to whoever has subscribed by now; nothing tells whether it came."""
        frames = [address.encode(), *self.framed(message)]
        with self._lock:
            socket = self._publisher()
            self._hear_of_subscribers(socket, b"", 0.0)
            socket.send_multipart(frames)

    def subscribe(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """Subscribe; there are no groups, so that each subscription gets each message."""
        socket = self._context.socket(zmq.SUB)
        socket.subscribe(address.encode())
        if self._port != 0 and self._is_bound:
            socket.bind(self.endpoint)
            return _Subscriber(self, socket, address)
        with self._lock:
            socket.connect(self.endpoint)
            if self._publishing is not None:
                # What is published before the publisher has heard of a subscriber is lost.
                self._hear_of_subscribers(self._publishing, address.encode(), JOIN_S)
        return _Subscriber(self, socket, address)

    def dead_letters(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """There is no such place."""
        raise self.not_carried("dead letters", "a ZeroMQ service keeps its own, if it has any")

    def request(self, address: str, message: Message, timeout_s: float = PATIENCE_S) -> Message:
        """Ask by a socket of its own."""
        endpoint = self._asked_at.get(address) if self._port == 0 else self.endpoint
        if endpoint is None:
            raise self._no_reply(address, "nobody takes requests there")
        asked = replace(message, correlation_id=message.correlation_id or uuid4().hex)
        with self._context.socket(zmq.REQ) as socket:
            socket.connect(endpoint)
            socket.send_multipart(self.framed(asked))
            if not socket.poll(int(timeout_s * 1000)):
                raise self._no_reply(address, f"none came within {timeout_s:g} s")
            came = self.unframed(socket.recv_multipart())
        # A service that keeps no headers still answers the one request of this socket.
        return came if came.correlation_id else replace(came, correlation_id=asked.correlation_id)

    def requests(self, address: str) -> Subscription:
        """Take requests on a socket that is bound for this address."""
        socket = self._context.socket(zmq.ROUTER)
        if self._port == 0:
            port = socket.bind_to_random_port(f"tcp://{self._host}")
            self._asked_at[address] = f"tcp://{self._host}:{port}"
        else:
            self._bind(socket)
        return _Requests(self, socket, address)

    def reply(self, asked: Delivery, message: Message) -> None:
        """Answer on the socket by which the request came."""
        if not isinstance(asked, _Asked):
            raise self._no_reply(asked.address, "it was not taken by `requests`")
        answer = replace(message, correlation_id=asked.message.correlation_id)
        asked.socket.send_multipart([*asked.envelope, *self.framed(answer)])

    def asking(self, inbox: Inbox) -> Asking:
        """Ask a service that binds the port of the URL, by a client of its own each time."""
        return SocketAsking(
            self.endpoint,
            self.broker,
            lambda: self._context.socket(zmq.REQ),
            lambda one: self.framed(self._carried(one)),
            self.unframed,
        )

    def announcing(self, inbox: Inbox) -> Announcing:
        """Bind the port of the URL and those in a row behind it, and publish at each."""
        sockets = []
        for number in range(self._port or 0, (self._port or 0) + self._ports):
            socket = self._context.socket(zmq.XPUB)
            self._bind(socket, f"tcp://{self._host}:{number}")
            sockets.append(socket)
        return SocketAnnouncing(inbox, sockets, lambda one: self.framed(self._carried(one)))

    def _carried(self, message: Message) -> Message:
        """What can travel: without a frame of headers the payload alone, which is never absent."""
        bare = Message(message.payload or b"")
        return replace(message, payload=bare.payload) if self._with_headers else bare

    def close(self) -> None:
        """Close all sockets."""
        with self._lock:
            if not self._context.closed:
                self._publishing = None
                self._context.destroy(linger=0)

    def asked_at(self, address: str) -> str:
        """Give the endpoint at which requests to an address are taken."""
        return self._asked_at.get(address, self.endpoint)

    def framed(self, message: Message) -> list[bytes]:
        """Give the frames of a message, behind its address."""
        if message.payload is None:
            raise self.not_carried("tombstones", "send an empty payload, or a header that says so")
        headers = to_headers(message)
        if self._with_headers:
            return [json.dumps(headers, ensure_ascii=False).encode(), message.payload]
        if message.headers or message.content_type or message.key is not None:
            raise self.not_carried("headers", "leave out `headers=none` in the URL")
        return [message.payload]

    def unframed(self, frames: list[bytes]) -> Message:
        """Read frames, with headers or without."""
        *before, payload = frames or [b""]
        try:
            told = json.loads(before[0]) if len(before) == 1 else None
        except ValueError:
            told = None
        if isinstance(told, dict):
            return from_headers(payload, told.items())
        # Another layout: what stands before the payload is shown, and not guessed at.
        shown = ((f"frame-{number}", text_or_bytes(one)) for number, one in enumerate(before))
        return from_headers(payload, shown)

    def _name_broker(self) -> None:
        at = self.endpoint.removeprefix("tcp://")
        self.broker = UsedBroker(KIND, at, "ZeroMQ", zmq.zmq_version())

    def _publisher(self) -> zmq.Socket[bytes]:
        if self._publishing is None:
            socket = self._context.socket(zmq.XPUB)
            socket.setsockopt(zmq.XPUB_VERBOSE, 1)  # else a second subscriber is not told of
            if self._port == 0:
                port = socket.bind_to_random_port(f"tcp://{self._host}")
                self.endpoint = f"tcp://{self._host}:{port}"
                self._name_broker()
            elif self._is_bound:
                self._bind(socket)
            else:
                socket.connect(self.endpoint)
                self._hear_of_subscribers(socket, b"", JOIN_S)
            self._publishing = socket
        return self._publishing

    def _bind(self, socket: zmq.Socket[bytes], endpoint: str = "") -> None:
        try:
            socket.bind(endpoint or self.endpoint)
        except zmq.ZMQError as error:
            at = (endpoint or self.endpoint).removeprefix("tcp://")
            raise BrokerUnreachable(
                f"ZeroMQ cannot bind {at}: {error}",
                kind=KIND,
                address=at,
                hint="is the port taken? port 0 binds a free one",
            ) from None

    def _hear_of_subscribers(self, socket: zmq.Socket[bytes], topic: bytes, limit_s: float) -> None:
        """Take in who has joined and left, until somebody has joined a topic or time is over."""
        deadline = time.monotonic() + limit_s
        while socket.poll(max(0, int((deadline - time.monotonic()) * 1000))):
            told = socket.recv()
            if limit_s and told[:1] == JOINED and told[1:].startswith(topic):
                return

    def _no_reply(self, address: str, why: str) -> NotDelivered:
        said = f"a request to {address!r} has no reply: {why}"
        return NotDelivered(said, kind=KIND, address=self.broker.address)


class _Socket(Subscription):
    """A socket that is received from."""

    def __init__(self, owner: ZeroMQ, socket: zmq.Socket[bytes], address: str) -> None:
        self._owner = owner
        self._socket = socket
        self._address = address

    def close(self) -> None:
        """Close the socket; what had arrived there is lost."""
        self._socket.close(linger=0)

    def _frames(self, timeout_s: float) -> list[bytes] | None:
        if self._socket.closed or not self._socket.poll(int(timeout_s * 1000)):
            return None
        return self._socket.recv_multipart()


class _Subscriber(_Socket):
    """A socket that has subscribed to an address."""

    def receive(self, timeout_s: float = PATIENCE_S) -> Delivery | None:
        """Take the next message of exactly this address: a subscription is to its beginning."""
        deadline = time.monotonic() + timeout_s
        while True:
            frames = self._frames(max(0.0, deadline - time.monotonic()))
            if frames is None:
                return None
            if frames[0] == self._address.encode():
                came = self._owner.unframed(frames[1:])
                return Delivery(came, self._address, self._settle, self._owner.broker)

    def _settle(self, outcome: Outcome) -> None:
        if outcome is not Outcome.ACKNOWLEDGED:
            raise self._owner.not_carried(
                "the rejection of a message", "what is received is gone, and nobody is told"
            )


class _Asked(Delivery):
    """A request, with the way back."""

    socket: zmq.Socket[bytes]
    envelope: list[bytes]


class _Requests(_Socket):
    """A socket that is asked."""

    def receive(self, timeout_s: float = PATIENCE_S) -> Delivery | None:
        """Take the next request; its envelope ends with the empty frame."""
        frames = self._frames(timeout_s)
        if frames is None:
            return None
        end = frames.index(b"") + 1
        message = replace(self._owner.unframed(frames[end:]), reply_to=self._address)
        asked = _Asked(message, self._address, self._settle, self._owner.broker)
        asked.socket, asked.envelope = self._socket, frames[:end]
        return asked

    def _settle(self, outcome: Outcome) -> None:
        if outcome is not Outcome.ACKNOWLEDGED:
            raise self._owner.not_carried("the rejection of a request", "send a reply that refuses")
