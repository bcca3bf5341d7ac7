"""Makes a value smaller while it still shows what it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from harness.domain.json import Json, mapping

_MOST_TRIES = 300


def is_small(value: Json, most: int) -> bool:
    """Whether a value has at most some number of keys, items and scalars."""
    waiting, count = [value], 0
    while waiting:
        node = waiting.pop()
        count += 1
        held = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        if held:
            if count + len(waiting) + len(held) > most:
                return False
            waiting.extend(held)
    return True


def shrunk(value: Json, shows: Callable[[Json], bool]) -> Json:
    """The smallest value found on the way from a value, in a bounded number of tries."""
    tries = 0
    changed = True
    while changed:
        changed = False
        for smaller in _smaller(value):
            tries += 1
            if tries > _MOST_TRIES:
                return value
            if shows(smaller):
                value, changed = smaller, True
                break
    return value


def _smaller(value: Json) -> Iterator[Json]:
    if isinstance(value, dict):
        for name in value:
            yield {key: each for key, each in value.items() if key != name}
        for name, held in value.items():
            yield from ({**mapping(value), name: each} for each in _smaller(held))
    elif isinstance(value, list):
        if value:
            yield []
        for at in range(len(value)):
            yield [*value[:at], *value[at + 1 :]]
        for at, held in enumerate(value):
            yield from ([*value[:at], each, *value[at + 1 :]] for each in _smaller(held))
    elif isinstance(value, str):
        if value:
            yield from dict.fromkeys(("", "a", value[: len(value) // 2], value[:-1]))
    elif isinstance(value, int | float) and not isinstance(value, bool) and value not in (0, 1):
        yield from dict.fromkeys((0, 1, int(value) if value == value and abs(value) < 1e15 else 0))
