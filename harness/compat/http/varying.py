"""What rules let a consumer send in a path, a query or a header beside its example."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from harness.compat.pacts.rules import schema_of_text
from harness.compat.schemas.bounds import Bounds, Exhausted, Work
from harness.compat.schemas.engine import compare_sides
from harness.compat.schemas.expanding import Expander
from harness.compat.schemas.outcome import Proven
from harness.compat.schemas.rendering import shape_schema
from harness.compat.schemas.sampling import NoValue, Sampler
from harness.compat.schemas.shapes import HINTS, Node, Shape
from harness.compat.schemas.sides import Side, side
from harness.domain.document import Operation
from harness.domain.json import Json, canonical
from harness.domain.pact import Rule

_MOST_TEXTS: Final = 40
_INTEGER: Final = r"-?\d+"
_NUMBER: Final = rf"{_INTEGER}(\.\d+)?"
_SEGMENT: Final = "[^/]+"
_PARAMETER: Final = re.compile(r"\{([^{}]*)\}")
_NAMED: Final = re.compile(
    r"""(?:\$?\[['"](?P<quoted>.*)['"]\]|(?P<name>[^\[\]]+))(?:\[(?:(?P<at>\d+)|\*)?\])?"""
)
_OF_ITEMS: Final = frozenset({"type", "items", "prefixItems", "minItems", "maxItems"}) | HINTS
_OF_MEMBERS: Final = frozenset({"type", "properties", "required", "additionalProperties"}) | HINTS


def rules_of(name: str, rules: Mapping[str, Rule], count: int) -> dict[int, Rule]:
    """The rule of each of the values of a parameter or header, however it is written."""
    found: dict[int, Rule] = {}
    for key, rule in rules.items():
        bare, position = _NAMED.fullmatch(key.removeprefix("$.")), None
        written = bare["quoted"] or bare["name"] if bare is not None else key
        if bare is not None and bare["at"] is not None:
            position = int(bare["at"])
        if not rule.matchers or written.lower() != name.lower():
            continue
        for at in range(count):
            if position == at or (position is None and at not in found):
                found[at] = rule
    return dict(sorted(found.items()))


def rule_of_key(key: str, rules: Mapping[str, Rule]) -> Rule | None:
    """The rule of one pair of a query whose name has brackets of its own."""
    for written in (key, f"$.{key}", f"$['{key}']", f'$["{key}"]'):
        for each in (written, f"{written}[0]", f"{written}[*]"):
            rule = rules.get(each)
            if rule is not None and rule.matchers:
                return rule
    return None


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


def is_proven(example: str, rule: Rule, reader: Node, bounds: Bounds) -> bool:
    """Whether every text that a rule lets pass means a value that a parameter accepts."""
    accepted = _texts(reader, bounds)
    sent = side(schema_of_text(example, rule), closed=True)
    found = compare_sides(sent, side(accepted, closed=False), bounds=bounds)
    return isinstance(found, Proven)


def are_items_proven(
    texts: Sequence[str], rules: Mapping[int, Rule], reader: Side, bounds: Bounds
) -> bool:
    """Whether texts that are items of a list may vary as rules let them, their number staying."""
    shapes = _shapes((reader.part,), bounds)
    if len(shapes) != 1 or shapes[0].kind != "array" or not _is_by_part(shapes[0], _OF_ITEMS):
        return False
    if any(_is_of_number(rule) for rule in rules.values()):
        return False
    return all(is_proven(texts[at], rule, shapes[0].item(at), bounds) for at, rule in rules.items())


def are_members_proven(
    members: Mapping[str, tuple[str, Rule]], shapes: Sequence[Shape], bounds: Bounds
) -> bool:
    """Whether members of an object may vary as rules let them, each for itself."""
    if len(shapes) != 1 or shapes[0].kind != "object" or not _is_by_part(shapes[0], _OF_MEMBERS):
        return False
    return all(
        name in shapes[0].declared() and is_proven(text, rule, shapes[0].child(name), bounds)
        for name, (text, rule) in members.items()
    )


def _is_by_part(shape: Shape, words: frozenset[str]) -> bool:
    """Whether nothing is asked of several parts together, so that each may vary alone."""
    asked = {word for facet in shape.facets() for word in facet}
    return shape.values is None and not shape.excluded and not shape.unsaid and asked <= words


def _is_of_number(rule: Rule) -> bool:
    """Whether a rule lets the number of values vary as well."""
    return any("min" in matcher or "max" in matcher for matcher in rule.matchers)


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
    shapes = _shapes((reader.part,), bounds)
    if any(shape.kind == "string" and _is_free(shape) for shape in shapes):
        return _SEGMENT
    return next((_pattern(shape) for shape in shapes if shape.kind == "number"), "")


def _texts(reader: Node, bounds: Bounds) -> Json:
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


def _shapes(reader: Node, bounds: Bounds) -> Sequence[Shape]:
    try:
        return tuple(Expander(Work(bounds)).shapes(reader))
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
