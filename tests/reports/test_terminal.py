"""The report for people, whole."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from harness.domain.traffic import HttpRequest
from harness.domain.verdict import Status, Verdict
from harness.reports import terminal
from harness.reports.exchanges import curl
from harness.reports.masking import masked
from harness.reports.terminal import Look
from harness.reports.words import seconds, verdict_line
from tests.reports.samples import (
    FAILED,
    HOSTILE,
    INCONCLUSIVE,
    NOISE,
    PASSED,
    UNCOVERED,
    WAIVED,
)

SNAPSHOTS = Path(__file__).parent / "snapshots"


@pytest.mark.parametrize(
    ("name", "verdict", "look"),
    [
        ("passed", PASSED, Look()),
        ("passed-verbose", PASSED, Look(verbosity=1)),
        ("failed", FAILED, Look()),
        ("failed-narrow", FAILED, Look(width=72)),
        ("failed-quiet", FAILED, Look(verbosity=-1)),
        ("failed-verbose", FAILED, Look(width=120, verbosity=1)),
        ("failed-colour", FAILED, Look(colour=True)),
        ("inconclusive", INCONCLUSIVE, Look()),
        ("waived", WAIVED, Look()),
        ("waived-verbose", WAIVED, Look(verbosity=1)),
        ("hostile", HOSTILE, Look()),
    ],
)
def test_the_whole_report(name: str, verdict: Verdict, look: Look, update: bool) -> None:
    """The report is what the snapshot shows; UPDATE_SNAPSHOTS=1 writes it anew."""
    text = terminal.render(masked(verdict, ()), look)
    file = SNAPSHOTS / f"{name}.txt"
    if update:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")

    assert text == file.read_text("utf-8")


def test_what_is_waived_is_shown_and_not_counted() -> None:
    """A waived error is told in a line with who answers and why; an expired one is an error."""
    text = terminal.render(WAIVED, Look(verbosity=-1))

    assert "waived by ada until 2030-06-15: agreed with team-orders" in text
    assert "its waiver expired on 2030-01-01: to be mended" in text
    assert "1 error, 0 warnings, 1 information, 1 waived" in text


def test_without_colour_there_is_no_escape() -> None:
    """No service and no style puts an escape sequence into plain output."""
    assert "\x1b" not in terminal.render(HOSTILE, Look(verbosity=1))


def test_colour_changes_no_word() -> None:
    """Take the colours away and the same text is left."""
    coloured = terminal.render(FAILED, Look(colour=True))

    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == terminal.render(FAILED, Look())


def test_markup_of_others_is_text() -> None:
    """What a service sends is never read as markup or an emoji's name."""
    assert "[bold]markup[/bold] :smile:" in terminal.render(HOSTILE, Look())


def test_commands_stay_whole() -> None:
    """A line that is there to be copied is not broken, however narrow the terminal."""
    text = terminal.render(FAILED, Look(width=60))

    assert all(f"  reproduce: {one.reproduce}" in text.splitlines() for one in FAILED.findings[:4])


def test_many_findings_are_cut_and_counted() -> None:
    """Noise does not bury the verdict: what was left out is counted, and `-v` shows it."""
    verdict = replace(FAILED, findings=(NOISE,) * 45 + (UNCOVERED,) * 30)

    assert terminal.render(verdict, Look()).count("… and 5 more; -v shows them") == 1
    assert terminal.render(verdict, Look()).count("… and 10 more; -v shows them") == 1
    assert "more; -v" not in terminal.render(verdict, Look(verbosity=1))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.PASSED, "exit 0"),
        (Status.FAILED, "exit 1: findings"),
        (Status.INCONCLUSIVE, "exit 3: not all that is required was seen"),
        (Status.BROKEN, "exit 4: a check itself broke"),
        (Status.INTERRUPTED, "exit 130: interrupted"),
    ],
)
def test_the_last_line_says_it_all(status: Status, words: str) -> None:
    """The last line begins with the verdict and ends with the meaning of the exit code."""
    verdict = replace(PASSED, status=status)
    last = terminal.render(verdict, Look(width=300)).splitlines()[-1]

    assert last == verdict_line(verdict)
    assert last.startswith(f"{status.value}: ")
    assert last.endswith(words)
    assert words.startswith(f"exit {verdict.exit_code}")


@pytest.mark.parametrize(
    ("elapsed_ms", "written"), [(40, "0.0 s"), (4123, "4.1 s"), (125_400, "2 min 05 s")]
)
def test_durations(elapsed_ms: int, written: str) -> None:
    """Short times have tenths, long ones minutes."""
    assert seconds(elapsed_ms) == written


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        (HttpRequest("GET", "/a?b=1&c=2"), "curl \"$URL\"'/a?b=1&c=2'"),
        (HttpRequest("GET", "/a", (("Host", "x"), ("X-A", "1"))), "curl \"$URL\"/a -H 'X-A: 1'"),
        (HttpRequest("PUT", "/a", (), "it's"), "curl -X PUT \"$URL\"/a -d 'it'\"'\"'s'"),
        (
            HttpRequest("POST", "/a", (), "AAE=", body_is_base64=True),
            'echo AAE= | base64 -d | curl -X POST "$URL"/a --data-binary @-',
        ),
    ],
)
def test_requests_can_be_pasted(request_: HttpRequest, line: str) -> None:
    """A request is written so that a shell sends it as it was sent."""
    assert curl(request_, limit=400) == line
