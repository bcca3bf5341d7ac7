"""What is proven or refuted of a declared reader, judged by the model that was declared."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel, NaiveDatetime

from harness.compat.schemas.engine import compare
from harness.compat.schemas.outcome import Broken, Comparison, Proven, Unknown
from harness.consumer.schema import schema_of
from tests.compat.drawing import Second, changed
from tests.compat.modelling import FORMATTED, coerces, model, taken
from tests.compat.sending import sent

_QUIET = settings(
    max_examples=150,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)
_DRAWS = st.randoms(use_true_random=False)
_TRIES = 24


def _pair(draw: Random) -> tuple[Any, type[BaseModel]]:
    """What a service of pydantic publishes, often changed, and a model that reads it."""
    reader = model(draw)
    written = reader if draw.randrange(3) else model(draw)
    mode: Any = draw.choice(["serialization", "validation"])
    schema = written.model_json_schema(mode=mode)
    return changed(draw, schema) if draw.randrange(2) else schema, reader


def _sent(draw: Random, writer: Any) -> Iterator[Any]:
    """Values of a writer whose whole numbers are written as such."""
    return (value for value in sent(draw, writer, _TRIES) if "1.0" not in str(value))


@given(draw=_DRAWS)
@_QUIET
def test_what_is_proven_the_model_takes(draw: Random) -> None:
    """Where a declared reader covers a writer, the model itself takes whatever is sent."""
    writer, reader = _pair(draw)
    if isinstance(compare(writer, schema_of(reader)), Proven):
        assert all(taken(reader, value) for value in _sent(draw, writer))


@given(draw=_DRAWS)
@_QUIET
def test_a_witness_is_refused_by_the_model_or_turned_into_another_type(draw: Random) -> None:
    """Every witness is sent, and the model refuses it unless it converts values on its way in."""
    writer, reader = _pair(draw)
    found = compare(writer, schema_of(reader))
    for witness in found.witnesses if isinstance(found, Broken) else ():
        assert Second(writer).accepts(witness.value)
        assert not taken(reader, witness.value) or coerces(reader, witness.value)


def _of_field(written: Any, kind: Any) -> Comparison:
    """One field of a format against a model that reads it as a type."""
    properties = {"at": {"type": "string", **written}}
    reader: Any = type("Read", (BaseModel,), {"__annotations__": {"at": kind}})
    writer: Any = {"type": "object", "properties": properties, "required": ["at"]}
    return compare(writer, schema_of(reader))


_OF_KIND = ("date-time", "date-time", "", "date", "time", "duration", "uuid", "", "uri", "uri")


@pytest.mark.parametrize(
    ("kind", "format_"), [*zip(FORMATTED, (*_OF_KIND, "email", "ipv4"), strict=True)]
)
def test_a_format_is_read_by_its_own_type_and_by_no_other(kind: Any, format_: str) -> None:
    """Of all formats, a type's own is proven, and each other breaks it or is not known to fit."""
    for other in sorted({*_OF_KIND, "email", "ipv4", "uuid4"} - {""}):
        found = _of_field({"format": other}, kind)
        own = {format_, "uuid4"} if format_ == "uuid" else {format_}

        assert isinstance(found, Proven) == (other in own), (other, found)


def test_a_datetime_without_a_zone_is_told_from_one_with_a_zone() -> None:
    """A `date-time` has a zone: what reads texts without one alone may break on it."""
    naive = {"pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$"}

    assert _of_field({"format": "date-time"}, AwareDatetime) == Proven()
    found = _of_field({"format": "date-time"}, NaiveDatetime)
    assert isinstance(found, Broken)
    assert [each.value for each in found.witnesses] == [{"at": "2024-02-29T12:30:00Z"}]
    assert isinstance(_of_field(naive, AwareDatetime), Broken)


@pytest.mark.parametrize("name", ["base64", "file-path", "ours"])
def test_a_format_that_nobody_can_judge_is_met_by_its_own_name_alone(name: str) -> None:
    """Without a judge, the same name is proven and any other text stays unknown with a reason."""
    reader = {"type": "string", "format": name}

    assert compare(reader, reader) == Proven()
    assert compare({"type": "string"}, reader) == Unknown(0, f"the format {name} cannot be judged")
    assert compare(reader, {"type": "string"}) == Proven()
