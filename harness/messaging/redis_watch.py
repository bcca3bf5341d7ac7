"""A stream of Redis that a service reads by a group of its own, looked at from beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import redis
from redis.exceptions import RedisError, ResponseError

from harness.domain.errors import MessagingFailed
from harness.domain.message import Message
from harness.messaging.port import Inbox, Watch
from harness.messaging.redis_messages import packed, unpacked

T = TypeVar("T")


class StreamWatch(Watch):
    """
    Counts what a group has not acknowledged.

    Shape: `told` says what an exception of the client means.
    """

    def __init__(
        self,
        inbox: Inbox,
        client: redis.Redis,
        told: Callable[[RedisError], MessagingFailed],
    ) -> None:
        self._inbox = inbox
        self._client = client
        self._told = told

    def is_taken(self) -> bool:
        """Whether the group is there: what is sent before somebody reads is kept for it."""
        return self._asked(self._group) is not None

    def send(self, message: Message) -> None:
        """Append to the stream."""
        self._asked(lambda: self._client.xadd(self._inbox.sent_to, packed(message)))

    def waiting(self) -> int:
        """Count what was not delivered yet, and what is held."""

        def counted() -> int:
            group = self._group()
            if group is None:
                whole: Any = self._client.xlen(self._inbox.sent_to)
                return int(whole)
            return int(group["pending"]) + int(group.get("lag") or 0)

        return self._asked(counted)

    def refused(self) -> tuple[Message, ...]:
        """Read the stream of dead letters from its beginning."""
        entries: Any = self._asked(lambda: self._client.xrange(self._inbox.dead_letters))
        return tuple(unpacked(fields) for _, fields in entries)

    def close(self) -> None:
        """Nothing: the connection deletes the streams, with their groups."""

    def _group(self) -> dict[str, Any] | None:
        try:
            groups: Any = self._client.xinfo_groups(self._inbox.sent_to)
        except ResponseError as error:
            if "no such key" in str(error):
                return None
            raise
        name = self._inbox.group.encode()
        return next((one for one in groups if one["name"] == name), None)

    def _asked(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except RedisError as error:
            raise self._told(error) from None
