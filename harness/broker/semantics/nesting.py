"""
Query strings whose names hold brackets, `q[][pacticipant]=Foo&q[][version]=1`.

Shape: order counts; within a list of objects, a key that the last object already has begins the
next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, TypeAlias
from urllib.parse import parse_qsl, quote

Nested: TypeAlias = "str | list[Nested] | dict[str, Nested]"

_STEP: Final = re.compile(r"\[([^\[\]]*)\]")
_MAX_DEPTH: Final = 8


def parsed(query: str) -> dict[str, Nested]:
    """The value of a query string; of what contradicts itself the last word counts."""
    root: dict[str, Nested] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        head, steps = _path(name)
        root[head] = _put(root.get(head), steps, value)
    return root


def written(pairs: Iterable[tuple[str, str]]) -> str:
    """A query string; brackets stay as they are."""
    return "&".join(f"{quote(name, safe='[]')}={quote(value, safe='')}" for name, value in pairs)


def objects(value: Nested | None) -> list[dict[str, Nested]]:
    """The objects of a list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def texts(value: Nested | None) -> list[str]:
    """The texts of a list, or of one text."""
    listed = value if isinstance(value, list) else [value]
    return [each for each in listed if isinstance(each, str)]


def _path(name: str) -> tuple[str, list[str]]:
    head, bracket, rest = name.partition("[")
    steps = _STEP.findall(bracket + rest)
    return (head, steps) if head and len(steps) <= _MAX_DEPTH else (name, [])


def _put(node: Nested | None, steps: list[str], value: str) -> Nested:
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if step:
        found = node if isinstance(node, dict) else {}
        return {**found, step: _put(found.get(step), rest, value)}
    listed = list(node) if isinstance(node, list) else []
    last = listed[-1] if listed else None
    if rest and isinstance(last, dict) and not _has(last, rest):
        listed[-1] = _put(last, rest, value)
    else:
        listed.append(_put(None, rest, value))
    return listed


def _has(node: dict[str, Nested], steps: list[str]) -> bool:
    """Whether an object has a value at a path already, so that the next one begins."""
    found = node.get(steps[0])
    if found is None or len(steps) == 1:
        return found is not None
    if not steps[1]:
        return False
    return isinstance(found, dict) and _has(found, steps[1:])
