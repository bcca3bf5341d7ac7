"""Whether every text that one shape of texts sends, another accepts, told letter by letter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from harness.compat.languages import Languages, NodeId, language
from harness.compat.regexes import LAST, Unreadable, parsed
from harness.compat.shapes import Shape, numbers

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
        sent = _language(languages, writer)
        found = languages.counterexample(sent, _language(languages, reader))
    except (Unreadable, RecursionError):
        return Verdict()
    return Verdict(covered=True) if found is None else Verdict(refused=(found,))


def _language(languages: Languages, words: _Words) -> NodeId:
    patterns = [*words.patterns, *(FORMATS[name] for name in words.formats if name in FORMATS)]
    parts = [language(languages, parsed(pattern)) for pattern in patterns]
    if words.least or words.most is not None:
        any_letter = languages.letters(_ANY_LETTER)
        parts.append(languages.between(any_letter, words.least, words.most))
    return languages.both(parts)
