"""Asks a declared model itself whether it takes a reply, where its library can tell."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, get_args

from harness.consumer import kinds, pydantic_models

Validate = Callable[[str], object]


def validator_of(kind: object) -> Validate | None:
    """
    What parses a JSON text as a type and raises where it does not fit; none where nothing would.

    Shape: dataclasses, attrs classes and TypedDicts check nothing at run time, so that only the
    code that fills them can tell.
    """
    parts = list(_parts(kind))
    if any(map(pydantic_models.is_model, parts)):
        validate: Validate = _module("pydantic").TypeAdapter(kind).validate_json
        return validate
    if any(map(pydantic_models.is_version_1, parts)):
        return lambda text: _module("pydantic.tools").parse_raw_as(kind, text)
    if any(map(kinds.is_struct, parts)):
        return lambda text: _module("msgspec").json.decode(text, type=kind)
    return None


def _module(name: str) -> Any:
    """A library that the author's code has imported, for it made the type."""
    return sys.modules.get(name) or __import__(name, fromlist=["_"])


def _parts(kind: object) -> list[object]:
    """The type and all that it is made of."""
    found, waiting = [], [kind]
    while waiting:
        part = waiting.pop()
        found.append(part)
        waiting.extend(get_args(part))
    return found
