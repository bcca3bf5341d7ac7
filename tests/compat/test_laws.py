"""The laws of the engine, judged by a second validator."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from harness.compat.engine import compare
from harness.compat.outcome import Broken, Proven, Unknown
from harness.domain.fit import Kind
from tests.compat.drawing import Schema, changed, documents, judged, schemas, values

_QUIET = settings(
    max_examples=150,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)


@st.composite
def _pairs(draw: st.DrawFn) -> tuple[Schema, Schema]:
    writer = draw(st.one_of(schemas(), documents()))
    reader = draw(st.one_of(changed(writer), changed(writer), schemas()))
    return writer, reader


@given(pair=_pairs(), data=st.data())
@_QUIET
def test_what_is_proven_no_value_contradicts(
    pair: tuple[Schema, Schema], data: st.DataObject
) -> None:
    """Where a pair is proven, every value drawn from the writer is accepted by the reader."""
    writer, reader = pair
    if not isinstance(compare(writer, reader), Proven):
        return
    drawn = values(writer, writer)
    if drawn.is_empty:
        return
    for _ in range(8):
        value = data.draw(drawn)
        if judged(writer, value):
            assert judged(reader, value)


@given(pair=_pairs())
@_QUIET
def test_a_witness_is_sent_and_refused(pair: tuple[Schema, Schema]) -> None:
    """Every witness is valid for the writer and refused by the reader."""
    writer, reader = pair
    found = compare(writer, reader)
    for witness in found.witnesses if isinstance(found, Broken) else ():
        assert judged(writer, witness.value)
        assert not judged(reader, witness.value)


@given(pair=_pairs(), data=st.data())
@_QUIET
def test_what_is_impossible_no_value_meets(
    pair: tuple[Schema, Schema], data: st.DataObject
) -> None:
    """Where a whole value is called impossible, none that is drawn fits both sides."""
    writer, reader = pair
    found = compare(writer, reader)
    hard = {Kind.IMPOSSIBLE, Kind.UNDECLARED}
    whole = isinstance(found, Broken) and any(
        each.path == "$" and each.kind in hard for each in found.witnesses
    )
    drawn = values(writer, writer)
    if whole and not drawn.is_empty:
        value = data.draw(drawn)
        assert not (judged(writer, value) and judged(reader, value))


@given(schema=st.one_of(schemas(), documents()))
@_QUIET
def test_a_schema_is_never_refused_by_itself(schema: Schema) -> None:
    """No schema has a witness against itself."""
    assert not isinstance(compare(schema, schema), Broken)


@given(pair=_pairs())
@settings(_QUIET, max_examples=40)
def test_the_same_pair_gives_the_same_answer(pair: tuple[Schema, Schema]) -> None:
    """Nothing of an answer depends on when or how often it is asked for."""
    assert compare(*pair) == compare(*pair)


def test_most_pairs_are_decided() -> None:
    """Of the pairs drawn, few stay unknown."""
    counts: dict[type[Any], int] = {}

    @given(pair=_pairs())
    @settings(_QUIET, max_examples=150)
    def count(pair: tuple[Schema, Schema]) -> None:
        kind = type(compare(*pair))
        counts[kind] = counts.get(kind, 0) + 1

    count()

    assert counts[Unknown] <= 0.15 * sum(counts.values())
    assert counts[Broken] >= 0.1 * sum(counts.values())
