"""Amazon SQS: an address is a queue, which all consumers share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult

from harness.domain.message import Message
from harness.messaging.aws import Aws, Queues, safe
from harness.messaging.aws_hearing import QueuesHearing
from harness.messaging.aws_messages import attributes, body
from harness.messaging.aws_watch import QueueWatch
from harness.messaging.port import (
    OWN_GROUP,
    Capabilities,
    Carried,
    DeadLetters,
    Hearing,
    Inbox,
    Order,
    Outlets,
    Payloads,
    Subscription,
    Transport,
    Watch,
)

KIND: Final = "sqs"
CAPABILITIES: Final = Capabilities(
    dead_letters=DeadLetters.CLIENT,
    order=Order.NOTHING,
    content_type=Carried.AS_HEADER,
    payloads=Payloads.TEXT,
    empty=False,
    fans_out=False,
    keeps_unread=True,
)


class Sqs(Transport):
    """Standard queues of Amazon SQS."""

    capabilities = CAPABILITIES

    def __init__(self, url: SplitResult, namespace: str, options: Mapping[str, str]) -> None:
        self.namespace = namespace
        self._aws = Aws(KIND, url, options)
        self._options = options
        self.broker = self._aws.broker
        self._queues = Queues(self._aws, options)
        self._queues.sqs.list_queues(MaxResults=1)

    def wire_name(self, address: str) -> str:
        """Give the queue's name."""
        return safe(self.namespace + address)

    def queue_url(self, address: str) -> str:
        """Give the queue's URL, which services are configured with."""
        return self._queues.url(self.wire_name(address))

    def publish(self, address: str, message: Message) -> None:
        """Send to the queue."""
        self._queues.sqs.send_message(
            MessageBody=body(self, message),
            MessageAttributes=attributes(self, message),
            QueueUrl=self.queue_url(address),
        )

    def subscribe(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """Read the queue; there are no groups, so that all consumers share it."""
        return self._queues.reader(self.wire_name(address), address)

    def dead_letters(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """Read the dead-letter queue."""
        return self._queues.dead_reader(self.wire_name(address), address)

    def watch(self, inbox: Inbox) -> Watch:
        """Look on at a queue that a service reads by itself, fed by a topic where one is named."""
        self._aws.leaving.is_watched = True
        return QueueWatch(inbox, self, self._aws, self._options)

    def hear(self, outlets: Outlets) -> Hearing:
        """Hear what comes to the queues and topics of the run."""
        self._aws.leaving.is_watched = True
        return QueuesHearing(outlets, self._aws)

    def close(self) -> None:
        """Delete the queues, and where a service was at work all that are in the namespace."""
        self._queues.remove()
        prefix = safe(self.namespace)
        if self._aws.leaving.is_watched and prefix:
            self._aws.leaving.is_watched = False
            self._aws.remove(f"{prefix}*", lambda: self._queues.remove_all(prefix))
        self.left = tuple(self._aws.leaving.left)
