"""Texts that meet a pattern or a format."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

FORMAT_SAMPLES: Final[dict[str, tuple[str, ...]]] = {
    "date-time": ("2024-02-29T12:30:00Z", "1999-12-31T23:59:59.5+01:00"),
    "date": ("2024-02-29", "1999-12-31"),
    "time": ("12:30:00Z", "23:59:59.5+01:00"),
    "duration": ("P1D", "PT1H30M"),
    "email": ("a@example.org",),
    "idn-email": ("a@example.org",),
    "hostname": ("example.org",),
    "idn-hostname": ("example.org",),
    "ipv4": ("192.0.2.1",),
    "ipv6": ("2001:db8::1",),
    "uri": ("https://example.org/a", "urn:a:b"),
    "uri-reference": ("/a", "https://example.org/a"),
    "iri": ("https://example.org/a",),
    "iri-reference": ("/a",),
    "uri-template": ("/a/{b}",),
    "uuid": ("01234567-89ab-4def-8123-456789abcdef",),
    "json-pointer": ("", "/a"),
    "relative-json-pointer": ("0", "1/a"),
    "regex": ("a*", ""),
}
PLAIN: Final = ("a", "", "0", "-")
ODD: Final = ("A b", "é", "aB3_x", "null", "a" * 40)

_CLASSES: Final = {"d": "0123456789", "w": "aZ0_b", "s": " ", "D": "ab-", "W": "- .", "S": "a0-"}
_CONTROLS: Final = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}
_PRINTABLE: Final = "".join(chr(code) for code in range(32, 127))
_MAX_REPEAT: Final = 40
_MAX_PATTERN: Final = 2_000
_MAX_DEPTH: Final = 40


class Unreadable(Exception):
    """A pattern that uses what is not understood here."""


Part = Callable[["_Draw"], str]


@dataclass(slots=True)
class _Draw:
    """How choices are made: the first and shortest of each, or by chance."""

    chance: random.Random | None
    left: int = 2_000

    def one_of(self, letters: str) -> str:
        return self.chance.choice(letters) if self.chance else letters[0]

    def index(self, count: int) -> int:
        return self.chance.randrange(count) if self.chance else 0

    def repeat(self, least: int, most: int) -> int:
        if self.left <= 0:
            return least
        upper = min(most, least + 3)
        return self.chance.randint(least, upper) if self.chance else min(max(least, 1), most)


def matching(pattern: str, chance: random.Random | None = None) -> str:
    """
    A text in which a pattern is likely found: look-arounds and back-references are passed over.

    Raises: Unreadable.
    """
    if len(pattern) > _MAX_PATTERN:
        raise Unreadable("a pattern too long to read")
    reader = _Reader(pattern)
    part = reader.choice()
    if reader.at != len(pattern):
        raise Unreadable("a bracket too many")
    return part(_Draw(chance))


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.depth = 0

    def choice(self) -> Part:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise Unreadable("a pattern nested too deeply")
        branches = [self._row()]
        while self._take("|"):
            branches.append(self._row())
        self.depth -= 1
        return lambda draw: branches[draw.index(len(branches))](draw)

    def _row(self) -> Part:
        parts: list[Part] = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            parts.append(self._repeated(self._atom()))
        return lambda draw: "".join(part(draw) for part in parts)

    def _take(self, text: str) -> bool:
        if self.pattern.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def _next(self) -> str:
        if self.at >= len(self.pattern):
            raise Unreadable("a pattern that ends early")
        self.at += 1
        return self.pattern[self.at - 1]

    def _atom(self) -> Part:
        sign = self._next()
        if sign in "^$":
            return _nothing
        if sign == "(":
            return self._group()
        if sign == "[":
            return _letter(self._class())
        if sign == ".":
            return _letter("a" + _PRINTABLE)
        return _letter(self._escape()) if sign == "\\" else _letter(sign)

    def _group(self) -> Part:
        looks = any(self._take(start) for start in ("?=", "?!", "?<=", "?<!"))
        if not looks and not self._take("?:") and (self._take("?P<") or self._take("?<")):
            while self._next() != ">":
                pass
        inner = self.choice()
        if not self._take(")"):
            raise Unreadable("a bracket too few")
        return _nothing if looks else inner

    def _escape(self) -> str:
        sign = self._next()
        if sign in "bBAZzG":
            return ""
        if sign in ("p", "P", "k") or (sign.isdecimal() and sign != "0"):
            raise Unreadable(f"\\{sign} in a pattern")
        if sign in "xu":
            digits = self.pattern[self.at : self.at + (2 if sign == "x" else 4)]
            self.at += len(digits)
            try:
                return chr(int(digits, 16))
            except ValueError as error:
                raise Unreadable(f"\\{sign} in a pattern") from error
        return _CLASSES.get(sign) or _CONTROLS.get(sign, sign)

    def _class(self) -> str:
        negated = self._take("^")
        letters: list[str] = []
        while not self._take("]") or not letters:
            sign = self._next() if letters or self.at < len(self.pattern) else ""
            found = self._escape() if sign == "\\" else sign
            ranged = self.pattern[self.at : self.at + 1] == "-"
            if ranged and self.pattern[self.at + 1 : self.at + 2] not in ("]", "") and found:
                self.at += 1
                last = self._next()
                last = self._escape() if last == "\\" else last
                letters.append(_range(found, last))
            else:
                letters.append(found)
        known = "".join(letters)
        return "".join(c for c in "a0" + _PRINTABLE if c not in known) if negated else known

    def _repeated(self, part: Part) -> Part:
        if self._take("*"):
            least, most = 0, _MAX_REPEAT
        elif self._take("+"):
            least, most = 1, _MAX_REPEAT
        elif self._take("?"):
            least, most = 0, 1
        else:
            counts = self._counts()
            if counts is None:
                return part
            least, most = counts
        self._take("?")
        self._take("+")
        return lambda draw: _many(part, draw, least, most)

    def _counts(self) -> tuple[int, int] | None:
        end = self.pattern.find("}", self.at)
        if not self.pattern.startswith("{", self.at) or end < 0:
            return None
        first, comma, last = self.pattern[self.at + 1 : end].partition(",")
        if not first.isdecimal() or (last and not last.isdecimal()):
            return None
        self.at = end + 1
        least = int(first)
        if least > _MAX_PATTERN:
            raise Unreadable("a repeat too long")
        return least, int(last) if last else (least + _MAX_REPEAT if comma else least)


def _range(first: str, last: str) -> str:
    low, high = ord(first[0]), ord(last[0]) if last else ord(first[0])
    return "".join(chr(code) for code in range(low, min(high, low + 200) + 1))


def _nothing(_: _Draw) -> str:
    return ""


def _letter(letters: str) -> Part:
    if not letters:
        return _nothing
    return lambda draw: draw.one_of(letters)


def _many(part: Part, draw: _Draw, least: int, most: int) -> str:
    count = draw.repeat(least, most)
    draw.left -= count
    return "".join(part(draw) for _ in range(count))
