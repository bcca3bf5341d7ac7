"""Which of several forms a value has, and whether its schema tells enough of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from harness.compat.possible.scalars import is_likely
from harness.compat.schemas.expanding import Expander
from harness.compat.schemas.shapes import Node, Shape, frozen, kind_of_value, says_nothing
from harness.domain.json import Json, mapping, sequence

_BRANCHES: Final = ("allOf", "anyOf", "oneOf")


def admits(expander: Expander, shape: Shape, value: Json) -> bool:
    """
    Whether a value may be of a form.

    Raises: Exhausted.
    """
    if not _lists(shape, value):
        return False
    held = mapping(value)
    return all(name in held for name in shape.required()) and all(
        may_be(expander, shape.child(name), held[name]) for name in shape.declared() if name in held
    )


def may_be(expander: Expander, node: Node, value: Json) -> bool:
    """
    Whether a value is of a kind that a node names, and among its values where it lists them.

    Raises: Exhausted.
    """
    return any(_lists(shape, value) for shape in expander.shapes(node))


def is_told(expander: Expander, node: Node, value: Json) -> bool:
    """
    Whether a schema tells of each part of a value what it is like.

    Shape: false where it says nothing, or only what nobody can judge by; such places are filled in
    with anything, which no provider sends.
    Raises: Exhausted.
    """
    if says_nothing(node):
        return False
    return any(
        not shape.unsaid and _parts_are_told(expander, shape, node, value)
        for shape in expander.shapes(node)
        if _lists(shape, value)
    )


def _parts_are_told(expander: Expander, shape: Shape, node: Node, value: Json) -> bool:
    if shape.values is not None:
        return True
    if isinstance(value, Mapping):
        return all(is_told(expander, shape.child(name), held) for name, held in value.items())
    if isinstance(value, list):
        return all(is_told(expander, shape.item(at), held) for at, held in enumerate(value))
    return is_likely(shape, formats_of(node), value)


def formats_of(node: Node) -> Iterator[str]:
    """The formats that a schema names, itself or in its alternatives."""
    for part in node:
        schema = mapping(part.settled().schema)
        branches = (part for word in _BRANCHES for part in sequence(schema.get(word)))
        for each in (schema, *map(mapping, branches)):
            if isinstance(named := each.get("format"), str):
                yield named


def _lists(shape: Shape, value: Json) -> bool:
    is_kind = shape.kind == kind_of_value(value)
    return is_kind and (shape.values is None or frozen(value) in map(frozen, shape.values))
