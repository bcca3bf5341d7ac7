"""The smallest AsyncAPI documents around the thing that a test is about."""

from __future__ import annotations

import json
from typing import Any

from harness.documents.described import read_described
from harness.domain.channel import MessagingDocument

TEXT: dict[str, Any] = {"type": "string"}
SOLD: dict[str, Any] = {"type": "object", "properties": {"sku": TEXT}, "required": ["sku"]}


def channel(address: str | None = "orders.sold", **messages: Any) -> dict[str, Any]:
    """A channel with its messages."""
    return {"address": address, "messages": messages or {"sold": {"payload": SOLD}}}


def operation(
    action: str = "send", at: str = "orders", messages: Any = None, **more: Any
) -> dict[str, Any]:
    """An operation on a channel, with all its messages unless some are named."""
    made = {"action": action, "channel": refer("channels", at), **more}
    if messages is not None:
        made["messages"] = [refer("channels", at, "messages", each) for each in messages]
    return made


def refer(*names: str) -> dict[str, str]:
    """A reference within the document."""
    return {"$ref": "#/" + "/".join(names)}


def messaging(
    channels: dict[str, Any] | None = None,
    operations: dict[str, Any] | None = None,
    version: str = "3.0.0",
    **more: Any,
) -> MessagingDocument:
    """A document whose one operation sends what was sold, unless it is told otherwise."""
    root = {
        "asyncapi": version,
        "info": {"title": "Orders", "version": "1"},
        "channels": {"orders": channel()} if channels is None else channels,
        "operations": {"sell": operation()} if operations is None else operations,
        **more,
    }
    return read(json.dumps(root), "orders.json")


def read(written: str, name: str = "the document") -> MessagingDocument:
    """A document in its normal form, which must be one of messages."""
    found = read_described(written, name)
    assert isinstance(found, MessagingDocument)
    return found
