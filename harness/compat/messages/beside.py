"""What travels beside a message's body, under the names that a contract has for it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from harness.compat.messages.channels import is_place, places_of, plain_key
from harness.compat.messages.keys import KEYS
from harness.domain.json import Json
from harness.domain.message import Message
from harness.domain.pact import Body, Presence
from harness.domain.pact import Message as Expected
from harness.domain.produced import Produced

CONTENT_TYPE: Final = "contenttype"
_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Beside:
    """
    What a message has of what a contract names beside the body.

    Shape: `metadata` is under the contract's names; `lacking` are names of which it has nothing;
    `content_type` is empty where nobody told it.
    """

    metadata: Mapping[str, Json]
    lacking: tuple[str, ...]
    content_type: str


def beside(expected: Expected, made: Produced) -> Beside:
    """Find everything that a contract names beside the body."""
    found: dict[str, Json] = {}
    lacking: list[str] = []
    for name, example in expected.metadata.items():
        value = next(_values(name, made), None)
        if made.message.payload is None and plain_key(name) == CONTENT_TYPE:
            value = example  # a tombstone has none, and that it is one is told by its body
        if value is None or (value == "" and example != ""):
            lacking.append(name)
        else:
            found[name] = _as_shown(value, example)
    return Beside(found, tuple(lacking), content_type_of(made))


def content_type_of(made: Produced) -> str:
    """The content type that a message says it has; of a bare body, what it can be seen to be."""
    held = (value for key, value in _metadata(made) if plain_key(key) == CONTENT_TYPE)
    told = made.message.content_type or str(next(held, None) or "")
    return _JSON if not told and made.is_bare and _is_json(made.message.payload) else told


def headers_of(made: Produced) -> dict[str, Json]:
    """What travels as headers: of one mapping all but the place, the key and the content type."""
    own = {CONTENT_TYPE, *KEYS}
    named = {
        name: value
        for name, value in _metadata(made)
        if plain_key(name) not in own and not is_place(name)
    }
    return {**named, **{name: _text(value) for name, value in made.message.headers.items()}}


def channel_of(made: Produced) -> str:
    """Where a message goes, by its own word, or nothing."""
    return made.channel or next(iter(places_of(dict(_metadata(made)))), "")


def key_of(made: Produced) -> str | None:
    """What keeps its order, by its own word, or nothing."""
    if made.message.key is not None:
        return made.message.key
    named = (value for key, value in _metadata(made) if plain_key(key) in KEYS)
    found = next(named, None)
    return None if found is None else str(found)


def as_sent(expected: Expected) -> Message:
    """The example of a contract as a message: what a service that answers is asked with."""
    own = {plain_key(key): value for key, value in expected.metadata.items()}
    key = next((str(own[name]) for name in sorted(KEYS & own.keys())), None)
    told = expected.body.content_type or own.get(CONTENT_TYPE) or ""
    headers = {
        name: value
        for name, value in expected.metadata.items()
        if plain_key(name) not in {CONTENT_TYPE, *KEYS} and not is_place(name)
    }
    return Message(_bytes(expected.body), headers, key, str(told))


def _values(name: str, made: Produced) -> Iterator[Json]:
    """What may be meant by a name, the likeliest first; names of headers are exact."""
    headers = {key: _text(value) for key, value in made.message.headers.items()}
    for held in (headers, dict(_metadata(made)), made.properties):
        if name in held:
            yield held[name]
    plain, message = plain_key(name), made.message
    if plain == CONTENT_TYPE:
        yield content_type_of(made)
    elif plain in KEYS:
        yield key_of(made)
    elif is_place(name):
        yield channel_of(made)
    known = {
        "correlationid": message.correlation_id,
        "messageid": message.message_id,
        "replyto": message.reply_to,
    }
    if known.get(plain):
        yield known[plain]


def _metadata(made: Produced) -> Iterator[tuple[str, Json]]:
    return iter((made.metadata or {}).items())


def _text(value: Json | bytes) -> Json:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value


def _as_shown(value: Json, example: Json) -> Json:
    """A value in the kind of the example: most brokers carry text, and pacts of numbers exist."""
    if isinstance(value, str) and isinstance(example, bool | int | float):
        try:
            read: Json = json.loads(value)
        except ValueError:
            return value
        return read if isinstance(read, bool | int | float) else value
    if isinstance(example, str) and isinstance(value, bool | int | float):
        return json.dumps(value)
    return value


def _is_json(body: bytes | None) -> bool:
    try:
        json.loads(body or b"")
    except ValueError:
        return False
    return True


def _bytes(body: Body) -> bytes | None:
    if body.presence in (Presence.ABSENT, Presence.NULL):
        return None
    if body.presence is Presence.EMPTY:
        return b""
    if isinstance(body.value, bytes):
        return body.value
    if isinstance(body.value, str) and not body.is_json:
        return body.value.encode()
    return json.dumps(body.value, ensure_ascii=False).encode()
