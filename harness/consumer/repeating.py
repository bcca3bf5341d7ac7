"""Runs one test several times over, each time for a reply of its own."""

from __future__ import annotations

import copy
import unittest
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pytest

from harness.consumer.asks import Ask
from harness.consumer.raised import Calls, the_one_inside
from harness.domain.possible import PossibleReply

if TYPE_CHECKING:
    from pluggy import HookImpl

CASE = pytest.StashKey["Case"]()
EXPECTED_TO_FAIL: Final = "its test is marked as one that is expected to fail"
_REPORT_ALONE: Final = frozenset({"_pytest", "_hypothesis_pytestplugin", "harness"})
"""Whose hooks about a test's run and report do nothing to the test."""


@dataclass(slots=True)
class Case:
    """
    One reply put to one test; or none, to see what the test asks for and how it ends by itself.

    Shape: `sent` counts how often the client got it; `raised` is what the test ended with, None
    where it passed; `is_idle` when the question was settled before, so that the test is not run;
    `why_not` says why what became of it tells nothing.
    `of_message` says that it came as a message; `comes_again` that it is handed once more
    when the test's body has ended, and `is_read_again` that the body then read it.
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
    of_message: bool = False
    comes_again: bool = False
    is_read_again: bool = False

    @property
    def provider(self) -> str:
        """Whose reply it is; empty for none."""
        return self.ask.provider if self.ask is not None else ""

    def answered(self) -> PossibleReply | None:
        """What its client is answered in messages instead of the contract's own, if anything."""
        self.sent, self.of_message = self.sent + 1, True
        return self.reply

    def handed(self) -> PossibleReply | None:
        """What its handler is handed instead of a message, if anything."""
        return self.answered()

    def read_again(self) -> None:
        """Take in that the test read what it was handed a second time."""
        self.is_read_again = True

    def note(self, error: BaseException) -> None:
        """Take in what the test ended with."""
        if isinstance(error, pytest.xfail.Exception):
            self.why_not = EXPECTED_TO_FAIL
        elif isinstance(error, pytest.skip.Exception):
            self.why_not = f"its test was skipped: {error}"
        elif self.raised is None:
            self.raised = the_one_inside(error)


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


def is_told_by_raising(item: pytest.Item) -> bool:
    """
    Whether how a test ends is seen by what it raises, so that nobody need make a report of it.

    Shape: not so where its kind or a mark has a say, nor where a plugin of the workspace runs tests
    in its own way or waits for their reports.
    """
    if not isinstance(item, pytest.Function) or item.get_closest_marker("xfail") is not None:
        return False
    if isinstance(getattr(item, "cls", None), type) and issubclass(item.cls, unittest.TestCase):
        return False
    hooks = (item.ihook.pytest_runtest_protocol, item.ihook.pytest_runtest_makereport)
    return all(_is_known(one) for hook in hooks for one in hook.get_hookimpls())


def _is_known(implementation: HookImpl) -> bool:
    module = getattr(implementation.function, "__module__", "")
    return module.partition(".")[0] in _REPORT_ALONE


def run_again(item: pytest.Item, following: pytest.Item | None) -> None:
    """
    Set a test up, run it and take it down as pytest does, without reports; its case is told.

    Raises: what ends a whole run.
    """
    case, hook = item.stash[CASE], item.ihook
    try:
        if not case.is_idle:
            with _noted(case):
                hook.pytest_runtest_setup(item=item)
                hook.pytest_runtest_call(item=item)
        is_last = item.session.shouldfail or item.session.shouldstop
        with _noted(case):
            hook.pytest_runtest_teardown(item=item, nextitem=None if is_last else following)
    finally:
        # What the test was given goes with it.
        vars(item).update(_request=False, funcargs=None)
    if item.get_closest_marker("xfail") is not None:
        case.why_not = EXPECTED_TO_FAIL


@contextmanager
def _noted(case: Case) -> Iterator[None]:
    """Note what ends a phase of a test; what is noted first counts."""
    try:
        yield
    except (pytest.exit.Exception, KeyboardInterrupt):
        raise
    except BaseException as error:  # noqa: BLE001 - whatever it is, the test ended with it
        case.note(error)


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
