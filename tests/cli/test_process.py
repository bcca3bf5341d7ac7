"""The command as a process: how fast it starts, and what a closed pipe or a signal does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness import __version__

HARNESS = (sys.executable, "-m", "harness")
HEAVY = ("schemathesis", "pact", "pact_ffi", "hypothesis", "pydantic", "rich", "harness.wiring")


def _run(*words: str, directory: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*HARNESS, *words],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **variables},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=60,
        check=False,
    )


def test_the_version(tmp_path: Path) -> None:
    """`--version` needs no workspace."""
    ended = _run("--version", directory=tmp_path)

    assert (ended.returncode, ended.stdout) == (0, f"contract-harness, version {__version__}\n")


def test_a_light_start(tmp_path: Path) -> None:
    """No tool, and no library that is slow to import, is loaded to tell the version or the help."""
    code = (
        "import sys\n"
        "from harness.__main__ import main\n"
        "assert main(['--version']) == main(['--help']) == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert ended.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_that_lacks_letters(tmp_path: Path, encoding: str) -> None:
    """Text that the terminal's encoding lacks is escaped, never a traceback."""
    (tmp_path / "contract-harness.toml").write_text('[members."größe 訂單"]', "utf-8")
    ended = _run("list", "services", directory=tmp_path, PYTHONIOENCODING=encoding)

    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_reader_that_goes(tmp_path: Path) -> None:
    """`harness … | head` is quiet, and keeps its exit code."""
    process = subprocess.Popen(
        [*HARNESS, "list", "checks"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    told = process.stderr.read()

    assert (process.wait(60), told) == (0, "")


def test_a_workspace_with_nothing_to_do(tmp_path: Path) -> None:
    """A gate that could check nothing does not pass."""
    (tmp_path / "contract-harness.toml").write_text("[members.quiet]\n", "utf-8")
    ended = _run("gate", directory=tmp_path)

    assert ended.returncode == 3
    assert "nothing was checked" in ended.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_service_stays_until_it_is_stopped(tmp_path: Path, number: int) -> None:
    """`services run` tells where the service answers, and ends well when it is asked to."""
    (tmp_path / "contract-harness.toml").write_text('[members.plain]\napp = "plain:app"\n', "utf-8")
    (tmp_path / "plain.py").write_text(
        "def app(environ, start_response):\n"
        "    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
        "    return [b'hello']\n",
        "utf-8",
    )
    process = subprocess.Popen(
        [*HARNESS, "services", "run", "plain"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    second = process.stdout.readline()
    time.sleep(0.2)
    process.send_signal(number)

    assert first.startswith("plain  http://127.0.0.1:")
    assert second == "Ctrl-C stops\n"
    assert (process.wait(30), process.stdout.read()) == (0, "")
