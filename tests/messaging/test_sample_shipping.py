"""Shipping and pricing, run by themselves: over Kafka, and over ZeroMQ between the two."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition
from confluent_kafka import Message as Record
from confluent_kafka.admin import AdminClient
from orders import provider_messages
from orders.messages import Message

from tests.messaging.conftest import Start
from tests.messaging.stands import KafkaStand, stand_of
from tests.shop import REPOSITORY

pytestmark = pytest.mark.xdist_group("messaging-kafka")

LIMIT_S = 20.0
DISPATCHED, DELIVERED = "shipment.dispatched", "shipment.delivered"
DEAD = "order.placed.shipping.dead"
SWIFT = {"carrier": "Swift Post", "currency": "EUR", "per_kg_minor": 195, "up_to_grams": 31_500}
HEAVY = {"carrier": "Heavy Haul", "currency": "EUR", "per_kg_minor": 240, "up_to_grams": 500_000}


@dataclass(frozen=True, slots=True)
class Place:
    """Where services meet: a broker, a prefix on it, a port of pricing's, and a directory."""

    kafka: str
    prefix: str
    zeromq: str
    directory: Path

    @property
    def environment(self) -> dict[str, str]:
        """What the services are told of it."""
        return {
            "KAFKA_URL": self.kafka,
            "CHANNEL_PREFIX": self.prefix,
            "ZEROMQ_URL": self.zeromq,
            "SHIPPING_DATABASE": str(self.directory / "shipping.db"),
            "PRICING_TARIFFS": str(self.directory / "tariffs.json"),
        }

    def tariffs(self, *tariffs: dict[str, object]) -> None:
        """Put others in force, all at once."""
        written = self.directory / "tariffs.new"
        written.write_text(json.dumps(tariffs))
        written.replace(self.directory / "tariffs.json")

    def send(self, message: Message, *bodies: bytes) -> None:
        """What orders tells, as a connector from RabbitMQ brings it; or others in its place."""
        producer = Producer({"bootstrap.servers": self.kafka})
        for body in bodies or (message.body,):
            producer.produce(
                self.prefix + message.channel, body, message.key, headers=dict(message.headers)
            )
        assert producer.flush(LIMIT_S) == 0

    def read(self, address: str, count: int = 1) -> list[Record]:
        """The first records of an address, in the order of their coming."""
        consumer = Consumer({"bootstrap.servers": self.kafka, "group.id": "none"})
        topic, end = self.prefix + address, time.monotonic() + LIMIT_S
        while not (there := consumer.list_topics(topic, timeout=LIMIT_S).topics[topic].partitions):
            assert time.monotonic() < end, f"nothing was ever sent to {address}"
            time.sleep(0.05)
        consumer.assign([TopicPartition(topic, each, OFFSET_BEGINNING) for each in there])
        found: list[Record] = []
        while len(found) < count:
            record = consumer.poll(0.1)
            if record is not None and record.error() is None:
                found.append(record)
            assert time.monotonic() < end, f"{len(found)} of {count} came at {address}"
        consumer.close()
        return found


@pytest.fixture
def place(started: Start, tmp_path: Path) -> Iterator[Place]:
    """A fresh place; what was made on the broker is gone afterwards."""
    stand = stand_of("kafka", started)
    assert isinstance(stand, KafkaStand)
    at, prefix = urlsplit(stand.url).netloc, f"{uuid.uuid4().hex}."
    found = Place(at, prefix, f"tcp://127.0.0.1:{two_free_ports()}", tmp_path)
    found.tariffs(SWIFT, HEAVY)
    yield found
    admin = AdminClient({"bootstrap.servers": at})
    groups = [one.group_id for one in admin.list_consumer_groups().result(10).valid]
    for gone in admin.delete_consumer_groups([one for one in groups if prefix in one]).values():
        gone.result(10)
    topics = [one for one in admin.list_topics(timeout=10).topics if prefix in one]
    for gone in admin.delete_topics(topics).values():
        gone.result(10)


def two_free_ports() -> int:
    """The first of two ports side by side: of requests, and of announcements."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port


@contextmanager
def running(place: Place, module: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program of a service, until the end of the block."""
    service, _, _ = module.partition(".")
    source = REPOSITORY / "sample_services" / service / "src"
    with (place.directory / f"{module}.log").open("ab") as log:
        program = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env={**os.environ, **place.environment, "PYTHONPATH": str(source)},
            cwd=place.directory,
            stdout=log,
            stderr=log,
        )
        try:
            yield program
        finally:
            program.terminate()
            program.wait(LIMIT_S)


def another(message: Message) -> Message:
    """The same of another order."""
    order = str(uuid.uuid4())
    body = json.loads(message.body) | {"order_id": order, "event_id": str(uuid.uuid4())}
    headers = {**message.headers, "correlation-id": order}
    return replace(message, body=json.dumps(body).encode(), key=order, headers=headers)


def read(record: Record) -> dict[str, object]:
    """A record's body."""
    found: dict[str, object] = json.loads(record.value() or b"")
    return found


def test_shipping_asks_pricing_and_tells_of_shipments(place: Place) -> None:
    """An order is priced and packed once; what cannot be read lies with the dead letters, once."""
    placed = provider_messages.an_order_was_placed()
    with running(place, "pricing.worker"), running(place, "shipping.worker"):
        place.send(placed, placed.body, b"{", placed.body)
        first, again = place.read(DISPATCHED, 2)
        with running(place, "shipping.deliver", placed.key, "--signed-by", "A. Jones") as deliver:
            assert deliver.wait(LIMIT_S) == 0
        (delivered,) = place.read(DELIVERED)
        (dead,) = place.read(DEAD)
        place.tariffs(SWIFT, HEAVY | {"per_kg_minor": 100})
        _await_parcel_of(place, "Heavy Haul")

    assert first.value() == again.value(), "a duplicate leads to the same message"
    assert first.key() == placed.key.encode()
    assert dict(first.headers() or ()) == {
        "content-type": b"application/json",
        "correlation-id": placed.headers["correlation-id"].encode(),
        "message-id": str(read(first)["event_id"]).encode(),
        "schema-version": b"1",
    }
    assert (read(first)["carrier"], read(delivered)["carrier"]) == ("Swift Post", "Swift Post")
    assert read(delivered)["cost_minor"] == 3 * 195, "two desks are three kilograms"
    assert (dead.value(), dead.key()) == (b"{", placed.key.encode())
    assert dict(dead.headers() or ())["schema-version"] == b"1"


def _await_parcel_of(place: Place, carrier: str) -> None:
    """Place orders until a carrier brings one: a price that has changed takes time to spread."""
    told, end = place.read(DISPATCHED), time.monotonic() + LIMIT_S
    while carrier not in {read(one)["carrier"] for one in told}:
        assert time.monotonic() < end, f"{carrier} never brought anything"
        place.send(another(provider_messages.an_order_was_placed()))
        told = place.read(DISPATCHED, len(told) + 1)


@pytest.mark.slow
def test_an_order_waits_for_pricing_that_is_silent(place: Place) -> None:
    """Shipping ends, and handles the order when it is started again."""
    placed = provider_messages.an_order_was_placed()
    with running(place, "shipping.worker") as worker:
        place.send(placed)
        assert worker.wait(LIMIT_S) == 1
    assert b"PricingSilent" in (place.directory / "shipping.worker.log").read_bytes()

    with running(place, "pricing.worker"), running(place, "shipping.worker"):
        (told,) = place.read(DISPATCHED)
    assert told.key() == placed.key.encode()
