"""A queue of SQS that a service reads by itself, maybe fed by SNS, looked at from beside it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from harness.domain.errors import MessagingFailed
from harness.domain.message import Message
from harness.messaging.aws import Aws, Queues, attributes, body, safe, unwrapped
from harness.messaging.port import Inbox, Transport, Watch

# Short, so that what is not deleted is soon put away; a URL's own options outweigh them.
VISIBILITY_S: Final = 2
MAX_RECEIVES: Final = 3
# How long a consumer of several queues may be away, waiting at another one.
AWAY_S: Final = 2
COUNTS: Final = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
)
HELD: Final = COUNTS[-1]
MOST: Final = 10


class QueueWatch(Watch):
    """
    Counts what a queue has not seen deleted.

    Shape: the queue, its dead-letter queue and the topic are made before the service starts, as the
    infrastructure makes them elsewhere; `transport` is whose limits hold for what is sent.
    """

    def __init__(
        self, inbox: Inbox, transport: Transport, aws: Aws, options: Mapping[str, str]
    ) -> None:
        usual = {"visibility_s": str(VISIBILITY_S), "max_receives": str(MAX_RECEIVES)}
        given = {**usual, **options}
        self.tries = int(given["max_receives"])
        # The queue puts away what is asked for once more after the last of its tries.
        self.puts_away_after_s = (float(given["visibility_s"]) + AWAY_S) * (self.tries + 1)
        self._transport = transport
        self._queues = Queues(aws, given)
        self._dead_url = self._queues.plain_url(safe(inbox.dead_letters))
        self._url = self._queues.url(safe(inbox.group), self._dead_url)
        self._dead: list[Message] = []
        self._sns = aws.client("sns")
        self._topic = self._fed_by(inbox) if inbox.topic else ""

    def is_taken(self) -> bool | None:
        """Nobody is told who polls a queue."""
        return None

    def has_let_go(self) -> bool:
        """Whether nothing is hidden: what a consumer got is shown again when its time is over."""
        return self._counted(HELD) == 0

    def send(self, message: Message) -> None:
        """Send to the topic, or straight to the queue where none is named."""
        text, beside = body(self._transport, message), attributes(self._transport, message)
        if self._topic:
            self._sns.publish(TopicArn=self._topic, Message=text, MessageAttributes=beside)
        else:
            self._queues.sqs.send_message(
                QueueUrl=self._url, MessageBody=text, MessageAttributes=beside
            )

    def waiting(self) -> int:
        """Count what is there, whether it was delivered or not."""
        return self._counted(*COUNTS)

    def refused(self) -> tuple[Message, ...]:
        """Take what is in the dead-letter queue out of it."""
        while came := self._received():
            for one in came:
                self._dead.append(unwrapped(one))
                self._queues.sqs.delete_message(
                    QueueUrl=self._dead_url, ReceiptHandle=one["ReceiptHandle"]
                )
        return tuple(self._dead)

    def close(self) -> None:
        """Delete the topic with its subscription, and the queues."""
        if self._topic:
            with suppress(MessagingFailed):  # of an endpoint that is gone there is nobody to tell
                told = self._sns.list_subscriptions_by_topic(TopicArn=self._topic)
                for each in told["Subscriptions"]:
                    self._sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])
                self._sns.delete_topic(TopicArn=self._topic)
            self._topic = ""
        self._queues.remove()

    def _fed_by(self, inbox: Inbox) -> str:
        topic = str(self._sns.create_topic(Name=safe(inbox.topic))["TopicArn"])
        self._queues.let_in(self._url, "sns.amazonaws.com", topic)
        self._sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=self._queues.arn(self._url),
            Attributes={"RawMessageDelivery": "false" if inbox.is_wrapped else "true"},
        )
        return topic

    def _counted(self, *names: str) -> int:
        told = self._queues.sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=list(names))
        return sum(int(told["Attributes"].get(name, 0)) for name in names)

    def _received(self) -> list[dict[str, Any]]:
        told = self._queues.sqs.receive_message(
            QueueUrl=self._dead_url,
            MaxNumberOfMessages=MOST,
            MessageAttributeNames=["All"],
        )
        return list(told.get("Messages", ()))
