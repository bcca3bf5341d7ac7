"""Numbers and texts at which code that never met them goes wrong."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from harness.compat.possible.ordering import Rank
from harness.compat.schemas import oracle, scalars
from harness.compat.schemas.regexes import Unreadable
from harness.compat.schemas.shapes import Shape, numbers
from harness.compat.schemas.texts import DIGITS, LETTERS, matching
from harness.domain.json import Json, shortened

# What real services send of these, and other forms than most examples show: no leap seconds, no
# lower-case letters and no schemes but those of the web, which few send and healthy code refuses.
_OF_FORMATS: Final[dict[str, tuple[str, ...]]] = {
    "date-time": (
        "2024-02-29T00:00:00Z",
        "2024-02-29T12:30:00.123Z",
        "2024-02-29T12:30:00+00:00",
        "2024-02-29T12:30:00.123456789+05:45",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ),
    "date": ("2024-02-29", "0001-01-01", "9999-12-31"),
    "time": ("00:00:00Z", "23:59:59.999999-12:00"),
    "duration": ("P1D", "PT0S", "P1Y2M3DT4H5M6S", "P2W"),
    "email": ("a@example.org", "a.b+c@sub.example.org"),
    "uuid": ("00000000-0000-0000-0000-000000000000", "FFFFFFFF-FFFF-4FFF-BFFF-FFFFFFFFFFFF"),
    "uri": ("http://localhost:8080", "https://example.org/%C3%A9?q=1#f"),
    "ipv4": ("0.0.0.0", "255.255.255.255"),
    "ipv6": ("::", "2001:db8::1"),
    "byte": ("", "AA=="),
    "decimal": ("0", "-0.10", "12345678901234567890.123456789"),
}
_TEXTS: Final = (
    (Rank.AT_A_LIMIT, "is empty", ""),
    (Rank.AT_A_LIMIT, "is a blank", " "),
    (
        Rank.AT_A_LIMIT,
        "holds letters beyond ASCII",
        "Zażółć \u6f22\u5b57 \u05e9\u05dc\u05d5\u05dd \U0001f642",
    ),
    (Rank.AT_A_LIMIT, "is of two lines", "one\ntwo"),
    (Rank.EXTREME, "holds signs of other languages", '<b>"it\'s" 100% {0} & \\ /'),
    (Rank.EXTREME, "is long", "x" * 2_000),
)
_NUMBERS: Final[tuple[tuple[Rank, int | float], ...]] = (
    (Rank.AT_A_LIMIT, 0),
    (Rank.AT_A_LIMIT, -1),
    (Rank.AT_A_LIMIT, 0.1),
    (Rank.EXTREME, 2**31),
    (Rank.EXTREME, 2**53 + 1),
    (Rank.EXTREME, -(2**63)),
    (Rank.EXTREME, 1e-7),
    (Rank.EXTREME, 1.5e300),
)
# No validator asserts these, and what they rule out is never sent.
_OF_SIZE: Final[dict[str, tuple[float, float]]] = {
    **{f"int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)},
    "float": (-3.4e38, 3.4e38),
}
_STEPS: Final[dict[str, tuple[float, ...]]] = {
    "minimum": (0, 0.5),
    "maximum": (0, -0.5),
    "exclusiveMinimum": (1, 0.5, 0.001),
    "exclusiveMaximum": (-1, -0.5, -0.001),
}
_MOST_AT_LIMITS: Final = 6
_LONGEST: Final = 100_000
_LARGEST: Final = 2**63


class Scalar(NamedTuple):
    """A number or a text with what is told of it."""

    rank: Rank
    what: str
    value: Json


def at_limits(shape: Shape, formats: Iterable[str]) -> Iterator[Scalar]:
    """
    The numbers or texts that a shape allows at its limits and at those of machines.

    Shape: `formats` are those that a schema names, of which a number's shape keeps none; of texts
    in a format that nobody can judge by there are none.
    """
    schema = oracle.scalar_schema(shape)
    judge = oracle.judge(schema)
    known: set[tuple[type, Json]] = set()
    found = _numbers(shape, formats) if shape.kind == "number" else _texts(shape)
    for one in found:
        key = (type(one.value), one.value)
        # A validator takes 1e300 for an integer, which nobody sends for one.
        is_odd = schema["type"] == "integer" and not isinstance(one.value, int)
        if not is_odd and key not in known and judge.accepts(one.value):
            known.add(key)
            yield one
    told = {text for kind, text in known if kind is str}
    forms = {one.value: one for one in _forms(shape) if judge.accepts(one.value)}
    if not known and not _unjudged(shape):
        # A pattern that none of these meets: what is drawn for it is all there is.
        for drawn in itertools.islice(scalars.fitting(shape), _MOST_AT_LIMITS):
            if drawn not in forms:
                yield Scalar(Rank.AT_A_LIMIT, f"is {shortened(drawn)}", drawn)
    yield from (one for text, one in forms.items() if text not in told)


def is_likely(shape: Shape, formats: Iterable[str], value: Json) -> bool:
    """Whether a number or text that a shape allows is one that its format does not rule out."""
    if shape.kind == "string":
        return not _unjudged(shape)
    sizes = [_OF_SIZE[name] for name in formats if name in _OF_SIZE]
    return not isinstance(value, int | float) or all(low <= value <= high for low, high in sizes)


def _numbers(shape: Shape, formats: Iterable[str]) -> Iterator[Scalar]:
    named = tuple(formats)
    for rank, number in (*_bounds(shape), *_NUMBERS):
        if is_likely(shape, named, number):
            yield Scalar(rank, f"is {shortened(number)}", number)


def _bounds(shape: Shape) -> Iterator[tuple[Rank, int | float]]:
    for word, steps in _STEPS.items():
        for bound in itertools.islice(numbers(shape.words(word)), _MOST_AT_LIMITS):
            if abs(bound) <= _LARGEST:
                yield from ((Rank.AT_A_LIMIT, _written(bound + step)) for step in steps)


def _written(number: float) -> int | float:
    """A number as most write it: whole ones without a point."""
    return int(number) if number == int(number) else number


def _texts(shape: Shape) -> Iterator[Scalar]:
    for name in map(str, shape.words("format")):
        for text in _OF_FORMATS.get(name, ()):
            yield Scalar(Rank.AT_A_LIMIT, f"is {text or 'empty'}", text)
    if _unjudged(shape):
        return
    yield from (Scalar(rank, what, text) for rank, what, text in _TEXTS)
    for word in ("minLength", "maxLength"):
        for length in numbers(shape.words(word)):
            if 0 <= length <= _LONGEST:
                yield Scalar(Rank.AT_A_LIMIT, f"is {int(length)} long", "x" * int(length))


def _forms(shape: Shape) -> Iterator[Scalar]:
    """Texts of a pattern that look unlike each other: all letters, and all digits."""
    for pattern in map(str, shape.words("pattern")):
        for liked in (LETTERS, DIGITS):
            try:
                text = matching(pattern, liked=liked)
            except Unreadable:
                break
            yield Scalar(Rank.ANOTHER_VALUE, f"is {shortened(text)}", text)


def _unjudged(shape: Shape) -> bool:
    """Whether a format is named of which nobody can tell what it rules out."""
    known = oracle.KNOWN_FORMATS | oracle.FREE_FORMATS
    return shape.kind == "string" and any(str(n) not in known for n in shape.words("format"))
