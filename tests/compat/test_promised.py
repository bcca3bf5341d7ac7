"""A channel's policy is its table's, else that of its role and broker; it is kept or not."""

from __future__ import annotations

from typing import Any

import pytest

from harness.compat.versions.promised import Promised
from harness.domain.channel import Action
from harness.domain.compatibility import ChannelPolicy, Fits, Way
from tests.compat.channelling import ADDRESS, channelled, message, of, order

SEND, RECEIVE = Action.SEND, Action.RECEIVE
KAFKA: dict[str, Any] = {"servers": {"main": {"host": "broker", "protocol": "kafka-secure"}}}
RABBIT: dict[str, Any] = {"servers": {"main": {"host": "broker", "protocol": "amqp"}}}
TEXT = of(order(quantity={"type": "string"}))


@pytest.mark.parametrize(
    ("action", "more", "usual"),
    [
        (SEND, {}, ChannelPolicy.FORWARD),
        (RECEIVE, {}, ChannelPolicy.BACKWARD),
        (SEND, RABBIT, ChannelPolicy.FORWARD),
        (SEND, KAFKA, ChannelPolicy.FORWARD_TRANSITIVE),
        (RECEIVE, KAFKA, ChannelPolicy.BACKWARD_TRANSITIVE),
        (RECEIVE, {"channel": {"bindings": {"kafka": {}}}}, ChannelPolicy.BACKWARD_TRANSITIVE),
        (SEND, {"operation": {"bindings": {"kinesis": {}}}}, ChannelPolicy.FORWARD_TRANSITIVE),
        (SEND, {**KAFKA, "channel": {"bindings": {"amqp": {}}}}, ChannelPolicy.FORWARD),
    ],
)
def test_role_and_broker_decide_where_no_table_does(
    action: Action, more: dict[str, Any], usual: ChannelPolicy
) -> None:
    """The channel's own bindings outweigh the servers of its document."""
    document = channelled(action.value, **more)

    assert Promised(document, {}).policy(ADDRESS, action) is usual


@pytest.mark.parametrize("name", [ADDRESS, "placed"])
def test_a_table_names_a_channel_by_address_or_name(name: str) -> None:
    """What it says holds in both roles, and in no role that the channel has not."""
    promised = Promised(channelled("send", **KAFKA), {name: ChannelPolicy.FULL})

    assert promised.policy(ADDRESS, SEND) is ChannelPolicy.FULL
    assert promised.policy(ADDRESS, RECEIVE) is ChannelPolicy.NONE
    assert not promised.is_transitive


@pytest.mark.parametrize(
    ("policy", "ways"),
    [
        (ChannelPolicy.BACKWARD, {Way.BACKWARD}),
        (ChannelPolicy.FORWARD_TRANSITIVE, {Way.FORWARD}),
        (ChannelPolicy.FULL, {Way.BACKWARD, Way.FORWARD}),
        (ChannelPolicy.NONE, set()),
    ],
)
def test_each_policy_asks_its_ways(policy: ChannelPolicy, ways: set[Way]) -> None:
    """A text for a number is read neither way; each no has a message that shows it."""
    found = list(Promised(TEXT, {ADDRESS: policy}).kept(of(order()), last=True))

    assert {one.way for _, _, one in found} == ways
    assert all(given and said is policy for said, given, _ in found)
    assert all(one.fits is Fits.NO and "quantity" in one.counterexample for *_, one in found)


@pytest.mark.parametrize("policy", list(ChannelPolicy))
def test_versions_before_the_last_count_for_what_is_transitive(policy: ChannelPolicy) -> None:
    """A queue's channel is held against the last version alone."""
    found = list(Promised(TEXT, {ADDRESS: policy}).kept(of(order()), last=False))

    assert bool(found) is policy.is_transitive


def test_what_an_open_schema_lets_pass_breaks_strictly_alone() -> None:
    """A producer that sends what its schema names alone never sent the field otherwise."""
    head = of(order(note={"type": "string"}), action="receive")

    ((policy, given, found),) = Promised(head, {}).kept(of(order(), action="receive"), last=True)

    assert (policy, given) == (ChannelPolicy.BACKWARD, False)
    assert found.fits is Fits.IF_PRODUCER_IS_KNOWN
    assert '"note"' in found.counterexample


def test_a_further_kind_of_message_has_no_message_to_show() -> None:
    """Readers of the earlier version do not know it at all."""
    both = {"OrderPlaced": message(), "OrderMoved": message({"type": "string"})}

    ((_, _, found),) = Promised(channelled(messages=both), {}).kept(channelled(), last=True)

    assert (found.message, found.fits, found.counterexample) == ("OrderMoved", Fits.NO, "")


TENANT: dict[str, Any] = {"type": "object", "properties": {"tenant": {"type": "string"}}}
NEEDED: dict[str, Any] = {**TENANT, "required": ["tenant"]}
NUMBERED: dict[str, Any] = {"type": "object", "properties": {"tenant": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("was", "now", "ways"),
    [
        (NEEDED, None, {Way.FORWARD}),
        (NEEDED, TENANT, {Way.FORWARD}),
        (TENANT, NEEDED, {Way.BACKWARD}),
        (TENANT, NUMBERED, {Way.BACKWARD, Way.FORWARD}),
        (TENANT, None, set()),
        (None, TENANT, set()),
        (TENANT, TENANT, set()),
    ],
    ids=["gone", "left out", "needed", "another type", "optional gone", "new", "same"],
)
def test_headers_count_as_payloads_do(
    was: dict[str, Any] | None, now: dict[str, Any] | None, ways: set[Way]
) -> None:
    """Who needs a header breaks where it is not sent; what nobody names is the transport's."""
    before, after = (
        channelled(messages={"OrderPlaced": message(**({"headers": one} if one else {}))})
        for one in (was, now)
    )
    found = list(Promised(after, {ADDRESS: ChannelPolicy.FULL}).kept(before, last=True))

    assert {one.way for *_, one in found} == ways
    assert all(one.of_headers and one.fits is Fits.NO for *_, one in found)
