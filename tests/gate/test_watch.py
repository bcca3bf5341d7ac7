"""`harness watch` looks again when a file changes, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from harness.adapters.watched_files import stamps, wait_for_change
from harness.settings.load import load
from tests.gate.workspaces import LIMIT_S, Place, wait_until

pytestmark = pytest.mark.tools


def test_it_looks_again_until_ctrl_c(place: Place, tmp_path: Path) -> None:
    """A type error that is written is told, its cure too, and Ctrl-C ends it with exit code 0."""
    place.write("contract-harness.toml", '[members.lone]\nroot = "src"\npackages = ["lone"]\n')
    place.write("src/lone/__init__.py", "a: int = 1\n")
    told = tmp_path / "told"
    with told.open("wb") as out:
        watch = subprocess.Popen(
            [sys.executable, "-m", "harness", "watch", "-q"],
            cwd=place.root,
            env=place.environment(),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def rounds() -> int:
        return told.read_text("utf-8").count("watching ")

    try:
        assert wait_until(lambda: rounds() == 1, LIMIT_S), told.read_text("utf-8")
        place.write("src/lone/__init__.py", 'a: int = "one"\n')
        assert wait_until(lambda: rounds() == 2, LIMIT_S), told.read_text("utf-8")
        assert "type-error" in told.read_text("utf-8")
        os.killpg(watch.pid, signal.SIGINT)
        assert watch.wait(LIMIT_S) == 0
    finally:
        watch.kill()
    assert "Traceback" not in told.read_text("utf-8")
    assert wait_until(lambda: not place.left())


def test_only_what_evidence_depends_on_is_watched(place: Place) -> None:
    """Files come, change and go; what tools leave behind is no change."""
    place.write("contract-harness.toml", '[members.lone]\nroot = "src"\npackages = ["lone"]\n')
    source = place.write("src/lone/__init__.py", "a = 1\n")
    config = load(place.root, checks=[]).config
    before = stamps(config)
    place.write("src/lone/__pycache__/x.pyc", "x")
    place.write(".harness/evidence/x", "x")
    assert stamps(config) == before

    new = place.write("src/lone/new.py", "b = 1\n")
    assert wait_for_change(config, before) == (new,)
    source.write_text("a = 22\n", "utf-8")
    assert wait_for_change(config, before) == (source, new)
    new.unlink()
    source.unlink()
    assert wait_for_change(config, before) == (source,)
