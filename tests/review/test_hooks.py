"""The hooks, installed and run by pre-commit in a repository of their user."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.tools

REPOSITORY = Path(__file__).parents[2]
UNREACHABLE = ("NewConnectionError", "Temporary failure in name resolution", "ProxyError")
CONFIGURATION, GATE = "contract-harness-config", "contract-harness"
GOOD = '[members.orders]\npackages = ["orders"]\n'
TELLING_TALES = ("GIT_", "PRE_COMMIT", "VIRTUAL_ENV", "PYTHON", "PYTEST_")


def ran(*words: str, cwd: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as the user of a repository does."""
    known = {k: v for k, v in os.environ.items() if not k.startswith(TELLING_TALES)}
    return subprocess.run(
        words,
        cwd=cwd,
        env={**known, "PRE_COMMIT_HOME": str(home), "PIP_NO_COMPILE": "1"},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )


@pytest.fixture
def harness(tmp_path: Path) -> Path:
    """A repository of this very checkout, as its users name it in their configuration."""
    directory = tmp_path / "harness"
    files = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    wanted = ("harness/", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
    for name in files:
        if name.startswith(wanted) and (REPOSITORY / name).is_file():
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            (directory / name).write_bytes((REPOSITORY / name).read_bytes())
    committed(directory)
    return directory


def committed(directory: Path) -> None:
    """Commit all that lies in a directory."""
    for words in (
        ("init", "-q"),
        ("add", "-A"),
        ("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "all"),
    ):
        ended = ran("git", *words, cwd=directory, home=directory)
        assert ended.returncode == 0, ended.stderr


def tried(hook: str, workspace: Path, home: Path) -> tuple[int, str]:
    """Run one hook in a workspace whose configuration names it."""
    words = [sys.executable, "-m", "pre_commit", "run", hook, "--all-files", "--verbose"]
    words += ["--hook-stage", "pre-push"] if hook == GATE else []
    ended = ran(*words, cwd=workspace, home=home)
    if any(told in ended.stdout for told in UNREACHABLE):
        if os.environ.get("HARNESS_REQUIRE_SERVICES") == "1":
            pytest.fail(ended.stdout, pytrace=False)
        pytest.skip("no package index can be reached from here")
    return ended.returncode, ended.stdout


@pytest.mark.slow
def test_the_hooks_run_in_an_environment_of_their_own(harness: Path, tmp_path: Path) -> None:
    """One tells every fault of a configuration, the other runs the gate; both pass when mended."""
    workspace, home = tmp_path / "shop", tmp_path / "home"
    (workspace / "orders").mkdir(parents=True)
    code = workspace / "orders/__init__.py"
    code.write_text("def total() -> int:\n    return ''\n")
    (workspace / "contract-harness.toml").write_text(GOOD.replace("packages", "packges"))
    rev = ran("git", "rev-parse", "HEAD", cwd=harness, home=home).stdout.strip()
    (workspace / ".pre-commit-config.yaml").write_text(
        f"repos: [{{repo: '{harness}', rev: {rev}, hooks: [{{id: {CONFIGURATION}}}, "
        f"{{id: {GATE}, args: [-q, --check, type-error]}}]}}]\n"
    )
    committed(workspace)

    ended, told = tried(CONFIGURATION, workspace, home)
    assert ended == 1, told
    assert "contract-harness.toml:2: " in told

    (workspace / "contract-harness.toml").write_text(GOOD)
    ended, told = tried(CONFIGURATION, workspace, home)
    assert (ended, "Passed" in told) == (0, True), told

    ended, told = tried(GATE, workspace, home)
    assert ended == 1, told
    assert "error  type-error" in told

    code.write_text("def total() -> int:\n    return 0\n")
    ended, told = tried(GATE, workspace, home)
    assert ended == 0, told
    assert "passed: 0 errors" in told
