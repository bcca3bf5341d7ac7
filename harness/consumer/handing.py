"""How often, in which order and to which lines of a test its messages are handed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from types import CodeType, FrameType
from typing import Final, TypeVar

import pytest

from harness.consumer.declaration import Declared, MessageDeclaration
from harness.consumer.face import Delivery
from harness.consumer.receiving import delivery_of, varied
from harness.consumer.repeating import Case
from harness.domain.possible import Fault, PossibleReply

T = TypeVar("T")
Line = tuple[CodeType, int]

_CARRIED: Final = frozenset({one.name for one in fields(Delivery)} | {"json"})
_ASSERTED: Final = (AssertionError, pytest.fail.Exception)
_OWN_ORDER: Final = "its test hands each message to code of its own, so that none can come earlier"
_ALONE: Final = "its test is handed no other message"
_UNREAD: Final = "its test did not read the message when it came a second time"


class _Noted(Delivery):
    """A delivery that tells which line reads it, and is like any other to who compares it."""

    __slots__ = ("_tell",)
    _tell: Callable[[FrameType], None]

    def __getattribute__(self, name: str) -> object:
        if name in _CARRIED:
            object.__getattribute__(self, "_tell")(sys._getframe(1))
        return object.__getattribute__(self, name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Delivery):
            return NotImplemented
        return all(getattr(self, one.name) == getattr(other, one.name) for one in fields(Delivery))

    __hash__ = Delivery.__hash__


def noted(delivery: Delivery, tell: Callable[[FrameType], None]) -> Delivery:
    """The same delivery; `tell` is called with whoever reads it."""
    made = _Noted(**{one.name: getattr(delivery, one.name) for one in fields(Delivery)})
    object.__setattr__(made, "_tell", tell)
    return made


@dataclass(slots=True)
class Handing:
    """
    The messages of the test that runs, and which lines read them.

    Shape: `lines` are those at which each test reads each of its messages first when it is given
    what its contract shows.
    """

    lines: dict[str, dict[int, Line]] = field(default_factory=dict)
    _kept: tuple[Delivery, ...] = ()
    _made: dict[int, Delivery] = field(default_factory=dict)

    def delivered(self, declaration: MessageDeclaration) -> Delivery:
        """
        The declared message, made once, with headers that no other run has.

        Raises: DeclarationUnsound.
        """
        made = self._made.get(id(declaration))
        if made is None:
            made = self._made[id(declaration)] = delivery_of(declaration)
        return replace(made, headers=dict(made.headers))

    def handed(
        self, case: Case, declared: Sequence[MessageDeclaration], shown: Sequence[Delivery]
    ) -> Sequence[Delivery]:
        """What a declared test is handed instead of the messages that it declares."""
        ask, reply = case.ask, case.reply
        if ask is None:
            return self._watched(case.test, shown)
        at = next((at for at, one in enumerate(declared) if ask.is_of(one)), None)
        if at is None:
            return shown
        given = list(shown)
        given[at] = varied(shown[at], case.handed())
        if _is(reply, Fault.REPEATED):
            case.comes_again = True
        elif _is(reply, Fault.MOVED):
            case.why_not = self._why_not_moved(case.test, len(given))
            given = given if case.why_not else moved(given, at)
        self._kept = tuple(given)
        return self._kept

    def verified(
        self, case: Case, provider: str, interactions: Sequence[str]
    ) -> Sequence[tuple[int, PossibleReply | None]]:
        """Which messages of its pact a plain test is handed, and what in the place of each."""
        ask, reply = case.ask, case.reply
        given: list[tuple[int, PossibleReply | None]] = [
            (at, None) for at in range(len(interactions))
        ]
        if ask is None or provider != ask.provider or ask.interaction not in interactions:
            return given
        at = interactions.index(ask.interaction)
        given[at] = (at, case.handed())
        if _is(reply, Fault.REPEATED):
            case.read_again()
            return [*given[: at + 1], given[at], *given[at + 1 :]]
        if _is(reply, Fault.MOVED):
            case.why_not = "" if len(given) > 1 else _ALONE
            return moved(given, at)
        return given

    def hand_again(self, item: pytest.Function, case: Case) -> None:
        """Put what a test was given in its place once more, as what is redelivered."""
        again = tuple(
            noted(replace(one, redelivered=True), lambda _: case.read_again()) for one in self._kept
        )
        if "delivery" in item.funcargs:
            item.funcargs["delivery"] = again[0]
        if "deliveries" in item.funcargs:
            item.funcargs["deliveries"] = again

    def _watched(self, test: str, handed: Sequence[Delivery]) -> tuple[Delivery, ...]:
        """The messages of a test that is given nothing else, so that who reads them is known."""
        read = self.lines.setdefault(test, {})

        def telling(at: int) -> Callable[[FrameType], None]:
            def tell(frame: FrameType) -> None:
                read.setdefault(at, (frame.f_code, frame.f_lineno))

            return tell

        return tuple(noted(one, telling(at)) for at, one in enumerate(handed))

    def _why_not_moved(self, test: str, count: int) -> str:
        """Why messages of a test cannot come in another order; empty where they can."""
        if count == 1:
            return _ALONE
        read = self.lines.get(test, {})
        return "" if len(read) == count and len(set(read.values())) == 1 else _OWN_ORDER


def moved(given: Sequence[T], at: int) -> list[T]:
    """Things in another order: one comes before all others, or the first of them comes last."""
    others = [*given[:at], *given[at + 1 :]]
    return [given[at], *others] if at else [*others, given[at]]


def unread(case: Case) -> str:
    """Why nothing can be said of a message that was to come twice; empty where it did."""
    return _UNREAD if _is(case.reply, Fault.REPEATED) and not case.is_read_again else ""


def is_unlike_once(case: Case, declared: Sequence[Declared]) -> bool:
    """Whether a test tells of its own that a message which came twice had more effect than one."""
    if case.ask is None or not case.is_read_again or not isinstance(case.raised, _ASSERTED):
        return False
    claimed = (one for one in declared if isinstance(one, MessageDeclaration) and one.idempotent)
    return any(case.ask.is_of(one) for one in claimed)


def _is(reply: PossibleReply | None, fault: Fault) -> bool:
    return reply is not None and reply.fault is fault
