"""Numbers and texts at and around the limits that shapes name."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator

from harness.compat.schemas import oracle
from harness.compat.schemas.regexes import Unreadable
from harness.compat.schemas.shapes import Shape, frozen, kind_of_value, numbers
from harness.compat.schemas.texts import FORMAT_SAMPLES, ODD, PLAIN, matching
from harness.domain.json import Json, sequence

_LONGEST = 4_000
_WIDE = 10**15
_PLAIN_NUMBERS: tuple[Json, ...] = (1, 0, -1, 0.5, 2, 1.5, -0.5, 10, 1000, 10**12, 1e-6)


def fitting(shape: Shape, near: Iterable[Shape] = (), seed: int | None = None) -> Iterator[Json]:
    """
    Scalars that meet a shape, the plainest first.

    Shape: `near` are shapes whose limits are tried too; with a `seed` further values follow.
    """
    if shape.values is not None:
        yield from _judged(shape, iter(shape.values))
        return
    yield from _judged(shape, _candidates(shape, tuple(near), seed))


def _judged(shape: Shape, values: Iterator[Json]) -> Iterator[Json]:
    judge = oracle.judge(oracle.scalar_schema(shape))
    seen: set[object] = set()
    for value in values:
        key = frozen(value)
        if key not in seen and judge.accepts(value):
            seen.add(key)
            yield value


def _candidates(shape: Shape, near: tuple[Shape, ...], seed: int | None) -> Iterator[Json]:
    for each in (shape, *near):
        for listed in each.words("examples"):
            yield from (v for v in sequence(listed) if kind_of_value(v) == shape.kind)
        yield from (v for v in each.words("default") if kind_of_value(v) == shape.kind)
        yield from each.values or ()
    if shape.kind == "number":
        yield from _numbers((shape, *near), seed)
    elif shape.kind == "string":
        yield from _texts((shape, *near), seed)


def _numbers(shapes: tuple[Shape, ...], seed: int | None) -> Iterator[Json]:
    yield from _PLAIN_NUMBERS
    for shape in shapes:
        for word in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
            for bound in numbers(shape.words(word)):
                yield from _around(bound)
        for factor in numbers(shape.words("multipleOf")):
            yield from _multiples(factor, shape)
    if seed is None:
        return
    chance = random.Random(seed)
    for _ in range(40):
        scale = 10.0 ** chance.randint(0, 6)
        yield chance.choice([chance.randint(-1000, 1000), chance.uniform(-scale, scale)])


def _around(bound: float) -> Iterator[float]:
    steps = (0, 1, -1, 0.5, -0.5, 0.001, -0.001)
    # Beyond this, a half is lost or the sum is no number at all.
    yield from (bound + step for step in (steps if abs(bound) < _WIDE else steps[:1]))


def _multiples(factor: float, shape: Shape) -> Iterator[float]:
    if not 0 < factor < _WIDE:
        return
    yield from (factor * times for times in (1, 2, 3, 10, -1))
    least, most = shape.most("minimum"), shape.least("maximum")
    start = least if least or most is None else most
    if abs(start) < _WIDE and start / factor < _WIDE:
        yield from (factor * (start // factor + step) for step in (-1, 0, 1))


def _texts(shapes: tuple[Shape, ...], seed: int | None) -> Iterator[Json]:
    for shape in shapes:
        yield from (s for name in shape.words("format") for s in FORMAT_SAMPLES.get(str(name), ()))
        yield from _of_patterns(shape, None)
    yield from PLAIN
    for shape in shapes:
        for word in ("minLength", "maxLength"):
            for bound in numbers(shape.words(word)):
                for length in (bound, bound + 1, bound - 1):
                    if 0 <= length <= _LONGEST:
                        yield "a" * int(length)
    yield from ODD
    if seed is None:
        return
    chance = random.Random(seed)
    for _ in range(25):
        for shape in shapes:
            yield from _of_patterns(shape, chance)


def _of_patterns(shape: Shape, chance: random.Random | None) -> Iterator[str]:
    for pattern in shape.words("pattern"):
        try:
            text = matching(str(pattern), chance)
        except Unreadable:
            continue
        yield text
        least = int(min(shape.most("minLength"), _LONGEST))
        if len(text) < least and text:
            yield (text * least)[: max(least, len(text))]
            yield text + text[-1] * (least - len(text))
