"""Makes a reply that may come out of the one that a contract shows."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

from harness.domain.json import canonical
from harness.domain.pact import HttpResponse, Message
from harness.domain.possible import Fault, PossibleReply
from harness.standin.answers import Reply, reply_of

_TYPE: Final = "content-type"
_CONTENT_TYPE: Final = "contentType"
_BESIDE_HEADERS: Final = frozenset({_CONTENT_TYPE, "key", "channel"})
_LONGEST: Final = 100_000

PAGE_ELSEWHERE: Final = Reply(
    200,
    (("Content-Type", "text/html; charset=utf-8"),),
    b"<!DOCTYPE html>\n<html><body><h1>Sign in</h1></body></html>\n",
)
"""What stands where a redirect leads: a page for people."""


def given(shown: Reply, possible: PossibleReply) -> Reply:
    """
    The reply that is sent where another one may come.

    Shape: what is possible under the status of the contract keeps its headers; another status comes
    with none but those that it is told with.
    """
    is_another = possible.status not in (0, shown.status)
    headers = () if is_another else shown.headers
    if possible.media_type is not None:
        headers = tuple(pair for pair in headers if pair[0].lower() != _TYPE)
        if possible.media_type:
            headers += (("Content-Type", possible.media_type),)
    if possible.elsewhere:
        headers += (("Location", possible.elsewhere),)
    body = shown.body if possible.body is None else possible.body.encode("utf-8", "surrogatepass")
    status = possible.status or shown.status
    return replace(shown, status=status, headers=headers, body=body, fault=possible.fault)


def given_message(
    shown: Message, possible: PossibleReply | None
) -> tuple[str | bytes | None, dict[str, object]]:
    """
    The body and the metadata of a message, or of one that may come in its place.

    Shape: the body is bytes where it is no text.
    """
    value = shown.body.value
    body = value if isinstance(value, str) and not shown.body.is_json else canonical(value)
    metadata: dict[str, object] = dict(shown.metadata)
    if possible is None:
        return body, metadata
    if possible.headers:
        kept = {name: each for name, each in metadata.items() if name in _BESIDE_HEADERS}
        metadata = {**kept, **json.loads(possible.headers)}
    if possible.media_type is not None:
        metadata[_CONTENT_TYPE] = possible.media_type
    if possible.fault is Fault.ABSENT:
        return None, metadata
    return body if possible.body is None else _as_it_came(possible.body), metadata


def _as_it_came(body: str) -> str | bytes:
    raw = body.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw


def as_text(shown: HttpResponse, possible: PossibleReply) -> str:
    """A reply that may come as a reader sees it: status and media type, and its body below."""
    if possible.fault in (Fault.SILENT, Fault.CLOSED):
        return possible.what
    sent = given(reply_of(shown), possible)
    typed = next((value for name, value in sent.headers if name.lower() == _TYPE), "")
    body = sent.body.decode("utf-8", "replace")
    kept = body if len(body) <= _LONGEST else f"{body[:_LONGEST]}…"
    head = f"{sent.status} {typed}".strip()
    if possible.fault is not None:
        head += f" ({possible.what})"
    return f"{head}\n\n{kept}" if kept else head
