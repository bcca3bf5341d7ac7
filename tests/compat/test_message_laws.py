"""The laws of the comparison of messages, judged by a second validator."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from harness.compat.messages import Channels
from harness.domain.fit import Code, InteractionCompat
from tests.compat.drawing import Schema, changed, judged, schemas, values
from tests.compat.test_messages import asking, contents, exchanged, received, sending

_QUIET = settings(
    max_examples=100,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)
ACTIONS = st.sampled_from(["send", "receive"])


@st.composite
def _pairs(draw: st.DrawFn) -> tuple[Schema, Schema]:
    writer = draw(schemas())
    return writer, draw(st.one_of(changed(writer), schemas()))


def declared(writer: Schema, reader: Any, action: str) -> InteractionCompat:
    """What a message of one schema comes to for a consumer that declares another."""
    # The example says nothing here: a declared reader is the consumer's whole word.
    return Channels(sending(writer, action)).compared(received({"any": 1}, reader=reader))


@given(pair=_pairs(), action=ACTIONS, data=st.data())
@_QUIET
def test_what_is_proven_no_message_contradicts(
    pair: tuple[Schema, Schema], action: str, data: st.DataObject
) -> None:
    """Where an interaction is proven, every payload that is drawn is accepted."""
    writer, reader = pair
    drawn = values(writer, writer)
    if not declared(writer, reader, action).proven or drawn.is_empty:
        return
    for _ in range(5):
        value = data.draw(drawn)
        if judged(writer, value):
            assert judged(reader, value)


@given(pair=_pairs(), action=ACTIONS)
@_QUIET
def test_a_witness_is_a_payload_that_is_sent_and_refused(
    pair: tuple[Schema, Schema], action: str
) -> None:
    """Every witness is valid for the document and refused by the consumer's reader."""
    writer, reader = pair
    for misfit in declared(writer, reader, action).misfits:
        assert misfit.code is Code.MESSAGE_PAYLOAD
        assert not misfit.hypothesis
        for written in misfit.witnesses:
            assert judged(writer, json.loads(written))
            assert not judged(reader, json.loads(written))


@given(schema=schemas(), other=schemas(), data=st.data())
@_QUIET
def test_a_request_is_certain_to_be_refused_exactly_when_its_example_is(
    schema: Schema, other: Schema, data: st.DataObject
) -> None:
    """What the second validator says of an example, the comparison says."""
    drawn = values(other, other)
    if drawn.is_empty:
        return
    value = data.draw(drawn)
    if value is None or value == "":
        return  # null and nothing are no payload that a pact holds
    found = Channels(asking(schema)).compared(exchanged(contents(value), contents({})))
    refused = [
        each
        for each in found.misfits
        if each.code is Code.MESSAGE_REQUEST_PAYLOAD and not each.hypothesis
    ]

    assert bool(refused) is not judged(schema, value)


@given(pair=_pairs())
@settings(_QUIET, max_examples=30)
def test_what_is_received_is_never_surer_than_what_is_sent(pair: tuple[Schema, Schema]) -> None:
    """An open schema allows all that the closed one does: proven when open, proven when closed."""
    writer, reader = pair

    if declared(writer, reader, "receive").proven:
        assert declared(writer, reader, "send").proven
