"""Moments as they are read off the clock, and as they are kept."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(at: datetime) -> str:
    """A moment as it is kept."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def utc_now() -> datetime:
    """This moment."""
    return datetime.now(UTC)
