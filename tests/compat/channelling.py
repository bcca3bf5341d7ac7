"""AsyncAPI documents of one channel, in versions that differ."""

from __future__ import annotations

import json
from typing import Any

from harness.documents.described import read_described
from harness.documents.pacts import read_pact
from harness.domain.channel import MessagingDocument
from harness.domain.pact import Pact

ORDER: Any = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "quantity": {"type": "integer"},
        "state": {"enum": ["open", "paid"]},
    },
    "required": ["id", "quantity"],
}
LIKE = {"body": {"$": {"combine": "AND", "matchers": [{"match": "type"}]}}}
ADDRESS = "order.placed"


def order(*, gone: tuple[str, ...] = (), required: tuple[str, ...] = (), **properties: Any) -> Any:
    """The order with other properties; all of them required, where none are named."""
    known = {**ORDER["properties"], **properties}
    kept = {name: each for name, each in known.items() if name not in gone}
    return {**ORDER, "properties": kept, "required": list(required or ORDER["required"])}


def message(payload: Any = ORDER, **more: Any) -> dict[str, Any]:
    """A message that holds an order."""
    return {"payload": payload, **more}


def channelled(
    action: str = "send",
    address: str | None = ADDRESS,
    messages: dict[str, Any] | None = None,
    channel: dict[str, Any] | None = None,
    operation: dict[str, Any] | None = None,
    **more: Any,
) -> MessagingDocument:
    """A document of one channel, of AsyncAPI 3, or of what is given instead."""
    said: Any = {
        "asyncapi": "3.0.0",
        "info": {"title": "orders", "version": "1"},
        "channels": {
            "placed": {
                "address": address,
                "messages": {"OrderPlaced": message()} if messages is None else messages,
                **(channel or {}),
            }
        },
        "operations": {
            "place": {
                "action": action,
                "channel": {"$ref": "#/channels/placed"},
                **(operation or {}),
            }
        },
        **more,
    }
    read = read_described(json.dumps(said))
    assert isinstance(read, MessagingDocument)
    return read


def of(payload: Any = ORDER, action: str = "send", **more: Any) -> MessagingDocument:
    """The document whose one message holds what is given."""
    return channelled(action, messages={"OrderPlaced": message(payload, **more)})


def heard(consumer: str, content: Any, reader: Any = None, **metadata: str) -> Pact:
    """The pact of a consumer that reads one message of the channel."""
    comments = {"comments": {"contract-harness": {"v": 1, "reader": reader}}} if reader else {}
    written = {
        "type": "Asynchronous/Messages",
        "description": "an order was placed",
        "contents": {"content": content, "contentType": "application/json", "encoded": False},
        "matchingRules": LIKE,
        "metadata": {"channel": ADDRESS, **metadata},
        **comments,
    }
    text = {
        "consumer": {"name": consumer},
        "provider": {"name": "orders"},
        "interactions": [written],
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }
    return read_pact(json.dumps(text), path="p.json")
