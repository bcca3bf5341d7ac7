"""The steps of a JSON path."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Final

ITEM: Final = "[*]"
VALUE: Final = ".*"
_ANY: Final = frozenset({ITEM, VALUE})

_STEP: Final = re.compile(r'\.\*|\[\*\]|\[\d+\]|\["(?:\\.|[^"\\])*"\]|\.[^.\[]+')


def steps_of(path: str) -> tuple[str, ...]:
    """
    The steps of a JSON path: names, `[*]` for any item, `.*` for any value of a map.

    Shape: a name is written behind a slash, so that none is taken for a sign; positions count as
    any item.
    """
    return tuple(map(_step, _STEP.findall(path)))


def meet(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether two paths may go the same way, as far as both go."""
    return all(a == b or _ANY & {a, b} for a, b in zip(one, other, strict=False))


def _step(written: str) -> str:
    if written == VALUE:
        return VALUE
    if written.startswith('["'):
        return f"/{json.loads(written[1:-1])}"
    return ITEM if written.startswith("[") else f"/{written[1:]}"
