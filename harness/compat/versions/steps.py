"""The steps of a JSON path."""

from __future__ import annotations

import json
import re
from typing import Final

ITEM: Final = "[*]"
VALUE: Final = ".*"

_STEP: Final = re.compile(r'\.\*|\[\*\]|\[\d+\]|\["(?:\\.|[^"\\])*"\]|\.[^.\[]+')


def steps_of(path: str) -> tuple[str, ...]:
    """
    The steps of a JSON path: names, `[*]` for any item, `.*` for any value of a map.

    Shape: a name is written behind a slash, so that none is taken for a sign; positions count as
    any item.
    """
    return tuple(map(_step, _STEP.findall(path)))


def _step(written: str) -> str:
    if written == VALUE:
        return VALUE
    if written.startswith('["'):
        return f"/{json.loads(written[1:-1])}"
    return ITEM if written.startswith("[") else f"/{written[1:]}"
