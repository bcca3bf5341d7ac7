"""Names from outside: which are one another's likeness, and which may not be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

MAIN_BRANCHES: Final = ("develop", "main", "master")
"""Branches that become a pacticipant's main branch when they are seen first."""

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\WA-Z_]+|[^\W_]", re.UNICODE)
_USUAL: Final = frozenset({"api", "provider", "service"})


def cleaned(name: str) -> tuple[str, ...]:
    """The words of a name that tell it from others: no case, plural or usual ending."""
    words = (word.lower().removesuffix("s") for word in _WORD.findall(name))
    return tuple(word for word in words if word and word not in _USUAL)


def alike(name: str, known: Iterable[str]) -> list[str]:
    """The known names that a new one may be a misspelling of."""
    told = cleaned(name)
    return [each for each in known if told and cleaned(each) == told]


def humanised(name: str) -> str:
    """A name as people would write it: `pre-prod` is `Pre prod`."""
    words = re.sub(r"[-_\s]+", " ", name).strip()
    return words[:1].upper() + words[1:]


def alike_told(name: str, known: Iterable[str], broker: str) -> str:
    """What is said where a new pacticipant looks like a known one."""
    listed = "\n".join(f"* {each}" for each in known)
    return (
        f'A pact is published for "{name}" for the first time, and its name is very similar to '
        f"that of these pacticipants:\n{listed}\n"
        "If one of them is meant, correct the name in the pact and publish it again.\n"
        f'If "{name}" is a pacticipant of its own, create it first, and publish again:\n'
        f'pact-broker create-or-update-pacticipant --name "{name}" --broker-base-url {broker}'
    )
