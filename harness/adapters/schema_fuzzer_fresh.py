"""What was refused because something like it exists already, asked for under another name."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from harness.adapters.schema_fuzzer_requests import (
    Operation,
    properties_of,
    request_errors,
    resolved,
)
from harness.adapters.schema_fuzzer_traffic import Sent, json_or_none
from harness.adapters.schema_fuzzer_values import Literal, folded

_NAMING = frozenset({"id", "pk", "uuid", "key", "name", "code", "slug"})
_REFERENCE = re.compile(r"(_id|_uuid|_key|[a-z](Id|Uuid|Key))s?$")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def renewed(
    operation: Operation,
    refused: Sent,
    own: Collection[str],
    made: Mapping[str, Literal],
    number: int,
) -> Sent | None:
    """
    Name a thing anew, and leave out what it may refer to; None where there is nothing to change.

    Shape: `own` are the folded names that the thing itself goes by; `made` are the names that the
    service gave out, which stay as they are; `number` tells one renewal from another.
    """
    body = json_or_none(refused.body)
    root = next((one.validation_schema for one in operation.body if "json" in one.media_type), None)
    if not isinstance(body, dict) or root is None:
        return None
    required = set(_required(root, root))
    parts: dict[str, Mapping[str, Any]] = {}
    for path, name, part in properties_of(root, root):
        if path == f"$.{name}":
            parts.setdefault(name, part)
    known = {json.dumps(value) for value in made.values()}
    sent = refused
    for name, value in body.items():
        part = parts.get(name, {})
        if name not in required:
            if _refers(name, part) and json.dumps(value) not in known:
                sent = _first_allowed(operation, sent, [_without(sent, name)])
        elif folded(name) in own or (folded(name) not in made and _is_plain(name, part)):
            others = other_names(value, number)
            sent = _first_allowed(operation, sent, [_with(sent, name, one) for one in others])
    return None if sent is refused else sent


def other_names(value: object, number: int) -> Iterator[Literal]:
    """Give values much like one, each of them another."""
    if isinstance(value, int) and not isinstance(value, bool):
        yield value + 1000 + number
    if not isinstance(value, str):
        return
    if _UUID.fullmatch(value):
        yield str(uuid.uuid5(uuid.UUID(value), str(number)))
        return
    if "@" in value:
        yield value.replace("@", f"-{number}@", 1)
    end = f"-{number}"
    yield value + end
    yield value[: -len(end)] + end
    digits = list(re.finditer(r"\d+", value))
    if digits:
        at, last = digits[-1].start(), digits[-1].group()
        yield value[:at] + str(number).zfill(len(last))[-len(last) :] + value[digits[-1].end() :]
    letters = "".join(chr(ord("A") + int(digit)) for digit in str(number))
    for ending in (letters, letters.lower()):
        yield value + ending
        yield value[: -len(ending)] + ending


def _is_plain(name: str, part: Mapping[str, Any]) -> bool:
    """Whether a required text may well be what must be unique: no reference, day or choice."""
    if part.keys() & {"enum", "const", "$ref"} or _REFERENCE.search(name):
        return False
    if folded(name) in _NAMING:
        return True
    return part.get("type") == "string" and part.get("format", "email") == "email"


def _refers(name: str, part: Mapping[str, Any]) -> bool:
    return bool(_REFERENCE.search(name)) or '"uuid"' in json.dumps(part.get("format", ""))


def _required(schema: object, root: object, depth: int = 0) -> Iterator[str]:
    if not isinstance(schema, dict) or depth > 6:
        return
    part = resolved(schema, root)
    yield from part.get("required") or ()
    for keyword in ("allOf", "anyOf", "oneOf"):
        for branch in part.get(keyword) or ():
            yield from _required(branch, root, depth + 1)


def _first_allowed(operation: Operation, sent: Sent, others: list[Sent]) -> Sent:
    """Give the first request that the document allows, else the one that there was."""
    for other in others:
        if other.body != sent.body and all(e.lenient for e in request_errors(operation, other)):
            return other
    return sent


def _with(sent: Sent, name: str, value: Literal) -> Sent:
    body = json_or_none(sent.body)
    changed = {**body, name: value} if isinstance(body, dict) else body
    return replace(sent, body=json.dumps(changed).encode())


def _without(sent: Sent, name: str) -> Sent:
    body = json_or_none(sent.body)
    rest = {k: v for k, v in body.items() if k != name} if isinstance(body, dict) else body
    return replace(sent, body=json.dumps(rest).encode())
