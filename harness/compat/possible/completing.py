"""Makes the example of a contract whole, which shows what its consumer reads and no more."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Final

from harness.compat.possible.forms import may_be
from harness.compat.schemas.bounds import Exhausted
from harness.compat.schemas.places import MISSING, Missing
from harness.compat.schemas.sampling import NoValue, Sampler
from harness.compat.schemas.shapes import Node, Shape, kind_of_value
from harness.compat.schemas.shrinking import is_small
from harness.compat.schemas.sides import Side
from harness.domain.json import Json, mapping

_MOST_WAYS: Final = 24
_MOST_PARTS: Final = 500_000


def whole(side: Side, sampler: Sampler, example: Json) -> Json | Missing:
    """An example with what its schema demands beside it; missing where it is not allowed."""
    if side.judge.accepts(example) is True:
        return example
    try:
        for made in _ways(sampler, (side.part,), example):
            if is_small(made, _MOST_PARTS) and side.judge.accepts(made) is True:
                return made
    except (Exhausted, RecursionError):
        # What no bounded search completes is not known to be allowed.
        return MISSING
    return MISSING


def conformed(side: Side, sampler: Sampler, example: Json) -> Json | Missing:
    """
    An example as its schema has it: what that does not name is left out, what it does not allow is
    replaced by the smallest that it does; missing where none is found.
    """
    node = (side.part,)
    for make in (_replaced, _kept, _smallest):
        try:
            made = make(sampler, node, example)
            if is_small(made, _MOST_PARTS) and side.judge.accepts(made) is True:
                return made
        except (Exhausted, RecursionError, NoValue):
            # Another way may lead to one.
            continue
    return MISSING


def _kept(sampler: Sampler, node: Node, value: Json) -> Json:
    return next(_ways(sampler, node, value), value)


def _smallest(sampler: Sampler, node: Node, value: Json) -> Json:
    return sampler.smallest(node)


def _replaced(sampler: Sampler, node: Node, value: Json) -> Json:
    """
    A value of what a schema names, the smallest in the place of what it does not allow.

    Raises: NoValue, Exhausted.
    """
    if not may_be(sampler.expander, node, value):
        return sampler.smallest(node)
    shapes = [one for one in sampler.expander.shapes(node) if one.kind == kind_of_value(value)]
    shape = min(shapes, key=lambda one: _distance(sampler, one, value), default=None)
    if shape is None or not isinstance(value, list | Mapping):
        return value
    if isinstance(value, list):
        return [_replaced(sampler, shape.item(at), held) for at, held in enumerate(value)]
    made: dict[str, Json] = {}
    named = shape.spoken_of()
    held = [name for name in value if name in named or not named]
    for name in dict.fromkeys((*held, *shape.required())):
        try:
            child = shape.child(name)
            is_held = name in value
            made[name] = (
                _replaced(sampler, child, value[name]) if is_held else sampler.smallest(child)
            )
        except NoValue:
            # The judge of the whole says whether it can do without.
            continue
    return made


def _ways(sampler: Sampler, node: Node, value: Json) -> Iterator[Json]:
    """A value made whole in each form that it may be of, the likeliest first."""
    shapes = sampler.expander.shapes(node)
    own = sorted(
        (shape for shape in shapes if shape.kind == kind_of_value(value)),
        key=lambda shape: _distance(sampler, shape, value),
    )
    for shape in itertools.islice(own, _MOST_WAYS):
        yield _of_shape(sampler, shape, value)


def _of_shape(sampler: Sampler, shape: Shape, value: Json) -> Json:
    if isinstance(value, Mapping):
        made = {name: _first(sampler, shape.child(name), held) for name, held in value.items()}
        for name in shape.required():
            if name not in made:
                try:
                    made[name] = sampler.smallest(shape.child(name))
                except NoValue:
                    # The judge of the whole says whether it can do without.
                    continue
        return made
    if isinstance(value, list):
        return [_first(sampler, shape.item(at), held) for at, held in enumerate(value)]
    return value


def _first(sampler: Sampler, node: Node, value: Json) -> Json:
    if not isinstance(value, list | Mapping):
        return value
    return next(_ways(sampler, node, value), value)


def _distance(sampler: Sampler, shape: Shape, value: Json) -> tuple[int, int, int]:
    """How far a value is from a form: keys with a value of another form, unnamed, and lacking."""
    held = mapping(value)
    named = shape.spoken_of()
    off = sum(
        not may_be(sampler.expander, shape.child(name), held[name])
        for name in named
        if name in held
    )
    return off, sum(name not in named for name in held), sum(n not in held for n in named)
