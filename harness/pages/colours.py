"""The colours of pages and pictures, for light and dark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LIGHT: Final = {
    "back": "#ffffff",
    "panel": "#f6f8fa",
    "rule": "#d1d9e0",
    "ink": "#1f2328",
    "quiet": "#59636e",
    "accent": "#0550ae",
    "good": "#176f30",
    "proven": "#0550ae",
    "bad": "#b91c2c",
    "open": "#855700",
    "none": "#59636e",
    "mark": "#fff1c2",
}
DARK: Final = {
    "back": "#0d1117",
    "panel": "#161b22",
    "rule": "#3d444d",
    "ink": "#e6edf3",
    "quiet": "#9aa4af",
    "accent": "#79b8ff",
    "good": "#56d364",
    "proven": "#79b8ff",
    "bad": "#ff8a80",
    "open": "#e3b341",
    "none": "#9aa4af",
    "mark": "#4a3a10",
}
"""What is read on `back`, on `panel` and, of ink, on `mark` has a contrast of 4.5 or more."""


def variables() -> str:
    """Write the colours as variables of a style sheet, those of the dark where it is asked for."""
    return (
        f":root{{color-scheme:light dark;{_declared(LIGHT)}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{_declared(DARK)}}}}}\n"
    )


def _declared(colours: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in colours.items())
