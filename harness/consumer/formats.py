"""The texts of formats, as regular expressions that pact's engine reads as Python does."""

from __future__ import annotations

import re

_DATE = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d(:([0-5]\d|60)([.,]\d+)?)?"
_ZONE = r"(Z|z|[+-]\d{2}(:?\d{2})?)"

AWARE = rf"{_DATE}[Tt ]{_CLOCK}{_ZONE}"
NAIVE = rf"{_DATE}[Tt ]{_CLOCK}"
DATE = _DATE
TIME = rf"{_CLOCK}{_ZONE}?"
UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
ANYTHING = r"[\s\S]*"
DECIMAL_TEXT = r"^[+-]?(\d+(\.\d*)?|\.\d+)$"

# Source: pydantic's pattern for a Decimal in JSON: kept word for word, so that a provider which
# publishes it is covered by equality of text.
DECIMAL_PATTERN = r"^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$"

_SPECIAL = re.compile(r"([\\^$.|?*+()\[\]{}])")


def literal(text: str) -> str:
    """A regular expression for exactly this text, the same under every Python."""
    return _SPECIAL.sub(r"\\\1", text)


def regex_for(format_name: str, example: str) -> str | None:
    """
    The expression for texts of a format, if there is one and the example meets it.

    Shape: a date-time without zone in the example asks for none, one with a zone asks for a zone.
    """
    choices = {"date-time": (AWARE, NAIVE), "date": (DATE,), "time": (TIME,), "uuid": (UUID,)}
    for regex in choices.get(format_name, ()):
        if re.fullmatch(regex, example):
            return f"^{regex}$"
    return None
