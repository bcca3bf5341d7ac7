"""What the services of AWS have in common: the endpoint, the login, and queues that are read."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Final
from urllib.parse import SplitResult, unquote

import boto3  # type: ignore[import-untyped]
from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import (  # type: ignore[import-untyped]
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    NoCredentialsError,
    ReadTimeoutError,
)

from harness.domain.errors import (
    AddressConflict,
    LoginRefused,
    MessagingFailed,
    NotDelivered,
)
from harness.domain.message import Message, UsedBroker
from harness.messaging.aws_messages import resendable, unpacked
from harness.messaging.leaving import Leaving
from harness.messaging.naming import shown, told_product
from harness.messaging.port import PATIENCE_S, Delivery, Outcome, Subscription
from harness.messaging.unreachable import LIMIT_S, unreachable

PAUSE_S: Final = 0.05
LONGEST_WAIT_S: Final = 5
DEAD: Final = "-dead"
REGION: Final = "us-east-1"
REFUSED: Final = re.compile(
    r"AccessDenied|Token|Signature|UnrecognizedClient|AuthFailure|NotAuthor"
)
DENIED: Final = (401, 403)
GONE: Final = re.compile(r"NonExistent|DoesNotExist|NotFound")
CONFLICT: Final = re.compile(r"QueueNameExists|QueueAlreadyExists|ResourceInUse|AlreadyExists")
UNSAFE: Final = re.compile(r"[^A-Za-z0-9_-]")
SILENCE: Final = (ConnectTimeoutError, ReadTimeoutError)
FAULTS: Final = (BotoCoreError, ClientError)

Unpack = Callable[[Mapping[str, Any]], Message]


class Gone(NotDelivered):
    """What was asked for is not there, or not any more."""


class Aws:
    """
    The way to one service of AWS, or to what stands in for it.

    Shape: a URL without a host is AWS itself, with the login that boto3 finds; options are
    `region`, `tls`, and `broker`, which says what answers there.
    """

    def __init__(self, kind: str, url: SplitResult, options: Mapping[str, str]) -> None:
        self.kind = kind
        self.leaving = Leaving()
        self.was_reached = False
        region = options.get("region", REGION)
        if url.hostname:
            product, version = told_product(options, "an AWS-compatible endpoint")
            self.broker = UsedBroker(kind, shown(url), product, version, f"AWS ({kind})")
        else:
            self.broker = UsedBroker(kind, f"aws {region}", f"AWS ({kind})")
        # One of its own: that of boto3 itself is not for several threads.
        self._session = boto3.session.Session()
        self._clients: dict[str, Any] = {}
        self._given: dict[str, Any] = {
            "region_name": region,
            "config": Config(
                connect_timeout=LIMIT_S,
                read_timeout=LIMIT_S,
                retries={"total_max_attempts": 1},
            ),
        }
        if url.hostname:
            scheme = "https" if options.get("tls") else "http"
            self._given |= {
                "endpoint_url": f"{scheme}://{shown(url)}",
                "aws_access_key_id": unquote(url.username or "test"),
                "aws_secret_access_key": unquote(url.password or "test"),
            }

    def client(self, service: str) -> Any:
        """Give a client of a service, which says what its faults mean."""
        if service not in self._clients:
            client = self._session.client(service, **self._given)
            self._clients[service] = _Telling(self, client)
        return self._clients[service]

    def remove(self, name: str, work: Callable[[], object]) -> None:
        """Remove what has a name, and may be gone already."""

        def tried() -> None:
            with suppress(Gone):
                work()

        self.leaving.remove((name,), tried)

    def lost(self, said: str, *, is_silent: bool = False) -> MessagingFailed:
        """Say that the service is not there, or is not what it was."""
        return unreachable(
            self.broker.product,
            self.kind,
            self.broker.address,
            said,
            is_silent=is_silent,
            was_reached=self.was_reached,
            starts="aws",
        )

    def told(self, error: Exception) -> MessagingFailed:
        """Say what a client's exception means."""
        where = self.broker.address
        said = f"{self.broker.product} at {where}: {error}"
        kind: type[MessagingFailed] = NotDelivered
        hint = ""
        answer = error.response if isinstance(error, ClientError) else {}
        code = answer.get("Error", {}).get("Code", "")
        status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode")
        is_refused = status in DENIED or REFUSED.search(code)
        if isinstance(error, NoCredentialsError) or is_refused:
            said = f"{self.broker.product} at {where} refuses the login: {error}"
            kind, hint = (
                LoginRefused,
                "check the key of the URL or of the environment, and its rights",
            )
        elif CONFLICT.search(code):
            kind, hint = (
                AddressConflict,
                "remove what has this name, or use a namespace of your own",
            )
        elif GONE.search(code):
            kind = Gone
        elif isinstance(error, BotoCoreError):
            return self.lost(str(error), is_silent=isinstance(error, SILENCE))
        return kind(said, kind=self.kind, address=where, hint=hint)


class _Telling:
    """A client whose faults are told in our words."""

    def __init__(self, aws: Aws, client: Any) -> None:
        self._aws = aws
        self._client = client

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)

        def tell(**given: Any) -> Any:
            try:
                found = call(**given)
            except FAULTS as error:
                raise self._aws.told(error) from None
            self._aws.was_reached = True
            return found

        return tell


def safe(name: str) -> str:
    """A name as queues and topics may have it: a dot becomes a dash."""
    return UNSAFE.sub("-", name)


class Queues:
    """
    The queues of a transport, each with its dead-letter queue, gone at the end.

    Shape: options are `max_receives`, after which the service itself moves a message to the
    dead-letter queue, and `visibility_s`, after which one that is not deleted comes back.
    """

    def __init__(self, aws: Aws, options: Mapping[str, str]) -> None:
        self.aws = aws
        self.sqs = aws.client("sqs")
        self._max_receives = int(options.get("max_receives", "3"))
        self._visibility_s = options.get("visibility_s", "30")
        self._urls: dict[str, str] = {}

    def url(self, name: str, dead_url: str = "") -> str:
        """Give a queue, which is made with its dead-letter queue if it is not there."""
        if name not in self._urls:
            redrive = {
                "deadLetterTargetArn": self.arn(dead_url or self.plain_url(name + DEAD)),
                "maxReceiveCount": str(self._max_receives),
            }
            self._urls[name] = self._made(name, {"RedrivePolicy": json.dumps(redrive)})
        return self._urls[name]

    def plain_url(self, name: str) -> str:
        """Give a queue without a dead-letter queue."""
        if name not in self._urls:
            self._urls[name] = self._made(name, {})
        return self._urls[name]

    def arn(self, url: str) -> str:
        """Give the name by which other services know a queue."""
        told = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return str(told["Attributes"]["QueueArn"])

    def let_in(self, url: str, service: str, *sources: str) -> None:
        """Let a service send to a queue, from some sources alone."""
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sqs:SendMessage",
            "Resource": self.arn(url),
            "Condition": {"ArnEquals": {"aws:SourceArn": list(sources)}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})

    def reader(self, name: str, address: str, unpack: Unpack | None = None) -> Subscription:
        """Read a queue."""
        return _Reader(
            self, self.url(name), self.plain_url(name + DEAD), address, unpack or unpacked
        )

    def dead_reader(self, name: str, address: str, unpack: Unpack | None = None) -> Subscription:
        """Read the dead-letter queue of a queue."""
        url = self.plain_url(name + DEAD)
        return _Reader(self, url, url, address, unpack or unpacked)

    def remove(self) -> None:
        """Delete all queues that were made."""
        for name, url in sorted(self._urls.items()):
            self.aws.remove(name, partial(self.sqs.delete_queue, QueueUrl=url))
        self._urls.clear()

    def remove_all(self, prefix: str) -> None:
        """Delete all queues whose names begin so, whoever has made them."""
        while urls := self.sqs.list_queues(QueueNamePrefix=prefix).get("QueueUrls"):
            for url in urls:
                self.sqs.delete_queue(QueueUrl=url)

    def _made(self, name: str, attributes: Mapping[str, str]) -> str:
        own = {"VisibilityTimeout": self._visibility_s, **attributes}
        return str(self.sqs.create_queue(QueueName=name, Attributes=own)["QueueUrl"])


class _Reader(Subscription):
    """One consumer of a queue."""

    def __init__(
        self, queues: Queues, url: str, dead_url: str, address: str, unpack: Unpack
    ) -> None:
        self._queues = queues
        self._url = url
        self._dead_url = dead_url
        self._address = address
        self._unpack = unpack
        self._held: set[str] = set()
        self._is_closed = False

    def receive(self, timeout_s: float = PATIENCE_S) -> Delivery | None:
        """Poll the queue; the service waits for whole seconds only."""
        deadline = time.monotonic() + timeout_s
        while not self._is_closed:
            left_s = deadline - time.monotonic()
            told = self._queues.sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=1,
                WaitTimeSeconds=max(0, min(int(left_s), LONGEST_WAIT_S)),
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["All"],
            )
            for came in told.get("Messages", ()):
                return self._delivered(came)
            if left_s <= 0:
                return None
            time.sleep(min(PAUSE_S, left_s))
        return None

    def close(self) -> None:
        """Make visible again what is not settled."""
        if self._is_closed:
            return
        self._is_closed = True
        for handle in self._held:
            with suppress(MessagingFailed):  # else it comes back when its time is over
                self._show(handle)

    def _delivered(self, came: Mapping[str, Any]) -> Delivery:
        handle = str(came["ReceiptHandle"])
        self._held.add(handle)
        attempt = int(came.get("Attributes", {}).get("ApproximateReceiveCount", 1))
        return Delivery(
            self._unpack(came),
            self._address,
            lambda outcome: self._settle(handle, came, outcome),
            self._queues.aws.broker,
            redelivered=attempt > 1,
            attempt=attempt,
        )

    def _settle(self, handle: str, came: Mapping[str, Any], outcome: Outcome) -> None:
        if self._is_closed:
            broker = self._queues.aws.broker
            said = f"a delivery of {self._address!r} was to be {outcome.value}, and was given back"
            raise NotDelivered(said, kind=broker.kind, address=broker.address)
        if outcome is Outcome.REQUEUED:
            self._show(handle)
        else:
            if outcome is Outcome.REJECTED:
                self._queues.sqs.send_message(
                    QueueUrl=self._dead_url,
                    MessageBody=came["Body"],
                    MessageAttributes=resendable(came.get("MessageAttributes", {})),
                )
            self._queues.sqs.delete_message(QueueUrl=self._url, ReceiptHandle=handle)
        self._held.discard(handle)

    def _show(self, handle: str) -> None:
        self._queues.sqs.change_message_visibility(
            QueueUrl=self._url, ReceiptHandle=handle, VisibilityTimeout=0
        )


def remove_topic(sns: Any, arn: str) -> None:
    """Delete a topic with its subscriptions."""
    for each in sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]:
        sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])
    sns.delete_topic(TopicArn=arn)
