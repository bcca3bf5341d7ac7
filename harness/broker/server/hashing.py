"""Secrets as they are kept, and whether a secret is the one that is kept."""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections.abc import Callable
from functools import cached_property
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

# What OWASP's cheat sheet on password storage names as the least for argon2id.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_REMEMBERED_S: Final = 300.0
# Half of the server's threads, so that those who guess leave the other half to those who know.
AT_ONCE: Final = 8


class Busy(Exception):
    """Too many secrets are being looked at."""


def hashed(secret: str) -> str:
    """What is kept of a secret: argon2id, with its salt."""
    return _HASHER.hash(secret)


class Secrets:
    """
    Tells whether secrets are right; what was right is remembered for some minutes.

    Shape: the memory holds no secret, but a digest of it under a key of this process's own,
    together with the hash that it was held against: another hash is another question. Whether an
    account is in force is not remembered here.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, at_once: int = AT_ONCE) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._right: dict[int, tuple[bytes, float]] = {}
        self._places = threading.BoundedSemaphore(at_once)

    def is_right(self, account: int, kept: str, secret: str) -> bool:
        """
        Whether a secret is that of an account.

        Raises: Busy.
        """
        digest = hmac.digest(self._key, f"{kept}\0{secret}".encode("utf-8", "replace"), "sha256")
        known, until = self._right.get(account, (b"", 0.0))
        if hmac.compare_digest(known, digest) and self._clock() < until:
            return True
        if not self._verified(kept, secret):
            return False
        self._right[account] = (digest, self._clock() + _REMEMBERED_S)
        return True

    def spend(self, secret: str) -> None:
        """
        Take as long as for an account that is there.

        Raises: Busy.
        """
        self._verified(self._nobodys, secret)

    @cached_property
    def _nobodys(self) -> str:
        return hashed(secrets.token_urlsafe())

    def _verified(self, kept: str, secret: str) -> bool:
        if not self._places.acquire(blocking=False):
            raise Busy
        try:
            return _HASHER.verify(kept, secret.encode("utf-8", "replace"))
        except (VerifyMismatchError, InvalidHashError):
            return False
        finally:
            self._places.release()
