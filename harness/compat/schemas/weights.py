"""How often a validator must look at one value: references that branch multiply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from harness.domain.document import definition_name
from harness.domain.json import Json, mapping, sequence

MOST_LOOKS: Final = 200_000

_SINGLE: Final = ("not", "if", "then", "else")
_LISTED: Final = ("allOf", "anyOf", "oneOf")


def is_too_heavy(schema: Json) -> bool:
    """Whether a schema asks more of one value than can be answered in bounded time."""
    definitions = mapping(mapping(schema).get("$defs"))
    if not definitions:
        return False
    looks: dict[str, int] = {}
    steps = {name: tuple(_steps(each)) for name, each in definitions.items()}
    for name in definitions:
        _settle(name, steps, looks)
    # A value's own parts are looked at once for each look at the value that holds them.
    return max((_sum(_steps(schema), looks), *looks.values())) > MOST_LOOKS


def _settle(root: str, steps: Mapping[str, tuple[str, ...]], looks: dict[str, int]) -> None:
    """Count the looks of a definition after those that it leads to; a circle counts once."""
    waiting = [(root, False)]
    entered: set[str] = set()
    while waiting:
        name, is_done = waiting.pop()
        if is_done:
            looks[name] = min(1 + _sum(steps[name], looks), MOST_LOOKS + 1)
        elif name not in looks and name not in entered:
            entered.add(name)
            waiting.append((name, True))
            waiting.extend((step, False) for step in steps[name] if step in steps)


def _sum(names: Iterator[str] | tuple[str, ...], looks: Mapping[str, int]) -> int:
    return sum(looks.get(name, 1) for name in names)


def _steps(schema: Json) -> Iterator[str]:
    """The definitions that a schema asks of its own value, each as often as it is asked."""
    waiting = [schema]
    while waiting:
        held = mapping(waiting.pop())
        name = definition_name(held.get("$ref"))
        if name is not None:
            yield name
        waiting.extend(held[word] for word in _SINGLE if word in held)
        for word in _LISTED:
            waiting.extend(sequence(held.get(word)))
        waiting.extend(mapping(held.get("dependentSchemas")).values())
