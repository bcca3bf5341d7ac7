"""The verdict as a comment on a change: who breaks, and when it is mended, that nobody does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from harness.domain.verdict import Status, Verdict
from harness.reports.markdown import code, fitted
from harness.reports.ranking import ranked
from harness.reports.surroundings import Surroundings
from harness.reports.who_breaks import finding_block, heading, other_changes, reasons_list
from harness.reports.words import counted, snapshot_words, verdict_line

ROOM: Final = 60_000
"""How many bytes a comment may have: GitHub takes 65,536 characters, and others may add words."""


def render(verdict: Verdict, around: Surroundings) -> str:
    """
    Write the comment.

    Shape: the first line is a marker that nobody sees and that is the same for every run of one
    workspace, so that the comment of the next run takes the place of this one.
    """
    failing = [one for one in ranked(verdict.findings) if one.fails]
    return fitted(
        "".join(f"{part}\n" for part in _head(verdict, around)),
        (finding_block(one, around) for one in failing),
        len(failing),
        lambda left: _end(verdict, around, left),
        ROOM,
    )


def _head(verdict: Verdict, around: Surroundings) -> Iterator[str]:
    yield marker(around)
    yield f"## {heading(verdict)}\n"
    for sentence in other_changes(verdict):
        yield f"{sentence}\n"
    if snapshot_words(verdict):
        yield f"{code(snapshot_words(verdict), 1000)}\n"
    if verdict.advisory:
        yield "The policy is advisory: nothing of this fails the gate.\n"
    if verdict.status is Status.PASSED:
        yield "Whatever an earlier run told here is mended.\n"
    if verdict.reasons:
        yield f"Not observed:\n\n{reasons_list(verdict.reasons)}"


def marker(around: Surroundings) -> str:
    """Name the workspace in a way that no reader sees."""
    return f"<!-- contract-harness: {quote(around.prefix.rstrip('/'), safe='/') or '.'} -->"


def _end(verdict: Verdict, around: Surroundings, left: int) -> str:
    more = f"And {counted(left, 'more finding')} that fail the gate.\n\n" if left else ""
    whole = f" [The whole report](<{around.run_url}>)" if around.run_url else ""
    return f"{more}{code(verdict_line(verdict), 1000)}{whole}\n"
