"""A queue of SQS that a service reads by itself, maybe fed by SNS, looked at from beside it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from harness.domain.message import Message
from harness.messaging.aws import Aws, Gone, Queues, remove_topic, safe
from harness.messaging.aws_messages import attributes, body, unwrapped
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
SINCE: Final = "CreatedTimestamp"
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
        self._aws = aws
        self._queues = Queues(aws, given)
        self._dead_url = self._queues.plain_url(safe(inbox.dead_letters))
        self._url = self._queues.url(safe(inbox.group), self._dead_url)
        self._dead: list[Message] = []
        self._sns = aws.client("sns")
        self._topic_name = safe(inbox.topic)
        self._topic = self._fed_by(inbox) if inbox.topic else ""
        self._since = self._asked(SINCE)[SINCE]

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
            self._aws.remove(self._topic_name, partial(remove_topic, self._sns, self._topic))
            self._topic = ""
        self._queues.remove()

    def _fed_by(self, inbox: Inbox) -> str:
        topic = str(self._sns.create_topic(Name=self._topic_name)["TopicArn"])
        self._queues.let_in(self._url, "sns.amazonaws.com", topic)
        self._sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=self._queues.arn(self._url),
            Attributes={"RawMessageDelivery": "false" if inbox.is_wrapped else "true"},
        )
        return topic

    def _counted(self, *names: str) -> int:
        """
        Add up counts of the queue.

        Raises: BrokerUnreachable where it is not the one that was made: what it held is not known.
        """
        try:
            told = self._asked(SINCE, *names)
        except Gone as error:
            raise self._aws.lost(error.message) from None
        if told[SINCE] != self._since:
            raise self._aws.lost("the queue was made anew by somebody")
        return sum(int(told.get(name, 0)) for name in names)

    def _asked(self, *names: str) -> Mapping[str, str]:
        told = self._queues.sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=list(names))
        found: Mapping[str, str] = told["Attributes"]
        return found

    def _received(self) -> list[dict[str, Any]]:
        told = self._queues.sqs.receive_message(
            QueueUrl=self._dead_url,
            MaxNumberOfMessages=MOST,
            MessageAttributeNames=["All"],
        )
        return list(told.get("Messages", ()))
