"""What was acknowledged stays, and of those who publish at once one wins."""

from __future__ import annotations

import base64
import json
import random
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from harness.broker.server.serving import broker as opened_broker
from tests.broker.server.broker import Broker, Reply, pact
from tests.broker.server.serving import served
from tests.broker.store.databases import KINDS, database, is_answering

AT_ONCE = 8
PUBLISHERS = 4


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
@pytest.mark.parametrize("rounds", [2, pytest.param(100, marks=pytest.mark.slow)])
def test_what_was_acknowledged_survives_a_kill(kind: str, rounds: int, tmp_path: Path) -> None:
    """Killed in the middle of publishing by several, again and again, on one database."""
    acknowledged: list[str] = []
    with database(kind, tmp_path, is_durable=True) as url:
        for number in range(rounds):
            begun = threading.Event()
            with served(url) as process, ThreadPoolExecutor(PUBLISHERS) as pool:
                publish = partial(published_until_it_dies, process.url, begun)
                told = pool.map(publish, [f"{number}.{each}" for each in range(PUBLISHERS)])
                assert begun.wait(60)
                time.sleep(random.Random(number).uniform(0, 0.5))
                process.kill()
                acknowledged += [version for each in told for version in each]
        with opened_broker(url) as application:
            broker = Broker(application)
            for version in acknowledged:
                found = broker.get(f"/pacts/provider/Bar/consumer/Foo/version/{version}")
                assert found.status == 200, f"{version} was acknowledged and is gone"
                assert found.json["interactions"][0]["description"] == version
                assert (
                    broker.get(f"/pacticipants/Foo/branches/main/versions/{version}").status == 200
                )
    sys.stdout.write(f"{len(acknowledged)} acknowledged in {rounds} rounds, all there\n")
    assert len(acknowledged) >= rounds


def published_until_it_dies(url: str, begun: threading.Event, name: str) -> list[str]:
    """Publish version after version, and give those that were acknowledged."""
    found: list[str] = []
    with requests.Session() as session:
        for number in range(100_000):
            version = f"{name}.{number}"
            body = publication(version, version)
            try:
                told = session.post(f"{url}/contracts/publish", json=body, timeout=30)
            except requests.RequestException:
                return found
            assert told.status_code == 200, told.text
            found.append(version)
            begun.set()
    return found


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


@pytest.mark.tools
@pytest.mark.parametrize("kind", KINDS)
def test_one_wins_where_several_processes_serve_one_database(kind: str, tmp_path: Path) -> None:
    """They keep nothing to themselves, so that it is all the same who is asked."""
    with database(kind, tmp_path) as url, served(url) as one, served(url) as other:

        def ask(number: int) -> int:
            address = (one, other)[number % 2].url
            body = publication("1", f"content {number}")
            return requests.post(f"{address}/contracts/publish", json=body, timeout=60).status_code

        with ThreadPoolExecutor(AT_ONCE) as pool:
            told = list(pool.map(ask, range(AT_ONCE)))
        assert sorted(told) == [200] + [409] * (AT_ONCE - 1)
        shown = {
            requests.get(f"{each.url}/pacts/provider/Bar/consumer/Foo/latest", timeout=60).json()[
                "interactions"
            ][0]["description"]
            for each in (one, other)
        }
        assert shown == {f"content {told.index(200)}"}


@pytest.mark.tools
@pytest.mark.parametrize("kind", KINDS)
def test_workers_answer_at_one_address_and_leave_with_who_began_them(
    kind: str, tmp_path: Path
) -> None:
    """One of several contents wins, whoever is asked, and a kill leaves nobody at the address."""
    with database(kind, tmp_path) as url, served(url, "--workers", "2") as process:

        def ask(number: int) -> int:
            body = publication("1", f"content {number}")
            address = f"{process.url}/contracts/publish"
            return requests.post(address, json=body, timeout=60).status_code

        with ThreadPoolExecutor(AT_ONCE) as pool:
            assert sorted(pool.map(ask, range(AT_ONCE))) == [200] + [409] * (AT_ONCE - 1)
        process.kill()
        address = urlsplit(process.url)
        until = time.monotonic() + 30
        while is_answering(str(address.hostname), address.port or 0):
            assert time.monotonic() < until, "a worker still answers"
            time.sleep(0.05)


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
