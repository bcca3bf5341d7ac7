"""The laws of the comparison of messages, judged by a second validator."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from harness.compat.messages.messages import Channels
from harness.domain.fit import Code, InteractionCompat
from tests.compat.drawing import Second, pair, schema
from tests.compat.sending import sent
from tests.compat.test_messages import asking, contents, exchanged, received, sending

_QUIET = settings(
    max_examples=100,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)
_DRAWS = st.randoms(use_true_random=False)
ACTIONS = st.sampled_from(["send", "receive"])


def declared(writer: Any, reader: Any, action: str) -> InteractionCompat:
    """What a message of one schema comes to for a consumer that declares another."""
    # The example says nothing here: a declared reader is the consumer's whole word.
    return Channels(sending(writer, action)).compared(received({"any": 1}, reader=reader))


def test_what_is_proven_no_message_contradicts() -> None:
    """Where an interaction is proven, every payload that is drawn is accepted."""
    judged: list[int] = []

    @given(draw=_DRAWS, action=ACTIONS)
    @_QUIET
    def law(draw: Random, action: str) -> None:
        writer, reader = pair(draw)
        if declared(writer, reader, action).proven:
            judge = Second(reader)
            values = list(sent(draw, writer, 5))
            assert [value for value in values if not judge.accepts(value)] == []
            judged.append(len(values))

    law()

    assert sum(map(bool, judged)) >= 12
    assert sum(judged) >= 50


@given(draw=_DRAWS, action=ACTIONS)
@_QUIET
def test_a_witness_is_a_payload_that_is_sent_and_refused(draw: Random, action: str) -> None:
    """Every witness is valid for the document and refused by the consumer's reader."""
    writer, reader = pair(draw)
    for misfit in declared(writer, reader, action).misfits:
        assert misfit.code is Code.MESSAGE_PAYLOAD
        assert not misfit.hypothesis
        for written in misfit.witnesses:
            assert Second(writer).accepts(json.loads(written))
            assert not Second(reader).accepts(json.loads(written))


@given(draw=_DRAWS)
@_QUIET
def test_a_request_is_certain_to_be_refused_exactly_when_its_example_is(draw: Random) -> None:
    """What the second validator says of an example, the comparison says."""
    asked, other = schema(draw, 3), schema(draw, 3)
    for value in sent(draw, other, 1):
        if value is None or value == "":
            continue  # null and nothing are no payload that a pact holds
        found = Channels(asking(asked)).compared(exchanged(contents(value), contents({})))
        refused = [
            each
            for each in found.misfits
            if each.code is Code.MESSAGE_REQUEST_PAYLOAD and not each.hypothesis
        ]

        assert bool(refused) is not Second(asked).accepts(value)


@given(draw=_DRAWS)
@settings(_QUIET, max_examples=30)
def test_what_is_received_is_never_surer_than_what_is_sent(draw: Random) -> None:
    """An open schema allows all that the closed one does: proven when open, proven when closed."""
    writer, reader = pair(draw)

    if declared(writer, reader, "receive").proven:
        assert declared(writer, reader, "send").proven
