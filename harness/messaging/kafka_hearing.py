"""All that comes to the topics of a run, whoever has made them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, Final, Protocol

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka import Message as Record
from confluent_kafka.admin import AdminClient

from harness.domain.errors import MessagingFailed
from harness.messaging.envelope import overheard
from harness.messaging.kafka_client import unpacked
from harness.messaging.port import Heard, Hearing, Outlets
from harness.messaging.unreachable import LIMIT_S

POLL_S: Final = 0.1


class Owner(Protocol):
    """The connection that topics and groups are made and removed by."""

    admin: AdminClient

    def make(self, topic: str) -> None:
        """Make a topic that is removed at the end."""
        ...

    def member(self, group: str, *, tells_end: bool) -> Consumer:
        """A consumer of a group that is removed at the end; it may tell the end of a partition."""
        ...

    def told(self, error: KafkaException | KafkaError) -> MessagingFailed:
        """Say what a client's error means."""
        ...


class TopicHearing(Hearing):
    """
    Reads every topic of the run to its end each time that it is asked.

    Shape: the topics that the service's document names are made before the service starts; those
    that it makes by itself, or the broker for it, are found by their names.
    """

    def __init__(self, outlets: Outlets, owner: Owner) -> None:
        self._outlets = outlets
        self._owner = owner
        for topic in outlets.made():
            owner.make(topic)
        self._reader = owner.member(f"{outlets.namespace}heard", tells_end=True)

    def heard(self) -> tuple[Heard, ...]:
        """Read from the beginning, by the brokers' time."""
        try:
            records = list(self._records())
        except KafkaException as error:
            raise self._owner.told(error) from None
        records.sort(key=lambda one: one.timestamp()[1])
        return tuple(self._read(one) for one in records)

    def close(self) -> None:
        """Read no more; the connection removes the topics."""
        self._reader.close()

    def _topics(self) -> dict[str, Any]:
        found = self._owner.admin.list_topics(timeout=LIMIT_S).topics
        return {name: one for name, one in found.items() if self._outlets.hears(name)}

    def _records(self) -> Iterator[Record]:
        places = [
            TopicPartition(name, number, OFFSET_BEGINNING)
            for name, told in self._topics().items()
            for number in told.partitions
        ]
        self._reader.assign(places)
        unread, deadline = len(places), time.monotonic() + LIMIT_S
        while unread:
            if time.monotonic() > deadline:
                raise KafkaException(KafkaError(KafkaError._TIMED_OUT))
            record = self._reader.poll(POLL_S)
            error = None if record is None else record.error()
            if error is not None and error.code() == KafkaError._PARTITION_EOF:
                unread -= 1
            elif error is not None and not error.retriable():
                raise KafkaException(error)
            elif record is not None and error is None:
                deadline = time.monotonic() + LIMIT_S
                yield record

    def _read(self, record: Record) -> Heard:
        return Heard(self._outlets.address_of(record.topic() or ""), unpacked(record, overheard))
