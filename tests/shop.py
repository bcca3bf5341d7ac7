"""A copy of the sample system, to be broken and gated as a user would."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parent.parent
OVER_HTTP = ("catalog", "inventory", "orders", "stocktake", "storefront")
"""The sample services that answer requests, and their callers; the others only read messages."""
_NOT_COPIED = shutil.ignore_patterns("__pycache__", ".mypy_cache", "*.db", "*.egg-info")


def pacts_over_http() -> list[Path]:
    """The pacts of the sample system whose consumers ask over HTTP."""
    found = sorted((REPOSITORY / "contracts/pacts").glob("*.json"))
    return [one for one in found if one.stem.partition("-")[0] in OVER_HTTP]


def _left_out(directory: str, names: list[str]) -> set[str]:
    """What a copy goes without: what runs leave behind, and services that only read messages."""
    events = {one.name for one in (REPOSITORY / "sample_services").iterdir()} - {*OVER_HTTP}
    pacts = {one for one in names if one.endswith(".json") and one.partition("-")[0] in events}
    return _NOT_COPIED(directory, names) | (events & {*names}) | pacts


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run of the command gave."""

    exit_code: int
    text: str
    report: dict[str, Any]

    @property
    def findings(self) -> list[dict[str, Any]]:
        """The findings of the JSON report."""
        found: list[dict[str, Any]] = self.report["findings"]
        return found


def subject(finding: dict[str, Any]) -> str:
    """Name whom a finding of the JSON report is about, as selections do."""
    consumer, service = finding["consumer"], finding["service"]
    return f"{consumer}:{service}" if consumer else str(service)


@dataclass(frozen=True, slots=True)
class Shop:
    """
    A workspace of its own that holds the sample services and their contracts.

    Shape: `evidence` is shared by the copies of one run of tests, so that each runs only what its
    faults touch.
    """

    root: Path
    evidence: Path

    @classmethod
    def copy_to(cls, root: Path) -> Shop:
        """Copy the half of the sample system that talks over HTTP."""
        for name in ("sample_services", "contracts"):
            shutil.copytree(REPOSITORY / name, root / name, ignore=_left_out)
        for name in ("pyproject.toml",):
            shutil.copy(REPOSITORY / name, root / name)
        of_worker = root.parent
        of_all = of_worker.parent if of_worker.name.startswith("popen-") else of_worker
        return cls(root, of_all / "kept-evidence")

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace a text that stands exactly once in a file of the sample services."""
        path = self.root / "sample_services" / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def run(self, *arguments: str, timeout_s: float = 240) -> Outcome:
        """Run the command in the workspace."""
        report = self.root / "report.json"
        report.unlink(missing_ok=True)
        command = [sys.executable, "-m", "harness", *arguments]
        if arguments[0] == "gate":
            command += ["--output", f"json={report}", "--evidence", str(self.evidence)]
        done = subprocess.run(
            command, cwd=self.root, capture_output=True, text=True, timeout=timeout_s, check=False
        )
        return Outcome(
            done.returncode,
            done.stdout + done.stderr,
            json.loads(report.read_text(encoding="utf-8")) if report.exists() else {},
        )
