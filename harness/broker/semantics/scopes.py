"""What those who ask may do, and on whose behalf."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final


class Scope(StrEnum):
    """
    A kind of deed.

    Shape: each holds `read`, since every client begins by reading, and `admin` holds all.
    """

    READ = "read"
    PUBLISH = "publish"
    VERIFY = "verify"
    DEPLOY = "deploy"
    ADMIN = "admin"


class Door(Enum):
    """What may be opened to everybody, by an option of each."""

    CLOSED = "closed"
    BADGES = "badges"
    HEARTBEAT = "heartbeat"


@dataclass(frozen=True, slots=True)
class Caller:
    """
    Who asks.

    Shape: `name` is shown, such as `token ci`; `limits` are the pacticipants of which something may
    be changed, all where it is empty. Reading knows no limits: a contract is between two.
    """

    name: str
    scopes: frozenset[Scope]
    limits: frozenset[str] = frozenset()

    def lacks(self, wanted: frozenset[Scope]) -> str:
        """Nothing, or what is said where none of several scopes is had."""
        if Scope.ADMIN in self.scopes or self.scopes & wanted:
            return ""
        if Scope.READ in wanted and self.scopes:
            return ""
        return f"{self.name} needs the scope {_either(wanted)}, and has {_all(self.scopes)}"

    def outside(self, pacticipants: Iterable[str]) -> str:
        """Nothing, or what is said where something else than what is allowed would be changed."""
        if not self.limits:
            return ""
        named = list(pacticipants)
        other = [each for each in named if each not in self.limits]
        if named and not other:
            return ""
        what = " and ".join(other) or "what belongs to no single pacticipant"
        return f"{self.name} is limited to {_all(self.limits)}, and this would change {what}"


ANYBODY: Final = Caller("anybody", frozenset({Scope.ADMIN}))
"""Who asks a broker that asks nobody."""

STRANGER: Final = Caller("anybody", frozenset({Scope.READ}))
"""Who is shown what is public."""


def _either(scopes: Iterable[Scope]) -> str:
    return " or ".join(each for each in Scope if each in scopes)


def _all(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
