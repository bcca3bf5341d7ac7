"""What the findings of the last run were called, for whoever names one by its fingerprint."""

from __future__ import annotations

import json
from pathlib import Path

from harness.adapters.workspace_files import write_atomically
from harness.domain.finding import Named
from harness.domain.verdict import Verdict

_FILE = "last-run.json"


def keep_names(verdict: Verdict, state_directory: Path) -> None:
    """Keep the name of every finding, in place of those of the run before."""
    path = state_directory / _FILE
    if not verdict.findings and not path.exists():
        return
    names = {
        one.fingerprint: {"check": one.check, "subject": one.subject, "owner": one.owner}
        for one in verdict.findings
    }
    text = json.dumps({"contract-harness-findings": 1, "findings": names}, indent=2)
    write_atomically(path, text + "\n")


def read_name(fingerprint: str, state_directory: Path) -> Named | None:
    """Give what the last run knew of a finding; nothing where it, or its record, is not there."""
    try:
        record = json.loads((state_directory / _FILE).read_text("utf-8"))
        found = record["findings"][fingerprint]
        return Named(fingerprint, str(found["check"]), str(found["subject"]), str(found["owner"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
