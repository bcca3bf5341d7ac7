"""Text from outside, made harmless: no character of it can move a cursor or break a format."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_UNUSUAL = re.compile(r"[^ -~\n]")
_BREAK = re.compile(r"\s*\n\s*")
_COMMIT = re.compile(r"\b[0-9a-f]{40}\b")
_BEGINNING = 10
_KEPT = frozenset({"\n", "\u200c", "\u200d"})  # joiners are part of words in some scripts


def plain(text: str) -> str:
    """Write control, format and surrogate characters as escapes; lines stay lines."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\t", "    ")
    return _UNUSUAL.sub(lambda found: _escaped(found[0]), text)


def one_line(text: str) -> str:
    """Fold text into one harmless line."""
    text = plain(text).strip()
    return _BREAK.sub(" ", text) if "\n" in text else text


def clipped(text: str, limit: int) -> str:
    """Cut text that is longer than a limit, and say how much there is."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… ({len(text):,} characters)"


def abbreviated(text: str) -> str:
    """Cut each whole commit in a text to its beginning, by which people know it."""
    return _COMMIT.sub(lambda found: f"{found[0][:_BEGINNING]}…", text)


@lru_cache(1024)
def _escaped(one: str) -> str:
    if one in _KEPT or not _is_harmful(one):
        return one
    code = ord(one)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _is_harmful(one: str) -> bool:
    # U+FFFE and U+FFFF are in no category that says so, and no XML may hold them.
    return unicodedata.category(one) in _HARMFUL or one in ("\ufffe", "\uffff")
