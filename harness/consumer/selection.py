"""Whether a run looked at everything, as far as its arguments and its end tell."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from harness.consumer.ledger import Ledger

_SELECTING = ("--ignore", "--ignore-glob", "--deselect")


def reasons_for_partial(session: pytest.Session, exit_status: int) -> list[str]:
    """Why no pact may be written after this run, whatever its tests say."""
    return [*_by_arguments(session.config), *_by_end(session, exit_status)]


def _by_arguments(config: pytest.Config) -> Iterator[str]:
    if config.getoption("collectonly"):
        yield "tests were only collected"
    if config.getoption("lf", False):
        yield "only the last failures were asked for"
    arguments = [str(each) for each in config.args]
    if any("::" in each for each in arguments):
        yield "single tests were asked for"


def files_left_out(config: pytest.Config, ledger: Ledger) -> Iterator[str]:
    """Test files that stand beside collected ones and that the arguments left out."""
    given = [str(each) for each in config.invocation_params.args]
    narrowed = any(each.startswith(_SELECTING) for each in given)
    if not narrowed and not any(Path(str(each)).is_file() for each in config.args):
        return
    patterns = config.getini("python_files")
    homes = {str(PurePosixPath(facts.file).parent) for facts in ledger.tests.values()}
    for home in sorted(homes):
        for file in sorted(Path(config.rootpath, home).glob("*.py")):
            name = relative(file, config.rootpath)
            matches = any(fnmatch.fnmatch(file.name, pattern) for pattern in patterns)
            if matches and name not in ledger.collected_files:
                yield name


def _by_end(session: pytest.Session, exit_status: int) -> Iterator[str]:
    if session.shouldstop or session.shouldfail:
        yield f"the run was stopped ({session.shouldfail or session.shouldstop})"
    elif exit_status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        yield {
            int(pytest.ExitCode.INTERRUPTED): "the run was interrupted",
            int(pytest.ExitCode.NO_TESTS_COLLECTED): "no test ran",
        }.get(int(exit_status), f"pytest ended with exit status {int(exit_status)}")


def relative(file: Path | str, root: Path) -> str:
    """A path below the root with slashes, or as it is."""
    path = Path(file)
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
