"""Amazon Kinesis: an address is a stream, and how far a group has come is this client's to know."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import SplitResult
from uuid import uuid4

from harness.domain.errors import BrokerUnreachable, NotDelivered
from harness.domain.message import Message
from harness.messaging.aws import DEAD, PAUSE_S, Aws
from harness.messaging.port import (
    OWN_GROUP,
    PATIENCE_S,
    Capabilities,
    Carried,
    DeadLetters,
    Delivery,
    Order,
    Outcome,
    Subscription,
    Transport,
)
from harness.messaging.unreachable import LIMIT_S

KIND: Final = "kinesis"
AWS_PAUSE_S: Final = 0.25  # AWS takes five reads a second of each shard
BATCH: Final = 100
NO_KEY: Final = "no-key-"


class Kinesis(Transport):
    """
    Streams of Amazon Kinesis.

    Shape: a record has a partition key and its data, and nothing beside them. Groups are positions
    that this transport keeps, as a client library keeps them in a table.
    """

    capabilities = Capabilities(
        marks_redelivery=False,
        dead_letters=DeadLetters.CLIENT,
        order=Order.KEY,
        key=Carried.NATIVE,
        headers=Carried.NOT,
        correlation=False,
        content_type=Carried.NOT,
        keeps_unread=True,
        is_log=True,
    )

    def __init__(self, url: SplitResult, namespace: str, options: Mapping[str, str]) -> None:
        self.namespace = namespace
        self._aws = aws = Aws(KIND, url, options)
        self.broker = aws.broker
        self.client = aws.client("kinesis")
        self.pause_s = PAUSE_S if url.hostname else AWS_PAUSE_S
        self._shards = int(options.get("shards", "1"))
        self._made: set[str] = set()
        # How far each group has come, by stream, group and shard.
        self.positions: dict[tuple[str, str, str], Mapping[str, str]] = {}
        self.client.list_streams(Limit=1)

    def publish(self, address: str, message: Message) -> None:
        """Put a record; without a key, chance chooses the shard."""
        if message.payload is None:
            raise self.not_carried("tombstones", "send an empty payload, if the consumer knows it")
        if message.headers or message.content_type or message.correlation_id:
            raise self.not_carried("headers and content types", "put them into the payload")
        self.put(self.wire_name(address), message)

    def subscribe(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """Read on from where the group is, which begins with the oldest record."""
        stream = self.wire_name(address)
        self._ensure(stream)
        return _Reader(self, stream, address, group)

    def dead_letters(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """Read the stream into which this client puts what a group rejects."""
        stream = f"{self.wire_name(address)}-{group}{DEAD}"
        self._ensure(stream)
        return _Reader(self, stream, address, group)

    def close(self) -> None:
        """Delete the streams."""
        for stream in sorted(self._made):
            self._aws.remove(stream, partial(self._remove_stream, stream))
        self._made.clear()
        self.left = tuple(self._aws.leaving.left)

    def _remove_stream(self, stream: str) -> None:
        self.client.delete_stream(StreamName=stream, EnforceConsumerDeletion=True)

    def put(self, stream: str, message: Message) -> None:
        """Put a record into a stream, which is made if it is not there."""
        self._ensure(stream)
        key = message.key if message.key is not None else NO_KEY + uuid4().hex
        self.client.put_record(StreamName=stream, Data=message.payload, PartitionKey=key)

    def _ensure(self, stream: str) -> None:
        if stream in self._made:
            return
        self.client.create_stream(StreamName=stream, ShardCount=self._shards)
        self._made.add(stream)
        deadline = time.monotonic() + LIMIT_S
        while self._status(stream) != "ACTIVE":
            if time.monotonic() > deadline:
                where = self.broker.address
                said = f"the stream {stream!r} at {where} is not ready after {LIMIT_S:g} s"
                raise BrokerUnreachable(said, kind=KIND, address=where)
            time.sleep(self.pause_s)

    def _status(self, stream: str) -> str:
        told = self.client.describe_stream_summary(StreamName=stream)
        return str(told["StreamDescriptionSummary"]["StreamStatus"])


class _Reader(Subscription):
    """A reader of all shards; a group's position is before the first record that is not settled."""

    def __init__(self, owner: Kinesis, stream: str, address: str, group: str) -> None:
        self._owner = owner
        self._stream = stream
        self._address = address
        self._group = group
        self._dead = f"{stream}-{group}{DEAD}"
        self._ready: deque[tuple[str, Mapping[str, Any]]] = deque()
        self._open: dict[str, list[str]] = {}
        self._done: dict[str, str] = {}
        self._is_closed = False
        shards = owner.client.list_shards(StreamName=stream)["Shards"]
        self._iterators = {one["ShardId"]: self._iterator(one["ShardId"]) for one in shards}

    def receive(self, timeout_s: float = PATIENCE_S) -> Delivery | None:
        """Give the next record that was read."""
        deadline = time.monotonic() + timeout_s
        while not self._is_closed:
            if not self._ready:
                self._read()
            if self._ready:
                return self._delivered(*self._ready.popleft())
            if time.monotonic() >= deadline:
                return None
            time.sleep(self._owner.pause_s)
        return None

    def close(self) -> None:
        """Read no more: the next reader begins where the group is."""
        self._is_closed = True

    def _iterator(self, shard: str) -> str:
        oldest = {"ShardIteratorType": "TRIM_HORIZON"}
        since = self._owner.positions.get((self._stream, self._group, shard), oldest)
        told = self._owner.client.get_shard_iterator(
            StreamName=self._stream, ShardId=shard, **since
        )
        return str(told["ShardIterator"])

    def _read(self) -> None:
        for shard, iterator in self._iterators.items():
            told = self._owner.client.get_records(ShardIterator=iterator, Limit=BATCH)
            self._iterators[shard] = told["NextShardIterator"]
            self._ready.extend((shard, record) for record in told["Records"])

    def _delivered(self, shard: str, record: Mapping[str, Any]) -> Delivery:
        number = str(record["SequenceNumber"])
        if number not in self._open.setdefault(shard, []):
            self._open[shard].append(number)
        key = str(record["PartitionKey"])
        message = Message(bytes(record["Data"]), key=None if key.startswith(NO_KEY) else key)
        return Delivery(
            message,
            self._address,
            lambda outcome: self._settle(shard, record, message, outcome),
            self._owner.broker,
        )

    def _settle(
        self, shard: str, record: Mapping[str, Any], message: Message, outcome: Outcome
    ) -> None:
        if self._is_closed:
            said = f"a delivery of {self._address!r} was to be {outcome.value}, and was given back"
            raise NotDelivered(said, kind=KIND, address=self._owner.broker.address)
        if outcome is Outcome.REQUEUED:
            self._ready.appendleft((shard, record))
            return
        if outcome is Outcome.REJECTED:
            self._owner.put(self._dead, message)
        self._move_on(shard, str(record["SequenceNumber"]))

    def _move_on(self, shard: str, number: str) -> None:
        """Put the position at the first open record, or behind all that are settled."""
        still = self._open[shard]
        still.remove(number)
        self._done[shard] = max(self._done.get(shard, "0"), number, key=int)
        place = (self._stream, self._group, shard)
        self._owner.positions[place] = {
            "ShardIteratorType": "AT_SEQUENCE_NUMBER" if still else "AFTER_SEQUENCE_NUMBER",
            "StartingSequenceNumber": still[0] if still else self._done[shard],
        }
