"""A socket of ZeroMQ that a service binds and answers at, asked from beside it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Final

import zmq

from harness.domain.errors import NotDelivered
from harness.domain.message import Message, UsedBroker
from harness.messaging.port import Asking, Question

CONNECT_S: Final = 5.0
LISTENS_S: Final = 0.5


class SocketAsking(Asking):
    """
    Asks by a new socket each time, as a client of its own.

    Shape: `open_socket` makes one of kind REQ, `framed` and `unframed` know the frames of messages.
    """

    def __init__(
        self,
        endpoint: str,
        broker: UsedBroker,
        open_socket: Callable[[], zmq.Socket[bytes]],
        framed: Callable[[Message], list[bytes]],
        unframed: Callable[[list[bytes]], Message],
    ) -> None:
        self._endpoint = endpoint
        self._broker = broker
        self._open_socket = open_socket
        self._framed = framed
        self._unframed = unframed

    def is_taken(self) -> bool:
        """Whether the port is bound: nothing of ZeroMQ is said before somebody asks."""
        host, _, port = self._endpoint.removeprefix("tcp://").rpartition(":")
        try:
            socket.create_connection((host, int(port)), LISTENS_S).close()
        except OSError:
            return False
        return True

    def ask(self, message: Message) -> Question:
        """Send once the connection is there, so that what follows comes behind it."""
        asked = self._open_socket()
        asked.setsockopt(zmq.IMMEDIATE, 1)
        asked.connect(self._endpoint)
        if not asked.poll(int(CONNECT_S * 1000), zmq.POLLOUT):
            asked.close(linger=0)
            raise NotDelivered(
                f"nobody takes requests at {self._endpoint} within {CONNECT_S:g} s",
                kind=self._broker.kind,
                address=self._broker.address,
            )
        asked.send_multipart(self._framed(message))
        return _Asked(asked, self._unframed)

    def close(self) -> None:
        """Nothing is held between two requests."""


class _Asked(Question):
    """A socket that has sent its request."""

    def __init__(
        self, asked: zmq.Socket[bytes], unframed: Callable[[list[bytes]], Message]
    ) -> None:
        self._socket = asked
        self._unframed = unframed

    def reply(self, timeout_s: float) -> Message | None:
        """Take the reply, which is told once."""
        if not self._socket.poll(int(timeout_s * 1000)):
            return None
        return self._unframed(self._socket.recv_multipart())

    def close(self) -> None:
        """Hang up; what was asked is sent all the same."""
        self._socket.close(linger=int(CONNECT_S * 1000))
