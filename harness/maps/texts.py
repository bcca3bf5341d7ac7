"""How wide a text will be drawn, and names cut into lines that fit a box."""

from __future__ import annotations

import unicodedata
from typing import Final

LINE_PX: Final = 18.0
"""From one line of a name to the next."""

_WIDTHS: Final = {"W": 1.1, "F": 1.1}
_NARROW: Final = frozenset("ijl.,:;'!|()[] ftr-")
_WIDE: Final = frozenset("mwMW@%")
_SIZE_PX: Final = 14.0
_BREAKS: Final = "-_./: "


def width(text: str) -> float:
    """
    How wide a text of the map is drawn at most, whichever sans-serif font is there.

    Units: pixels at a size of 14 px.
    """
    return sum(map(_width, text)) * _SIZE_PX


def _width(sign: str) -> float:
    if unicodedata.combining(sign):
        return 0.0
    if sign in _NARROW:
        return 0.42
    if sign in _WIDE:
        return 0.98
    if sign.isascii():
        return 0.76 if sign.isupper() else 0.66
    return _WIDTHS.get(unicodedata.east_asian_width(sign), 0.9)


def lines(name: str, limit: float, most: int) -> tuple[str, ...]:
    """
    Cut a name into lines no wider than a limit, behind a hyphen or the like where there is one.

    Shape: at most `most` lines; an ellipsis ends the last one where something was left out.
    """
    found: list[str] = []
    rest = name.strip()
    while rest and len(found) < most:
        at = _fitting(rest, limit)
        if len(found) + 1 == most and at < len(rest):
            found.append(rest[: _fitting(rest, limit - width("…"))].rstrip() + "…")
            break
        at = _broken(rest, at)
        found.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return tuple(found) or ("(no name)",)


def _fitting(text: str, limit: float) -> int:
    """How many signs fit, one at least."""
    taken = 0.0
    for at, sign in enumerate(text):
        taken += _width(sign) * _SIZE_PX
        if taken > limit and at:
            return at
    return len(text)


def _broken(text: str, at: int) -> int:
    """Where to break at or before a place: behind the last sign that a name is read apart at."""
    if at == len(text):
        return at
    places = (place + 1 for place in range(at) if text[place] in _BREAKS)
    last = max(places, default=0)
    return last if last > at // 3 else at
