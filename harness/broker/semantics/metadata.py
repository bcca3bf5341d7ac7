"""
Why a pact was given to be verified, as a word of its address.

Shape: URL-safe base64 without padding of a query; it comes back with the verification result.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from harness.broker.semantics.nesting import objects, parsed, texts, written

_NUMBER: Final = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Given:
    """What a pact was given for: consumer versions, whether pending, whether work in progress."""

    consumer_version_ids: tuple[int, ...] = ()
    pending: bool | None = None
    wip: bool = False


def encoded(given: Given) -> str:
    """The word for what a pact was given for."""
    pairs = [("s[][cv]", str(each)) for each in given.consumer_version_ids]
    if given.pending is not None:
        pairs.append(("p", str(given.pending).lower()))
    if given.wip:
        pairs.append(("w", "true"))
    return base64.urlsafe_b64encode(written(pairs).encode()).decode().rstrip("=")


def decoded(word: str) -> Given:
    """What a word says; one that nobody wrote here says nothing."""
    try:
        query = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)).decode()
    except (binascii.Error, ValueError):
        return Given()
    told = parsed(query)
    numbers = (text for each in objects(told.get("s")) for text in texts(each.get("cv")))
    ids = tuple(int(each) for each in numbers if _NUMBER.fullmatch(each))
    pending = told.get("p")
    return Given(ids, None if pending is None else pending == "true", told.get("w") == "true")
