"""JSON text to its value, within bounds that a hostile text cannot pass."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from harness.domain.errors import DocumentUnreadable
from harness.domain.json import Json, json_path, shortened

MAX_SIZE_BYTES = 32 * 1024 * 1024
MAX_DEPTH = 128
MAX_NODES = 1_500_000

_TOO_DEEP = f"nesting of at most {MAX_DEPTH} levels"
_TOO_MANY = f"at most {MAX_NODES:,} values"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A key that stands twice in one object; the last one was taken."""

    path: str
    key: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """The value of a text, with what was odd about it."""

    value: Json
    duplicates: tuple[Duplicate, ...] = ()


class _NotJson(ValueError):
    """A number that Python's reader takes and JSON does not."""


class _Objects:
    """Builds objects, and remembers those with a key that stands twice."""

    def __init__(self) -> None:
        self.repeated: list[tuple[dict[str, Json], str]] = []

    def build(self, pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        """An object of its pairs, the last of equal keys taken."""
        built = dict(pairs)
        if len(built) != len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    self.repeated.append((built, key))
                seen.add(key)
        return built


def unreadable(name: str, expected: str, seen: str, hint: str = "") -> DocumentUnreadable:
    """The one sentence of a text that cannot be read."""
    return DocumentUnreadable(f"{name}: expected {expected}, seen {seen}", hint=hint)


def parse_json(text: str | bytes, name: str) -> Parsed:
    """
    The value of a JSON text.

    Raises: DocumentUnreadable, which calls the text by `name`.
    """
    return finished(*json_value(decoded(text, name), name), name)


def decoded(text: str | bytes, name: str) -> str:
    """
    A text without its byte order mark.

    Raises: DocumentUnreadable where it is too long, empty or in no known encoding.
    """
    if len(text) > MAX_SIZE_BYTES:
        expected = f"at most {MAX_SIZE_BYTES // 1024 // 1024} MiB"
        raise unreadable(name, expected, f"{len(text):,} bytes", "split it by mount")
    whole = _decoded_bytes(text, name) if isinstance(text, bytes) else text
    whole = whole.removeprefix("\ufeff")
    if not whole.strip():
        raise unreadable(name, "a document", "an empty text")
    return whole


def _decoded_bytes(text: bytes, name: str) -> str:
    encoding = "utf-16" if text[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    try:
        return text.decode(encoding)
    except UnicodeDecodeError as fault:
        seen = f"byte 0x{text[fault.start]:02x} at offset {fault.start}"
        raise unreadable(name, "UTF-8 text", seen, "save it as UTF-8") from fault


def json_value(text: str, name: str) -> tuple[Json, list[tuple[dict[str, Json], str]]]:
    """
    The value of a JSON text that is decoded, and the objects in which a key stands twice.

    Raises: DocumentUnreadable.
    """
    # Counted before anything is built: a list of empty lists takes thirty times its text.
    if text.count(",") + text.count("[") + text.count("{") > MAX_NODES * 2:
        raise unreadable(name, _TOO_MANY, "more")
    objects = _Objects()
    try:
        value: Json = json.loads(
            text,
            object_pairs_hook=objects.build,
            parse_constant=_refuse_constant,
            parse_float=_finite,
        )
    except json.JSONDecodeError as fault:
        raise _broken_json(text, name, fault) from fault
    except RecursionError as fault:
        raise unreadable(name, _TOO_DEEP, "more") from fault
    except ValueError as fault:
        raise unreadable(
            name, "numbers that JSON can hold", str(fault).partition(";")[0]
        ) from fault
    return value, objects.repeated


def _refuse_constant(text: str) -> NoReturn:
    raise _NotJson(text)


def _finite(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise _NotJson(text[:40])
    return number


def _broken_json(text: str, name: str, fault: json.JSONDecodeError) -> DocumentUnreadable:
    cut_short = fault.pos >= len(text.rstrip()) or fault.msg.startswith("Unterminated")
    seen = "the end of the text" if cut_short else shortened(text[fault.pos : fault.pos + 20])
    where = f"{seen} at line {fault.lineno} column {fault.colno} ({fault.msg})"
    return unreadable(name, "JSON", where, "the text is cut short" if cut_short else "")


def finished(value: Json, repeated: list[tuple[dict[str, Json], str]], name: str) -> Parsed:
    """
    A value that is within the bounds, with what was odd about it.

    Raises: DocumentUnreadable.
    """
    _check_bounds(value, name)
    return Parsed(value, tuple(_located(value, repeated)) if repeated else ())


def _check_bounds(value: Json, name: str) -> None:
    """Level by level and without recursion, so that no depth can hurt."""
    level, depth, count = [value], 0, 1
    while level:
        if depth > MAX_DEPTH:
            raise unreadable(name, _TOO_DEEP, "more")
        below: list[Json] = []
        for node in level:
            if isinstance(node, dict):
                below.extend(node.values())
            elif isinstance(node, list):
                below.extend(node)
        count += len(below)
        if count > MAX_NODES:
            raise unreadable(name, _TOO_MANY, "more")
        level, depth = below, depth + 1


def _located(value: Json, repeated: list[tuple[dict[str, Json], str]]) -> Iterator[Duplicate]:
    keys: dict[int, list[str]] = {}
    for built, key in repeated:
        keys.setdefault(id(built), []).append(key)
    waiting: list[tuple[Json, tuple[str | int, ...]]] = [(value, ())]
    while waiting:
        node, path = waiting.pop()
        if isinstance(node, dict):
            for key in keys.pop(id(node), ()):
                yield Duplicate(json_path((*path, key)), key)
            waiting.extend((child, (*path, step)) for step, child in node.items())
        elif isinstance(node, list):
            waiting.extend((child, (*path, at)) for at, child in enumerate(node))
