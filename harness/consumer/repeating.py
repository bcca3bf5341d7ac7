"""Runs one test several times over, each time for a reply of its own."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import pytest

from harness.consumer.asks import Ask

CASE = pytest.StashKey["Case"]()


@dataclass(slots=True)
class Case:
    """
    One reply put to one test; or none, to see what the test asks for.

    Shape: `was_sent` says that the client got it; `raised` is what the test ended with, None where
    it passed; `is_idle` when the question was settled before, so that the test is not run;
    `why_not` says why what became of it tells nothing.
    """

    test: str
    ask: Ask | None = None
    reply: str = ""
    was_sent: bool = False
    raised: BaseException | None = None
    is_idle: bool = False
    why_not: str = ""


def calm(report: pytest.TestReport) -> None:
    """Make a report of what failed one that stops no run, whatever the workspace's options."""
    if not report.failed:
        return
    report.longrepr = None
    report.outcome = "passed"
    if report.when == "setup":
        # The body must not run after it.
        report.outcome = "skipped"
        vars(report)["wasxfail"] = "it could not be set up"


def run_each(session: pytest.Session, items: Iterable[pytest.Item]) -> None:
    """Run tests as pytest would, after those that it ran."""
    for item, following in pairwise([*items, None]):
        if item is None or session.shouldfail or session.shouldstop:
            return
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


def copies(item: pytest.Item, ask: Ask) -> Iterator[pytest.Item]:
    """The test once for each reply, each set up and torn down by itself."""
    for reply in ask.replies:
        yield copied_for(item, Case(item.nodeid, ask, reply))


def copied_for(item: pytest.Item, case: Case) -> pytest.Item:
    """
    A test that shares nothing with the other copies that a run changes.

    pytest has no way to run an item twice with the fixtures of its module left standing.
    """
    copied = copy.copy(item)
    copied.stash = pytest.Stash()
    copied.stash[CASE] = case
    copied._report_sections = []
    if isinstance(copied, pytest.Function):
        # A method's instance, and what a run puts into it, belongs to one copy.
        vars(copied).pop("_instance", None)
        vars(copied).pop("_obj", None)
        copied._initrequest()
    return copied
