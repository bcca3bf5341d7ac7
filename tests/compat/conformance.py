"""Where the cases of others lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]


def cases(name: str) -> Path:
    """The directory of a collection of cases; the test is skipped where it is not at hand."""
    written = os.environ.get("HARNESS_CONFORMANCE", "")
    base = Path(written) if written else _ROOT.parent / "shared" / "conformance"
    found = base / name
    if not found.is_dir():
        pytest.skip(f"{found} is not there: set HARNESS_CONFORMANCE to the directory of the cases")
    return found
