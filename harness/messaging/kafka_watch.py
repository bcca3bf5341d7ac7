"""A consumer group of Kafka that a service joins by itself, looked at from beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol, TypeVar

from confluent_kafka import (
    Consumer,
    ConsumerGroupState,
    ConsumerGroupTopicPartitions,
    KafkaError,
    KafkaException,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient

from harness.domain.errors import MessagingFailed
from harness.domain.message import Message
from harness.messaging.kafka_client import done, unpacked
from harness.messaging.kafka_leaving import dismiss
from harness.messaging.port import Inbox, Watch
from harness.messaging.unreachable import LIMIT_S

# Clients commit by themselves every five seconds, unless they are told not to.
COMMITS_AFTER_S: Final = 6.0
POLL_S: Final = 1.0
# Only there is an order that a message can block.
ONE: Final = 1

T = TypeVar("T")


class Owner(Protocol):
    """The connection that topics and groups are made and removed by."""

    admin: AdminClient
    is_plain: bool

    def make(self, topic: str, partitions: int) -> None:
        """Make a topic that is removed at the end."""
        ...

    def member(self, group: str) -> Consumer:
        """A consumer of a group that is removed at the end."""
        ...

    def remove_group(self, group: str) -> None:
        """Note a group that is removed at the end."""
        ...

    def send(self, topic: str, message: Message) -> None:
        """Send, and wait for the broker's word."""
        ...

    def told(self, error: KafkaException | KafkaError) -> MessagingFailed:
        """Say what a client's error means."""
        ...

    def check(self) -> None:
        """See whether the brokers were there all the time; BrokerUnreachable where not."""
        ...


class GroupWatch(Watch):
    """
    Counts what lies behind the offset that a group has committed.

    Shape: the topic, of one partition, and that of the dead letters are made before the service
    starts, and the group has committed their beginning, so that it reads on from there whatever
    its client does without an offset. The connection removes them.
    """

    commits_after_s = COMMITS_AFTER_S

    def __init__(self, inbox: Inbox, owner: Owner) -> None:
        self._inbox = inbox
        self._owner = owner
        self._dead: list[Message] = []
        for topic in (inbox.sent_to, inbox.dead_letters):
            owner.make(topic, ONE)
        owner.remove_group(inbox.group)
        self._commit(0)
        self._opened: Consumer | None = None

    def is_taken(self) -> bool:
        """Whether a member of the group has been given the topic."""
        group = self._group()
        given = (part.topic for one in group.members for part in one.assignment.topic_partitions)
        return group.state is ConsumerGroupState.STABLE and self._inbox.sent_to in given

    def has_let_go(self) -> bool:
        """Whether the group has no member; one whose process is gone is taken out of it."""
        owner, name = self._owner, self._inbox.group
        return self._asked(lambda: dismiss(owner.admin, name, is_plain=owner.is_plain))

    def send(self, message: Message) -> None:
        """Append to the topic."""
        self._owner.send(self._inbox.sent_to, message)

    def waiting(self) -> int:
        """Count from the committed offset on, whether it was delivered or not."""
        return self._end(self._inbox.sent_to) - self._asked(self._committed)

    def refused(self) -> tuple[Message, ...]:
        """Read on in the topic of dead letters."""
        end = self._end(self._inbox.dead_letters)
        while len(self._dead) < end:
            record = self._asked(lambda: self._reader().poll(POLL_S))
            if record is None or record.error() is not None:
                break  # it is asked again, and what comes later is read then
            self._dead.append(unpacked(record))
        return tuple(self._dead)

    def close(self) -> None:
        """Read no more; the connection removes the group with the topics."""
        if self._opened is not None:
            self._opened.close()

    def _reader(self) -> Consumer:
        """What reads the dead letters, from when something is asked: many a place stays empty."""
        if self._opened is None:
            self._opened = self._owner.member(f"{self._inbox.dead_letters}.read")
            self._opened.assign([TopicPartition(self._inbox.dead_letters, 0, 0)])
        return self._opened

    def _group(self) -> Any:
        name = self._inbox.group
        return self._asked(lambda: done(self._owner.admin.describe_consumer_groups([name])[name]))

    def _commit(self, offset: int) -> None:
        name = self._inbox.group
        place = TopicPartition(self._inbox.sent_to, 0, offset)
        wanted = [ConsumerGroupTopicPartitions(name, [place])]
        self._asked(lambda: done(self._owner.admin.alter_consumer_group_offsets(wanted)[name]))

    def _committed(self) -> int:
        name, topic = self._inbox.group, self._inbox.sent_to
        asked = [ConsumerGroupTopicPartitions(name, [TopicPartition(topic, 0)])]
        told: Any = done(self._owner.admin.list_consumer_group_offsets(asked)[name])
        return max(0, *(int(part.offset) for part in told.topic_partitions))

    def _end(self, topic: str) -> int:
        found: Any = self._asked(
            lambda: self._reader().get_watermark_offsets(TopicPartition(topic, 0), LIMIT_S)
        )
        return int(found[1])

    def _asked(self, ask: Callable[[], T]) -> T:
        try:
            found = ask()
        except KafkaException as error:
            self._owner.check()
            raise self._owner.told(error) from None
        self._owner.check()
        return found
