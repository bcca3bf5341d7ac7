"""What stands for a message in the code of a service, as a record of it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from typing import Any

from .desk import CallFailed

BODIES = ("body", "payload", "contents", "value", "data")
BESIDE = {
    "key": ("key", "message_key", "partition_key"),
    "content_type": ("content_type",),
    "channel": ("channel", "address", "topic", "queue", "subject", "routing_key", "destination"),
    "correlation_id": ("correlation_id",),
    "message_id": ("message_id",),
    "reply_to": ("reply_to",),
}
PROPERTIES = ("type", "app_id", "priority", "partition")
PACTS = frozenset({"contents", "metadata", "content_type"})
EXPECTED = (
    "expected bytes, text, a dict or a list; (body, metadata); or an object with a body, and as far"
    " as they are sent: headers, key, content_type and channel"
)


def message_of(value: Any) -> dict[str, Any]:
    """
    The record of one message.

    Shape: `body` in base64, None for a tombstone; what is beside it: `headers`, or else `metadata`
    where all of it was named in one mapping; `key`, `content_type`, `channel`, `correlation_id`,
    `message_id`, `reply_to`, and further `properties`; `bare` says that nothing was told but a
    body, `of_json` that the body was no text yet.
    Raises: CallFailed for what stands for no message.
    """
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], Mapping):
        return _record(value[0], metadata=value[1])
    if isinstance(value, Mapping) and "contents" in value and PACTS.issuperset(value):
        beside = {"content_type": value.get("content_type")}
        return _record(value["contents"], beside, metadata=value.get("metadata") or {})
    if isinstance(value, (bytes, bytearray, memoryview, str, Mapping, list)):
        return {**_record(value), "bare": True}
    held = [name for name in BODIES if hasattr(value, name)]
    if value is None or not held:
        raise CallFailed(f"{EXPECTED}; seen {_kind(value)}")
    beside = {name: _first(value, names) for name, names in BESIDE.items()}
    headers = getattr(value, "headers", None) or {}
    record = _record(getattr(value, held[0]), beside, headers=headers)
    held_beside = ((name, getattr(value, name, None)) for name in PROPERTIES)
    record["properties"] = {name: plain(one) for name, one in held_beside if one is not None}
    return record


def _record(
    body: Any,
    beside: Mapping[str, Any] | None = None,
    *,
    headers: Any = (),
    metadata: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Put a record together; what is neither text nor bytes is written as JSON."""
    of_json = isinstance(body, (Mapping, list))
    told = {name: plain(value) for name, value in (beside or {}).items() if value is not None}
    return {
        **dict.fromkeys(BESIDE),
        **told,
        "body": None if body is None else base64.b64encode(_bytes(body)).decode(),
        "headers": _pairs(headers),
        "properties": {},
        "metadata": None if metadata is None else _pairs(metadata),
        "bare": False,
        "of_json": of_json,
    }


def _bytes(body: Any) -> bytes:
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, (bytes, bytearray, memoryview)):
        return bytes(body)
    try:
        if isinstance(body, (Mapping, list)):
            return json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise CallFailed(
            f"expected a body that can be written as JSON, or the bytes that are really sent;"
            f" {error}"
        ) from None
    raise CallFailed(f"{EXPECTED}; seen a body that is {_kind(body)}")


def _pairs(held: Any) -> dict[str, Any]:
    """Headers as a mapping: clients hold them as one, or as pairs."""
    found: Iterable[Any] = held.items() if isinstance(held, Mapping) else held
    try:
        return {str(plain(name)): plain(value) for name, value in found}
    except (TypeError, ValueError):
        raise CallFailed(f"expected headers as a mapping or as pairs, seen {_kind(held)}") from None


def plain(value: Any) -> Any:
    """A value beside the body as JSON has it; bytes are text to whoever reads them."""
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "backslashreplace")
    plain = value is None or isinstance(value, (str, int, float))
    return value if plain else str(value)


def _first(value: Any, names: Iterable[str]) -> Any:
    held = (getattr(value, name, None) for name in names)
    return next((one for one in held if one is not None), None)


def _kind(value: Any) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"
