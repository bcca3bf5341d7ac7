"""JSON that does no harm wherever it is written."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from harness.domain.json import Json

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def json_text(value: Json) -> str:
    """
    Write a value as a report.

    Shape: ASCII, so that no character of it does harm; keys in the order given. What begins a
    command in the log of a build is written with an escape, for a report may be printed there.
    """
    return re.sub("#(?=#)", r"\\u0023", json.dumps(cleaned(value), indent=2)) + "\n"


def cleaned(value: Json) -> Json:
    """A value whose lone surrogates, which many readers refuse, are the text of their escape."""
    if isinstance(value, str):
        return _SURROGATE.sub(lambda match: f"\\u{ord(match.group()):04x}", value)
    if isinstance(value, Mapping):
        return {str(cleaned(key)): cleaned(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(one) for one in value]
    return value
