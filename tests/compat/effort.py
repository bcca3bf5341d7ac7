"""How much work something is, counted in calls, so that every machine counts alike."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, TypeVar

T = TypeVar("T")


class TooMuch(AssertionError):
    """More calls than allowed."""


def within(calls: int, work: Callable[[], T]) -> T:
    """
    What some work gives, if it makes no more calls than allowed.

    Raises: TooMuch.
    """
    made = 0

    def count(_: FrameType, event: str, __: Any) -> None:
        nonlocal made
        made += event in ("call", "c_call")
        if made > calls:
            sys.setprofile(None)
            raise TooMuch(f"more than {calls:,} calls")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        return work()
    finally:
        sys.setprofile(before)
