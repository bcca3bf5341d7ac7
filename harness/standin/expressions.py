"""Which rule of a contract speaks about a place within a body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from harness.domain.pact import Rule

Place = tuple[str | int, ...]
"""Where a value stands in a body, from its root: names of keys and positions in lists."""

_STEP = re.compile(
    r"""\.(?P<star>\*)|\.(?P<name>[^.\[\]]+)|\[(?P<any>\*)?\]
    |\[(?P<at>\d+)\]|\[(?P<mark>['"])(?P<quoted>.*?)(?P=mark)\]""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Applied:
    """
    The rule for a place.

    Shape: `inherited` where the rule was written for something around the place.
    """

    rule: Rule
    inherited: bool = False


class Expressions:
    """The rules of one body, found by place."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self._rules = tuple((steps_of(written), rule) for written, rule in rules.items())

    def at(self, place: Place) -> Applied | None:
        """
        Find the rule that speaks most precisely about a place.

        Shape: a name or position outweighs `*`, and a longer expression a shorter one.
        """
        best: tuple[tuple[int, int], Applied] | None = None
        for steps, rule in self._rules:
            weight = _weight(steps, place)
            if weight and (best is None or (weight, len(steps)) > best[0]):
                best = (weight, len(steps)), Applied(rule, inherited=len(steps) < len(place))
        return best[1] if best else None


def steps_of(expression: str) -> tuple[str | int | None, ...]:
    """The steps of an expression such as `$.items[*].sku`, where None stands for any."""
    steps: list[str | int | None] = []
    for found in _STEP.finditer(expression.removeprefix("$")):
        if found["name"] is not None or found["quoted"] is not None:
            steps.append(found["name"] if found["name"] is not None else found["quoted"])
        else:
            steps.append(int(found["at"]) if found["at"] is not None else None)
    return tuple(steps)


def _weight(steps: tuple[str | int | None, ...], place: Place) -> int:
    if len(steps) > len(place):
        return 0
    weight = 2
    for step, part in zip(steps, place, strict=False):
        if step is None:
            continue
        if step != part or isinstance(step, str) is not isinstance(part, str):
            return 0
        weight *= 2
    return weight
