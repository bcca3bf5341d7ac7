"""Pages of other hosts: which may ask, and what a browser is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from harness.broker.server.asking import Asked

_SHOWN: Final = "location, x-pact-broker-version, www-authenticate"
_SENT: Final = "authorization, content-type, accept"
_KEPT_S: Final = "600"


@dataclass(frozen=True, slots=True)
class Origins:
    """The origins whose pages may ask besides the broker's own, such as `https://ui.example`."""

    named: frozenset[str] = frozenset()

    def may_change(self, asked: Asked) -> bool:
        """
        Whether a change comes from no page, or from one that may ask for it.

        Shape: a browser sends what it remembers of a user with the requests of any page; only the
        origin, which a page cannot forge, tells them apart.
        """
        origin = asked.headers.get("origin", "")
        own = urlsplit(asked.base).netloc.lower()
        return not origin or origin in self.named or _host(origin) == own

    def told(self, asked: Asked, allowed: str) -> Mapping[str, str]:
        """The headers for pages of other origins; `allowed` are methods, where they were asked."""
        if not self.named:
            return {}
        given = {"vary": "Accept, Origin"}
        origin = asked.headers.get("origin", "")
        if origin not in self.named:
            return given
        given |= {"access-control-allow-origin": origin, "access-control-expose-headers": _SHOWN}
        if allowed:
            given |= {
                "access-control-allow-methods": allowed,
                "access-control-allow-headers": _SENT,
                "access-control-max-age": _KEPT_S,
            }
        return given


def is_origin(text: str) -> bool:
    """Whether a text is an origin as browsers write it."""
    try:
        parts = urlsplit(text)
        known = f"{parts.scheme}://{parts.netloc}"
    except ValueError:
        return False
    return bool(parts.hostname) and parts.scheme in ("http", "https") and known.lower() == text


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return "?"
