"""Reads queues of SQS, which topics of SNS feed, and writes to topics."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import boto3  # type: ignore[import-untyped]
from pydantic import BaseModel, TypeAdapter

from ledger.messages import Message

WAIT_S = 1
VISIBILITY_S = 30
MAX_RECEIVES = 3


class _Attribute(BaseModel):
    StringValue: str = ""


class _Received(BaseModel):
    Body: str
    ReceiptHandle: str
    MessageAttributes: dict[str, _Attribute] = {}


class _Batch(BaseModel):
    Messages: list[_Received] = []


_ATTRIBUTES = TypeAdapter(dict[str, str])


@dataclass(frozen=True, slots=True)
class Received:
    """A message that is hidden from others until it is deleted, or its time is over."""

    body: bytes
    headers: Mapping[str, str]
    receipt: str


class Queues:
    """
    The queues of this service, one for each address, and its dead letters.

    A queue is fed raw by the topic of its address, so that headers are attributes.
    """

    def __init__(self, url: str, prefix: str, addresses: Iterable[str]) -> None:
        endpoint = url or None
        self._sqs = boto3.client("sqs", endpoint_url=endpoint)
        self._sns = boto3.client("sns", endpoint_url=endpoint)
        self._prefix = prefix
        self._topics: dict[str, str] = {}
        self._queues = {address: self._made(address) for address in addresses}

    def next(self, address: str) -> list[Received]:
        """What has come to an address, waiting for it a little."""
        queue, _ = self._queues[address]
        batch = _Batch.model_validate(
            self._sqs.receive_message(
                QueueUrl=queue,
                MaxNumberOfMessages=10,
                WaitTimeSeconds=WAIT_S,
                MessageAttributeNames=["All"],
            )
        )
        return [
            Received(
                each.Body.encode(),
                {name: one.StringValue for name, one in each.MessageAttributes.items()},
                each.ReceiptHandle,
            )
            for each in batch.Messages
        ]

    def acknowledge(self, address: str, message: Received) -> None:
        """Delete what is handled."""
        queue, _ = self._queues[address]
        self._sqs.delete_message(QueueUrl=queue, ReceiptHandle=message.receipt)

    def bury(self, address: str, message: Received) -> None:
        """Put what cannot be handled into the dead letters, as it came."""
        _, dead = self._queues[address]
        self._sqs.send_message(
            QueueUrl=dead,
            MessageBody=message.body.decode(),
            MessageAttributes=_attributes(message.headers),
        )

    def send(self, messages: Iterable[Message]) -> None:
        """Send messages to their topics."""
        for message in messages:
            headers = {"content-type": message.content_type, **message.headers}
            self._sns.publish(
                TopicArn=self._topic(message.channel),
                Message=message.body.decode(),
                MessageAttributes=_attributes(headers),
            )

    def _topic(self, address: str) -> str:
        if address not in self._topics:
            name = _named(self._prefix + address)
            self._topics[address] = str(self._sns.create_topic(Name=name)["TopicArn"])
        return self._topics[address]

    def _made(self, address: str) -> tuple[str, str]:
        """The queue of an address and its dead letters, made and fed where that was not done."""
        name = _named(f"{self._prefix}{address}-ledger")
        dead = self._queue(f"{name}-dead", {})
        redrive = {"deadLetterTargetArn": self._arn(dead), "maxReceiveCount": str(MAX_RECEIVES)}
        attributes = {
            "VisibilityTimeout": str(VISIBILITY_S),
            "RedrivePolicy": json.dumps(redrive),
        }
        queue, topic = self._queue(name, attributes), self._topic(address)
        arn = self._arn(queue)
        allowed = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        self._sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
        self._sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=arn,
            Attributes={"RawMessageDelivery": "true"},
        )
        return queue, dead

    def _queue(self, name: str, attributes: Mapping[str, str]) -> str:
        """A queue by its name; one that somebody made with other attributes is left as it is."""
        try:
            made = self._sqs.create_queue(QueueName=name, Attributes=attributes)
        except self._sqs.exceptions.QueueNameExists:
            made = self._sqs.get_queue_url(QueueName=name)
        return str(made["QueueUrl"])

    def _arn(self, queue: str) -> str:
        told = self._sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
        return _ATTRIBUTES.validate_python(told["Attributes"])["QueueArn"]


def _named(address: str) -> str:
    """A name as AWS takes it."""
    return address.replace(".", "-")


def _attributes(headers: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {
        name: {"DataType": "String", "StringValue": value}
        for name, value in headers.items()
        if value
    }
