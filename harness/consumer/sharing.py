"""Lets clients share what is dear to make and is of no use against stand-ins."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

_NAME: Final = "create_default_context"


@dataclass(slots=True)
class SharedContexts:
    """
    Gives clients that ask for the same TLS context the same one.

    Reading the certificates of the world takes longer than all else that a client does for one
    reply, and stand-ins speak no TLS.
    """

    _made: Callable[..., ssl.SSLContext] | None = None

    def install(self) -> None:
        """Share from now on."""
        self._made = ssl.create_default_context
        setattr(ssl, _NAME, cache(self._made))

    def uninstall(self) -> None:
        """Give each client its own again."""
        if self._made is not None:
            setattr(ssl, _NAME, self._made)
            self._made = None
