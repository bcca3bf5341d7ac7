"""The owner's end of what makes a service's messages: the host's, or pact's own protocol."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, Final

from harness.domain.crash import Crash, RequestSeen
from harness.domain.errors import MessageNotMade, MessageUnnamed
from harness.domain.json import Json, is_json_media_type, mapping
from harness.domain.message import Message
from harness.domain.produced import Made, Produced, Published, Wanted
from harness.services.control import JSON_HEADERS, crash_of_call
from harness.services.wire import Answer, exchange

LIMIT_S: Final = 60.0
METADATA_HEADER: Final = "pact-message-metadata"
JSON_TYPE: Final = "application/json"


def order_of_host(url: str, wanted: Wanted) -> Made | Crash:
    """
    Ask a host for messages.

    Raises: MessageUnnamed, MessageNotMade.
    """
    asked = {
        "description": wanted.description,
        "names": wanted.names,
        "given": wanted.given,
        "request": _as_host_reads(wanted),
    }
    body = json.dumps(asked, default=str).encode()
    answer = exchange("POST", url, body=body, headers=JSON_HEADERS, limit_s=LIMIT_S)
    told = json.loads(answer.body)
    if answer.status >= 300:
        kind = MessageUnnamed if told.get("missing") else MessageNotMade
        raise kind(str(told["error"]), detail=str(told.get("traceback", "")))
    if told["raised"]:
        return crash_of_call(told["raised"])
    return Made(told["function"], told["by"], tuple(map(_produced, told["messages"])))


def order_by_http(url: str, wanted: Wanted) -> Made:
    """
    Ask a program for a message, in the words in which pact's own verifier does.

    Raises: MessageUnnamed, MessageNotMade.
    """
    states = [{"name": each.name, "params": dict(each.params)} for each in wanted.states]
    asked: dict[str, object] = {"description": wanted.description, "providerStates": states}
    if wanted.request is not None:
        asked["request"] = {
            "contents": _contents(wanted.request),
            "metadata": dict(wanted.metadata),
        }
    body = json.dumps(asked, default=str).encode()
    answer = exchange("POST", url, body=body, headers=JSON_HEADERS, limit_s=LIMIT_S)
    if answer.status == 404:
        raise MessageUnnamed(f"nobody makes the message {wanted.description!r} at {url}")
    if answer.status >= 300:
        said = f"expected a message from {url}, seen status {answer.status}"
        raise MessageNotMade(said, detail=answer.text[:4000])
    metadata, content_type = _metadata(answer), answer.headers.get("content-type", "")
    message = Message(answer.body or None, content_type=content_type)
    is_bare = not (metadata or content_type)
    return Made(url, "", (Produced(message, metadata=metadata, is_bare=is_bare),))


def read_publications(url: str) -> tuple[Published, ...]:
    """What a service published since it started, as far as its host keeps it."""
    told = json.loads(exchange("GET", url + "/publications").body)
    return tuple(_published(record) for record in told["publications"])


def _published(record: dict[str, Any]) -> Published:
    asked, made = record["request"], record["message"]
    request = asked and RequestSeen(asked["request_id"], asked["method"], asked["path"])
    produced = _produced(made) if made else None
    return Published(record["function"], request, produced, record["fault"])


def _as_host_reads(wanted: Wanted) -> dict[str, object] | None:
    asking = wanted.request
    if asking is None:
        return None
    return {
        "body": None if asking.payload is None else base64.b64encode(asking.payload).decode(),
        "headers": dict(asking.headers),
        "metadata": dict(wanted.metadata),
        "key": asking.key,
        "content_type": asking.content_type or None,
    }


def _produced(record: dict[str, Any]) -> Produced:
    body = None if record["body"] is None else base64.b64decode(record["body"])
    told = record["content_type"] or (JSON_TYPE if record["of_json"] else "")
    message = Message(
        body,
        record["headers"],
        None if record["key"] is None else str(record["key"]),
        told,
        *(str(record[name] or "") for name in ("correlation_id", "message_id", "reply_to")),
    )
    channel = str(record["channel"] or "")
    return Produced(
        message, channel, record["properties"], record["metadata"], is_bare=record["bare"]
    )


def _contents(message: Message) -> Json:
    """A message's body in the words of a pact."""
    media_type = message.content_type or JSON_TYPE
    body = message.payload or b""
    if is_json_media_type(media_type):
        return {"content": json.loads(body), "contentType": media_type, "encoded": False}
    text = base64.b64encode(body).decode()
    return {"content": text, "contentType": media_type, "encoded": "base64"}


def _metadata(answer: Answer) -> Mapping[str, Json]:
    """
    What is beside the body, by the header of pact's own protocol.

    Raises: MessageNotMade.
    """
    written = answer.headers.get(METADATA_HEADER, "")
    try:
        return mapping(json.loads(base64.b64decode(written, validate=True))) if written else {}
    except (binascii.Error, ValueError) as error:
        said = f"expected {METADATA_HEADER} as JSON in base64, seen {written[:80]!r}: {error}"
        raise MessageNotMade(said) from None
