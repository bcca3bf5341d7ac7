"""What servers put before the paths of operations, and what changed in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from harness.compat.versions.telling import Spot
from harness.domain.change import Change
from harness.domain.document import Operation

_PARAMETER: Final = re.compile(r"\{[^{}]*\}")


def shape(operation: Operation) -> tuple[str, str]:
    """The method of an operation and its path without the names of parameters."""
    return operation.method, _PARAMETER.sub("{}", operation.path)


def wholes(operation: Operation) -> tuple[tuple[str, str], ...]:
    """The method and path of an operation below each of its base paths."""
    method, path = shape(operation)
    return tuple((method, base + path) for base in operation.base_paths)


def base_paths(pairs: Sequence[tuple[Operation, Operation]]) -> Iterator[Change]:
    """Differences of base paths: once for the document where all operations share them."""
    found = [(old, _moved(old, new)) for old, new in pairs]
    moved = {each for _, each in found}
    if len(moved) == 1:
        yield from _told(moved.pop(), Spot(), "base-path")
        return
    for old, each in found:
        yield from _told(each, Spot(old.label), "operation-base-path")


_Moved = tuple[tuple[str, ...], tuple[str, ...]]


def _moved(old: Operation, new: Operation) -> _Moved:
    """The base paths that an operation lost, and those that it gained."""
    was = dict(zip(wholes(old), old.base_paths, strict=True))
    now = dict(zip(wholes(new), new.base_paths, strict=True))
    return (
        tuple(base for whole, base in was.items() if whole not in now),
        tuple(base for whole, base in now.items() if whole not in was),
    )


def _told(moved: _Moved, spot: Spot, thing: str) -> Iterator[Change]:
    lost, gained = moved
    if lost:
        yield spot.told(f"{thing}-removed", _text(lost), _text(gained))
    elif gained:
        yield spot.told(f"{thing}-added", "", _text(gained))


def _text(paths: tuple[str, ...]) -> str:
    return ", ".join(each or "/" for each in paths) or "none"
