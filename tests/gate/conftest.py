"""A workspace of its own for each test of the gate."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gate.workspaces import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """An empty workspace, with a directory for everything temporary."""
    return Place.below(tmp_path)
