"""A message as an entry of a Redis stream: its payload in one field, headers in others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from harness.domain.message import Message
from harness.messaging.envelope import from_headers, text_or_bytes, to_headers

PAYLOAD: Final = b"payload"


def packed(message: Message) -> dict[Any, Any]:
    """An entry's fields; one must be there, so that a bare tombstone says that it is one."""
    fields: dict[Any, Any] = dict(to_headers(message))
    if message.payload is not None:
        fields[PAYLOAD] = message.payload
    return fields or {"tombstone": "true"}


def unpacked(fields: Mapping[bytes, bytes], read: Callable[..., Message] = from_headers) -> Message:
    """Read an entry, whoever wrote it."""
    headers = (
        (name.decode("utf-8", "replace"), text_or_bytes(value))
        for name, value in fields.items()
        if name != PAYLOAD
    )
    return read(fields.get(PAYLOAD), headers)
