"""HTTP to a loopback service or its control channel: one request, one connection, no surprises."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from harness.domain.errors import HarnessError


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; the names of headers are in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The body, to be shown."""
        return self.body.decode("utf-8", "replace")


class Unanswered(HarnessError):
    """Nobody answered, or what came was not HTTP."""


def exchange(
    method: str,
    url: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    limit_s: float = 30.0,
) -> Answer:
    """
    Send one request.

    Raises: Unanswered, with the reason.
    """
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=limit_s)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(method, target, body=body, headers=dict(headers or {}))
        response = connection.getresponse()
        told = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, response.read(), told)
    except (OSError, http.client.HTTPException) as error:
        raise Unanswered(f"{method} {parts.path or '/'}: {_reason(error)}") from error
    finally:
        connection.close()


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return str(error) or type(error).__name__
