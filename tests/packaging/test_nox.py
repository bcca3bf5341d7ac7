"""The sessions that a developer runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.checks.catalog import CATALOG
from tests.packaging.conftest import REPOSITORY

pytestmark = pytest.mark.tools

SESSIONS = [
    *("lint", "types", "tests", "contracts"),
    *("verify", "compare", "replies", "fuzz", "gate"),
]


def nox(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run nox from an environment that is not activated."""
    kept = [
        one
        for one in os.environ["PATH"].split(os.pathsep)
        if Path(sys.prefix) not in Path(one).parents
    ]
    known = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", "nox", *arguments],
        cwd=REPOSITORY,
        env={**known, "PATH": os.pathsep.join(kept), "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=180,
        check=False,
    )


def test_every_session_is_explained() -> None:
    """`nox -l` names every session, each with one sentence."""
    ended = nox("--list", "--json", "-s", *SESSIONS)

    told = {one["name"]: one["description"] for one in json.loads(ended.stdout)}
    assert list(told) == SESSIONS
    for sentence in told.values():
        assert sentence.endswith(".")
        assert "\n" not in sentence


def test_tools_get_what_follows_the_dashes() -> None:
    """What stands after `--` reaches mypy and pytest in place of their usual options."""
    ended = nox("-s", "types", "tests", "contracts", "--", "--version")

    assert ended.returncode == 0, ended.stdout
    assert "mypy --version" in ended.stdout
    assert "pytest tests --version" in ended.stdout
    assert "pytest contracts --version" in ended.stdout


def test_the_linter_gets_what_follows_the_dashes() -> None:
    """What stands after `--` reaches the linter, beside what it always looks at."""
    ended = nox("-s", "lint", "--", "--show-settings")

    assert "ruff check . --show-settings" in ended.stdout
    assert "line_length = 100" in ended.stdout


def test_the_gate_gets_what_follows_the_dashes() -> None:
    """What stands after `--` reaches the gate; four sessions look through their own checks."""
    ended = nox("-s", "verify", "compare", "replies", "fuzz", "gate", "--", "--help")

    assert ended.returncode == 0, ended.stdout
    verify, compare, replies, fuzz, gate = (
        line for line in ended.stdout.splitlines() if "harness gate" in line and "--help" in line
    )
    for line, kinds in (
        (verify, {"verify"}),
        (fuzz, {"fuzz"}),
        (compare, {"compare", "replies"}),
        (replies, {"reply-fuzz", "service-replies"}),
    ):
        named = {one for one in line.split() if one in {check.id for check in CATALOG}}
        assert named == {check.id for check in CATALOG if check.needs <= kinds}
    assert "--check" not in gate
