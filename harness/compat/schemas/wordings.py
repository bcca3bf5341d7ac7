"""Whether every text that one shape of texts sends, another accepts, told letter by letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from harness.compat.schemas.languages import Languages, NodeId, language
from harness.compat.schemas.regexes import LAST, Unreadable, parsed
from harness.compat.schemas.shapes import Shape, numbers

_DATE: Final = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_CLOCK: Final = r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]\d\d:\d\d)"
_HEX: Final = "[0-9a-fA-F]"

# Each holds every text of its format and some more, so it can prove and cannot refute.
FORMATS: Final = {
    "date": f"^{_DATE}$",
    "date-time": f"^{_DATE}[Tt]{_CLOCK}$",
    "time": f"^{_CLOCK}$",
    "uuid": f"^{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}$",
    "ipv4": r"^\d{1,3}(\.\d{1,3}){3}$",
    "email": r"^.+@.+$",
}
# What services do send of a format, the likeliest first: a witness of the year 0 convinces nobody.
_USUAL: Final = (
    {
        "date": r"^[12]\d{3}-",
        "date-time": r"^[12]\d{3}-..-..T..:..:[0-5].*[^z]$",
        "time": r"^..:..:[0-5].*[^z]$",
    },
    {
        "date": r"^[12]\d{3}-",
        "date-time": r"^[12]\d{3}-",
    },
)
_ANY_LETTER: Final = ((0, LAST),)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A proof, or texts that are likely sent and refused, or nothing of both."""

    covered: bool = False
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Words:
    """What a shape of texts asks for."""

    patterns: tuple[str, ...]
    formats: tuple[str, ...]
    least: int
    most: int | None
    listed: tuple[str, ...] | None


def compare_texts(writer: Shape, reader: Shape) -> Verdict:
    """What letters tell of two shapes of texts."""
    return _compared(_words(writer), _words(reader))


def _words(shape: Shape) -> _Words:
    most = min(numbers(shape.words("maxLength")), default=None)
    listed = None if shape.values is None else tuple(str(value) for value in shape.values)
    return _Words(
        tuple(sorted({str(each) for each in shape.words("pattern")})),
        tuple(sorted({str(each) for each in shape.words("format")})),
        int(shape.most("minLength")),
        None if most is None else int(most),
        listed,
    )


@lru_cache(maxsize=2048)
def _compared(writer: _Words, reader: _Words) -> Verdict:
    if reader.listed is not None or not set(reader.formats) <= set(writer.formats):
        return Verdict()
    languages = Languages()
    try:
        sent, accepted = _language(languages, writer), _language(languages, reader)
        found = languages.counterexample(sent, accepted)
        if found is None:
            return Verdict(covered=True)
        narrowed = (_usual(languages, sent, writer, usual) for usual in _USUAL)
        likely = (languages.counterexample(each, accepted) for each in narrowed)
        return Verdict(refused=(next((each for each in likely if each is not None), found),))
    except (Unreadable, RecursionError):
        return Verdict()


def _usual(languages: Languages, sent: NodeId, writer: _Words, usual: Mapping[str, str]) -> NodeId:
    patterns = [usual[name] for name in writer.formats if name in usual]
    return languages.both([sent, *(language(languages, parsed(each)) for each in patterns)])


def _language(languages: Languages, words: _Words) -> NodeId:
    patterns = [*words.patterns, *(FORMATS[name] for name in words.formats if name in FORMATS)]
    parts = [language(languages, parsed(pattern)) for pattern in patterns]
    if words.least or words.most is not None:
        any_letter = languages.letters(_ANY_LETTER)
        parts.append(languages.between(any_letter, words.least, words.most))
    return languages.both(parts)
