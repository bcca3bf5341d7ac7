"""All that is appended to the streams of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import redis
from redis.exceptions import RedisError

from harness.domain.errors import MessagingFailed
from harness.messaging.envelope import overheard
from harness.messaging.port import Heard, Hearing, Outlets
from harness.messaging.redis_messages import PAYLOAD, unpacked


class StreamHearing(Hearing):
    """
    Reads every stream of the run from its beginning each time that it is asked.

    Shape: `told` says what an exception of the client means.
    """

    def __init__(
        self,
        outlets: Outlets,
        client: redis.Redis,
        told: Callable[[RedisError], MessagingFailed],
    ) -> None:
        self._outlets = outlets
        self._client = client
        self._told = told

    def heard(self) -> tuple[Heard, ...]:
        """Read all streams, one after the other."""
        try:
            return tuple(one for name in self._streams() for one in self._read(name))
        except RedisError as error:
            raise self._told(error) from None

    def close(self) -> None:
        """Nothing: the connection deletes the streams."""

    def _streams(self) -> list[str]:
        found = self._client.scan_iter(f"*{self._outlets.namespace}*", _type="STREAM")
        names = sorted({one.decode("utf-8", "replace") for one in found})
        return [one for one in names if self._outlets.hears(one)]

    def _read(self, name: str) -> Iterator[Heard]:
        entries: Any = self._client.xrange(name)
        for _, fields in entries:
            message = unpacked(fields, overheard)
            yield Heard(self._outlets.address_of(name), message, fault=_fault(name, fields))


def _fault(name: str, fields: dict[bytes, bytes]) -> str:
    """Say that an entry may have its payload elsewhere, which no tombstone can be told from."""
    if PAYLOAD in fields:
        return ""
    found = ", ".join(sorted(one.decode("utf-8", "replace") for one in fields))
    return f"an entry of the stream {name} has no field `{PAYLOAD.decode()}`, but {found}"
