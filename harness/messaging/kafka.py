"""Kafka's protocol: a topic for each address, and a consumer group for each group."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult

from confluent_kafka import (
    Consumer,
    KafkaError,
    KafkaException,
    Producer,
    TopicPartition,
)
from confluent_kafka import Message as Record
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from harness.domain.errors import (
    AddressConflict,
    BrokerUnreachable,
    MessagingFailed,
    NotDelivered,
)
from harness.domain.message import Message, UsedBroker
from harness.messaging.envelope import to_headers
from harness.messaging.kafka_client import GONE, KIND, done, settings, told, unpacked
from harness.messaging.kafka_hearing import TopicHearing
from harness.messaging.kafka_leaving import remove
from harness.messaging.kafka_watch import GroupWatch
from harness.messaging.leaving import Leaving
from harness.messaging.naming import shown, told_product
from harness.messaging.port import (
    OWN_GROUP,
    PATIENCE_S,
    Capabilities,
    Carried,
    DeadLetters,
    Delivery,
    Hearing,
    Inbox,
    Order,
    Outcome,
    Outlets,
    Subscription,
    Transport,
    Watch,
)
from harness.messaging.tripwire import Tripwire
from harness.messaging.unreachable import LIMIT_S

DEFAULT_PORT: Final = 9092
POLL_S: Final = 0.05
FIRST_S: Final = 1.0
PARTITIONS: Final = "3"
DEAD: Final = ".dead"


class Kafka(Transport):
    """
    A connection to brokers that speak Kafka's protocol.

    Shape: options are `partitions` of topics that are made, `tls`, and `broker`, which says what
    answers there, since the protocol does not tell.
    """

    capabilities = Capabilities(
        marks_redelivery=False,
        dead_letters=DeadLetters.CLIENT,
        order=Order.KEY,
        key=Carried.NATIVE,
        content_type=Carried.AS_HEADER,
        tombstones=True,
        keeps_unread=True,
        is_log=True,
    )

    def __init__(self, url: SplitResult, namespace: str, options: Mapping[str, str]) -> None:
        self.namespace = namespace
        at = url.netloc.rpartition("@")[2] if "," in url.netloc else shown(url, DEFAULT_PORT)
        product, version = told_product(options, "a Kafka-compatible broker")
        stands_for = "Apache Kafka" if "broker" in options else ""
        self.broker = UsedBroker(KIND, at, product, version, stands_for)
        self._partitions = int(options.get("partitions", PARTITIONS))
        self._topics: set[str] = set()
        self._made: set[str] = set()
        self._groups: set[str] = set()
        self._trouble: KafkaError | None = None
        self._leaving = Leaving()
        self._was_reached, self._since = False, time.monotonic()
        self._tripwire: Tripwire | None = None
        self._settings = settings(url, options, at) | {"error_cb": self._note}
        self.is_plain = self._settings["security.protocol"] == "PLAINTEXT"
        self.admin = AdminClient(self._settings)
        self._producer = Producer(self._settings | {"linger.ms": 0, "enable.idempotence": True})
        self._is_closed = False
        self._await_answer()
        self._was_reached = True

    def publish(self, address: str, message: Message) -> None:
        """Send with the key, which chooses the partition, and wait for the broker's word."""
        self.make(self.wire_name(address))
        self.send(self.wire_name(address), message)

    def subscribe(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """
        Join a group, which begins with the oldest record, and wait for its partitions.

        Shape: a group is an address's own. A second member waits until the first one receives,
        since only then are partitions handed over.
        """
        topic = self.wire_name(address)
        self.make(topic)
        return _Member(self, topic, address, f"{topic}.{group}", f"{topic}.{group}{DEAD}")

    def dead_letters(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """Read the topic into which this client puts what a group rejects."""
        topic = f"{self.wire_name(address)}.{group}{DEAD}"
        self.make(topic)
        return _Member(self, topic, address, topic, topic + DEAD)

    def close(self) -> None:
        """Remove the topics and the groups that were made."""
        if self._is_closed:
            return
        self._is_closed = True
        self._leaving.remove(self._made | self._groups, self._clean_up)
        self.left = tuple(self._leaving.left)
        if self._tripwire is not None:
            self._tripwire.close()

    def watch(self, inbox: Inbox) -> Watch:
        """Look on at a group that a service joins; all in the namespace goes with it."""
        self._leaving.is_watched = True
        if self._tripwire is None:
            self._tripwire = self._stretched()
        return GroupWatch(inbox, self)

    def hear(self, outlets: Outlets) -> Hearing:
        """Read all topics of the run from their beginning."""
        self._leaving.is_watched = True
        return TopicHearing(outlets, self)

    def bury(self, topic: str, message: Message) -> None:
        """Put a rejected message into its dead-letter topic."""
        self.make(topic)
        self.send(topic, message)

    def member(self, group: str, *, tells_end: bool = False) -> Consumer:
        """A consumer of a group that is removed at the end; it may tell the end of a partition."""
        self.remove_group(group)
        own = {
            "group.id": group,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "enable.partition.eof": tells_end,
            "session.timeout.ms": 10_000,
        }
        return Consumer(self._settings | own)

    def remove_group(self, group: str) -> None:
        """Note a group that is removed at the end."""
        self._groups.add(group)

    def told(self, error: KafkaException | KafkaError) -> MessagingFailed:
        """Say what a client's error means."""
        wire = self._tripwire
        # Who refuses a connection does it at once.
        waited_s = time.monotonic() - self._since
        is_slow = self._trouble is None or (not self._was_reached and waited_s > LIMIT_S - FIRST_S)
        is_silent = is_slow if wire is None else not wire.is_broken()
        return told(error, self._trouble, self.broker, self._was_reached, is_silent)

    def check(self) -> None:
        """
        See whether the brokers were there all the time.

        Shape: the client connects again by itself, and what a broker that has begun anew says of
        its groups may be less than what it has said before.
        Raises: BrokerUnreachable.
        """
        if self._tripwire is not None and self._tripwire.is_broken():
            self._trouble = self._trouble or KafkaError(GONE, "its connection was closed")
            raise self.told(self._trouble)

    def _await_answer(self) -> None:
        """Wait for the first answer, or for the client's word that nobody gives one."""
        deadline = time.monotonic() + LIMIT_S
        while True:
            try:
                self.admin.list_topics(timeout=FIRST_S)
                return
            except KafkaException as error:
                self.admin.poll(0)
                if self._trouble is not None or time.monotonic() > deadline:
                    raise self.told(error) from None

    def _stretched(self) -> Tripwire:
        found = self.admin.list_topics(timeout=LIMIT_S).brokers
        first = found[min(found)]
        try:
            return Tripwire(str(first.host), int(first.port or 0))
        except OSError as error:
            raise self.told(KafkaError(KafkaError._TRANSPORT, str(error))) from None

    def _note(self, error: KafkaError) -> None:
        self._trouble = error

    def _clean_up(self) -> None:
        self._producer.close()  # else it asks for its topics again, which makes them anew
        # A client that has lost its coordinator does not find it again.
        if self._trouble is not None:
            self.admin, self._trouble = AdminClient(self._settings), None
        prefix = self.namespace if self._leaving.is_watched else ""
        try:
            remove(self.admin, self._made, self._groups, prefix, is_plain=self.is_plain)
        except KafkaException as error:
            raise self.told(error) from None

    def make(self, topic: str, partitions: int = 0) -> None:
        """Make a topic that is removed at the end; one that is there is used."""
        if topic in self._topics:
            return
        wanted = NewTopic(topic, num_partitions=partitions or self._partitions)
        try:
            done(self.admin.create_topics([wanted])[topic])
            self._made.add(topic)
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise self.told(error) from None
            self._accept(topic)
        self._topics.add(topic)

    def _accept(self, topic: str) -> None:
        """Use a topic that is there; in a namespace of our own it must be as we would make it."""
        there = len(self.admin.list_topics(topic, timeout=LIMIT_S).topics[topic].partitions)
        if self.namespace and there != self._partitions:
            raise AddressConflict(
                f"the topic {topic!r} at {self.broker.address} has {there} partitions, and should "
                f"have {self._partitions}",
                kind=KIND,
                address=self.broker.address,
                hint="remove the topic, or say ?partitions=N in the URL",
            )

    def send(self, topic: str, message: Message) -> None:
        """Send to a topic that is there, and wait for the broker's word."""
        failed: list[KafkaError] = []
        headers = to_headers(message, with_key=False)
        try:
            self._producer.produce(
                topic,
                value=message.payload,
                key=None if message.key is None else message.key.encode("utf-8", "surrogateescape"),
                headers=[
                    (one, text.encode("utf-8", "surrogateescape")) for one, text in headers.items()
                ],
                on_delivery=lambda error, _record: failed.append(error) if error else None,
            )
        except KafkaException as error:
            raise self.told(error) from None
        if self._producer.flush(LIMIT_S):
            self._producer.purge()
            raise self.told(self._trouble or KafkaError(KafkaError._TIMED_OUT))
        if failed:
            raise self.told(failed[0])


class _Member(Subscription):
    """A member of a group; what is committed is only what lies before the first unsettled one."""

    def __init__(self, owner: Kafka, topic: str, address: str, group: str, dead: str) -> None:
        self._owner = owner
        self._topic = topic
        self._address = address
        self._dead = dead
        self._open: dict[int, list[int]] = {}
        self._done: dict[int, int] = {}
        self._early: deque[Record] = deque()
        self._assigned = False
        self._is_closed = False
        self._consumer = owner.member(group)
        self._consumer.subscribe([topic], on_assign=self._note_assigned)
        self._await_assignment()

    def receive(self, timeout_s: float = PATIENCE_S) -> Delivery | None:
        """Poll for the next record."""
        if self._is_closed:
            return None
        deadline = time.monotonic() + timeout_s
        while True:
            record = self._next(max(0.0, deadline - time.monotonic()))
            if record is not None:
                return self._delivered(record)
            if time.monotonic() >= deadline:
                return None

    def close(self) -> None:
        """Leave the group; what is not committed is another member's."""
        if not self._is_closed:
            self._is_closed = True
            self._consumer.close()

    def _await_assignment(self) -> None:
        deadline = time.monotonic() + LIMIT_S
        while not self._assigned:
            record = self._next(POLL_S)
            if record is not None:
                self._early.append(record)
            if time.monotonic() > deadline:
                self.close()
                where = self._owner.broker.address
                said = (
                    f"{self._owner.broker.product} at {where} gave no partition of {self._topic!r}"
                )
                raise BrokerUnreachable(f"{said} in {LIMIT_S:g} s", kind=KIND, address=where)

    def _note_assigned(self, _consumer: Consumer, _partitions: list[TopicPartition]) -> None:
        self._assigned = True

    def _next(self, timeout_s: float) -> Record | None:
        if self._early:
            return self._early.popleft() if self._assigned else None
        record = self._consumer.poll(timeout_s)
        if record is None:  # and never by truth: a record without a value counts as false
            return None
        error = record.error()
        if error is None:
            return record
        if error.code() == KafkaError._PARTITION_EOF or error.retriable():
            return None
        raise self._owner.told(error)

    def _delivered(self, record: Record) -> Delivery:
        partition, offset = record.partition(), record.offset()
        assert partition is not None
        assert offset is not None
        self._open.setdefault(partition, []).append(offset)
        message = unpacked(record)
        return Delivery(
            message,
            self._address,
            lambda outcome: self._settle(partition, offset, message, outcome),
            self._owner.broker,
        )

    def _settle(self, partition: int, offset: int, message: Message, outcome: Outcome) -> None:
        if self._is_closed or offset not in self._open.get(partition, ()):
            where = self._owner.broker.address
            said = f"a delivery of {self._address!r} was to be {outcome.value}, and was given back"
            raise NotDelivered(said, kind=KIND, address=where)
        try:
            if outcome is Outcome.REQUEUED:
                # A log is not requeued but read again, from the refused record on.
                self._consumer.seek(TopicPartition(self._topic, partition, offset))
                self._open[partition] = [one for one in self._open[partition] if one < offset]
                return
            if outcome is Outcome.REJECTED:
                self._owner.bury(self._dead, message)
            self._commit(partition, offset)
        except KafkaException as error:
            raise self._owner.told(error) from None

    def _commit(self, partition: int, offset: int) -> None:
        """Commit up to the first record that is not settled, as an offset covers all before it."""
        still = self._open[partition]
        still.remove(offset)
        self._done[partition] = max(self._done.get(partition, 0), offset + 1)
        upto = min(still, default=self._done[partition])
        self._consumer.commit(
            offsets=[TopicPartition(self._topic, partition, upto)], asynchronous=False
        )
