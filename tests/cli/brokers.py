"""Brokers for the verbs that ask one: in this process, and over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from harness import wiring
from harness.broker.server.asgi import Served
from harness.broker.server.serving import broker as application_on
from harness.cli.app import main
from tests.broker.server.broker import pact
from tests.broker.server.serving import listening
from tests.cli.conftest import Ended

CI = (
    *("GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "BUILDKITE", "JENKINS_URL", "HUDSON_URL"),
    *("PACT_BROKER_TOKEN", "PACT_BROKER_USERNAME", "PACT_BROKER_PASSWORD"),
)


@dataclass(frozen=True)
class Desk:
    """A directory of somebody who asks a broker at a place, and shorthands for what others do."""

    place: str
    directory: Path
    capsys: pytest.CaptureFixture[str]

    def run(self, *words: str) -> Ended:
        """Type a command."""
        self.capsys.readouterr()
        code = main([*words])
        said = self.capsys.readouterr()
        return Ended(code, said.out, said.err)

    def well(self, *words: str) -> str:
        """Type a command that must succeed, and give what it printed."""
        ended = self.run(*words)
        assert (ended.code, ended.err) == (0, ""), ended
        return ended.out

    def report(self, *words: str) -> tuple[int, Any]:
        """Type a command for programs, and read its report."""
        ended = self.run(*words, "--format", "json")
        return ended.code, json.loads(ended.out)

    def pact(self, *descriptions: str, **names: str) -> str:
        """Write a pact file, and name it."""
        names = {"consumer": "orders", "provider": "stock", **names}
        return self.write(pact(*descriptions, **names))

    def write(self, content: dict[str, Any]) -> str:
        """Write a pact file of a content."""
        number = len(list(self.directory.glob("pact-*.json")))
        file = self.directory / f"pact-{number}.json"
        file.write_text(json.dumps(content), "utf-8")
        return file.name

    def verified(
        self,
        consumer_version: str,
        version: str,
        success: bool = True,
        consumer: str = "orders",
        provider: str = "stock",
    ) -> None:
        """Let a provider say what it made of a pact."""
        with wiring.broker() as broker:
            names = (quote(each, safe="") for each in (provider, consumer, consumer_version))
            path = "/pacts/provider/{}/consumer/{}/version/{}".format(*names)
            link = broker.resource(broker.url + path).link("pb:publish-verification-results")
            broker.sent("POST", link, {"success": success, "providerApplicationVersion": version})


@contextmanager
def over_http(directory: Path) -> Iterator[str]:
    """The address of a broker that listens."""
    with (
        application_on(f"sqlite:///{directory / 'broker.db'}") as application,
        listening(Served(application)) as address,
    ):
        yield address


@pytest.fixture(params=["embedded", "http"])
def desk(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Desk]:
    """Somebody at a broker that is empty yet."""
    for name in CI:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def at(place: str) -> Desk:
        monkeypatch.setenv("PACT_BROKER_BASE_URL", place)
        return Desk(place, tmp_path, capsys)

    yield from _desks(request.param, tmp_path, at)


def _desks(kind: str, directory: Path, at: Callable[[str], Desk]) -> Iterator[Desk]:
    if kind == "embedded":
        yield at(kind)
        return
    with over_http(directory) as address:
        yield at(address)
