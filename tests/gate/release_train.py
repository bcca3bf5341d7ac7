"""Three repositories of one service each, and what is typed in them, in our words or others."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import chdir
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.cli.app import main
from tests.docs.test_docs import DOCS, fences
from tests.gate.test_one_service import DOCUMENT, PROVIDER, QUICK
from tests.gate.workspaces import REPOSITORY, Ended, Place
from tests.repository import Repository

PAGE = DOCS / "release-train.md"
PACT = Path(sys.executable).with_name("pact")
CLEAN, BREAKING, MENDED = "clean", "breaking", "mended"

_CLIENT = """
import httpx


def {field}(url: str) -> object:
    return httpx.get(f"{{url}}/orders/7").json()["{field}"]
"""
_CONTRACT = """
from client import {field}
from harness.consumer import Consumer, MockProvider, get, reply
from pydantic import BaseModel


class Order(BaseModel):
    {field}: {kind}


orders = Consumer("{name}").of("orders")


@orders.expects("an order", request=get("/orders/7"), response=reply(200, Order({field}={example})))
def test_{field}(provider: MockProvider) -> None:
    assert {field}(provider.url) == {example}
"""
_HELD = ("--check", "interaction-not-honoured")
_TOLD = ("--check", "consumer-test-failed", "--check", "reply-not-accepted")


@dataclass(frozen=True)
class Repo:
    """A repository of one service, on the branch `main`."""

    name: str
    place: Place
    git: Repository
    evidence: Path

    @classmethod
    def below(cls, directory: Path, name: str, evidence: Path) -> Repo:
        """Begin one, whose gate knows what the others' gates have seen."""
        (directory / name).mkdir()
        place = Place.below(directory / name)
        place.variables |= QUICK | {"PYTHONPATH": f"{REPOSITORY}:{place.root}"}
        place.write(".gitignore", ".harness/\n__pycache__/\n.pytest_cache/\ncontracts/pacts/\n")
        return cls(name, place, Repository.at(place.root), evidence)

    @property
    def version(self) -> str:
        """The commit that is checked out."""
        return self.git.git("rev-parse", "HEAD")

    def commit(self, called: str) -> None:
        """Commit what is there, to come back to it."""
        self.git.commit()
        self.git.git("tag", called)

    def pull(self, called: str) -> None:
        """Let a commit be the head of the branch."""
        self.git.git("reset", "-q", "--hard", called)

    def gate(self, *options: str, **variables: str) -> Ended:
        """Gate it, as far as its part of the train goes."""
        return self.place.gate("--evidence", str(self.evidence), *options, **variables)


@dataclass(frozen=True)
class Repositories:
    """The provider, and its two consumers, whose gates have written their pacts."""

    orders: Repo
    web: Repo
    mobile: Repo

    @classmethod
    def below(cls, directory: Path) -> Repositories:
        """Make them, with the tables of the tutorial."""
        evidence = directory / "evidence"
        of_consumer, of_provider = fences(PAGE, "toml")
        orders = Repo.below(directory, "orders", evidence)
        orders.place.write("contract-harness.toml", of_provider)
        orders.place.write("orders.py", PROVIDER)
        orders.place.write("openapi.yaml", DOCUMENT)
        orders.commit(CLEAN)
        orders.place.edit("orders.py", '"total": 12', '"sum": 12')
        orders.commit(BREAKING)
        orders.place.edit("orders.py", '"sum": 12', '"sum": 12, "total": 12')
        orders.commit(MENDED)
        orders.pull(CLEAN)
        published = "git+https://git.example/orders.git#openapi.yaml@main"
        assert of_consumer.count(published) == 1
        table = of_consumer.replace(
            published, f"git+file://{orders.place.root}#openapi.yaml@{CLEAN}"
        )

        def consumer(name: str, field: str, kind: str, example: str) -> Repo:
            repo = Repo.below(directory, name, evidence)
            repo.place.write("contract-harness.toml", table.replace('"web"', f'"{name}"'))
            repo.place.write("client.py", _CLIENT.format(field=field))
            test = _CONTRACT.format(name=name, field=field, kind=kind, example=example)
            repo.place.write("contracts/test_orders.py", test)
            repo.commit(CLEAN)
            gated = repo.gate(*_TOLD)
            assert gated.code == 0, gated.text
            return repo

        return cls(
            orders,
            consumer("web", "total", "int", "12"),
            consumer("mobile", "number", "str", '"7"'),
        )


@dataclass(frozen=True)
class Words:
    """What is typed for each deed; names in braces are those of the repository and its commit."""

    publish: str
    create: Mapping[str, str]
    ask: str
    record: str


OURS = Words(
    publish="harness publish --branch main",
    create={
        "test": "harness environments create test --no-production",
        "production": "harness environments create production --production",
    },
    ask="harness can-i-deploy --to-environment {environment}",
    record="harness record-deployment --environment {environment}",
)
OFFICIAL = Words(
    publish="pact broker publish contracts/pacts --consumer-app-version {version} --branch main",
    create={
        "test": "pact broker create-environment --name test",
        "production": "pact broker create-environment --name production --production",
    },
    ask="pact broker can-i-deploy --pacticipant {name} --version {version}"
    " --to-environment {environment}",
    record="pact broker record-deployment --pacticipant {name} --version {version}"
    " --environment {environment}",
)


@dataclass(frozen=True)
class Train:
    """Who types, at which broker; `typed` is every line as the tutorial would show it."""

    url: str
    words: Words
    home: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch
    typed: list[str] = field(default_factory=list)

    def gate(self, repo: Repo) -> Ended:
        """Hold a provider to its consumers, as its pipeline does."""
        self.typed.append("harness gate")
        return repo.gate(*_HELD, GITHUB_ACTIONS="true", PACT_BROKER_BASE_URL=self.url)

    def publish(self, repo: Repo) -> None:
        """Publish the pacts that the gate of a consumer wrote."""
        self._well(repo, self.words.publish)

    def create(self, repo: Repo, environment: str) -> None:
        """Make an environment."""
        self._well(repo, self.words.create[environment])

    def can_i_deploy(self, repo: Repo, environment: str) -> tuple[bool, str]:
        """Ask, and give the answer with its reasons."""
        code, said = self._run(repo, self.words.ask, environment)
        assert code in (0, 1), said
        return code == 0, " ".join(said.split())

    def deploy(self, repo: Repo, environment: str) -> None:
        """Say that it runs there now."""
        self._well(repo, self.words.record, environment)

    def _well(self, repo: Repo, line: str, environment: str = "") -> None:
        code, said = self._run(repo, line, environment)
        assert code == 0, said

    def _run(self, repo: Repo, line: str, environment: str) -> tuple[int, str]:
        values = {"name": repo.name, "environment": environment}
        self.typed.append(line.format(version="$(git rev-parse HEAD)", **values))
        program, *words = shlex.split(line.format(version=repo.version, **values))
        programs: Mapping[str, Callable[[Repo, list[str]], tuple[int, str]]] = {
            "harness": self._ours,
            "pact": self._official,
        }
        return programs[program](repo, words)

    def _ours(self, repo: Repo, words: list[str]) -> tuple[int, str]:
        """Type it in this process: to start Python takes ten times as long as most verbs."""
        variables = QUICK | {"PACT_BROKER_BASE_URL": self.url}
        with self.monkeypatch.context() as patched, chdir(repo.place.root):
            for name, value in variables.items():
                patched.setenv(name, value)
            self.capsys.readouterr()
            code = main(words)
        said = self.capsys.readouterr()
        return code, said.out + said.err

    def _official(self, repo: Repo, words: list[str]) -> tuple[int, str]:
        ended = subprocess.run(
            [str(PACT), *words],
            cwd=repo.place.root,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.home),
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
