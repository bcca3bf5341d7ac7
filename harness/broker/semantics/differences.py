"""The difference of two pacts, as text."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from typing import Final

from harness.domain.json import Json, is_mapping, sequence

_IDS: Final = frozenset({"_id"})
_LOOSE: Final = frozenset({"interactions", "messages"})


def told(old: Mapping[str, Json], new: Mapping[str, Json], before: str, after: str) -> str:
    """
    What is removed (-) and added (+), with what stands around it; empty where nothing differs.

    Shape: `before` and `after` name the two; the order of interactions and keys makes no
    difference, nor do the digests that name interactions.
    """
    lines = difflib.unified_diff(_lines(old), _lines(new), before, after, lineterm="")
    return "\n".join(lines)


def _lines(pact: Mapping[str, Json]) -> list[str]:
    return json.dumps(_settled(pact), indent=2, ensure_ascii=False, sort_keys=True).split("\n")


def _settled(value: Json, name: str = "") -> Json:
    if is_mapping(value):
        return {key: _settled(value[key], key) for key in value if key not in _IDS}
    if isinstance(value, str) or not sequence(value):
        return value
    items = [_settled(each) for each in sequence(value)]
    return (
        sorted(items, key=lambda each: json.dumps(each, sort_keys=True))
        if name in _LOOSE
        else items
    )
