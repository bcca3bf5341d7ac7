"""A message where headers are text and nothing else is carried beside the payload."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from harness.domain.message import Header, Message

KEY_HEADER: Final = "x-key"
CONTENT_TYPE: Final = "content-type"
_PARTS: Final = {
    CONTENT_TYPE: "content_type",
    "correlation-id": "correlation_id",
    "message-id": "message_id",
    "reply-to": "reply_to",
}


def as_text(value: Header) -> str:
    """A header's value as text: what is no text already is written as JSON."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def to_headers(message: Message, *, with_key: bool = True) -> dict[str, str]:
    """Give everything of a message but its payload as headers of text."""
    parts = {name: getattr(message, part) for name, part in _PARTS.items()}
    headers = {name: as_text(value) for name, value in message.headers.items()}
    headers |= {name: text for name, text in parts.items() if text}
    if with_key and message.key is not None:
        headers[KEY_HEADER] = message.key
    return headers


def from_headers(
    payload: bytes | None, headers: Iterable[tuple[str, Header]], key: str | None = None
) -> Message:
    """
    Read a message that travelled so.

    Shape: the parts are known in any case of letters; of a name that is repeated, the last counts.
    """
    kept: dict[str, Header] = {}
    parts: dict[str, str] = {}
    for name, value in headers:
        if name.lower() == KEY_HEADER:
            key = as_text(value)
        elif name.lower() in _PARTS:
            parts[_PARTS[name.lower()]] = as_text(value)
        else:
            kept[name] = value
    return Message(payload, kept, key=key, **parts)


def overheard(
    payload: bytes | None, headers: Iterable[tuple[str, Header]], key: str | None = None
) -> Message:
    """Read a message that somebody else sent: what travelled as a header is one, too."""
    told = tuple(headers)
    return replace(from_headers(payload, told, key), headers=dict(told))


def text_or_bytes(value: bytes | None) -> Header:
    """A header's bytes as the text that they mostly are."""
    if value is None:
        return None
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value
