"""What a service consumes by itself is counted from beside it, and removed at the end."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from harness.domain.message import Message
from harness.domain.service import BrokerUse
from harness.messaging.aws_watch import VISIBILITY_S
from harness.messaging.inboxes import inbox_of, told_to_services
from harness.messaging.opening import open_transport
from harness.messaging.port import Transport
from tests.messaging.stands import AwsStand, Stand

USES = {
    "rabbitmq": BrokerUse("rabbitmq", address="{address}", exchange="{namespace}exchange"),
    "redis": BrokerUse("redis"),
    "kafka": BrokerUse("kafka", group="{namespace}{address}.{service}"),
    "sqs": BrokerUse("aws", dead_letters="{namespace}{address}-dead"),
    # The transport names the consumer of a stream by its group alone.
    "nats": BrokerUse("nats", group="{service}"),
}


def comes_to_be(count: Callable[[], int], expected: int) -> bool:
    """Whether a count arrives at a number in time: brokers note ends a little later."""
    end = time.monotonic() + 5
    while count() != expected and time.monotonic() < end:
        time.sleep(0.02)
    return count() == expected


def test_what_is_not_settled_waits_and_what_is_refused_is_read(
    stand: Stand, transport: Transport
) -> None:
    """What is not acknowledged waits, unless it lies in the dead-letter place; nothing is left."""
    use = USES.get(transport.broker.kind)
    if use is None:
        pytest.skip("declared: not looked at from beside")
    if isinstance(stand, AwsStand):  # the queue is there before whoever asks for one like it
        transport = open_transport(f"{stand.url}&visibility_s={VISIBILITY_S}")
    watch = transport.watch(inbox_of(use, "harness", "orders.placed", transport.namespace))
    tells = watch.is_taken() is not None
    assert not watch.is_taken()

    with transport.subscribe("orders.placed") as service:
        assert watch.is_taken() is (True if tells else None)
        for text in (b"one", b"two", b"three"):
            watch.send(Message(text, key="A-1"))  # of one key, so that all keep their order
        first, second = service.receive(), service.receive()
        assert first is not None
        assert second is not None
        first.ack()
        second.reject()

    assert comes_to_be(watch.has_let_go, True)
    assert comes_to_be(watch.waiting, 1)
    assert comes_to_be(lambda: len(watch.refused()), 1)
    assert [one.payload for one in watch.refused()] == [b"two"]
    watch.close()
    transport.close()
    assert stand.left(transport.namespace) == set()


def test_a_queue_that_a_topic_feeds_is_the_service_s_own() -> None:
    """Without a topic all share the queue of the address; dead letters go beside it."""
    fed = inbox_of(BrokerUse("aws", topic="{namespace}{address}"), "courier", "sent", "run-")
    alone = inbox_of(BrokerUse("aws"), "courier", "sent", "run-")

    assert (fed.topic, fed.group) == ("run-sent", "run-sent-courier")
    assert fed.dead_letters == "run-sent-courier-dead"
    assert (alone.topic, alone.group, alone.dead_letters) == ("", "run-sent", "run-sent-dead")


def test_services_are_told_addresses_as_their_clients_take_them() -> None:
    """What is said to transports alone is left out."""
    assert told_to_services("kafka://a:b@h:1?broker=x/1") == "h:1"
    assert told_to_services("sqs://h:2/?region=r") == "http://h:2"
    assert told_to_services("sns://h:2/?region=r&tls=yes") == "https://h:2"
    assert told_to_services("sqs:///?region=r") == ""
    assert told_to_services("amqp://a:b@h:3/v") == "amqp://a:b@h:3/v"
