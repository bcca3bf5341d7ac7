"""The processor's time that processes have taken, where the system tells it in /proc."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

_PROC = Path("/proc")


def taken_ms(pids: Iterable[int]) -> float:
    """The time of processes, in milliseconds; none where the system does not tell it."""
    ticks = sum(sum(map(int, _stat(pid)[11:13])) for pid in pids)
    return ticks * 1_000 / os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """A process and all that it began, near or far."""
    return [pid, *(each for child in _children(pid) for each in family(child))]


def _children(pid: int) -> Iterator[int]:
    for listed in _PROC.glob(f"{pid}/task/*/children"):
        yield from map(int, listed.read_text().split())


def _stat(pid: int) -> list[str]:
    """The fields after the name, which may hold blanks."""
    try:
        return (_PROC / f"{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return ["0"] * 13
