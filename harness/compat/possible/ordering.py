"""Which changes break most code, and so come first."""

from __future__ import annotations

from enum import IntEnum


class Rank(IntEnum):
    """
    The classes of changes, those first that break most code.

    Shape: each place has its turn with one class before any has it with the next, so that a budget
    that ends early ends at what is rare, and not at what stands low in a body.
    """

    ABSENT = 0
    NULL = 1
    EMPTY = 2
    ANOTHER_FORM = 3
    ADDED = 4
    ANOTHER_VALUE = 5
    AT_A_LIMIT = 6
    EXTREME = 7
    ONE_OF_VERY_MANY = 8
