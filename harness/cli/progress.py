"""What is told while the gate runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.text import Text

from harness.domain.coping import RepliesPut, ReplyRefused, WitnessPut
from harness.domain.evidence import (
    ContractTestRan,
    DocumentChanged,
    DocumentRead,
    InteractionCompared,
    InteractionVerified,
    Observed,
    Outcome,
)
from harness.domain.fit import Reception
from harness.domain.steps import Step
from harness.domain.traffic import CaseFailed, OperationExercised
from harness.domain.typed import TypeDiagnostic
from harness.pages.plain import one_line
from harness.reports.words import counted, seconds
from harness.stages.ports import Progress

E = TypeVar("E")

_BAD = (
    *(Outcome.FAILED, Outcome.ERROR, Outcome.UNNAMED),
    *(Outcome.STATE_FAILED, Outcome.STATE_MISSING),
)


class Silence:
    """Tells nothing."""

    def planned(self, steps: Iterable[Step]) -> None:
        """Pass over what was added to the plan."""

    def started(self, step: Step) -> None:
        """Pass over a step that began."""

    def finished(self, step: Step, observed: Observed) -> None:
        """Pass over a step that ended."""


class Lines:
    """Writes one line for each step that ends."""

    def __init__(self, write: Callable[[str], None]) -> None:
        """Begin with nothing planned."""
        self._write = write
        self._total = 0
        self._done = 0

    def planned(self, steps: Iterable[Step]) -> None:
        """Count what was added to the plan."""
        self._total += sum(1 for _ in steps)

    def started(self, step: Step) -> None:
        """Say nothing yet."""

    def finished(self, step: Step, observed: Observed) -> None:
        """Write the step's line."""
        self._done += 1
        count = f"{self._done:>{len(str(self._total))}}/{self._total}"
        words = "  ".join((outcome(observed), *filter(None, [seen(observed)])))
        self._write(f"[{count}] {one_line(step.id)}  {words}  {seconds(observed.elapsed_ms)}")


class Moving:
    """Shows on one line what is running; it is drawn anew several times a second."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Begin with nothing planned."""
        self._clock = clock
        self._began = clock()
        self._total = 0
        self._done = 0
        self._running: dict[str, float] = {}

    def planned(self, steps: Iterable[Step]) -> None:
        """Count what was added to the plan."""
        self._total += sum(1 for _ in steps)

    def started(self, step: Step) -> None:
        """Show the step."""
        self._running[step.id] = self._clock()

    def finished(self, step: Step, observed: Observed) -> None:
        """Take the step away."""
        self._done += 1
        self._running.pop(step.id, None)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw the line."""
        now = self._clock()
        elapsed = seconds(round((now - self._began) * 1000))
        running = ", ".join(
            f"{one_line(name)} {now - since:.0f} s" for name, since in list(self._running.items())
        )
        line = Text(f"{self._done}/{self._total} steps  {elapsed}  ", style="dim")
        line.append(running, style="default")
        line.truncate(options.max_width, overflow="ellipsis")
        yield line


@contextmanager
def progress_on(
    *, is_terminal: bool, is_quiet: bool, write: Callable[[str], None]
) -> Iterator[Progress]:
    """Choose how to tell progress, and clear the screen of it in the end."""
    if is_quiet:
        yield Silence()
    elif not is_terminal:
        yield Lines(write)
    else:
        moving = Moving(time.monotonic)
        console = Console(stderr=True, highlight=False)
        with Live(moving, console=console, transient=True, refresh_per_second=4):
            yield moving


def outcome(observed: Observed) -> str:
    """Say in a word or two how a step went; what its findings weigh is judged later."""
    if observed.failed_to_observe:
        return "not observed"
    told = "saw faults" if _faults(observed) else "ok"
    return f"{told}, reused" if observed.reused else told


def seen(observed: Observed) -> str:
    """Count what a step saw."""
    verified = [*_of(observed, InteractionVerified), *_of(observed, InteractionCompared)]
    ran = _of(observed, ContractTestRan)
    exercised = _of(observed, OperationExercised)
    tried = sum(one.tried for one in _of(observed, WitnessPut))
    tried += sum(one.tried for one in _of(observed, RepliesPut))
    parts = [
        _part(len(verified), "interaction"),
        _part(len(ran), "contract test"),
        _part(len(exercised), "operation"),
        _part(sum(one.cases for one in exercised), "case"),
        _part(len(_of(observed, DocumentRead)), "document"),
        _part(len(_of(observed, DocumentChanged)), "change"),
        f"{tried:,} replies tried" if tried else "",
        _part(_faults(observed), "fault"),
    ]
    if observed.failed_to_observe:
        parts.append(one_line(observed.failed_to_observe[0].reason))
    return ", ".join(filter(None, parts))


def _faults(observed: Observed) -> int:
    failed = len(_of(observed, CaseFailed)) + len(_of(observed, TypeDiagnostic))
    failed += len(_of(observed, ReplyRefused))
    failed += sum(1 for one in _of(observed, InteractionVerified) if one.outcome in _BAD)
    failed += sum(1 for one in _of(observed, WitnessPut) if one.reception is Reception.REFUSED)
    return failed + sum(1 for one in _of(observed, ContractTestRan) if one.outcome in _BAD)


def _of(observed: Observed, kind: type[E]) -> list[E]:
    return [one for one in observed.evidence if isinstance(one, kind)]


def _part(number: int, noun: str) -> str:
    return counted(number, noun) if number else ""
