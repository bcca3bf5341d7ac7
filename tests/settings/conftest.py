"""Workspaces of a few lines, written to a directory of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from harness.domain.config import Config
from harness.domain.errors import Misused
from harness.settings.load import Workspace, load

CHECKS = ("service-crashes", "status-undocumented", "type-error")
RULES = ("operation-removed", "reply-property-became-nullable")

Write = Callable[..., Path]
Refuse = Callable[[], str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write files below the test's directory; a name that ends in a slash is a directory."""

    def write_files(**files: str) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text).lstrip("\n"), "utf-8")
        return tmp_path

    return write_files


@pytest.fixture
def workspace(tmp_path: Path) -> Callable[[], Workspace]:
    """Load the workspace that the test wrote."""
    return lambda: load(tmp_path, checks=CHECKS, rules=RULES)


@pytest.fixture
def config(tmp_path: Path) -> Callable[[], Config]:
    """Load the configuration that the test wrote."""
    return lambda: load(tmp_path, checks=CHECKS, rules=RULES).config


@pytest.fixture
def refusal(tmp_path: Path) -> Refuse:
    """Load a workspace that must be refused, and give what its author is told."""

    def refuse() -> str:
        with pytest.raises(Misused) as refused:
            load(tmp_path, checks=CHECKS, rules=RULES)
        told = refused.value
        text = f"{told.message}\nhint: {told.hint}" if told.hint else told.message
        return text.replace(f"{tmp_path}", "ROOT")

    return refuse
