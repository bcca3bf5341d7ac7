"""`pytest --harness`: each kind of step of each service is an item, so -k, -x, --lf and -n work."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from harness.pytest_plugin.items import WorkspaceFile

_SETTINGS_FILE = pytest.StashKey[Path]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the gate beside the tests."""
    parser.getgroup("contract-harness").addoption(
        "--harness",
        action="store_true",
        help="run the steps of the contract-harness gate for this workspace, each as an item",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """
    Collect the workspace's settings file, unless items were named on the command line.

    Raises: UsageError, where the gate is not installed, or there is no workspace.
    """
    if not config.getoption("--harness"):
        return
    try:  # imported here: a run without the option pays for none of it
        from harness.pytest_plugin.items import settings_file
    except ModuleNotFoundError as error:
        raise pytest.UsageError(
            f"--harness needs packages that are not installed here ({error.name}): "
            'pip install "contract-harness[gate]"'
        ) from None
    config.stash[_SETTINGS_FILE] = settings_file(config.invocation_params.dir)
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args = [str(config.stash[_SETTINGS_FILE])]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> WorkspaceFile | None:
    """Take the workspace's settings file as a collection of steps."""
    if file_path != parent.config.stash.get(_SETTINGS_FILE, None):
        return None
    from harness.pytest_plugin.items import WorkspaceFile

    found: WorkspaceFile = WorkspaceFile.from_parent(parent, path=file_path)
    return found
