"""Puts what a witness shows at one place into a value that is otherwise as it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.compat.schemas.outcome import Any, Path, Step
from harness.compat.schemas.places import MISSING, Missing
from harness.domain.json import Json


def grafts(example: Json, witness: Json, place: Path) -> Iterator[Json]:
    """
    The example with the witness's value at a place, or without the place where it lacks it.

    Shape: as often as the witness holds different values there; none where the example has no such
    place.
    """
    missing = not any(True for _ in values_at(witness, place))
    for scion in (MISSING,) if missing else values_at(witness, place):
        made = _with(example, place, scion)
        if not isinstance(made, Missing):
            yield made


def completed(example: Json, witness: Json) -> Json:
    """The example with what it leaves out of a whole value: what the witness holds there."""
    if isinstance(example, Mapping) and isinstance(witness, Mapping):
        own = {key: completed(inner, witness.get(key)) for key, inner in example.items()}
        return {**witness, **own}
    if isinstance(example, list) and isinstance(witness, list) and witness:
        return [completed(inner, witness[0]) for inner in example]
    return example


def values_at(value: Json, place: Path) -> Iterator[Json]:
    """What a value holds at a place, several where the place stands for several."""
    if not place:
        yield value
        return
    for _, inner in _held(value, place[0]):
        yield from values_at(inner, place[1:])


def _held(value: Json, step: Step) -> Iterator[tuple[str | int, Json]]:
    """What a value holds at a step, by key or position."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if step is Any.VALUE or key == step:
                yield key, inner
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            if step is Any.ITEM or at == step:
                yield at, inner


def _with(value: Json, place: Path, scion: Json | Missing) -> Json | Missing:
    """The value with a scion at a place; missing where it has no such place."""
    if not place:
        return scion
    step, rest = place[0], place[1:]
    held = dict(_held(value, step))
    if not held:
        return _added(value, step, rest, scion)
    made = {key: _with(inner, rest, scion) for key, inner in held.items()}
    if rest:  # what has no such place below it stays as it is
        made = {key: inner for key, inner in made.items() if not isinstance(inner, Missing)}
    return _changed(value, made) if made else MISSING


def _changed(value: Json, made: Mapping[str | int, Json | Missing]) -> Json:
    """The value with some of what it holds put in place of what was there, or left out."""
    if isinstance(value, Mapping):
        kept = {key: made.get(key, inner) for key, inner in value.items()}
        return {key: inner for key, inner in kept.items() if not isinstance(inner, Missing)}
    if isinstance(value, list):
        items = [made.get(at, inner) for at, inner in enumerate(value)]
        return [inner for inner in items if not isinstance(inner, Missing)]
    return value


def _added(value: Json, step: Step, rest: Path, scion: Json | Missing) -> Json | Missing:
    """The value with a key that it lacked; a whole branch is not made up."""
    can_hold = isinstance(value, Mapping) and isinstance(step, str)
    if not can_hold or rest or isinstance(scion, Missing):
        return MISSING
    return {**value, str(step): scion} if isinstance(value, Mapping) else MISSING
