"""What is told of containers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from json import dumps


class Outcome(StrEnum):
    """What became of an inspection."""

    FREE = "free"
    OPENED = "opened"


@dataclass(frozen=True)
class Event:
    """One message, but for where it goes."""

    body: bytes
    key: str
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"


def told(number: str, **more: object) -> Event:
    """Tell something of one container."""
    return Event(dumps({"container": number, **more}).encode(), number)


def landed(number: str, block: str) -> Event:
    return told(number, yard_block=block)


def moved(number: str, bay: int) -> Event:
    return told(number, bay=bay)


def weighed(number: str, kg: float) -> Event:
    return told(number, weight=kg)


def inspected(number: str) -> Event:
    return told(number, at=datetime.now(UTC).isoformat(timespec="seconds"))


def held(number: str, officer: str) -> Event:
    event = told(number)
    return Event(event.body, event.key, {"officer": officer})


def released(number: str) -> Event:
    return told(number)


def collected(number: str) -> Event:
    return told(number)


def cleared(number: str, outcome: Outcome) -> Event:
    return told(number, outcome=outcome)


def archived(number: str, clerk: str) -> Event:
    return told(number, clerk=clerk)


def listed(number: str, goods: str) -> Event:
    return told(number, goods=goods)


def called(number: str, gate: int) -> Event:
    return told(number, gate=gate)


def loaded(number: str, lorry: str) -> Event:
    return told(number, lorry=lorry)
