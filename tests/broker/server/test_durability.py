"""What was acknowledged stays, and of those who publish at once one wins."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from harness.broker.server.serving import broker as opened_broker
from tests.broker.server.broker import Broker, Reply, pact
from tests.broker.server.serving import served
from tests.broker.store.databases import KINDS, database

AT_ONCE = 8


def publication(version: str, description: str) -> dict[str, object]:
    """What a build sends."""
    content = json.dumps(pact(description)).encode()
    return {
        "pacticipantName": "Foo",
        "pacticipantVersionNumber": version,
        "branch": "main",
        "contracts": [
            {
                "consumerName": "Foo",
                "providerName": "Bar",
                "specification": "pact",
                "contentType": "application/json",
                "content": base64.b64encode(content).decode(),
            }
        ],
    }


@pytest.mark.tools
@pytest.mark.parametrize("kind", KINDS)
def test_what_was_acknowledged_survives_a_kill(kind: str, tmp_path: Path) -> None:
    """Killed in the middle of publishing, again and again, on one database."""
    acknowledged: list[str] = []
    with database(kind, tmp_path) as url:
        for round_number in range(3):
            with served(url) as process:
                killer = threading.Timer(0.5, process.kill)
                for number in range(100_000):
                    version = f"{round_number}.{number}"
                    body = publication(version, version)
                    if number == 1:
                        killer.start()
                    try:
                        told = requests.post(f"{process.url}/contracts/publish", json=body)
                    except requests.RequestException:
                        break
                    assert told.status_code == 200, told.text
                    acknowledged.append(version)
                killer.join()
        with opened_broker(url) as application:
            broker = Broker(application)
            listed = broker.get("/pacticipants/Foo/versions").json["_embedded"]["versions"]
            assert {each["number"] for each in listed} >= set(acknowledged)
            for version in acknowledged[-5:]:
                found = broker.get(f"/pacts/provider/Bar/consumer/Foo/version/{version}").json
                assert found["interactions"][0]["description"] == version
    assert len(acknowledged) >= 3


def at_once(work: Callable[[int], Reply]) -> list[Reply]:
    """The replies to several who ask at the same moment."""
    ready = threading.Barrier(AT_ONCE)

    def ask(number: int) -> Reply:
        ready.wait()
        return work(number)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(ask, range(AT_ONCE)))


def test_one_of_several_contents_for_a_version_wins(broker: Broker) -> None:
    """The others are refused with what differs, and nobody sees a fault."""
    replies = at_once(lambda number: broker.publish("1", f"content {number}"))

    assert sorted(each.status for each in replies) == [200] + [409] * (AT_ONCE - 1)
    (won,) = [number for number, each in enumerate(replies) if each.status == 200]
    found = broker.get("/pacts/provider/Bar/consumer/Foo/latest").json
    assert found["interactions"][0]["description"] == f"content {won}"


def test_the_same_content_at_once_is_published_once(broker: Broker) -> None:
    """Everybody is told that it is there."""
    replies = at_once(lambda number: broker.publish("1", "same", branch="main"))

    assert {each.status for each in replies} == {200}
    assert broker.get("/metrics").json["pactPublications"]["count"] == 1


def test_those_who_publish_for_each_other_do_not_block(broker: Broker) -> None:
    """Each is the other's provider, and all names are new."""
    names = ("Alpha", "Gamma")

    def work(number: int) -> Reply:
        consumer, provider = names if number % 2 else names[::-1]
        return broker.publish(f"{number}", consumer=consumer, provider=provider, tags=["a", "b"])

    assert {each.status for each in at_once(work)} == {200}
    assert broker.get("/metrics").json["pactPublications"]["count"] == AT_ONCE


def test_one_deployment_at_once_is_in_force(broker: Broker) -> None:
    """Whoever came last replaced the others."""
    prod = broker.environment()
    for number in range(AT_ONCE):
        broker.put(f"/pacticipants/Foo/versions/{number}")

    replies = at_once(lambda number: broker.deploy("Foo", str(number), prod))

    assert {each.status for each in replies} == {201}
    path = f"/environments/{prod}/deployed-versions/currently-deployed"
    assert len(broker.get(path).json["_embedded"]["deployedVersions"]) == 1
