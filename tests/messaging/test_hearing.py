"""What somebody else sends is heard from beside it, and what was made for it is gone at the end."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from harness.domain.message import Message
from harness.domain.service import BrokerUse
from harness.messaging.inboxes import can_be_heard, inbox_of, outlets_of
from harness.messaging.opening import open_transport
from harness.messaging.port import Transport
from tests.messaging.stands import AwsStand, Stand

# By the kind of the transport; the exchange is that of the run, which a transport declares.
USES = {
    "rabbitmq": BrokerUse("rabbitmq", address="{address}", exchange="{namespace}exchange"),
    "redis": BrokerUse("redis"),
    "kafka": BrokerUse("kafka"),
    "nats": BrokerUse("nats"),
    "sqs": BrokerUse("aws"),
}


def test_all_of_the_run_is_heard_but_what_comes_to_its_inboxes(
    stand: Stand, transport: Transport
) -> None:
    """Documented or not, with all that is beside the payload; a second look loses nothing."""
    use = USES.get(transport.broker.kind)
    if use is None:
        pytest.skip("declared: what others send is not heard")
    inbox = inbox_of(use, "harness", "orders.cancelled", transport.namespace)
    outlets = outlets_of(use, "harness", ["orders.placed"], transport.namespace, [inbox])
    is_aws = isinstance(stand, AwsStand)  # whose topics are heard as far as a document names them
    with _service(stand, transport.namespace) as service:
        hearing = transport.hear(outlets)
        for address in ("orders.placed", "orders.cancelled", "orders.lost"):
            with nullcontext() if is_aws else service.subscribe(address):
                service.publish(
                    address, Message(b'{"id": 1}', {"v": "1"}, key="A", content_type="a/b")
                )

        first = {one.address: one.message for one in hearing.heard()}
        again = {one.address: one.message for one in hearing.heard()}

        assert first == again
        assert first.keys() == {"orders.placed"} | (set() if is_aws else {"orders.lost"})
        message = first["orders.placed"]
        assert (message.payload, message.headers["v"]) == (b'{"id": 1}', "1")
        assert (message.key, message.content_type) == ("A", "a/b")
        hearing.close()
    transport.close()
    assert stand.left(transport.namespace) == set()


def _service(stand: Stand, namespace: str) -> Transport:
    """Another connection, of AWS by topics."""
    if isinstance(stand, AwsStand):
        return open_transport(stand.url.replace("sqs://", "sns://"), namespace)
    return stand.open(namespace)


@pytest.mark.parametrize(
    ("use", "is_heard"),
    [
        (BrokerUse("redis"), True),
        (BrokerUse("rabbitmq", exchange="{namespace}shop", address="{address}"), True),
        (BrokerUse("rabbitmq", exchange="shop"), False),
        (BrokerUse("kafka", address="{namespace}events"), False),
        (BrokerUse("kafka", address="{address}"), False),
        (BrokerUse("zeromq"), False),
        (BrokerUse("nats", is_asked=False), False),
    ],
    ids=str,
)
def test_only_what_is_the_run_s_own_and_tells_channels_apart_is_heard(
    use: BrokerUse, is_heard: bool
) -> None:
    """Else what others send would count, or nobody could say which channel it is of."""
    assert can_be_heard(use) is is_heard
