"""The laws of the engine, judged by a second validator and by nothing of its own."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from harness.compat.schemas.engine import compare
from harness.compat.schemas.outcome import Broken, Proven, Unknown, Witness
from harness.domain.fit import Kind
from tests.compat.drawing import Second, document, pair, schema
from tests.compat.sending import sent

_QUIET = settings(
    max_examples=200,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)
# A failing draw is made small again, which a seed alone could not be.
_DRAWS = st.randoms(use_true_random=False)
_TRIES = 24
LEAST_PAIRS = 50
LEAST_VALUES = 800


def test_what_is_proven_no_value_contradicts() -> None:
    """Where a pair is proven, every value drawn from the writer is accepted by the reader."""
    judged: list[int] = []

    @given(draw=_DRAWS)
    @_QUIET
    def law(draw: Random) -> None:
        writer, reader = pair(draw)
        if isinstance(compare(writer, reader), Proven):
            judge = Second(reader)
            values = list(sent(draw, writer, _TRIES))
            assert [value for value in values if not judge.accepts(value)] == []
            judged.append(len(values))

    law()

    assert sum(map(bool, judged)) >= LEAST_PAIRS
    assert sum(judged) >= LEAST_VALUES


@given(draw=_DRAWS)
@_QUIET
def test_a_witness_is_sent_and_refused(draw: Random) -> None:
    """Every witness is valid for the writer and refused by the reader."""
    writer, reader = pair(draw)
    found = compare(writer, reader)
    for witness in found.witnesses if isinstance(found, Broken) else ():
        assert Second(writer).accepts(witness.value)
        assert not Second(reader).accepts(witness.value)


@given(draw=_DRAWS)
@_QUIET
def test_where_a_place_is_impossible_no_value_with_it_fits(draw: Random) -> None:
    """No value with something at an impossible place fits, and nothing is at an undeclared one."""
    writer, reader = pair(draw)
    found = compare(writer, reader)
    hard = [each for each in _told(found) if each.kind is not Kind.MAY_BREAK]
    judge = Second(reader)
    for value in sent(draw, writer, _TRIES) if hard else ():
        for witness in hard:
            held = _holds(value, witness.path)
            assert not (held and judge.accepts(value))
            assert not (held and witness.kind is Kind.UNDECLARED and witness.path != "$")


def _told(found: Any) -> Iterator[Witness]:
    """The witnesses whose place is one path without `any`, which a value has or has not."""
    for each in found.witnesses if isinstance(found, Broken) else ():
        if "*" not in each.path:
            yield each


def _holds(value: Any, path: str) -> bool:
    for step in path.replace("[", ".").replace("]", "").split(".")[1:]:
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return False
    return True


@given(draw=_DRAWS)
@_QUIET
def test_a_schema_is_never_refused_by_itself(draw: Random) -> None:
    """No schema has a witness against itself."""
    drawn = schema(draw, 3) if draw.randrange(2) else document(draw)

    assert not isinstance(compare(drawn, drawn), Broken)


@given(draw=_DRAWS)
@settings(_QUIET, max_examples=40)
def test_the_same_pair_gives_the_same_answer(draw: Random) -> None:
    """Nothing of an answer depends on when or how often it is asked for."""
    writer, reader = pair(draw)

    assert compare(writer, reader) == compare(writer, reader)


def test_most_pairs_are_decided() -> None:
    """Of a thousand pairs drawn, few stay unknown, and many are of either other answer."""
    found = [type(compare(*pair(Random(seed)))) for seed in range(1_000)]

    assert found.count(Unknown) <= 200
    assert found.count(Broken) >= 200
    assert found.count(Proven) >= 400
