"""Ports in a row that a service is told of before it binds them."""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack
from typing import Final

from harness.domain.errors import ServiceNotStarted
from harness.services.processes import LOOPBACK

# Below what systems give away by themselves, so that nobody is given one meanwhile.
_FROM: Final = 20_000
_TO: Final = 32_000
_TRIES: Final = 200


def free_row(count: int) -> int:
    """
    Find free ports that follow each other, and give the first.

    Raises: ServiceNotStarted where none are found.
    """
    for _ in range(_TRIES):
        first = random.randrange(_FROM, _TO - count)  # two runs at once should not begin alike
        if _is_free(first, count):
            return first
    raise ServiceNotStarted(
        f"no {count} ports in a row are free between {_FROM} and {_TO}",
        hint="see what listens there: ss -ltn",
    )


def _is_free(first: int, count: int) -> bool:
    """Whether all can be bound at once by somebody who shares them with nobody."""
    with ExitStack() as bound:
        try:
            for number in range(first, first + count):
                bound.enter_context(socket.socket()).bind((LOOPBACK, number))
        except OSError:
            return False
    return True
