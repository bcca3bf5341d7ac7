"""Shows what is waited for, and how long still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.text import Text

_LINE_EVERY_S: Final = 30.0


@contextmanager
def countdown(
    *, is_terminal: bool, write: Callable[[str], None]
) -> Iterator[Callable[[str, float], None]]:
    """
    Something to be told, each second, what is waited for and how many seconds are left.

    Shape: on a terminal one line moves; elsewhere a line is written at the start and each half
    minute.
    """
    if not is_terminal:
        yield _Lines(write)
        return
    with Console(stderr=True).status("") as status:
        yield lambda what, left_s: status.update(Text(f"{what}, {_shown(left_s)} left"))


class _Lines:
    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._next_s = float("inf")

    def __call__(self, what: str, left_s: float) -> None:
        if left_s <= self._next_s:
            self._write(f"{what}, {_shown(left_s)} left")
            self._next_s = left_s - _LINE_EVERY_S


def _shown(left_s: float) -> str:
    minutes, rest = divmod(round(left_s), 60)
    return f"{minutes}:{rest:02d}"
