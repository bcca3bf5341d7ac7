"""Patterns of dates and times, as pacts write them, as schemas of texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from harness.compat.schemas.oracle import judge
from harness.domain.json import Json

DEFAULTS: Final[Mapping[str, str]] = {
    "date": "yyyy-MM-dd",
    "time": "HH:mm:ss",
    "timestamp": "yyyy-MM-dd'T'HH:mm:ss",
    "datetime": "yyyy-MM-dd'T'HH:mm:ss",
}
_MOMENTS: Final = frozenset({"timestamp", "datetime"})
_STANDARD: Final = {
    "yyyy-MM-dd": "date",
    **{
        f"yyyy-MM-dd'T'HH:mm:ss{fraction}{zone}": "date-time"
        for fraction in ("", ".SSS", ".SSSSSS")
        for zone in ("X", "XX", "XXX", "Z", "ZZ", "ZZZ", "'Z'", "x", "xxx")
    },
}
_RUN: Final = re.compile(r"'(?:[^']|'')*'|([A-Za-z])\1*|.", re.DOTALL)
_SPECIAL: Final = re.compile(r"([\\^$.|?*+()\[\]{}/-])")
_ONE_OR_TWO: Final = {
    "M": r"(0?[1-9]|1[0-2])",
    "L": r"(0?[1-9]|1[0-2])",
    "d": r"(0?[1-9]|[12]\d|3[01])",
    "H": r"([01]?\d|2[0-3])",
    "k": r"([01]?\d|2[0-4])",
    "h": r"(0?\d|1[0-2])",
    "K": r"(0?\d|1[01])",
    "m": r"[0-5]?\d",
    "s": r"([0-5]?\d|60)",
}
_WORDS: Final = {
    "a": r"([AaPp][Mm])",
    "E": r"[A-Za-z]+\.?",
    "G": r"(AD|BC)",
    "z": r"[A-Za-z/_+0-9:-]+",
    "V": r"[A-Za-z/_+0-9:-]+",
    "X": r"(Z|[+-]\d{2}(:?\d{2})?)",
    "x": r"[+-]\d{2}(:?\d{2})?",
    "Z": r"(Z|[+-]\d{2}:?\d{2})",
}


def time_schema(kind: str, written: Json, example: Json = None) -> dict[str, Json]:
    """
    The schema of texts in a format of dates or times.

    Shape: a format that comes to a standard one is that, unless the example itself is not of it.
    """
    pattern = written if isinstance(written, str) and written else DEFAULTS[kind]
    plain: dict[str, Json] = {"type": "string", "pattern": f"^{_regex(pattern)}$"}
    named = _STANDARD.get(pattern, "" if written or kind not in _MOMENTS else "date-time")
    standard: dict[str, Json] = {"type": "string", "format": named}
    ways = [standard, plain] if pattern in _STANDARD else [plain, *([standard] if named else [])]
    return next((way for way in ways if judge(way).accepts(example)), ways[0])


def _regex(pattern: str) -> str:
    return "".join(_piece(matched[0]) for matched in _RUN.finditer(pattern))


def _piece(run: str) -> str:
    if run.startswith("'") and len(run) > 1:
        return _literal(run[1:-1].replace("''", "'") or "'")
    letter, count = run[0], len(run)
    if not letter.isalpha() or not letter.isascii():
        return _literal(run)
    if letter in "yuY":
        return r"\d{2}" if count == 2 else r"\d{4}"
    if letter in ("M", "L") and count > 2:
        return r"[A-Za-z]+\.?"
    if letter in "SnAN":
        return rf"\d{{1,{max(count, 1)}}}" if letter == "S" else r"\d+"
    return _ONE_OR_TWO.get(letter) or _WORDS.get(letter) or r"\S+"


def _literal(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text).replace(r"\-", "-").replace(r"\/", "/")
