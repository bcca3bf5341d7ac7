"""A broker whose webhooks are delivered by the test, and who is told by them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from harness.broker.semantics.destinations import destinations
from harness.broker.semantics.terms import Terms
from harness.broker.server.application import Application
from harness.broker.server.delivering import Delivered, deliver_next
from harness.broker.server.routes import ROUTES
from harness.broker.server.routing import Router
from tests.broker.server.broker import Broker
from tests.broker.server.receiver import Receiver, receiver

LOCAL = Terms(destinations(["127.0.0.1"], ["http"]))


@dataclass
class Told:
    """A broker, and who is told by its webhooks."""

    broker: Broker
    receiver: Receiver
    terms: Terms

    def hook(self, *events: str, **more: Any) -> Any:
        """Declare a webhook."""
        body = {"event": "${pactbroker.eventName}", "to": "${pactbroker.providerVersionNumber}"}
        asked = {"method": "POST", "url": f"{self.receiver.url}/build", "body": body}
        asked |= more.pop("request", {})
        named = [{"name": each} for each in events or ("contract_published",)]
        made = self.broker.post("/webhooks", {"events": named, "request": asked, **more})
        assert made.status == 201, made.body
        return made.json

    def deliver(self) -> list[Delivered]:
        """Deliver what is due."""
        assert self.broker.store is not None
        found = []
        while one := deliver_next(self.broker.store, self.terms, self.broker.tick):
            found.append(one)
        return found

    def later(self, seconds: float) -> None:
        """Let time go by."""
        self.broker.now += timedelta(seconds=seconds)

    @property
    def bodies(self) -> list[Any]:
        """What was told, taken away."""
        found = [json.loads(each.body) for each in self.receiver.got]
        self.receiver.got.clear()
        return found

    def triggered(self, path: str) -> Any:
        """A list of what was to be told."""
        return self.broker.get(path).json["_embedded"]["triggeredWebhooks"]


@contextmanager
def telling(broker: Broker) -> Iterator[Told]:
    """Let a broker's webhooks tell this machine."""
    assert broker.store is not None
    broker.application = Application(broker.store, Router(ROUTES), broker.tick, LOCAL)
    with receiver() as found:
        yield Told(broker, found, LOCAL)
