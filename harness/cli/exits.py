"""The exit codes, and which of them outweighs which."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What the harness tells the shell."""

    PASSED = 0
    FINDINGS = 1
    MISUSED = 2
    INCONCLUSIVE = 3
    INTERNAL = 4
    INTERRUPTED = 130


_GRAVEST_FIRST = (
    Exit.INTERRUPTED,
    Exit.INTERNAL,
    Exit.MISUSED,
    Exit.FINDINGS,
    Exit.INCONCLUSIVE,
    Exit.PASSED,
)


def gravest(*codes: int) -> int:
    """Pick the code to end with where several hold."""
    return min(codes, key=lambda code: _GRAVEST_FIRST.index(Exit(code)))
