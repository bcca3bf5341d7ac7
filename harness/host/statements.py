"""The source text of the statement that a line belongs to."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Iterator
from functools import lru_cache

LONGEST = 400


@lru_cache(maxsize=512)
def statement_at(path: str, line: int) -> str:
    """
    The statement on a line, on one line; of a compound one, its head.

    Shape: the same whichever of its lines the interpreter names, since versions differ in that;
    "" where the source is not to be had.
    """
    for first, last in _statements(path):
        if first <= line <= last:
            lines = (linecache.getline(path, number).strip() for number in range(first, last + 1))
            return " ".join(text for text in lines if text)[:LONGEST]
    return linecache.getline(path, line).strip()[:LONGEST]


@lru_cache(maxsize=256)
def _statements(path: str) -> tuple[tuple[int, int], ...]:
    """First and last line of every statement, innermost first."""
    source = "".join(linecache.getlines(path))
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return ()
    spans = [_span(node) for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    return tuple(sorted(spans, key=lambda span: (span[1] - span[0], -span[0])))


def _span(node: ast.stmt) -> tuple[int, int]:
    last = node.end_lineno or node.lineno
    inner = [first for first in _lines_of_bodies(node) if first > node.lineno]
    return node.lineno, max(node.lineno, min([last] + [first - 1 for first in inner]))


def _lines_of_bodies(node: ast.stmt) -> Iterator[int]:
    """Where each block inside a statement begins."""
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        block: list[ast.AST] = getattr(node, name, [])
        for child in block[:1]:
            yield getattr(child, "lineno", getattr(getattr(child, "pattern", None), "lineno", 0))
