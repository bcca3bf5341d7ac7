"""What rules let a consumer send in a path, a query or a header beside its example."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from harness.compat.pacts.readers import rule_of as rule_of
from harness.compat.pacts.rules import schema_of_text
from harness.compat.schemas.bounds import Bounds, Exhausted, Work
from harness.compat.schemas.engine import Side, compare_sides, side
from harness.compat.schemas.expanding import Expander
from harness.compat.schemas.outcome import Proven
from harness.compat.schemas.rendering import shape_schema
from harness.compat.schemas.sampling import NoValue, Sampler
from harness.compat.schemas.shapes import Shape
from harness.domain.document import Operation
from harness.domain.json import Json, canonical
from harness.domain.pact import Rule

_MOST_TEXTS: Final = 40
_INTEGER: Final = r"-?\d+"
_NUMBER: Final = rf"{_INTEGER}(\.\d+)?"
_SEGMENT: Final = "[^/]+"
_PARAMETER: Final = re.compile(r"\{([^{}]*)\}")


def texts_of(example: str, rule: Rule, bounds: Bounds) -> list[str]:
    """Some texts that a rule lets pass: those at each choice, and some by chance."""
    node = (side(schema_of_text(example, rule), closed=True).part,)
    sampler = Sampler(Expander(Work(bounds)))
    chance = random.Random(bounds.seed)

    def drawn() -> Iterator[Json]:
        yield from islice(sampler.variants(node), _MOST_TEXTS // 2)
        for _ in range(_MOST_TEXTS):
            try:
                yield sampler.random(node, chance)
            except NoValue:
                continue

    found: dict[str, None] = {}
    try:
        for value in drawn():
            found[value if isinstance(value, str) else canonical(value)] = None
    except (Exhausted, NoValue, RecursionError):
        # What was drawn until then is what there is.
        return list(found)
    return list(found)[:_MOST_TEXTS]


def is_proven(example: str, rule: Rule, reader: Side, bounds: Bounds) -> bool:
    """Whether every text that a rule lets pass means a value that a parameter accepts."""
    accepted = _texts(reader, bounds)
    sent = side(schema_of_text(example, rule), closed=True)
    found = compare_sides(sent, side(accepted, closed=False), bounds=bounds)
    return isinstance(found, Proven)


def is_path_proven(
    example: str, rule: Rule, operation: Operation, readers: Mapping[str, Side], bounds: Bounds
) -> bool:
    """Whether every path that a rule lets pass means an operation, whatever stands in it."""
    pieces: list[str] = []
    for at, piece in enumerate(_PARAMETER.split(operation.path)):
        pieces.append(_segment(readers.get(piece), bounds) if at % 2 else re.escape(piece))
    if not all(pieces[1::2]):
        return False
    bases = "|".join(re.escape(base) for base in operation.base_paths)
    accepted: Json = {"type": "string", "pattern": f"^(?:{bases}){''.join(pieces)}$"}
    sent = side(schema_of_text(example, rule), closed=True)
    return isinstance(compare_sides(sent, side(accepted, closed=False), bounds=bounds), Proven)


def _segment(reader: Side | None, bounds: Bounds) -> str:
    """The pattern of the segments that a path's parameter takes; empty where none is known."""
    if reader is None:
        return _SEGMENT
    shapes = _shapes(reader, bounds)
    if any(shape.kind == "string" and _is_free(shape) for shape in shapes):
        return _SEGMENT
    return next((_pattern(shape) for shape in shapes if shape.kind == "number"), "")


def _texts(reader: Side, bounds: Bounds) -> Json:
    """A schema of texts, each of which means a value that a parameter accepts; not of all such."""
    taken: list[Json] = []
    for shape in _shapes(reader, bounds):
        if shape.kind == "string":
            taken.append(shape_schema(shape))
        elif shape.kind == "number" and (pattern := _pattern(shape)):
            taken.append({"type": "string", "pattern": f"^{pattern}$"})
        elif shape.kind == "boolean":
            listed = (True, False) if shape.values is None else shape.values
            taken.append({"enum": [canonical(value) for value in listed]})
    return {"anyOf": taken} if taken else False


def _shapes(reader: Side, bounds: Bounds) -> Sequence[Shape]:
    try:
        return tuple(Expander(Work(bounds)).shapes((reader.part,)))
    except (Exhausted, RecursionError):
        return ()


def _is_free(shape: Shape) -> bool:
    return shape.values is None and not any(shape.facets()) and not shape.excluded


def _pattern(shape: Shape) -> str:
    """How a number without bounds is written; empty where not every number is taken."""
    if shape.values is not None or shape.excluded:
        return ""
    facets = [dict(facet) for facet in shape.facets() if facet]
    if all(facet == {"multipleOf": 1} for facet in facets):
        return _INTEGER if facets else _NUMBER
    return ""
