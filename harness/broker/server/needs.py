"""What a route needs of those who ask, and of whom it changes something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from harness.broker.semantics.scopes import Door, Scope
from harness.broker.server.asking import Call
from harness.domain.json import Json


@dataclass(frozen=True, slots=True)
class Subject:
    """
    What a request is about.

    Shape: `pacticipants` are those whose own things it changes, none where they are nobody's in
    particular; `version` and `environment` are empty where none is meant.
    """

    pacticipants: tuple[str, ...] = ()
    version: str = ""
    environment: str = ""


Finding: TypeAlias = Callable[[Call], Subject]


@dataclass(frozen=True, slots=True)
class Needs:
    """
    What a route needs.

    Shape: one of `scopes`; `deed` is the word for it in the audit log; `find` says what a request
    is about, before anything is changed.
    """

    scopes: frozenset[Scope]
    deed: str
    find: Finding
    door: Door = Door.CLOSED

    @property
    def is_read(self) -> bool:
        """Whether to read is enough."""
        return Scope.READ in self.scopes

    def __post_init__(self) -> None:
        """A route that needs nothing is a mistake."""
        if not self.scopes:
            raise ValueError("expected a scope that a route needs, saw none")


def publishing(*names: str, by: Finding | None = None) -> Needs:
    """For what a consumer's build does; `names` are the parts of the path that say whose it is."""
    return Needs(frozenset({Scope.PUBLISH}), "published", by or _of(names))


def verifying(*names: str, by: Finding | None = None) -> Needs:
    """For what a provider's build does."""
    return Needs(frozenset({Scope.VERIFY}), "verified", by or _of(names))


def building(*names: str, by: Finding | None = None) -> Needs:
    """For what every build does: its version, its branch and its tags."""
    return Needs(frozenset({Scope.PUBLISH, Scope.VERIFY}), "built", by or _of(names))


def deploying(*names: str, by: Finding | None = None) -> Needs:
    """For what a deployment does."""
    return Needs(frozenset({Scope.DEPLOY}), "deployed", by or _of(names))


def administering(*names: str, by: Finding | None = None) -> Needs:
    """For what is set up once, and for what destroys."""
    return Needs(frozenset({Scope.ADMIN}), "administered", by or _of(names))


def in_body(name: str, version: str = "") -> Finding:
    """What the members of a body say that it is about."""

    def find(call: Call) -> Subject:
        given = call.object()
        pacticipant = _text(given.get(name))
        return Subject((pacticipant,) if pacticipant else (), _text(given.get(version)))

    return find


def _of(names: tuple[str, ...]) -> Finding:
    def find(call: Call) -> Subject:
        pacticipants = tuple(call.names[each] for each in names)
        return Subject(pacticipants, call.names.get("version", ""))

    return find


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


READ: Final = Needs(frozenset({Scope.READ}), "read", _of(()))
BADGE: Final = Needs(frozenset({Scope.READ}), "read", _of(()), Door.BADGES)
HEARTBEAT: Final = Needs(frozenset({Scope.READ}), "read", _of(()), Door.HEARTBEAT)
