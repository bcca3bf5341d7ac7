"""A bare connection to a broker, whose end shows that the broker was away."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable
from typing import Final

LIMIT_S: Final = 5.0
# Brokers hang up on who says nothing for ten minutes.
FRESH_FOR_S: Final = 60.0


class Tripwire:
    """
    Notes that a broker has hung up, for clients which connect again by themselves and tell nobody.

    Shape: nothing is ever sent. One that has lasted long is replaced, since brokers hang up on
    those as well. `is_broken` stays true.
    """

    def __init__(self, host: str, port: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._place = (host, port)
        self._clock = clock
        self._was_broken = False
        self._connect()

    def is_broken(self) -> bool:
        """Say whether the broker was away since the beginning, for however short a time."""
        if not self._was_broken:
            try:
                self._was_broken = self._has_ended()
                if not self._was_broken and self._clock() - self._since > FRESH_FOR_S:
                    self.close()
                    self._connect()
            except OSError:
                self._was_broken = True
        return self._was_broken

    def close(self) -> None:
        """Hang up."""
        self._wire.close()

    def _connect(self) -> None:
        self._since = self._clock()
        self._wire = socket.create_connection(self._place, LIMIT_S)

    def _has_ended(self) -> bool:
        ready, _, _ = select.select([self._wire], [], [], 0)
        return bool(ready) and not self._wire.recv(1)
