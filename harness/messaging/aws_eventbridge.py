"""Amazon EventBridge: an address is a detail-type, and each group has a rule and a queue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import SplitResult

from harness.domain.errors import NotDelivered
from harness.domain.message import Message
from harness.messaging.aws import Aws, Queues, safe
from harness.messaging.aws_messages import body
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

KIND: Final = "eventbridge"
TARGET: Final = "queue"


class EventBridge(Transport):
    """
    A bus of Amazon EventBridge, whose rules feed queues of SQS.

    Shape: an event has a JSON object and nothing beside it; `source` in the URL is the source that
    it is sent by, and `bus` a bus that is there already.
    """

    capabilities = Capabilities(
        dead_letters=DeadLetters.CLIENT,
        order=Order.NOTHING,
        key=Carried.NOT,
        headers=Carried.NOT,
        correlation=False,
        content_type=Carried.NOT,
        payloads=Payloads.JSON,
        empty=False,
    )

    def __init__(self, url: SplitResult, namespace: str, options: Mapping[str, str]) -> None:
        self.namespace = namespace
        self._aws = aws = Aws(KIND, url, options)
        self.broker = aws.broker
        self._source = options.get("source", "harness")
        self._events = aws.client("events")
        self._queues = Queues(aws, options)
        self._rules: set[str] = set()
        self.bus = options.get("bus", f"{namespace}bus")
        self._is_own_bus = "bus" not in options
        if self._is_own_bus:
            self._events.create_event_bus(Name=self.bus)

    def wire_name(self, address: str) -> str:
        """Give the detail-type: runs are kept apart by their bus."""
        return address

    def publish(self, address: str, message: Message) -> None:
        """Put an event on the bus."""
        detail = self._detail(message)
        told = self._events.put_events(
            Entries=[
                {
                    "Source": self._source,
                    "DetailType": address,
                    "Detail": detail,
                    "EventBusName": self.bus,
                }
            ]
        )
        if told.get("FailedEntryCount"):
            why = told["Entries"][0].get("ErrorMessage", "no reason")
            where = self.broker.address
            raise NotDelivered(f"EventBridge at {where}: {why}", kind=KIND, address=where)

    def subscribe(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """Read the group's queue, which a rule for the detail-type feeds."""
        name = self._queue(address, group)
        if name not in self._rules:
            queue = self._queues.url(name)
            pattern = json.dumps({"detail-type": [address]})
            rule = self._events.put_rule(Name=name, EventBusName=self.bus, EventPattern=pattern)
            self._rules.add(name)
            self._queues.let_in(queue, "events.amazonaws.com", str(rule["RuleArn"]))
            target = {"Id": TARGET, "Arn": self._queues.arn(queue)}
            self._events.put_targets(Rule=name, EventBusName=self.bus, Targets=[target])
        return self._queues.reader(name, address, _unpacked)

    def dead_letters(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """Read the dead-letter queue of the group's queue."""
        return self._queues.dead_reader(self._queue(address, group), address, _unpacked)

    def close(self) -> None:
        """Delete the rules, the bus and the queues."""
        for name in sorted(self._rules):
            self._aws.remove(name, partial(self._remove_rule, name))
        self._rules.clear()
        if self._is_own_bus:
            self._is_own_bus = False
            self._aws.remove(self.bus, lambda: self._events.delete_event_bus(Name=self.bus))
        self._queues.remove()
        self.left = tuple(self._aws.leaving.left)

    def _remove_rule(self, name: str) -> None:
        self._events.remove_targets(Rule=name, EventBusName=self.bus, Ids=[TARGET])
        self._events.delete_rule(Name=name, EventBusName=self.bus)

    def _queue(self, address: str, group: str) -> str:
        return safe(f"{self.namespace}{address}-{group}")

    def _detail(self, message: Message) -> str:
        if message.headers or message.content_type or message.key is not None:
            raise self.not_carried("headers, keys and content types", "put them into the event")
        text = body(self, message)
        try:
            is_object = isinstance(json.loads(text), dict)
        except ValueError:
            is_object = False
        if not is_object:
            raise self.not_carried("a payload that is no JSON object")
        return text


def _unpacked(came: Mapping[str, Any]) -> Message:
    """Read an event out of its envelope; a rule may have made another text of it."""
    text = str(came["Body"])
    try:
        event = json.loads(text)
    except ValueError:
        event = None
    if not isinstance(event, dict) or "detail" not in event:
        return Message(text.encode())
    payload = json.dumps(event["detail"], ensure_ascii=False).encode()
    return Message(payload, message_id=str(event.get("id", "")))
