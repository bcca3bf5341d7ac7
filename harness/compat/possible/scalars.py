"""Numbers and texts at which code that never met them goes wrong."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Final

from harness.compat.schemas import oracle, scalars
from harness.compat.schemas.shapes import Shape
from harness.domain.json import Json, shortened

_OF_FORMATS: Final[dict[str, tuple[str, ...]]] = {
    "date-time": (
        "2024-02-29T00:00:00Z",
        "2024-02-29T12:30:00.123456789+05:45",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ),
    "date": ("2024-02-29", "0001-01-01", "9999-12-31"),
    "time": ("00:00:00Z", "23:59:59.999999-12:00"),
    "duration": ("P1D", "PT0S", "P1Y2M3DT4H5M6S", "P2W"),
    "email": ("a@example.org", "a.b+c@sub.example.org"),
    "uuid": ("00000000-0000-0000-0000-000000000000", "FFFFFFFF-FFFF-4FFF-BFFF-FFFFFFFFFFFF"),
    "uri": ("urn:a:b", "https://example.org/%C3%A9?q=1#f"),
    "ipv4": ("0.0.0.0", "255.255.255.255"),
    "ipv6": ("::", "2001:db8::1"),
}
_TEXTS: Final = (
    ("is empty", ""),
    ("is a blank", " "),
    ("holds letters beyond ASCII", "Zażółć \u6f22\u5b57 \U0001f642"),
    ("is the word null", "null"),
    ("is a number in words", "0"),
    ("is long", "x" * 2_000),
)
_NUMBERS: Final[tuple[int | float, ...]] = (
    0,
    -1,
    1,
    0.1,
    2**31,
    2**53 + 1,
    -(2**63),
    1e-7,
    1.5e300,
)
_MOST_AT_LIMITS: Final = 6


def numbers_at_limits(shape: Shape) -> Iterator[tuple[str, Json]]:
    """The numbers that a shape allows at its limits and at those of machines, with words."""
    judge = oracle.judge(oracle.scalar_schema(shape))
    for number in (*_limits(shape), *_NUMBERS):
        # Nobody writes a whole number with an exponent.
        is_written_oddly = isinstance(number, float) and number.is_integer()
        if not is_written_oddly and judge.accepts(number):
            yield f"is {shortened(number)}", number


def texts_at_limits(shape: Shape) -> Iterator[tuple[str, Json]]:
    """The texts that a shape allows and that are not what most texts are like, with words."""
    judge = oracle.judge(oracle.scalar_schema(shape))
    formats = [text for name in shape.words("format") for text in _OF_FORMATS.get(str(name), ())]
    known: set[str] = set()
    for what, text in (*((f"is {one}", one) for one in formats), *_TEXTS, *_of_lengths(shape)):
        if text not in known and judge.accepts(text):
            known.add(text)
            yield what, text
    if not known:
        # A pattern that none of these meets: what is drawn for it is all there is.
        for drawn in itertools.islice(scalars.fitting(shape), _MOST_AT_LIMITS):
            yield f"is {shortened(drawn)}", drawn


def _limits(shape: Shape) -> Iterator[int | float]:
    for word, step in (
        ("minimum", 0),
        ("maximum", 0),
        ("exclusiveMinimum", 1),
        ("exclusiveMaximum", -1),
    ):
        for bound in itertools.islice(shape.words(word), _MOST_AT_LIMITS):
            if isinstance(bound, int | float) and not isinstance(bound, bool):
                yield bound + step


def _of_lengths(shape: Shape) -> Iterator[tuple[str, str]]:
    for word in ("minLength", "maxLength"):
        for length in shape.words(word):
            if isinstance(length, int) and 0 <= length <= 100_000:
                yield f"is {length} long", "x" * length
