"""Bodies, headers and queries of a pact, as each version of the specification writes them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import parse_qsl

from harness.documents.json_text import parse_json
from harness.domain.errors import DocumentUnreadable
from harness.domain.json import Json, canonical, is_json_media_type, kind_of
from harness.domain.pact import Body, Presence

_MAX_QUERY_FIELDS = 10_000


class PactFault(Exception):
    """Something in an interaction that keeps it from being read, and where below it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def plain_body(holder: Mapping[str, Json], key: str, content_type: str) -> Body:
    """A body of versions 1 to 3, which is the JSON or the text itself."""
    if key not in holder:
        return Body(content_type=content_type)
    value = holder[key]
    if value is None:
        return Body(Presence.NULL, None, content_type, is_json=True)
    if value == "":
        return Body(Presence.EMPTY, "", content_type)
    is_text = isinstance(value, str) and not is_json_media_type(content_type or "application/json")
    return Body(Presence.PRESENT, value, content_type, is_json=not is_text)


def wrapped_body(node: Json, content_type: str) -> Body:
    """
    A body of version 4: `content` with its type and its encoding.

    Raises: PactFault.
    """
    if node is None:
        return Body(content_type=content_type)
    if not isinstance(node, dict):
        raise PactFault(f"expected a body with `content`, seen {kind_of(node)}")
    named = node.get("contentType")
    media_type = named if isinstance(named, str) and named else content_type
    if "content" not in node:
        return Body(content_type=media_type)
    content, encoded = node["content"], node.get("encoded", False)
    if content is None:
        return Body(Presence.NULL, None, media_type, is_json=True)
    if content == "":
        return Body(Presence.EMPTY, "", media_type)
    if encoded is False or encoded is None or encoded == "":
        is_text = isinstance(content, str) and not is_json_media_type(media_type or "text/plain")
        return Body(Presence.PRESENT, content, media_type, is_json=not is_text)
    if not isinstance(content, str):
        raise PactFault(f"expected encoded content as text, seen {kind_of(content)}")
    if isinstance(encoded, str) and encoded.lower() == "json":
        return _json_body(content, media_type)
    if encoded is True or (isinstance(encoded, str) and encoded.lower() == "base64"):
        return _decoded(content, media_type)
    raise PactFault(f"expected the encoding base64 or JSON, seen {kind_of(encoded)}")


def _json_body(content: str | bytes, media_type: str) -> Body:
    try:
        value = parse_json(content, "the body").value
    except DocumentUnreadable as fault:
        raise PactFault(fault.message) from fault
    return Body(Presence.PRESENT, value, media_type, is_json=True)


def _decoded(content: str, media_type: str) -> Body:
    try:
        data = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise PactFault(f"expected content in base64, seen something else ({fault})") from fault
    if is_json_media_type(media_type):
        return _json_body(data, media_type)
    if not media_type.startswith("text/"):
        return Body(Presence.PRESENT, data, media_type)
    try:
        return Body(Presence.PRESENT, data.decode(), media_type)
    except UnicodeDecodeError:
        # Text in another encoding is kept as it is: the pact does not say in which.
        return Body(Presence.PRESENT, data, media_type)


def headers(node: Json) -> dict[str, tuple[str, ...]]:
    """
    Headers with a list of values each.

    Shape: a text is one value, for a comma may belong to it, as in a date.
    Raises: PactFault.
    """
    if node is None:
        return {}
    if not isinstance(node, dict):
        raise PactFault(f"expected an object as `headers`, seen {kind_of(node)}")
    return {
        name: tuple(as_text(each) for each in (value if isinstance(value, list) else [value]))
        for name, value in node.items()
    }


def query(node: Json) -> dict[str, tuple[str | None, ...]]:
    """
    A query from its text or from its lists; null stands for a name without a value.

    Raises: PactFault.
    """
    if node is None:
        return {}
    if isinstance(node, str):
        return _query_of_text(node)
    if not isinstance(node, dict):
        raise PactFault(f"expected text or an object as `query`, seen {kind_of(node)}")
    return {
        name: tuple(
            None if each is None else as_text(each)
            for each in (value if isinstance(value, list) else [value])
        )
        for name, value in node.items()
    }


def _query_of_text(text: str) -> dict[str, tuple[str | None, ...]]:
    found: dict[str, list[str | None]] = {}
    try:
        pairs = parse_qsl(
            text.removeprefix("?"), keep_blank_values=True, max_num_fields=_MAX_QUERY_FIELDS
        )
    except ValueError as fault:
        raise PactFault(f"expected a query, seen one that cannot be read ({fault})") from fault
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return {name: tuple(values) for name, values in found.items()}


def header_value(values: Mapping[str, tuple[str, ...]], name: str) -> str:
    """The first value of a header, whatever the case of its name, or nothing."""
    for key, each in values.items():
        if key.lower() == name and each:
            return each[0]
    return ""


def as_text(value: Json) -> str:
    """A text as it is, anything else as JSON."""
    return value if isinstance(value, str) else canonical(value)
