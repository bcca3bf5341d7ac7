"""The budgets that keep the plan of the house true."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

import harness

HOUSE = Path(harness.__file__).parent
FILES = sorted(HOUSE.rglob("*.py"))


def code_lines(path: Path) -> int:
    """Count the lines of a file that are neither blank, comment nor docstring."""
    text = path.read_text(encoding="utf-8")
    silent: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            silent.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return sum(
        1
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.strip().startswith("#") and number not in silent
    )


def functions() -> Iterator[tuple[str, int]]:
    """Give every function of the house with its length in lines."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                yield f"{path.relative_to(HOUSE)}:{node.name}", length


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_no_file_outgrows_its_room(path: Path) -> None:
    """A file holds at most 300 lines of code, a check at most 120."""
    limit = 120 if path.parent.name == "checks" else 300

    assert code_lines(path) <= limit


def test_no_function_is_longer_than_a_screen() -> None:
    """No function is longer than 60 lines, and half of them have at most 10."""
    lengths = dict(functions())

    assert {name: length for name, length in lengths.items() if length > 60} == {}
    assert statistics.median(lengths.values()) <= 10
