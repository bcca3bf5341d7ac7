"""The end of a run: reports become outcomes, and complete green runs become pact files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.consumer import pact_files
from harness.consumer.capture import Capture
from harness.consumer.evidence import write_evidence
from harness.consumer.ledger import Kept, Ledger, Outcome, PactPlan
from harness.consumer.selection import files_left_out, reasons_for_partial, relative

_WORSE = ("", "passed", "skipped", "xfailed", "failed", "error")


def note_report(ledger: Ledger, report: pytest.TestReport, told: str | None) -> None:
    """Add one phase of one test to what is known."""
    if told is not None:
        held = json.loads(told)
        ledger.kept.extend(Kept(Capture(**each), report.nodeid) for each in held["captures"])
        pairs = {(consumer, provider) for consumer, provider in held["pairs"]}
        ledger.used.setdefault(report.nodeid, set()).update(pairs)
    ended = ledger.outcomes.setdefault(report.nodeid, Outcome())
    ended.duration_ms += report.duration * 1000
    outcome = _outcome(report)
    if _WORSE.index(outcome) > _WORSE.index(ended.outcome):
        ended.outcome = outcome
    if report.outcome != "passed" and not ended.message:
        _explain(ended, report)


def _outcome(report: pytest.TestReport) -> str:
    if report.outcome == "failed":
        return "failed" if report.when == "call" else "error"
    if report.outcome == "skipped":
        return "xfailed" if hasattr(report, "wasxfail") else "skipped"
    return "passed" if report.when == "call" else ""


def _explain(ended: Outcome, report: pytest.TestReport) -> None:
    told = report.longrepr
    if isinstance(told, tuple):  # a skip: file, line, reason
        ended.file, ended.line, ended.message = str(told[0]), int(told[1]), str(told[2])
        return
    crash = getattr(told, "reprcrash", None)
    ended.longrepr = report.longreprtext
    ended.message = str(crash.message) if crash is not None else str(told or "")
    ended.message = ended.message.removeprefix("Failed: ")
    if crash is not None and Path(crash.path).parent != Path(__file__).parent:
        ended.file, ended.line = str(crash.path), int(crash.lineno)


class Closing:
    """What the controlling process does once all tests have reported."""

    def __init__(self, session: pytest.Session, ledger: Ledger, directory: Path) -> None:
        self.session = session
        self.config = session.config
        self.ledger = ledger
        self.directory = directory
        self.lines: list[str] = []

    def close(self, exit_status: int) -> None:
        """Write the pacts that may be written, and the evidence if it is asked for."""
        partial = reasons_for_partial(self.session, exit_status)
        self.ledger.whole_run.extend(dict.fromkeys(partial))
        self.ledger.left_out_files.update(files_left_out(self.config, self.ledger))
        for ended in self.ledger.outcomes.values():
            ended.file = relative(ended.file, self.config.rootpath) if ended.file else ""
        plans = self.ledger.plans(self.directory)
        for plan in plans:
            self.lines.append(self._settled(plan))
        if any(plan.conflict for plan in plans) and exit_status == pytest.ExitCode.OK:
            self.session.exitstatus = pytest.ExitCode.TESTS_FAILED
        target: str | None = self.config.getoption("--harness-evidence")
        if target is not None:
            path = Path(self.config.invocation_params.dir, target)
            write_evidence(path, self.ledger, plans, int(self.session.exitstatus))

    def _settled(self, plan: PactPlan) -> str:
        name = relative(plan.path, self.config.rootpath)
        if plan.why_not:
            return f"{name} left alone: {plan.why_not}"
        count = len(pact_files.interactions_of(plan.content))
        told = f"{count} interaction" + ("" if count == 1 else "s")
        if self.config.getoption("--pact-dry-run"):
            return f"{name} not written (dry run): {told}"
        changed = pact_files.put_in_place(plan.path, pact_files.text_of(plan.content))
        return f"{name} {'written' if changed else 'unchanged'}: {told}"
