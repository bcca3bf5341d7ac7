"""What customs read of the terminal's messages."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime, BaseModel


class Outcome(StrEnum):
    """What became of an inspection."""

    FREE = "free"
    OPENED = "opened"


class Told(BaseModel):
    """Something of one container."""

    container: str


class Landed(Told):
    yard_block: str


class Moved(Told):
    bay: int


class Weighed(Told):
    weight: float


class Inspected(Told):
    at: AwareDatetime


class Cleared(Told):
    outcome: Outcome


class Archived(Told):
    clerk: str | None = None


class Listed(Told):
    goods: str
