"""Compares what has no parts: texts, numbers, and values that are listed."""

from __future__ import annotations

from harness.compat.schemas import oracle, scalars
from harness.compat.schemas.judging import Judge
from harness.compat.schemas.places import Doubt, Found, Off, Trial, made
from harness.compat.schemas.rendering import shape_schema
from harness.compat.schemas.shapes import Shape, frozen, meet
from harness.compat.schemas.wordings import compare_texts
from harness.compat.schemas.words import either, words_of_shape
from harness.domain.fit import Kind
from harness.domain.json import Json, canonical


def compare_listed(shape: Shape, readers: list[Shape]) -> Found:
    """Few values are put to the readers one by one."""
    takers = _takers(readers)
    refused = [value for value in shape.values or () if not _taken(value, takers)]
    if not refused:
        return Found()
    judge = oracle.judge(shape_schema(shape, listed=False))
    sent = [value for value in refused if judge.accepts(value) is not False]
    if not sent:
        return Found()
    every = len(refused) == len(shape.values or ())
    kind = Kind.IMPOSSIBLE if every else Kind.MAY_BREAK
    accepted = either(dict.fromkeys(words_of_shape(each) for each in readers))
    told = Shape(shape.kind, tuple(sent), ())
    return Found([Off((), kind, made(min(sent, key=size)), words_of_shape(told), accepted)])


def _takers(readers: list[Shape]) -> list[tuple[set[object] | None, Judge]]:
    return [
        (
            None if each.values is None else {frozen(value) for value in each.values},
            oracle.judge(shape_schema(each, listed=False)),
        )
        for each in readers
    ]


def compare_scalars(shape: Shape, reader: Shape, seed: int) -> Found:
    """What of a text or a number another does not accept; `seed` is where drawn values begin."""
    if reader.values is None and not any(reader.facets()):
        return Found()
    ours = oracle.scalar_schema(reader, listed=True)
    if oracle.covers(ours, oracle.scalar_schema(shape)):
        return _of_formats(shape, reader)
    judge = oracle.judge(ours)
    values = list(scalars.fitting(shape, (reader,), seed))
    refused = [value for value in values if judge.accepts(value) is False]
    if not refused and shape.kind == "string":
        verdict = compare_texts(shape, reader)
        if verdict.covered:
            return _of_formats(shape, reader)
        refused = [each for each in verdict.refused if _is_sent(shape, each, judge)]
    if refused:
        value = min(refused, key=size)
        both = meet(shape, reader)
        never = both is None or oracle.unsatisfiable(oracle.scalar_schema(both, listed=True))
        kind = Kind.IMPOSSIBLE if never else Kind.MAY_BREAK
        sent, accepted = words_of_shape(shape), words_of_shape(reader)
        return Found([Off((), kind, made(value), sent, accepted)])
    if unjudged := _of_formats(shape, reader).doubts:
        return Found(doubts=unjudged)
    reason = f"{words_of_shape(shape)} against {words_of_shape(reader)}"
    tried = sum(judge.accepts(value) is True for value in values)
    return Found(doubts=[Doubt((), reason, tried)])


def _is_sent(shape: Shape, value: Json, judge: Judge) -> bool:
    sends = oracle.judge(oracle.scalar_schema(shape))
    return sends.accepts(value) is True and judge.accepts(value) is False


def _of_formats(shape: Shape, reader: Shape) -> Found:
    """A format that nobody can judge is met by what is called the same, and by nothing for sure."""
    judged = oracle.KNOWN_FORMATS | oracle.FREE_FORMATS
    asked = {str(name) for name in reader.words("format")} - judged
    if shape.kind != "string" or asked <= set(shape.words("format")):
        return Found()
    said = f"the format {', '.join(sorted(asked))} cannot be judged"
    return Found(doubts=[Doubt((), said, trial=Trial.NOTHING)])


def size(value: Json) -> tuple[int, float, float]:
    """How large a value is: whole numbers by how far they are from nothing, the rest by length."""
    length = len(value if isinstance(value, str) else canonical(value))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return (2, length, 0)
    is_whole = isinstance(value, int) or value.is_integer()
    return (0, abs(value), length) if is_whole else (1, length, abs(value))


def _taken(value: Json, takers: list[tuple[set[object] | None, Judge]]) -> bool:
    key = frozen(value)
    return any(
        (listed is None or key in listed) and judge.accepts(value) for listed, judge in takers
    )
