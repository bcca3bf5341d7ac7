"""The same acceptance gives the same bytes under every Python and every pydantic."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.consumer.reader_bytes import readers

pytestmark = pytest.mark.tools

REPOSITORY = Path(__file__).parents[2]
# Old and middle-aged: the oldest that is supported, and one between it and what runs the tests.
VERSIONS = (
    ("pydantic==2.9.2", "msgspec==0.19.0", "attrs"),
    ("pydantic==2.11.10", "msgspec", "attrs"),
)


def other_pythons() -> Iterator[str]:
    """Interpreters of other supported versions than this one."""
    roots = [Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"]
    for minor in (12, 13, 11, 14):
        if sys.version_info[:2] == (3, minor):
            continue
        name = f"python3.{minor}"
        found = [path for root in roots for path in root.glob(f"*/bin/{name}")]
        on_path = shutil.which(name)
        candidates = [*map(str, found), *([on_path] if on_path else [])]
        yield from [each for each in candidates if _runs(each, minor)][:1]


def _runs(python: str, minor: int) -> bool:
    asked = [python, "-c", "import sys; print(sys.version_info[1])"]
    try:
        told = subprocess.run(asked, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return False
    return told.stdout.strip() == str(minor)


def environment(directory: Path, python: str, packages: tuple[str, ...]) -> Path:
    """A virtual environment with these packages; the test is skipped where none can be made."""
    made = directory / "venv"
    commands = [
        [sys.executable, "-m", "uv", "venv", "--quiet", "--python", python, str(made)],
        [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", str(made), *packages],
    ]
    for command in commands:
        told = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        if told.returncode:
            missing(
                f"an environment with {' '.join(packages)} cannot be made: {told.stderr[-500:]}"
            )
    return made / "bin" / "python"


def missing(why: str) -> None:
    """Skip, or fail where everything is required to be there."""
    if os.environ.get("HARNESS_REQUIRE_SERVICES") == "1":
        pytest.fail(why)
    pytest.skip(why)


@pytest.mark.parametrize("number", range(len(VERSIONS)))
def test_bytes_do_not_depend_on_versions(tmp_path: Path, number: int) -> None:
    """Another Python with another pydantic and msgspec prints the very same readers."""
    pythons = list(other_pythons())
    if not pythons:
        pytest.skip("this machine has no second Python of 3.11 to 3.14")
    python = environment(tmp_path, pythons[number % len(pythons)], VERSIONS[number])
    told = subprocess.run(
        [str(python), "-m", "tests.consumer.reader_bytes"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines() == readers(), told.stderr
