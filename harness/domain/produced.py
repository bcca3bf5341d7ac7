"""A message as its producer makes it, and what its function is told."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from harness.domain.crash import RequestSeen
from harness.domain.json import Json
from harness.domain.message import Message
from harness.domain.pact import State
from harness.domain.traffic import Exchange

_TOLD_IF_EMPTY: Final = frozenset({"body", "metadata", "key"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    An interaction of messages, as the function that makes its message is asked for it.

    Shape: `names` are what may name the function, in the order of looking: what kind of name it is
    (`description`, `operation`, `message`, `channel`), and the name; `returned` is what its states
    gave; `request` is the message that asks, where it is answered, and `metadata` what is beside
    it under the contract's own names.
    """

    description: str
    names: tuple[tuple[str, str], ...] = ()
    states: tuple[State, ...] = ()
    returned: Mapping[str, object] = field(default_factory=dict)
    request: Message | None = None
    metadata: Mapping[str, Json] = field(default_factory=dict)

    @property
    def given(self) -> dict[str, object]:
        """Every value that its states name or gave, by name."""
        named = {name: value for state in self.states for name, value in state.params.items()}
        return {**named, **self.returned}


@dataclass(frozen=True, slots=True)
class Produced:
    """
    A message that a function of the service made.

    Shape: `channel` is empty where it was not told; `properties` are what a broker knows beside
    headers (a type, a priority); `metadata` is set where all that is beside the body was named in
    one mapping, `headers` being empty then; `is_bare` says that nothing was told but the body.
    """

    message: Message
    channel: str = ""
    properties: Mapping[str, Json] = field(default_factory=dict)
    metadata: Mapping[str, Json] | None = None
    is_bare: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """
    What a function made, in its wanted.

    Shape: `function` is its qualified name; `by` is the kind of name by which it was found.
    """

    function: str
    by: str
    messages: tuple[Produced, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """
    One call of the function by which a service publishes, or what came to its broker of one.

    Shape: `request` is the one that it was answering, None outside of any; `produced` is None where
    it could not be read as a message, which `fault` says, or where it `is_lost`: the service
    ended before anybody asked, and how often it had published by then is not known. One that
    `is_unheard` says that it did publish, and that nothing came to the broker that was given to it.
    `broker` names the product and version that it came to, and is empty of a call.
    """

    function: str
    request: RequestSeen | None
    produced: Produced | None = None
    fault: str = ""
    is_lost: bool = False
    is_unheard: bool = False
    broker: str = ""


@dataclass(frozen=True, slots=True)
class PublisherWatched:
    """
    The function by which a service publishes was watched during a step.

    Shape: `calls` counts what it published by then; None where that is not known.
    """

    service: str
    function: str
    calls: int | None


@dataclass(frozen=True, slots=True)
class MessageShown:
    """
    A message that a service's own code made, to be held against the service's own document.

    Shape: `text` is the message (`shown` writes it, `read` reads it); `consumer` and `interaction`
    (a key) name the contract that it was made for, as a reply where it `is_reply`; a published one
    has neither, and the request that led to it in `exchanges` and `operation`, if one did. `broker`
    names the product and version that it really came to, if it did.
    """

    service: str
    function: str
    text: str
    consumer: str = ""
    interaction: str = ""
    is_reply: bool = False
    operation: str = ""
    example: str = ""
    exchanges: tuple[Exchange, ...] = ()
    broker: str = ""


def shown(one: Produced) -> str:
    """Write a message as text that `read` reads: JSON of what it has."""
    message, held = one.message, (one.message.headers, one.properties, one.metadata)
    body = None if message.payload is None else _as_text(message.payload)
    headers, properties, metadata = (None if each is None else dict(each) for each in held)
    told = {
        "body": body,
        "content_type": message.content_type,
        "headers": headers,
        "metadata": metadata,
        "key": message.key,
        "channel": one.channel,
        "correlation_id": message.correlation_id,
        "message_id": message.message_id,
        "reply_to": message.reply_to,
        "properties": properties,
        "is_bare": one.is_bare,
    }
    kept = {name: each for name, each in told.items() if each or name in _TOLD_IF_EMPTY}
    return json.dumps(kept, ensure_ascii=False, default=str)


def read(text: str) -> Produced:
    """Read what `shown` wrote."""
    told = json.loads(text)
    body = told["body"]
    message = Message(
        base64.b64decode(body[0]) if isinstance(body, list) else _as_bytes(body),
        told.get("headers", {}),
        told.get("key"),
        told.get("content_type", ""),
        told.get("correlation_id", ""),
        told.get("message_id", ""),
        told.get("reply_to", ""),
    )
    return Produced(
        message,
        told.get("channel", ""),
        told.get("properties", {}),
        told.get("metadata"),
        is_bare=told.get("is_bare", False),
    )


def _as_text(payload: bytes) -> str | list[str]:
    """A body as text, in which secrets can be found and hidden; one that is none in a list."""
    try:
        return payload.decode()
    except UnicodeDecodeError:
        return [base64.b64encode(payload).decode()]


def _as_bytes(body: str | None) -> bytes | None:
    return None if body is None else body.encode()
