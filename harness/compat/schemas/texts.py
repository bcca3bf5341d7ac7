"""Texts that meet a pattern or a format."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from harness.compat.schemas.regexes import (
    Ahead,
    Anchor,
    Choice,
    Letters,
    Range,
    Repeat,
    Row,
    Tree,
    parsed,
)

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
    "uuid": tuple(f"01234567-89ab-{version}def-8123-456789abcdef" for version in "41235678"),
    "json-pointer": ("", "/a"),
    "relative-json-pointer": ("0", "1/a"),
    "regex": ("a*", ""),
}
PLAIN: Final = ("a", "", "0", "-")
ODD: Final = ("A b", "é", "aB3_x", "null", "a" * 40)

_READABLE: Final = "a0A_- "
LETTERS: Final = "aA0_- "
DIGITS: Final = "0aA_- "


def matching(pattern: str, chance: random.Random | None = None, liked: str = _READABLE) -> str:
    """
    A text in which a pattern is likely found: look-aheads are passed over.

    Shape: without chance, of the characters that `liked` begins with where they will do.
    Raises: Unreadable.
    """
    return _Draw(chance, liked).text(parsed(pattern))


@dataclass(slots=True)
class _Draw:
    """How choices are made: the first and shortest of each, or by chance."""

    chance: random.Random | None
    liked: str
    left: int = 2_000

    def text(self, tree: Tree) -> str:
        """A text of a tree."""
        if isinstance(tree, Letters):
            return self._letter(tree.ranges)
        if isinstance(tree, Row):
            return "".join(self.text(part) for part in tree.parts)
        if isinstance(tree, Choice):
            return self.text(tree.options[self._index(len(tree.options))])
        if isinstance(tree, Anchor | Ahead):
            return ""
        return "".join(self.text(tree.part) for _ in range(self._times(tree)))

    def _letter(self, ranges: tuple[Range, ...]) -> str:
        if not ranges:
            return ""
        if self.chance is None:
            held = (c for c in self.liked if any(low <= ord(c) <= high for low, high in ranges))
            return next(held, chr(ranges[0][0]))
        low, high = self.chance.choice(ranges)
        return chr(self.chance.randint(low, min(high, low + 100)))

    def _index(self, count: int) -> int:
        return self.chance.randrange(count) if self.chance else 0

    def _times(self, tree: Repeat) -> int:
        most = tree.least + 3 if tree.most is None else min(tree.most, tree.least + 3)
        if self.left <= 0:
            return tree.least
        wanted = self.chance.randint(tree.least, most) if self.chance else max(tree.least, 1)
        self.left -= wanted
        return min(wanted, most)
