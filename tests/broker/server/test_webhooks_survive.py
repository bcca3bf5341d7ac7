"""What webhooks have to tell survives the server that was to tell it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import requests

from tests.broker.server.receiver import Receiver, receiver
from tests.broker.server.serving import served
from tests.broker.server.test_durability import publication
from tests.broker.store.databases import KINDS, database

OPTIONS = ("--webhook-host", "127.0.0.1", "--webhook-scheme", "http")
IMPATIENT = ("--webhook-timeout", "0.5", "--webhook-retries", "0.2,0.2,0.2,0.2,0.2,0.2")
ROUNDS = 2
AT_ONCE = 4


def declare(url: str, told: Receiver) -> None:
    """A webhook for every publication."""
    request = {"method": "POST", "url": told.url, "body": "${pactbroker.consumerVersionNumber}"}
    hook = {"events": [{"name": "contract_published"}], "request": request}
    assert requests.post(f"{url}/webhooks", json=hook).status_code == 201


def publish(url: str, version: str) -> None:
    """Publish, and be told that it is kept."""
    said = requests.post(f"{url}/contracts/publish", json=publication(version, version))
    assert said.status_code == 200, said.text


@pytest.mark.tools
@pytest.mark.parametrize("kind", KINDS)
def test_every_acknowledged_publication_is_told(kind: str, tmp_path: Path) -> None:
    """Killed between acknowledgement and delivery, and in the midst of it, again and again."""
    acknowledged: set[str] = set()
    with database(kind, tmp_path) as url, receiver() as told:
        for number in range(ROUNDS):
            # What is on its way when the server is killed, is on its way for long.
            told.delay_s = 1
            with served(url, *OPTIONS, *IMPATIENT) as process:
                if number == 0:
                    declare(process.url, told)
                for place in range(AT_ONCE):
                    publish(process.url, f"{number}.{place}")
                    acknowledged.add(f"{number}.{place}")
                process.kill()
        told.delay_s = 0
        with served(url, *OPTIONS, *IMPATIENT) as process:
            ends_at = time.monotonic() + 30
            trail = f"{process.url}/pacts/provider/Bar/consumer/Foo/version/1.3/triggered-webhooks"
            while time.monotonic() < ends_at:
                found = requests.get(trail).json()["_embedded"]["triggeredWebhooks"]
                if told.bodies >= acknowledged and found[0]["status"] == "success":
                    break
                time.sleep(0.1)
    assert told.bodies >= acknowledged
    assert len(acknowledged) == ROUNDS * AT_ONCE
