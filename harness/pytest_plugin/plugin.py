"""`pytest --harness`: each kind of step of each service is an item, so -k, -x, --lf and -n work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from harness.domain.config import Config
    from harness.domain.selection import Selection

SETTINGS_FILES = ("contract-harness.toml", "pyproject.toml")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the gate beside the tests."""
    parser.getgroup("contract-harness").addoption(
        "--harness",
        action="store_true",
        help="run the steps of the contract-harness gate for this workspace, each as an item",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Collect the workspace's settings file, unless items were named on the command line."""
    if not config.getoption("--harness"):
        return
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args = [str(_settings_file(config.rootpath))]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take the workspace's settings file as a collection of steps."""
    if parent.config.getoption("--harness") and file_path.name in SETTINGS_FILES:
        return WorkspaceFile.from_parent(parent, path=file_path)
    return None


def _settings_file(root: Path) -> Path:
    for name in SETTINGS_FILES:
        if (root / name).exists():
            return root / name
    raise pytest.UsageError(f"--harness: expected {' or '.join(SETTINGS_FILES)} in {root}")


class WorkspaceFile(pytest.File):
    """The workspace's settings file, whose items are steps."""

    def collect(self) -> Iterator[pytest.Item]:
        """Give one item for each kind of step of each service that can be looked at."""
        # Imported here: a run without the option pays for none of it.
        from harness.checks.catalog import CATALOG
        from harness.domain.errors import Misused
        from harness.pytest_plugin.slices import slices
        from harness.settings.load import load

        try:
            config = load(
                self.path.parent, given=self.path, checks={check.id for check in CATALOG}
            ).config
        except Misused as error:
            raise self.CollectError(f"{error.message}\nhint: {error.hint}") from error
        for name, selection in slices(config, CATALOG):
            yield StepItem.from_parent(self, name=name, workspace=config, selection=selection)


class StepItem(pytest.Item):
    """One kind of step of one service: it passes as the gate would."""

    def __init__(self, *, workspace: Config, selection: Selection, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._workspace = workspace
        self._selection = selection

    def runtest(self) -> None:
        """Run the gate on this slice alone."""
        from harness.reports.masking import masked
        from harness.reports.terminal import Look, render
        from harness.settings.secrets import secrets_of
        from harness.stages.observing import Silent
        from harness.wiring import gate

        seen = gate(self._workspace, self._selection, Silent())
        verdict = masked(seen, secrets_of(self._workspace))
        if verdict.exit_code != 0:
            raise NotPassed(render(verdict, Look(verbosity=-1)))

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
