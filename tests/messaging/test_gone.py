"""Brokers that go away, that want a password, that move what is never deleted."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import ExitStack

import pytest
import redis

from harness.domain.errors import BrokerUnreachable, HarnessError, LoginRefused
from harness.domain.message import Message
from harness.domain.service import BrokerUse
from harness.messaging.inboxes import inbox_of, told_to_services
from harness.messaging.local.recipes import RECIPES, Recipe
from harness.messaging.local.starting import local_broker
from harness.messaging.opening import open_transport
from tests.gate.workspaces import wait_until
from tests.messaging.breaking import breakable, closed, keeping
from tests.messaging.stands import missing

pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("messaging-local")]

ADDRESS = "orders.placed"


@pytest.mark.parametrize("kind", ["redis", "nats", "kafka", "aws"])
def test_a_broker_that_goes_is_told(kind: str) -> None:
    """What goes away in the middle is one error for who uses it, and none for who closes."""
    with ExitStack() as running:
        try:
            broker = running.enter_context(local_broker(kind))
        except HarnessError as error:
            missing(f"{error.message} ({error.hint})")
        with open_transport(broker.url) as transport:
            subscription = transport.subscribe(ADDRESS)
            transport.publish(ADDRESS, Message(b"{}"))
            delivery = subscription.receive()
            assert delivery is not None
            running.close()

            began = time.monotonic()
            with pytest.raises(BrokerUnreachable) as told:
                transport.publish(ADDRESS, Message(b"{}"))
            subscription.close()
        assert transport.broker.address in told.value.message
        assert time.monotonic() - began < 30


RESTARTED = [
    pytest.param("redis", RECIPES["redis"], id="redis"),
    pytest.param("redis", keeping("redis"), id="redis that keeps all"),
    pytest.param("nats", RECIPES["nats"], id="nats"),
    pytest.param("kafka", RECIPES["kafka"], id="kafka"),
    pytest.param("aws", RECIPES["aws"], id="aws", marks=pytest.mark.slow),
    pytest.param("rabbitmq", RECIPES["rabbitmq"], id="rabbitmq", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("kind", "recipe"), RESTARTED)
def test_a_broker_that_has_restarted_is_lost(kind: str, recipe: Recipe) -> None:
    """What it says afterwards is not believed, though clients connect again; nothing is left."""
    with breakable(kind, recipe) as broker, open_transport(broker.url) as transport:
        inbox = inbox_of(BrokerUse(kind), "harness", ADDRESS, transport.namespace)
        with transport.watch(inbox) as watch:
            assert watch.waiting() == 0
            broker.restart()
            with pytest.raises(BrokerUnreachable, match="was lost in the middle"):
                watch.waiting()
        transport.close()
        assert transport.left == ()
        assert not {name for name in broker.names() if transport.namespace in name}


def test_what_a_service_makes_beside_its_inbox_is_removed() -> None:
    """Whatever has the prefix was the run's, whoever has made it."""
    with breakable("redis") as broker:
        with open_transport(broker.url) as transport:
            inbox = inbox_of(BrokerUse("redis"), "harness", ADDRESS, transport.namespace)
            with transport.watch(inbox), redis.Redis.from_url(broker.url) as service:
                service.xadd(f"{transport.namespace}parcels.sent", {"payload": "{}"})
        assert broker.names() == set()


JOINS = """
import sys, confluent_kafka
servers, group, topic = sys.argv[1:]
member = confluent_kafka.Consumer({"bootstrap.servers": servers, "group.id": group})
member.subscribe([topic])
while True:
    member.poll(1)
"""


def test_a_member_that_was_killed_is_taken_out_of_its_group() -> None:
    """Another one gets the partitions at once, and not when the session of the first is over."""
    if RECIPES["kafka"].found() is None:
        missing(RECIPES["kafka"].install)
    with local_broker("kafka") as broker, open_transport(broker.url) as transport:
        use = BrokerUse("kafka", group="{namespace}{address}.{service}")
        inbox = inbox_of(use, "harness", ADDRESS, transport.namespace)
        with transport.watch(inbox) as watch:
            told = (told_to_services(broker.url), inbox.group, inbox.sent_to)
            member = subprocess.Popen([sys.executable, "-c", JOINS, *told])
            try:
                assert wait_until(lambda: watch.is_taken() is True)
            finally:
                member.kill()
                member.wait()
            watch.send(Message(b"{}"))

            assert wait_until(watch.has_let_go, 3)
            assert (watch.is_taken(), watch.waiting()) == (False, 1)
            with transport.subscribe(ADDRESS) as other:
                assert other.receive() is not None


@pytest.mark.parametrize("kind", ["redis", "nats"])
def test_a_broker_refuses_a_login(kind: str) -> None:
    """One that wants a password says so, also to who names none, and takes the right one."""
    with breakable(kind, closed(kind)) as broker:
        address = broker.url.partition("://")[2]
        user = "default" if kind == "redis" else "app"
        for login in (f"{user}:wrong@", ""):
            with pytest.raises(LoginRefused, match="refuses the login") as told:
                open_transport(f"{kind}://{login}{address}")
            assert "wrong" not in told.value.message
        with open_transport(f"{kind}://{user}:secret@{address}") as transport:
            assert transport.broker.product in ("Redis", "NATS")


def test_sqs_moves_what_is_never_deleted() -> None:
    """The queue's own redrive ends a poison loop that no consumer ends."""
    if RECIPES["aws"].found() is None:
        missing(RECIPES["aws"].install)
    with (
        local_broker("aws") as broker,
        open_transport(f"{broker.url}&max_receives=2") as transport,
        transport.subscribe(ADDRESS) as subscription,
    ):
        transport.publish(ADDRESS, Message(b'{"id": "poison"}'))
        for attempt in (1, 2):
            delivery = subscription.receive()
            assert delivery is not None
            assert delivery.attempt == attempt
            delivery.reject(requeue=True)
        assert subscription.receive(0.3) is None
        with transport.dead_letters(ADDRESS) as dead:
            found = dead.receive()
            assert found is not None
            assert found.message.payload == b'{"id": "poison"}'
            found.ack()
