"""Bodies between a plain one and another: what remains of a difference when parts are undone."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from typing import Final

from harness.compat.possible.variations import Place, Variation
from harness.compat.schemas.places import MISSING, Missing
from harness.compat.schemas.sides import Side
from harness.domain.json import Json, canonical, shortened

_MOST: Final = 60
_MOST_TOGETHER: Final = 2


def simpler(side: Side, base: Json, body: str) -> Iterator[str]:
    """
    Allowed bodies with some of the differences alone, the fewest first.

    Shape: JSON texts, at most 60; the whole body itself is not among them.
    """
    try:
        apart = list(_differences(base, json.loads(body), ()))
    except (ValueError, RecursionError):
        # What networks make of a body is no JSON, or none that can be told again.
        return
    seen = {body, canonical(base)}
    for count in range(1, min(len(apart), _MOST_TOGETHER + 1)):
        for chosen in itertools.islice(itertools.combinations(apart, count), _MOST):
            made = _applied(base, chosen)
            text = "" if isinstance(made, Missing) else canonical(made)
            if text in seen or isinstance(made, Missing):
                continue
            seen.add(text)
            if side.judge.accepts(made) is True:
                yield text
            if len(seen) > _MOST:
                return


def differences(base: str, body: str) -> tuple[Variation, ...]:
    """Where one JSON text differs from another, as changes of the first."""
    return tuple(_differences(json.loads(base), json.loads(body), ()))


def _differences(base: Json, other: Json, place: Place) -> Iterator[Variation]:
    if canonical(base) == canonical(other):
        return
    if isinstance(base, Mapping) and isinstance(other, Mapping):
        for name in dict.fromkeys((*base, *other)):
            if name not in other:
                yield Variation((*place, name), "is absent", MISSING)
            elif name not in base:
                yield Variation((*place, name), _is(other[name]), other[name])
            else:
                yield from _differences(base[name], other[name], (*place, name))
    elif isinstance(base, list) and isinstance(other, list) and len(base) == len(other):
        for at, (one, two) in enumerate(zip(base, other, strict=True)):
            yield from _differences(one, two, (*place, at))
    else:
        yield Variation(place, _is(other), other)


def _is(value: Json) -> str:
    return "is null" if value is None else f"is {shortened(value, 60)}"


def _applied(base: Json, chosen: tuple[Variation, ...]) -> Json | Missing:
    made: Json | Missing = base
    for one in chosen:
        made = MISSING if isinstance(made, Missing) else one.applied(made)
    return made
