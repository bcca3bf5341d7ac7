"""Several looks at the same time, each in a thread, told in the order in which they were given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event
from typing import TypeAlias

from harness.domain.errors import HarnessError
from harness.domain.evidence import Evidence

# A look mostly waits; what costs is that each starts Python programs.
AT_ONCE = 4

Sleep: TypeAlias = Callable[[float], None]
Look: TypeAlias = Callable[[Sleep], Iterator[Evidence]]


@dataclass(slots=True)
class Seen:
    """What one look has found until its end, and what was in its way."""

    evidence: list[Evidence] = field(default_factory=list)
    error: HarnessError | None = None


def side_by_side(looks: Iterable[Look], at_once: int = AT_ONCE) -> Iterator[Seen]:
    """
    Take looks side by side, and give what each has seen.

    Shape: a look sleeps by what it is handed, so that it ends where nobody waits for it any more,
    and closes what it has opened before this returns.
    """
    leaving = Event()

    def sleep(seconds: float) -> None:
        if leaving.wait(seconds):
            raise _Left

    with ThreadPoolExecutor(at_once, thread_name_prefix="look") as pool:
        begun = [pool.submit(_take, look, sleep) for look in looks]
        try:
            for one in begun:
                yield one.result()
        finally:
            leaving.set()
            for one in begun:
                one.cancel()


class _Left(Exception):
    """Nobody waits for what is looked at."""


def _take(look: Look, sleep: Sleep) -> Seen:
    seen = Seen()
    try:
        seen.evidence.extend(look(sleep))
    except HarnessError as error:
        seen.error = error
    return seen
