"""The broker, driven by programs that nobody here wrote: the official command line and verifier."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pact import Verifier

from harness.broker.client import opened
from harness.broker.http import Credentials
from harness.broker.server.asgi import Served
from harness.domain.errors import BrokerFailed
from harness.domain.published import Chosen
from tests.broker.server.broker import Broker, pact
from tests.broker.server.serving import listening, served
from tests.broker.store.databases import KINDS, database

pytestmark = pytest.mark.tools
PACT = Path(sys.executable).with_name("pact")


@dataclass
class Client:
    """The official command line, for one broker."""

    url: str
    directory: Path
    credentials: Mapping[str, str] = field(default_factory=dict)
    program: Sequence[str] = (str(PACT),)

    def run(self, *words: str, code: int = 0, group: str = "broker") -> str:
        """Run it, and give all that it says."""
        ended = subprocess.run(
            [*self.program, group, *words],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.directory),
                "PACT_BROKER_BASE_URL": self.url,
                "PACT_DO_NOT_TRACK": "true",
                "PACT_BROKER_HTTP_RETRIES": "0",
                "NO_PROXY": "*",
                **self.credentials,
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        output = ended.stdout + ended.stderr
        assert ended.returncode == code, output
        return output

    def publish(self, *words: str, description: str = "a", consumer: str = "Foo") -> str:
        """Publish a pact of one interaction."""
        file = self.directory / f"{consumer}-{description}.json"
        file.write_text(json.dumps(pact(description, consumer=consumer)), "utf-8")
        return self.run("publish", str(file), *words)


@pytest.fixture(params=KINDS)
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Client]:
    """The official command line, for a broker in a process of its own."""
    with database(request.param, tmp_path) as url, served(url) as process:
        yield Client(process.url, tmp_path)


def test_a_release_train(client: Client) -> None:
    """From the first publication to two versions in production, and back."""
    said = client.publish("--consumer-app-version", "1", "--branch", "main", "--tag", "dev")
    assert "Pact successfully published for Foo version 1 and provider Bar." in said
    assert "Failed to process" not in said
    client.run("create-environment", "--name", "production", "--production")
    client.run("create-environment", "--name", "test", "--display-name", "Test")
    listed = client.run("list-environments")
    assert ("production" in listed, "Test" in listed) == (True, True)
    asked = ("can-i-deploy", "--pacticipant", "Foo", "--version", "1")
    no = client.run(*asked, "--to-environment", "production", code=1)
    assert "no version is currently recorded as deployed/released" in no
    verify(client.url, "10", "main")
    place = ("--environment", "production")
    client.run("record-deployment", "--pacticipant", "Bar", "--version", "10", *place)

    yes = client.run(*asked, "--to-environment", "production")

    assert "All required verification results are published and successful" in yes
    client.run("record-deployment", "--pacticipant", "Foo", "--version", "1", *place)
    described = client.run("describe-version", "--pacticipant", "Foo", "--version", "1")
    assert "dev" in described
    client.run("record-release", "--pacticipant", "Bar", "--version", "10", *place)
    client.run("record-support-ended", "--pacticipant", "Bar", "--version", "10", *place)
    client.run("record-undeployment", "--pacticipant", "Foo", *place)
    assert "Foo" in client.run("list-latest-pact-versions")
    assert "Foo" in client.run("list-pacticipants")
    assert "Foo" in client.run("describe-pacticipant", "--name", "Foo")
    client.run("can-i-merge", "--pacticipant", "Foo", "--version", "1")


def test_other_content_for_a_version_is_refused_or_merged(client: Client) -> None:
    """The difference is shown; `--merge` merges."""
    client.publish("--consumer-app-version", "1")
    file = client.directory / "other.json"
    file.write_text(json.dumps(pact("b")), "utf-8")

    refused = client.run("publish", str(file), "--consumer-app-version", "1", code=1)
    assert "Cannot change the content of the pact" in refused

    merged = client.run("publish", str(file), "--consumer-app-version", "1", "--merge")
    assert "merged" in merged


def test_branches_tags_and_versions(client: Client) -> None:
    """Made, shown and removed, with a slash in a branch's name."""
    client.publish("--consumer-app-version", "1", "--branch", "feat/x")
    own = ("--pacticipant", "Foo", "--version", "1")
    client.run("create-version-tag", *own, "--tag", "prod")
    assert "prod" in client.run("describe-version", *own)
    client.run("delete-branch", "--pacticipant", "Foo", "--branch", "feat/x")
    missing = client.run("delete-branch", "--pacticipant", "Foo", "--branch", "feat/x")
    assert "not found" in missing
    client.run("create-or-update-version", "--pacticipant", "Foo", "--version", "2")
    client.run(
        "create-or-update-pacticipant",
        "--name",
        "Foo",
        "--main-branch",
        "trunk",
        "--display-name",
        "F",
    )
    assert "trunk" in client.run("describe-pacticipant", "--name", "Foo")


def test_environments_are_described_changed_and_removed(client: Client) -> None:
    """By their identifier."""
    client.run("create-environment", "--name", "uat")
    listed = client.run("list-environments")
    uuid = next(word for word in listed.split() if word.count("-") == 4)
    assert "uat" in client.run("describe-environment", "--uuid", uuid)
    client.run("update-environment", "--uuid", uuid, "--name", "uat2", "--display-name", "U")
    assert "uat2" in client.run("list-environments")
    client.run("delete-environment", "--uuid", uuid)
    assert "uat2" not in client.run("list-environments")


def test_documents_of_providers_are_published(client: Client) -> None:
    """PactFlow's command finds where to publish, tells what was done, and is refused a change."""
    document = client.directory / "openapi.yaml"
    document.write_text('openapi: 3.0.0\ninfo: {title: Bar, version: "1"}\npaths: {}\n', "utf-8")
    report = client.directory / "report.txt"
    report.write_text("ok", "utf-8")
    words = ("publish-provider-contract", str(document), "--provider", "Bar/x", "-a", "1")
    results = ("--verification-exit-code", "0", "--verification-results", str(report))

    said = client.run(*words, "--branch", "main", *results, group="pactflow")
    document.write_text("openapi: 3.1.0\n", "utf-8")
    refused = client.run(*words, code=1, group="pactflow")

    assert "successfully published for Bar/x version 1" in said
    assert "Cannot change the OpenAPI document of Bar/x version 1" in refused
    with opened(client.url, Credentials()) as ours:
        (found,) = ours.documents("Bar/x")
        assert found.startswith(b"openapi: 3.0.0")


def test_webhooks_are_declared(client: Client) -> None:
    """With a secret that is not shown."""
    client.publish("--consumer-app-version", "1")
    said = client.run(
        *("create-webhook", "https://ci.example/build", "--request", "POST"),
        *("--header", "Authorization: Bearer s3cret", "--contract-content-changed"),
        *("--consumer", "Foo", "--description", "tell"),
    )

    assert "s3cret" not in said
    with opened(client.url, Credentials()) as own:
        assert b"s3cret" not in own.fetched(f"{client.url}/webhooks")


class _Provider(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def provider() -> Iterator[str]:
    """A provider that answers 200 to everything."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Provider)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def verify(broker: str, version: str, own_branch: str, **selector: Any) -> None:
    """Verify with the official verifier what a selector leads to, and publish the results."""
    with provider() as url:
        asked = Verifier("Bar", host="127.0.0.1").add_transport(url=url)
        source = asked.broker_source(broker, selector=True)
        source = source.consumer_version(**(selector or {"main_branch": True}))
        source = source.include_pending().provider_branch(own_branch)
        asked = source.build().state_handler(lambda **_: None, teardown=False)
        asked.set_publish_options(version, branch=own_branch).verify()


def test_the_official_verifier_publishes_what_it_saw(broker: Broker) -> None:
    """Selected by the broker, with results for each interaction, and its branch."""
    broker.publish("1", "a", "b", branch="main")
    assert broker.application is not None
    with listening(Served(broker.application)) as url:
        verify(url, "10", "main")
        verify(url, "11", "feat", branch="main")

    found = broker.get(
        "/pacts/provider/Bar/consumer/Foo/version/1/verification-results/latest"
    ).json
    assert (found["success"], found["providerApplicationVersion"]) == (True, "11")
    assert found["verifiedBy"]["implementation"]
    told = {each["interactionId"] for each in found["testResults"]}
    pacts = broker.get("/pacts/provider/Bar/consumer/Foo/version/1").json
    assert told == {each["_id"] for each in pacts["interactions"]}
    assert broker.get("/pacticipants/Bar/branches/feat/latest-version").json["number"] == "11"


def test_our_own_client_finds_what_was_published(broker: Broker) -> None:
    """By branch, tag, main branch, and the latest of all."""
    broker.publish("1", "one", branch="main", tags=["prod"], consumer="Foo/ü")
    broker.publish("2", "two", branch="feat/x", consumer="Foo/ü")
    broker.publish("1", "none", consumer="Baz")
    assert broker.application is not None
    with listening(Served(broker.application)) as url, opened(url, Credentials()) as client:
        for chosen, version in (
            (Chosen(), "1"),
            (Chosen(branch="feat/x"), "2"),
            (Chosen(tag="prod"), "1"),
        ):
            found = client.latest_pacts("Foo/ü", chosen)
            assert [each.consumer_version for each in found.pacts] == [version]
        assert len(client.latest_pacts("Baz", Chosen()).pacts) == 1
        assert client.documents("Bar") == ()
        texts = (b"openapi: 3.1.0", b"asyncapi: 3.0.0")
        for text in texts[::-1]:
            content = base64.b64encode(text).decode()
            document = {"content": content, "contentType": "application/yaml"}
            assert broker.put("/contracts/provider/Bar/version/7", document).status == 201
        assert client.documents("Bar") == texts
        with pytest.raises(BrokerFailed, match="knows no pacticipant"):
            client.latest_pacts("Nobody", Chosen())
