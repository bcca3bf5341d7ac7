"""A system of another team, gated by configuration alone."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.tools

HOME = Path(__file__).parents[1] / "workspaces" / "monolith"
CACHES = shutil.ignore_patterns("build", ".harness", "__pycache__", ".*_cache", "*.db")
OF_OURS = (".harness/", "build/pacts/")
OF_TOOLS = ("__pycache__", ".mypy_cache", ".pytest_cache")
LEGS = ("provider-keeps-its-word", "words-fit", "consumer-copes")
EDGES = {
    ("gateway", "accounts", "GET /accounts/{account_id}"),
    ("gateway", "billing", "GET /statements"),
    ("gateway", "billing", "POST /invoices"),
}


@dataclass(frozen=True)
class Gated:
    """What a run of the gate came to."""

    code: int
    output: str
    report: Mapping[str, Any]

    @property
    def errors(self) -> list[Mapping[str, Any]]:
        """The findings that fail the gate."""
        return [one for one in self.report["findings"] if one["severity"] == "error"]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A fresh checkout of the system."""
    return Path(shutil.copytree(HOME, tmp_path / "monolith", ignore=CACHES))


def gate(workspace: Path, *options: str) -> Gated:
    """Run the gate in a workspace, as a user would."""
    told = workspace.parent / "report.json"
    command = [sys.executable, "-m", "harness", "gate", "--examples", "5", *options]
    ended = subprocess.run(
        [*command, "--output", f"json={told}"],
        cwd=workspace,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=400,
    )
    output = ended.stdout + ended.stderr
    assert told.exists(), output
    return Gated(ended.returncode, output, json.loads(told.read_text("utf-8")))


def contents(workspace: Path) -> dict[str, str]:
    """The digest of every file, what tools keep for themselves apart."""
    return {
        path.relative_to(workspace).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(workspace.rglob("*"))
        if path.is_file() and not set(OF_TOOLS) & set(path.parts)
    }


@pytest.mark.slow
def test_it_is_gated_by_configuration_alone(workspace: Path) -> None:
    """
    A fresh checkout passes: every edge has all legs tested, operations behind stand-ins too.

    Nothing but the harness's own directory and the workspace's own pacts is written.
    """
    before = contents(workspace)

    gated = gate(workspace)

    assert (gated.code, gated.report["status"]) == (0, "passed"), gated.output
    edges = {(e["consumer"], e["provider"], e["operation"]): e["legs"] for e in _edges(gated)}
    assert edges.keys() == EDGES
    for legs in edges.values():
        assert {one["leg"]: one["status"] for one in legs if one["leg"] in LEGS} == dict.fromkeys(
            LEGS, "tested"
        )
    exercised = {
        one["operation"]: one["accepted"]
        for one in gated.report["operations"]
        if one["service"] == "gateway"
    }
    assert exercised.keys() == {"GET /overview", "POST /charges"}
    assert all(exercised.values()), exercised
    after = contents(workspace)
    added = {name: digest for name, digest in after.items() if before.get(name) != digest}
    assert before.keys() <= after.keys()
    assert [name for name in added if not name.startswith(OF_OURS)] == []
    assert {Path(name).name for name in added if name.startswith("build/")} == {
        "gateway-accounts.json",
        "gateway-billing.json",
    }


def test_a_renamed_field_is_found(workspace: Path) -> None:
    """A provider that renames a field turns the verdict, and the edge and the path are named."""
    source = workspace / "src" / "accounts" / "app.py"
    text = source.read_text("utf-8")
    seeded = text.replace(
        '"name": account["name"], "email"', '"full_name": account["name"], "email"'
    )
    assert seeded != text
    source.write_text(seeded, "utf-8")

    gated = gate(workspace, "--edge", "gateway:accounts", "--check", "interaction-not-honoured")

    assert gated.code == 1, gated.output
    assert gated.errors, gated.output
    for finding in gated.errors:
        assert finding["check"] == "interaction-not-honoured"
        assert (finding["consumer"], finding["service"]) == ("gateway", "accounts")
        assert finding["operation"] == "GET /accounts/{account_id}"
        assert finding["path"] == "$.name"
    assert "$.name" in gated.output


def _edges(gated: Gated) -> list[Mapping[str, Any]]:
    edges: list[Mapping[str, Any]] = gated.report["edges"]
    return edges
