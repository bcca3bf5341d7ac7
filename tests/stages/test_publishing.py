"""A publisher that is declared and never called is told, where its service was looked at whole."""

from __future__ import annotations

import json

import pytest

from harness.documents.described import read_described
from harness.domain.channel import MessagingDocument
from harness.domain.edge import Pair
from harness.domain.evidence import Observed, Unobserved
from harness.domain.produced import PublisherWatched
from harness.domain.selection import Selection
from harness.stages.publishing import uncalled

FUZZ, VERIFY, FURTHER = "fuzz:orders", "verify:orders", "verify:orders:ledger"


def document(action: str) -> MessagingDocument:
    """A document of one channel."""
    told = {
        "asyncapi": "3.0.0",
        "info": {"title": "orders", "version": "1"},
        "channels": {"placed": {"address": "order.placed", "messages": {"Placed": {}}}},
        "operations": {"it": {"action": action, "channel": {"$ref": "#/channels/placed"}}},
    }
    read = read_described(json.dumps(told), "asyncapi.json")
    assert isinstance(read, MessagingDocument)
    return read


def told(
    steps: dict[str, int | None],
    selection: Selection | None = None,
    action: str = "send",
    undone: tuple[str, ...] = (),
) -> list[Unobserved]:
    """What is told of steps, by how often they saw the publisher called."""
    observed = [
        *(Observed(id, (PublisherWatched("orders", "a:b", calls),)) for id, calls in steps.items()),
        *(Observed(id, (Unobserved(id, "it is down"),)) for id in undone),
    ]
    found = uncalled(observed, {"orders": (document(action),)}, selection or Selection())
    return [one for each in found for one in each.evidence if isinstance(one, Unobserved)]


def test_a_publisher_that_nothing_called_is_told_with_its_channels() -> None:
    """Once for all steps."""
    (one,) = told({FUZZ: 0, VERIFY: 0})

    assert one.what == "what orders publishes by a:b"
    assert one.reason.endswith("though the document of orders sends to order.placed")
    assert told({FUZZ: 0}, Selection(services=("orders",))) != []


@pytest.mark.parametrize(
    "steps", [{}, {FUZZ: 0, VERIFY: 2}, {FUZZ: None, VERIFY: 0}, {FUZZ: 0, FURTHER: 1}], ids=str
)
def test_one_that_was_called_or_may_have_been_is_not_told(steps: dict[str, int | None]) -> None:
    """Of a service that ended before it was asked, something else is told."""
    assert told(steps) == []


def test_what_was_looked_at_in_part_alone_is_not_told() -> None:
    """By an edge, a check, another service's needs, a failed step, or where nothing is sent."""
    assert told({FUZZ: 0}, Selection(edges=(Pair("ledger", "orders"),))) == []
    assert told({FUZZ: 0}, Selection(checks=("message-not-as-documented",))) == []
    assert told({VERIFY: 0}, Selection(services=("ledger",))) == []
    assert told({VERIFY: 0}, undone=(FUZZ,)) == []
    assert told({FUZZ: 0}, action="receive") == []
