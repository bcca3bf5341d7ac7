"""Sockets that a service subscribes to, bound in place of who publishes there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import zmq

from harness.domain.message import Message
from harness.messaging.port import Announcing, Inbox

JOINED: Final = 1


class SocketAnnouncing(Announcing):
    """
    Publishes at all ports of a service: it subscribes at the one that it knows.

    Shape: `sockets` are bound and of kind XPUB; `framed` gives the frames behind the address.
    """

    def __init__(
        self,
        inbox: Inbox,
        sockets: list[zmq.Socket[bytes]],
        framed: Callable[[Message], list[bytes]],
    ) -> None:
        self._address = inbox.sent_to.encode()
        self._sockets = sockets
        self._framed = framed
        self._topics: set[tuple[int, bytes]] = set()

    def is_heard(self) -> bool:
        """Whether anybody has subscribed to a beginning of the address, and is still there."""
        for at, each in enumerate(self._sockets):
            while each.poll(0):
                told = each.recv()
                change = self._topics.add if told[0] == JOINED else self._topics.discard
                change((at, told[1:]))
        return any(self._address.startswith(topic) for _, topic in self._topics)

    def send(self, message: Message) -> None:
        """Publish at each port; who has not subscribed there gets nothing."""
        for each in self._sockets:
            each.send_multipart([self._address, *self._framed(message)])

    def close(self) -> None:
        """Close the sockets."""
        for each in self._sockets:
            each.close(linger=0)
