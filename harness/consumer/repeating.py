"""Runs one test several times over, each time for a reply of its own."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import pytest

from harness.consumer.asks import Ask
from harness.consumer.raised import Calls
from harness.domain.possible import PossibleReply

CASE = pytest.StashKey["Case"]()


@dataclass(slots=True)
class Case:
    """
    One reply put to one test; or none, to see what the test asks for and how it ends by itself.

    Shape: `sent` counts how often the client got it; `raised` is what the test ended with, None
    where it passed; `is_idle` when the question was settled before, so that the test is not run;
    `why_not` says why what became of it tells nothing.
    Units: `waited_s` is set where the test was cut off, and is how long it had gone on; `waiting`
    is then where it stood.
    """

    test: str
    ask: Ask | None = None
    reply: PossibleReply | None = None
    sent: int = 0
    raised: BaseException | None = None
    is_idle: bool = False
    why_not: str = ""
    waited_s: float = 0.0
    waiting: Calls = ()


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
