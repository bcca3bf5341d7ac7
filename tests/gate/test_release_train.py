"""
A release train over three repositories of one service each, from first publication to the fix.

The tutorial `docs/release-train.md` goes the same way.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.broker.server.serving import served
from tests.broker.store.databases import KINDS, database
from tests.gate.test_one_service import DOCUMENT, PROVIDER, QUICK
from tests.gate.workspaces import REPOSITORY, Ended, Place
from tests.repository import Repository

pytestmark = [pytest.mark.tools, pytest.mark.slow]

PACT = Path(sys.executable).with_name("pact")
IN_A_BUILD = {"GITHUB_ACTIONS": "true"}
CLIENT = """
import httpx


def {name}(url: str) -> object:
    return httpx.get(f"{{url}}/orders/7").json()["{name}"]
"""
CONTRACT = """
from client import {name}
from harness.consumer import Consumer, MockProvider, get, reply
from pydantic import BaseModel


class Order(BaseModel):
    {name}: {kind}


orders = Consumer("{consumer}").of("orders")


@orders.expects("an order", request=get("/orders/7"), response=reply(200, Order({name}={example})))
def test_{name}(provider: MockProvider) -> None:
    assert {name}(provider.url) == {example}
"""
OF_CONSUMER = """
broker = "{broker}"
[service]
name = "{consumer}"
contract_tests = ["contracts"]
consumes = {{ orders = "ORDERS_URL" }}
[external.orders]
document = "git+file://{orders}#openapi.yaml"
"""
OF_PROVIDER = """
broker = "{broker}"
[service]
name = "orders"
app = "orders:app"
packages = ["orders"]
documents = ["openapi.yaml"]
"""


@dataclass
class Repo:
    """A repository of one service."""

    name: str
    place: Place
    git: Repository

    @classmethod
    def below(cls, directory: Path, name: str) -> Repo:
        """Begin one."""
        (directory / name).mkdir()
        place = Place.below(directory / name)
        place.variables |= QUICK | {"PYTHONPATH": f"{REPOSITORY}:{place.root}"}
        place.write(".gitignore", ".harness/\n__pycache__/\n.pytest_cache/\n")
        return cls(name, place, Repository.at(place.root))

    @property
    def version(self) -> str:
        """The commit that is checked out."""
        return self.git.git("rev-parse", "HEAD")

    def gate(self, *options: str) -> Ended:
        """Gate it as its pipeline does."""
        return self.place.gate(*options, **IN_A_BUILD)


class Ours:
    """What a pipeline does with `harness`."""

    def __init__(self, url: str, directory: Path) -> None:
        self.url, self.directory = url, directory

    def publish(self, repo: Repo) -> None:
        """Publish the pacts that its contract tests gave."""
        self._run(repo, "publish", "--branch", "main")

    def environment(self, repo: Repo, name: str, *, production: bool) -> None:
        """Make an environment."""
        kind = "--production" if production else "--no-production"
        self._run(repo, "environments", "create", name, kind)

    def can_i_deploy(self, repo: Repo, to: str) -> tuple[bool, str]:
        """Ask, and give the answer with its reasons."""
        ended = repo.place.run("can-i-deploy", "--wait", "0", "--to-environment", to)
        return ended.code == 0, " ".join(ended.text.split())

    def deploy(self, repo: Repo, to: str) -> None:
        """Say that it runs there now."""
        self._run(repo, "record-deployment", "--environment", to)

    def _run(self, repo: Repo, *words: str) -> None:
        ended = repo.place.run(*words)
        assert ended.code == 0, ended.text


class Official(Ours):
    """The same with the official command line."""

    def publish(self, repo: Repo) -> None:
        """Publish the pacts that its contract tests gave."""
        pacts = str(repo.place.root / "contracts" / "pacts")
        version = ("--consumer-app-version", repo.version, "--branch", "main")
        self._pact("publish", pacts, *version)

    def environment(self, repo: Repo, name: str, *, production: bool) -> None:
        """Make an environment."""
        self._pact("create-environment", "--name", name, *(["--production"] * production))

    def can_i_deploy(self, repo: Repo, to: str) -> tuple[bool, str]:
        """Ask, and give the answer with its reasons."""
        asked = ("--pacticipant", repo.name, "--version", repo.version, "--to-environment", to)
        code, said = self._ended("can-i-deploy", *asked)
        return code == 0, " ".join(said.split())

    def deploy(self, repo: Repo, to: str) -> None:
        """Say that it runs there now."""
        what = ("--pacticipant", repo.name, "--version", repo.version)
        self._pact("record-deployment", *what, "--environment", to)

    def _pact(self, *words: str) -> None:
        code, said = self._ended(*words)
        assert code == 0, said

    def _ended(self, *words: str) -> tuple[int, str]:
        ended = subprocess.run(
            [str(PACT), "broker", *words],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.directory),
                "PACT_BROKER_BASE_URL": self.url,
                "PACT_DO_NOT_TRACK": "true",
                "PACT_BROKER_HTTP_RETRIES": "0",
                "NO_PROXY": "*",
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return ended.returncode, ended.stdout + ended.stderr


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A broker that is served from a database of each kind."""
    with database(request.param, tmp_path) as kept, served(kept) as process:
        yield process.url


@pytest.mark.parametrize("program", [Ours, Official])
def test_a_release_train(url: str, tmp_path: Path, program: type[Ours]) -> None:
    """Two consumers publish, their provider is held to it, breaks one of them, and is mended."""
    client = program(url, tmp_path)
    orders = Repo.below(tmp_path, "orders")
    orders.place.write("contract-harness.toml", OF_PROVIDER.format(broker=url))
    orders.place.write("orders.py", PROVIDER)
    orders.place.write("openapi.yaml", DOCUMENT)
    orders.git.commit()
    consumers = [_consumer(tmp_path, url, orders, *one) for one in _CONSUMERS]
    for one in consumers:
        gated = one.gate("--check", "consumer-test-failed", "--check", "reply-not-accepted")
        assert gated.code == 0, gated.text
        client.publish(one)

    held = orders.gate()
    assert (held.code, held.report["counts"]["interactions"]) == (0, 2), held.text
    assert "published: results of 2 pacts, as version" in held.out
    for environment in ("test", "production"):
        client.environment(orders, environment, production=environment == "production")
        for one in (orders, *consumers):
            may, why = client.can_i_deploy(one, environment)
            assert may, why
            client.deploy(one, environment)

    _rename(orders, "sum")
    broken = orders.gate("--check", "interaction-not-honoured")
    (found,) = broken.findings
    assert (broken.code, found["consumer"]) == (1, "web"), broken.text
    assert "production" in found["message"]
    may, why = client.can_i_deploy(orders, "production")
    assert not may
    assert "of web currently in production" in why or "web" in why
    assert "failed" in why

    orders.place.edit("orders.py", '"sum": 12', '"sum": 12, "total": 12')
    orders.git.commit()
    mended = orders.gate("--check", "interaction-not-honoured")
    assert mended.code == 0, mended.text
    may, why = client.can_i_deploy(orders, "production")
    assert may, why
    client.deploy(orders, "production")


_CONSUMERS = (("web", "total", "int", "12"), ("mobile", "number", "str", '"7"'))


def _consumer(
    directory: Path, url: str, orders: Repo, name: str, field: str, kind: str, example: str
) -> Repo:
    repo = Repo.below(directory, name)
    table = OF_CONSUMER.format(broker=url, consumer=name, orders=orders.place.root)
    repo.place.write("contract-harness.toml", table)
    repo.place.write("client.py", CLIENT.format(name=field))
    test = CONTRACT.format(name=field, consumer=name, kind=kind, example=example)
    repo.place.write("contracts/test_orders.py", test)
    repo.git.commit()
    return repo


def _rename(orders: Repo, name: str) -> None:
    orders.place.edit("orders.py", '"total": 12', f'"{name}": 12')
    orders.git.commit()
