"""Regular expressions of ECMA-262 as trees, as far as they are understood."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

Range: TypeAlias = tuple[int, int]
LAST: Final = 0x10FFFF


class Unreadable(Exception):
    """A pattern that uses what is not understood here."""


@dataclass(frozen=True, slots=True)
class Letters:
    """One letter out of some ranges, which are sorted and apart."""

    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One part after the other."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some parts."""

    options: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part some times; without a `most`, any number of times."""

    part: Tree
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Ahead:
    """What must follow, or must not, without being taken."""

    part: Tree
    negated: bool


class Anchor:
    """The beginning or the end of the text."""

    __slots__ = ()


START: Final = Anchor()
END: Final = Anchor()
Tree: TypeAlias = Letters | Row | Choice | Repeat | Ahead | Anchor

_MAX_PATTERN: Final = 2_000
_MAX_DEPTH: Final = 40
_DIGIT: Final = ((48, 57),)
_WORD: Final = ((48, 57), (65, 90), (95, 95), (97, 122))
_BLANK: Final = (
    *((9, 13), (32, 32), (160, 160), (0x1680, 0x1680), (0x2000, 0x200A)),
    *((0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)),
)
_NEW_LINE: Final = ((10, 10), (13, 13), (0x2028, 0x2029))
_CLASSES: Final[dict[str, tuple[Range, ...]]] = {"d": _DIGIT, "w": _WORD, "s": _BLANK}
_CONTROLS: Final = {"n": 10, "t": 9, "r": 13, "f": 12, "v": 11, "0": 0}
_COUNTS: Final = re.compile(r"\{(\d+)(,)?(\d+)?\}")
_NAMED: Final = re.compile(r"\?P?<[A-Za-z_]\w*>")


@lru_cache(maxsize=1024)
def parsed(pattern: str) -> Tree:
    """
    The tree of a pattern.

    Raises: Unreadable.
    """
    if len(pattern) > _MAX_PATTERN:
        raise Unreadable("a pattern too long to read")
    reader = _Reader(pattern)
    tree = reader.choice()
    if reader.at != len(pattern):
        raise Unreadable("a bracket too many")
    return tree


def complement(ranges: tuple[Range, ...]) -> tuple[Range, ...]:
    """All other letters."""
    found: list[Range] = []
    at = 0
    for low, high in ranges:
        if low > at:
            found.append((at, low - 1))
        at = high + 1
    return (*found, (at, LAST)) if at <= LAST else tuple(found)


def joined(ranges: list[Range]) -> tuple[Range, ...]:
    """Ranges in order, those that touch made one."""
    found: list[Range] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return tuple(found)


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.depth = 0

    def choice(self) -> Tree:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise Unreadable("a pattern nested too deeply")
        options = [self._row()]
        while self._take("|"):
            options.append(self._row())
        self.depth -= 1
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _row(self) -> Tree:
        parts: list[Tree] = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            parts.append(self._repeated(self._atom()))
        return parts[0] if len(parts) == 1 else Row(tuple(parts))

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

    def _atom(self) -> Tree:
        sign = self._next()
        if sign in "^$":
            return START if sign == "^" else END
        if sign == "(":
            return self._group()
        if sign == "[":
            return Letters(self._class())
        if sign == ".":
            return Letters(complement(_NEW_LINE))
        if sign in "*+?":
            raise Unreadable("a repeat of nothing")
        return Letters(self._escape()) if sign == "\\" else Letters(((ord(sign), ord(sign)),))

    def _group(self) -> Tree:
        ahead = next((start for start in ("?=", "?!") if self._take(start)), None)
        if ahead is None and not self._take("?:"):
            named = _NAMED.match(self.pattern, self.at)
            if named is not None:
                self.at = named.end()
            elif self.pattern.startswith("?", self.at):
                raise Unreadable("a group of another kind")
        inner = self.choice()
        if not self._take(")"):
            raise Unreadable("a bracket too few")
        return inner if ahead is None else Ahead(inner, negated=ahead == "?!")

    def _escape(self) -> tuple[Range, ...]:
        sign = self._next()
        if sign.lower() in _CLASSES:
            ranges = _CLASSES[sign.lower()]
            return ranges if sign.islower() else complement(ranges)
        if sign in _CONTROLS:
            return ((_CONTROLS[sign], _CONTROLS[sign]),)
        if sign in "xu":
            return self._coded(2 if sign == "x" else 4)
        if sign.isalnum():
            raise Unreadable(f"\\{sign} in a pattern")
        return ((ord(sign), ord(sign)),)

    def _coded(self, length: int) -> tuple[Range, ...]:
        digits = self.pattern[self.at : self.at + length]
        self.at += len(digits)
        if not re.fullmatch(rf"[0-9a-fA-F]{{{length}}}", digits):
            raise Unreadable("a letter's number in another form")
        return ((int(digits, 16), int(digits, 16)),)

    def _class(self) -> tuple[Range, ...]:
        negated = self._take("^")
        ranges: list[Range] = []
        while not self._take("]"):
            ranges.extend(self._span())
        found = joined(ranges)
        return complement(found) if negated else found

    def _span(self) -> tuple[Range, ...]:
        first = self._member()
        dash = self.pattern[self.at : self.at + 1] == "-"
        if not dash or self.pattern[self.at + 1 : self.at + 2] in ("]", ""):
            return first
        self.at += 1
        last = self._member()
        low, high = first[0][0], last[0][1]
        if len(first) > 1 or len(last) > 1 or low > high:
            raise Unreadable("a range without two ends")
        return ((low, high),)

    def _member(self) -> tuple[Range, ...]:
        sign = self._next()
        if sign == "[":
            raise Unreadable("a bracket in a class, which dialects read in two ways")
        return self._escape() if sign == "\\" else ((ord(sign), ord(sign)),)

    def _repeated(self, part: Tree) -> Tree:
        counts = self._times()
        if counts is None:
            return part
        self._take("?")
        if self.pattern[self.at : self.at + 1] in ("+", "*", "?") or isinstance(
            part, Anchor | Ahead
        ):
            raise Unreadable("a repeat of a repeat, or of what takes nothing")
        return Repeat(part, *counts)

    def _times(self) -> tuple[int, int | None] | None:
        for sign, counts in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._take(sign):
                return counts
        found = _COUNTS.match(self.pattern, self.at)
        if found is None:
            return None
        self.at = found.end()
        least = int(found[1])
        most = int(found[3]) if found[3] else None if found[2] else least
        if max(least, most or 0) > _MAX_PATTERN or (most is not None and most < least):
            raise Unreadable("a repeat too long, or backwards")
        return least, most
