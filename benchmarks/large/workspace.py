"""Writes a generated workspace."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.large import services, tests_of
from benchmarks.large.layout import contracts, members


def write(root: Path, count: int, examples: int) -> None:
    """Write a system of so many services below a directory that is not there yet."""
    root.mkdir(parents=True)
    _file(root / "pyproject.toml", _table(count, examples))
    for member in members(count):
        for name, text in services.files(member).items():
            _file(root / "services" / member.name / name, text)
    for consumer, provider, kinds in contracts(count):
        name = f"test_{provider.name}.py"
        _file(root / "contracts" / consumer.name / name, tests_of.module(consumer, provider, kinds))
    for place in ("", *(member.name for member in members(count))):
        _file(root / "contracts" / place / "__init__.py", "")


def interactions(count: int) -> int:
    """Count the interactions of a system of so many services."""
    return sum(len(kinds) for _, _, kinds in contracts(count))


def _table(count: int, examples: int) -> str:
    paths = json.dumps([f"services/{one.name}/src" for one in members(count)])
    return f"""\
[tool.contract-harness]
services = ["services/*"]
pacts = "pacts"
budget = {{ examples = {examples} }}

[tool.pytest.ini_options]
pythonpath = {paths}
"""


def _file(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
