"""What networks and what stands between two services do, whatever any document says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harness.domain.possible import Fault, Origin, PossibleReply

ELSEWHERE: Final = "/contract-harness/sign-in"
"""Where a redirect leads: a page for people, as gateways that ask for a sign-in serve."""

PAGE: Final = "<!DOCTYPE html>\n<html><body><h1>{title}</h1></body></html>\n"


_OPENS: Final = frozenset('{["')
"""How JSON begins that is not whole when it is cut; half of a number is a number."""


def network_replies(body: str, *, is_json: bool) -> Iterator[PossibleReply]:
    """
    What may come instead of a reply, the plainest first and what takes time last.

    Shape: `body` is that of the reply that a contract shows, empty for none.
    """
    yield _of("a 500 in plain words", 500, "text/plain", "Internal Server Error")
    yield _of("a 502 with a page", 502, "text/html", PAGE.format(title="502 Bad Gateway"))
    yield _of("a 503 without a body", 503, "", "")
    yield _of("a 429 in plain words", 429, "text/plain", "slow down")
    if body:
        yield _of("a 204 without a body", 204, "", "")
        yield _of("an empty body", 0, None, "")
        yield _of("a page instead of the body", 0, "text/html", PAGE.format(title="Welcome"))
    if body and is_json:
        yield _of("the body as text/plain", 0, "text/plain", body)
        if body[0] in _OPENS:
            yield _of("half of the body", 0, None, body[: len(body) // 2])
    yield PossibleReply(
        "a redirect to a page for people",
        Origin.NETWORK,
        302,
        "text/html",
        PAGE.format(title="Moved"),
        elsewhere=ELSEWHERE,
    )
    yield PossibleReply("a closed connection", Origin.NETWORK, fault=Fault.CLOSED)
    if len(body) > 1:
        yield PossibleReply("a connection closed in mid-body", Origin.NETWORK, fault=Fault.CUT)
    yield PossibleReply("no answer at all", Origin.NETWORK, fault=Fault.SILENT)


def _of(what: str, status: int, media_type: str | None, body: str) -> PossibleReply:
    return PossibleReply(what, Origin.NETWORK, status, media_type, body)
