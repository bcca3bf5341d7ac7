"""Amazon SNS: an address is a topic, and each group has a queue of SQS that it feeds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final
from urllib.parse import SplitResult

from harness.domain.message import Message
from harness.messaging.aws import Aws, Queues, remove_topic, safe
from harness.messaging.aws_messages import attributes, body
from harness.messaging.port import (
    OWN_GROUP,
    Capabilities,
    Carried,
    DeadLetters,
    Order,
    Payloads,
    Subscription,
    Transport,
)

KIND: Final = "sns"


class Sns(Transport):
    """Topics of Amazon SNS, delivered raw to queues of SQS, so that headers are attributes."""

    capabilities = Capabilities(
        dead_letters=DeadLetters.CLIENT,
        order=Order.NOTHING,
        content_type=Carried.AS_HEADER,
        payloads=Payloads.TEXT,
        empty=False,
    )

    def __init__(self, url: SplitResult, namespace: str, options: Mapping[str, str]) -> None:
        self.namespace = namespace
        self._aws = Aws(KIND, url, options)
        self.broker = self._aws.broker
        self._sns = self._aws.client("sns")
        self._queues = Queues(self._aws, options)
        self._topics: dict[str, str] = {}
        self._fed: set[str] = set()
        self._sns.list_topics()

    def wire_name(self, address: str) -> str:
        """Give the topic's name."""
        return safe(self.namespace + address)

    def topic_arn(self, address: str) -> str:
        """Give the topic, which is made if it is not there: what a producer is configured with."""
        name = self.wire_name(address)
        if name not in self._topics:
            self._topics[name] = str(self._sns.create_topic(Name=name)["TopicArn"])
        return self._topics[name]

    def queue_url(self, address: str, group: str = OWN_GROUP) -> str:
        """Give a group's queue, fed by the topic: what a consumer is configured with."""
        url = self._queues.url(self._queue(address, group))
        if url not in self._fed:
            topic = self.topic_arn(address)
            self._queues.let_in(url, "sns.amazonaws.com", topic)
            self._sns.subscribe(
                TopicArn=topic,
                Protocol="sqs",
                Endpoint=self._queues.arn(url),
                Attributes={"RawMessageDelivery": "true"},
            )
            self._fed.add(url)
        return url

    def publish(self, address: str, message: Message) -> None:
        """Send to the topic."""
        self._sns.publish(
            Message=body(self, message),
            MessageAttributes=attributes(self, message),
            TopicArn=self.topic_arn(address),
        )

    def subscribe(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """Read the group's queue."""
        self.queue_url(address, group)
        return self._queues.reader(self._queue(address, group), address)

    def dead_letters(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """Read the dead-letter queue of the group's queue."""
        return self._queues.dead_reader(self._queue(address, group), address)

    def close(self) -> None:
        """Delete the topics, with their subscriptions, and the queues."""
        for name, arn in sorted(self._topics.items()):
            self._aws.remove(name, partial(remove_topic, self._sns, arn))
        self._topics.clear()
        self._queues.remove()
        self.left = tuple(self._aws.leaving.left)

    def _queue(self, address: str, group: str) -> str:
        return safe(f"{self.namespace}{address}-{group}")
