"""All that comes to the queues of a run, and to the topics that its documents name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from harness.messaging.aws import Aws, Queues, remove_topic, safe
from harness.messaging.aws_messages import unpacked, unwrapped
from harness.messaging.envelope import overheard
from harness.messaging.port import Heard, Hearing, Outlets

MOST: Final = 10


class QueuesHearing(Hearing):
    """
    Takes what is in the queues, which nobody else reads.

    Shape: of each address a queue and a topic of that name are made before the service starts,
    since nobody tells to which of them it sends. The topics feed a queue of ours, with their own
    JSON around each message, as that alone says which topic it came by.
    """

    def __init__(self, outlets: Outlets, aws: Aws) -> None:
        self._outlets = replace(
            outlets,
            places={safe(name): address for name, address in outlets.places.items()},
            apart=frozenset(map(safe, outlets.apart)),
        )
        self._aws = aws
        self._queues = Queues(aws, {})
        self._sns = aws.client("sns")
        self._heard: list[Heard] = []
        self._own = safe(f"{outlets.namespace}heard")
        self._make([safe(one) for one in outlets.made()])

    def heard(self) -> tuple[Heard, ...]:
        """Take what has come out of all queues."""
        for url in self._urls():
            name = url.rpartition("/")[2]
            read = self._from_topic if name == self._own else partial(self._read, name)
            self._heard += map(read, self._taken(url))
        return tuple(self._heard)

    def close(self) -> None:
        """Delete the topics with their subscriptions; the connection deletes the queues."""
        self._aws.remove(f"topics {safe(self._outlets.namespace)}*", self._remove_topics)

    def _make(self, names: list[str]) -> None:
        for name in names:
            self._queues.plain_url(name)
        url = self._queues.plain_url(self._own)
        arns = [str(self._sns.create_topic(Name=name)["TopicArn"]) for name in names]
        self._queues.let_in(url, "sns.amazonaws.com", *arns)
        for arn in arns:
            self._sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=self._queues.arn(url))

    def _remove_topics(self) -> None:
        for arn in [str(one["TopicArn"]) for one in _pages(self._sns.list_topics, "Topics")]:
            if self._outlets.hears(arn.rpartition(":")[2]):
                remove_topic(self._sns, arn)

    def _urls(self) -> list[str]:
        prefix = safe(self._outlets.namespace)
        found = _pages(
            self._queues.sqs.list_queues, "QueueUrls", QueueNamePrefix=prefix, MaxResults=1000
        )
        return [url for url in found if self._outlets.hears(url.rpartition("/")[2])]

    def _taken(self, url: str) -> Iterator[Mapping[str, Any]]:
        while True:
            told = self._queues.sqs.receive_message(
                QueueUrl=url, MaxNumberOfMessages=MOST, MessageAttributeNames=["All"]
            )
            if not told.get("Messages"):
                return
            for came in told["Messages"]:
                yield came
                self._queues.sqs.delete_message(QueueUrl=url, ReceiptHandle=came["ReceiptHandle"])

    def _from_topic(self, came: Mapping[str, Any]) -> Heard:
        name = str(json.loads(came["Body"])["TopicArn"]).rpartition(":")[2]
        return Heard(self._outlets.address_of(name), unwrapped(came, overheard))

    def _read(self, name: str, came: Mapping[str, Any]) -> Heard:
        return Heard(self._outlets.address_of(name), unpacked(came, overheard))


def _pages(ask: Any, of: str, **given: Any) -> Iterator[Any]:
    """Ask until there is no further page."""
    while True:
        told = ask(**given)
        yield from told.get(of, ())
        if not told.get("NextToken"):
            return
        given["NextToken"] = told["NextToken"]
