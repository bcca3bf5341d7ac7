"""Badges: a label and an outcome, as an SVG of one's own."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape, quoteattr

GREEN: Final = "#2e7d32"
RED: Final = "#c62828"
GREY: Final = "#616161"
_WIDTHS: Final = {**dict.fromkeys("iljtfr.,:;'|!()[] ", 4.2), **dict.fromkeys("mwMW@", 10.4)}
_USUAL_WIDTH: Final = 7.1
_MAX_LETTERS: Final = 60


def badge(label: str, outcome: str, colour: str) -> str:
    """The picture; long names are cut."""
    left, right = _short(label), _short(outcome)
    first, second = _width(left), _width(right)
    total = first + second
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{total}" height="20" role="img" '
        f"aria-label={quoteattr(f'{left}: {right}')}>"
        f"<title>{escape(f'{left}: {right}')}</title>"
        f'<rect width="{first}" height="20" fill="#424242"/>'
        f'<rect x="{first}" width="{second}" height="20" fill="{colour}"/>'
        '<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" '
        'font-size="11">'
        f'<text x="{first / 2}" y="14">{escape(left)}</text>'
        f'<text x="{first + second / 2}" y="14">{escape(right)}</text></g></svg>'
    )


def verdict(success: bool | None, words: tuple[str, str, str]) -> tuple[str, str]:
    """The word and colour for yes, no and unknown."""
    if success is None:
        return words[2], GREY
    return (words[0], GREEN) if success else (words[1], RED)


def _short(text: str) -> str:
    clean = "".join(each if each.isprintable() else " " for each in text)
    return clean if len(clean) <= _MAX_LETTERS else clean[:_MAX_LETTERS] + "…"


def _width(text: str) -> int:
    return round(sum(_WIDTHS.get(each, _USUAL_WIDTH) for each in text)) + 12
