"""What is told while the gate runs."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from harness.cli.progress import Lines, Moving, Silence, outcome, progress_on, seen
from harness.domain.evidence import (
    ContractTestRan,
    DocumentRead,
    Evidence,
    Observed,
    Outcome,
    Unobserved,
)
from harness.domain.steps import Fuzz, TypeCheck
from harness.domain.traffic import CaseFailed, Fault, OperationExercised

TESTS = (
    ContractTestRan("orders", "test_a", Outcome.PASSED),
    ContractTestRan("orders", "test_b", Outcome.ERROR),
)
FUZZED = (
    DocumentRead("orders", "/openapi.json", "{}"),
    OperationExercised("orders", "GET /a", accepted=1000, rejected=204),
    CaseFailed("orders", "GET /a", Fault.CRASH, "it raised", ()),
)


@pytest.mark.parametrize(
    ("evidence", "words", "counts"),
    [
        ((), "ok", ""),
        (TESTS[:1], "ok", "1 contract test"),
        (TESTS, "saw faults", "2 contract tests, 1 fault"),
        (FUZZED, "saw faults", "1 operation, 1,204 cases, 1 document, 1 fault"),
        ((Unobserved("x", "it hung\n\x1b"),), "not observed", "it hung \\x1b"),
    ],
)
def test_a_step_in_words(evidence: tuple[Evidence, ...], words: str, counts: str) -> None:
    """A step is told by what it saw; a fault is not yet a finding."""
    observed = Observed("step", evidence)

    assert (outcome(observed), seen(observed)) == (words, counts)


def test_one_line_a_step() -> None:
    """Each step that ends has its line, counted against what is planned by then."""
    lines: list[str] = []
    progress = Lines(lines.append)
    first, second = TypeCheck("orders"), Fuzz("orders", seed=0, examples=1)
    progress.planned([first])
    progress.finished(first, Observed(first.id, (), 2100))
    progress.planned([second] * 10)
    progress.finished(second, Observed(second.id, FUZZED, 64_000))

    assert lines == [
        "[1/1] types:orders  ok  2.1 s",
        "[ 2/11] fuzz:orders  saw faults  1 operation, 1,204 cases, 1 document, 1 fault  "
        "1 min 04 s",
    ]


def test_a_moving_line() -> None:
    """On a terminal one line tells what runs and for how long, and never more than its width."""
    now = 0.0
    moving = Moving(lambda: now)
    first, second = TypeCheck("orders"), TypeCheck("inventory")
    moving.planned([first, second])
    moving.started(first)
    now = 2.0
    moving.started(second)
    now = 5.0

    assert _drawn(moving, 80) == "0/2 steps  5.0 s  types:orders 5 s, types:inventory 3 s"
    assert _drawn(moving, 30) == "0/2 steps  5.0 s  types:order…"
    moving.finished(first, Observed(first.id))
    assert _drawn(moving, 80) == "1/2 steps  5.0 s  types:inventory 3 s"


def test_the_choice_of_progress() -> None:
    """`-q` is silent; elsewhere than on a terminal there are lines."""
    with progress_on(is_terminal=True, is_quiet=True, write=_nowhere) as progress:
        progress.planned([])
        progress.started(TypeCheck("orders"))
        progress.finished(TypeCheck("orders"), Observed("x"))
        assert isinstance(progress, Silence)
    with progress_on(is_terminal=False, is_quiet=False, write=_nowhere) as progress:
        assert isinstance(progress, Lines)
    with progress_on(is_terminal=True, is_quiet=False, write=_nowhere) as progress:
        assert isinstance(progress, Moving)


def _nowhere(_line: str) -> None:
    """Forget a line."""


def _drawn(moving: Moving, width: int) -> str:
    out = StringIO()
    Console(file=out, width=width).print(moving)
    return out.getvalue().rstrip("\n")
