"""What a node sends or accepts, in a few words."""

from __future__ import annotations

from collections.abc import Iterator

from harness.compat.schemas.bounds import Exhausted
from harness.compat.schemas.expanding import Expander
from harness.compat.schemas.shapes import Node, Shape, numbers
from harness.domain.json import shortened

_ARTICLED = {
    "object": "an object",
    "array": "a list",
    "string": "a text",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}
_MOST_VALUES = 6
_MOST_WORDS = 6


def words_of(expander: Expander, node: Node) -> str:
    """What a node means: `a whole number`, `"a" or "b"`, `a text or null`."""
    try:
        shapes = expander.shapes(node)
    except Exhausted:
        return "more than can be told"
    if not shapes:
        return "nothing"
    if len({shape.kind for shape in shapes}) == len(_ARTICLED) and not any(
        any(True for _ in shape.facets()) for shape in shapes
    ):
        return "anything"
    return either(dict.fromkeys(words_of_shape(shape) for shape in shapes))


def either(phrases: dict[str, None]) -> str:
    """Phrases joined by `or`."""
    listed = list(phrases)
    if len(listed) > _MOST_WORDS:
        listed = [*listed[:_MOST_WORDS], "…"]
    return " or ".join(listed)


def words_of_shape(shape: Shape) -> str:
    """What one shape means."""
    if shape.kind in ("null", "boolean"):
        return " or ".join(_said(value) for value in shape.values or ())
    if shape.values is not None:
        listed = [shortened(value, 40) for value in shape.values[:_MOST_VALUES]]
        return " or ".join([*listed, "…"] if len(shape.values) > _MOST_VALUES else listed)
    is_integer = shape.kind == "number" and 1 in list(numbers(shape.words("multipleOf")))
    named = "a whole number" if is_integer else _ARTICLED[shape.kind]
    limits = " and ".join(dict.fromkeys(_limits(shape))).replace(" and to ", " to ")
    return f"{named} {limits}" if limits else named


def _said(value: object) -> str:
    return {True: "true", False: "false"}.get(value, "null") if value is not None else "null"  # type: ignore[call-overload]


def _limits(shape: Shape) -> Iterator[str]:
    for word, said in _LIMITS.items():
        for value in shape.words(word):
            if word == "multipleOf" and value == 1:
                continue
            if value not in (0, False) or word in ("minimum", "exclusiveMinimum"):
                yield said.format(value if isinstance(value, str) else shortened(value, 40))


_LIMITS = {
    "format": "of the format {}",
    "pattern": "that matches {}",
    "minLength": "of at least {} letters",
    "maxLength": "of at most {} letters",
    "minimum": "from {}",
    "exclusiveMinimum": "above {}",
    "maximum": "to {}",
    "exclusiveMaximum": "below {}",
    "multipleOf": "that {} divides",
    "minItems": "of at least {} items",
    "maxItems": "of at most {} items",
    "uniqueItems": "without repeats",
}
