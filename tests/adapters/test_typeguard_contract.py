"""What is relied on in typeguard, so that an upgrade that takes it away is noticed here."""

from __future__ import annotations

import ast
from typing import Any

import pytest
import typeguard
from typeguard._transformer import TypeguardTransformer

from harness.host.instrumenting import ANNOTATIONS

CODE = """
from typing import Generator

def whole(first: int, *more: str) -> list[int]:
    kept: int = first
    kept += 1
    return [kept]

def generated(first: int) -> Generator[int, str, None]:
    sent = yield first
"""


def calls() -> dict[str, list[ast.expr]]:
    """The calls that the transformation puts in, by the name of the check."""
    tree = TypeguardTransformer().visit(ast.parse(CODE))
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found.setdefault(node.func.id, node.args)
    return found


def test_the_checks_are_those_that_are_known() -> None:
    """The transformation imports the five checks, and no other, from one module."""
    tree = TypeguardTransformer().visit(ast.parse(CODE))
    imported = {
        node.module: {alias.name for alias in node.names}
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
    }

    assert imported["typeguard._functions"] == set(ANNOTATIONS)
    assert imported["typeguard"] == {"TypeCheckMemo"}


@pytest.mark.parametrize("check", sorted(ANNOTATIONS))
def test_annotations_stand_where_they_are_looked_for(check: str) -> None:
    """The argument that is put off holds the annotation, and no `yield` or value of the code."""
    argument = calls()[check][ANNOTATIONS[check]]

    assert "int" in ast.unparse(argument) or "str" in ast.unparse(argument)
    assert not any(isinstance(node, ast.Yield | ast.Call) for node in ast.walk(argument))


def test_a_check_raises_what_is_caught() -> None:
    """A value of another type raises TypeCheckError, and its text begins with the place within."""
    memo: Any = typeguard.TypeCheckMemo({}, {})
    for value, annotation, begins in ((1, str, "is not"), ([1, "a"], list[int], "item 1")):
        config = typeguard.TypeCheckConfiguration(
            collection_check_strategy=typeguard.CollectionCheckStrategy.ALL_ITEMS
        )
        memo = typeguard.TypeCheckMemo({}, {}, config=config)
        with pytest.raises(typeguard.TypeCheckError) as raised:
            typeguard.check_type_internal(value, annotation, memo)
        assert str(raised.value).startswith(begins)
