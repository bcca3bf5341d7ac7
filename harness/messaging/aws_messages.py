"""A message as queues and topics of AWS carry it: a text, and few attributes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from harness.domain.message import Message
from harness.messaging.envelope import from_headers, to_headers
from harness.messaging.port import Transport

ATTRIBUTES: Final = 10


def body(transport: Transport, message: Message) -> str:
    """The payload as the text that queues and topics take."""
    if message.payload is None:
        raise transport.not_carried("tombstones", "send a header that says so")
    if not message.payload:
        raise transport.not_carried("an empty payload", "send an empty JSON object")
    try:
        return message.payload.decode("utf-8")
    except UnicodeDecodeError:
        hint = "write it as text, base64 for example"
        raise transport.not_carried("a payload that is not text", hint) from None


def attributes(transport: Transport, message: Message) -> dict[str, Any]:
    """The headers as attributes, of which there are few."""
    headers = to_headers(message)
    if len(headers) > ATTRIBUTES:
        told = f"{len(headers)} headers, content type and key among them: {ATTRIBUTES} at most"
        raise transport.not_carried(told)
    return {name: {"DataType": "String", "StringValue": text} for name, text in headers.items()}


def unpacked(came: Mapping[str, Any], read: Callable[..., Message] = from_headers) -> Message:
    """Read a message of a queue."""
    told = came.get("MessageAttributes", {})
    return read(str(came["Body"]).encode(), ((name, _value(one)) for name, one in told.items()))


def unwrapped(came: Mapping[str, Any], read: Callable[..., Message] = from_headers) -> Message:
    """Read a message, out of what a topic puts around it where its delivery is not raw."""
    found = unpacked(came, read)
    with suppress(ValueError):
        told = json.loads(str(came["Body"]))
        if isinstance(told, dict) and told.get("Type") == "Notification":
            beside = told.get("MessageAttributes") or {}
            return unpacked(
                {
                    "Body": told["Message"],
                    "MessageAttributes": {
                        name: {"DataType": one["Type"], "StringValue": one["Value"]}
                        for name, one in beside.items()
                    },
                },
                read,
            )
    return found


def _value(told: Mapping[str, Any]) -> Any:
    if "BinaryValue" in told:
        return bytes(told["BinaryValue"])
    text = str(told.get("StringValue", ""))
    if str(told.get("DataType", "")).startswith("Number"):
        with suppress(ValueError):
            return json.loads(text)
    return text


def resendable(told: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes as they are sent: without the lists that are only received."""
    kept = ("DataType", "StringValue", "BinaryValue")
    return {
        name: {part: value for part, value in one.items() if part in kept}
        for name, one in told.items()
    }
