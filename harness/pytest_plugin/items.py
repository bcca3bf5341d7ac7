"""The items of `pytest --harness`, and the file that they are collected from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.checks.catalog import CATALOG
from harness.compat.versions import RULES
from harness.domain.config import Config
from harness.domain.errors import HarnessError, Misused
from harness.domain.verdict import Status, Verdict
from harness.pytest_plugin.slices import Slice, slices
from harness.reports.masking import masked
from harness.reports.terminal import Look, render
from harness.settings.load import find, load
from harness.settings.secrets import secrets_of
from harness.settings.source import OWN_FILE, PROJECT_FILE
from harness.stages.observing import Silent
from harness.wiring import gate, system


def settings_file(start: Path) -> Path:
    """
    Name the settings file of the workspace around a directory; one that is broken tells so later.

    Raises: UsageError, where there is none.
    """
    try:
        return find(start).file
    except Misused as error:
        for name in (OWN_FILE, PROJECT_FILE):
            if (start / name).exists():
                return start / name
        raise pytest.UsageError(f"--harness: {_told(error)}") from None


class WorkspaceFile(pytest.File):
    """The workspace's settings file, whose items are steps."""

    def collect(self) -> Iterator[pytest.Item]:
        """Give one item for each kind of step of each service that can be looked at."""
        try:
            # The directory rather than the file: so two files that contradict each other are told.
            config = load(
                self.path.parent,
                given=self.path.parent,
                checks={check.id for check in CATALOG},
                rules={rule.id for rule in RULES},
            ).config
            found = list(slices(system(config), CATALOG))
        except HarnessError as error:
            raise self.CollectError(_told(error)) from None
        for part in found:
            yield StepItem.from_parent(self, name=part.name, workspace=config, part=part)


class StepItem(pytest.Item):
    """One kind of step of one service: it passes as the gate would."""

    def __init__(self, *, workspace: Config, part: Slice, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._workspace = workspace
        self._part = part

    def runtest(self) -> None:
        """Run the gate on this slice alone."""
        try:
            seen = gate(self._workspace, self._part.selection, Silent())
        except HarnessError as error:
            raise NotPassed(_told(error)) from None
        verdict = masked(seen, secrets_of(self._workspace))
        if verdict.status is Status.INTERRUPTED:
            raise KeyboardInterrupt  # or pytest would go on to the next item
        has_seen = verdict.findings or any(step.evidence for step in verdict.steps)
        if has_seen and verdict.true_exit_code != 0:
            self._not_passed(verdict)
        if not (has_seen and self._is_done(verdict)):
            pytest.skip(f"{self._part.service} gives nothing to look at: it has no API document")

    def _not_passed(self, verdict: Verdict) -> None:
        """Fail, or show the failure as one that the policy expects, where it is advisory."""
        told = render(verdict, Look(verbosity=-1)).rstrip("\n")
        if verdict.exit_code == 0:
            pytest.xfail(told)
        raise NotPassed(told)

    def _is_done(self, verdict: Verdict) -> bool:
        return any(step.id.partition(":")[0] == self._part.kind for step in verdict.steps)

    def repr_failure(
        self,
        excinfo: pytest.ExceptionInfo[BaseException],
        style: Any = None,
    ) -> Any:
        """Show what the gate would show, without our own frames."""
        if isinstance(excinfo.value, NotPassed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Name the item as reports do."""
        return self.path, None, f"harness {self.name}"


class NotPassed(Exception):
    """A slice of the gate that did not pass; the text is the gate's own."""


def _told(error: HarnessError) -> str:
    hint = f"\nhint: {error.hint}" if error.hint else ""
    return f"{error.message}{hint}"
