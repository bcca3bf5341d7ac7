"""The verb that serves a broker, and what it refuses."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.broker.server.asgi import Served, is_own
from harness.cli.app import main
from tests.broker.server.broker import Broker, pact
from tests.broker.server.serving import listening, served


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "broker.example", "::", ""])
def test_other_addresses_need_somebody_who_may_enter(
    host: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without users and tokens in force nobody else may ask."""
    database = ("--database", f"sqlite:///{tmp_path}/broker.db")
    assert main(["broker", "token", "create", "--name", "a", "--scope", "read", *database]) == 0
    assert main(["broker", "token", "revoke", "a", *database]) == 0

    assert main(["broker", "serve", "--host", host, "--port", "0", *database]) == 2

    told = capsys.readouterr().err
    assert "expected an address of this machine alone" in told
    assert "harness broker token create" in told


def test_a_port_that_is_taken_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With how to get a free one."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        url = f"sqlite:///{tmp_path}/broker.db"
        assert main(["broker", "serve", "--port", port, "--database", url]) == 2
    told = capsys.readouterr().err
    assert f"cannot listen on 127.0.0.1:{port}" in told
    assert "--port 0" in told


def test_other_verbs_do_not_wait_for_the_broker() -> None:
    """Neither the command line nor the client loads what the server needs."""
    program = (
        "import sys, harness.cli.app, harness.cli.broker, harness.broker.client; "
        "print([name for name in ('sqlalchemy', 'alembic', 'uvicorn') if name in sys.modules])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == "[]"


@pytest.mark.tools
def test_what_is_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    """The process keeps nothing."""
    url = f"sqlite:///{tmp_path}/broker.db"
    with served(url) as process:
        made = requests.post(f"{process.url}/pacticipants", json={"name": "Größe"})
        assert made.status_code == 201
    with served(url) as process:
        found = requests.get(f"{process.url}/pacticipants").json()
    assert [each["name"] for each in found["pacticipants"]] == ["Größe"]


def test_a_page_on_the_web_does_not_get_at_the_broker(broker: Broker) -> None:
    """A name that is not this machine's may lead here, and is refused."""
    assert broker.application is not None
    with listening(Served(broker.application, "https://broker.example/pact")) as url:
        for host, status in (
            ("evil.example", 421),
            ("[", 421),
            ("localhost:9", 200),
            ("broker.example", 200),
        ):
            answered = requests.get(url, headers={"Host": host})
            assert answered.status_code == status, host
        body = requests.get(url, headers={"Accept": "application/hal+json"}).json()
    assert body["_links"]["pb:pacticipants"]["href"] == "https://broker.example/pact/pacticipants"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_own_addresses_are_known(host: str) -> None:
    """Of both families, and by name."""
    assert is_own(host)


TEXTS = st.text(st.characters(exclude_categories=()), max_size=8) | st.sampled_from(
    ["\0", "\ud800", "a\0b", "../..", "'; --", "=1", "ü"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=TEXTS, value=VALUES, data=st.data())
def test_whatever_is_sent_is_answered(
    broker: Broker, name: str, value: Any, data: st.DataObject
) -> None:
    """No text and no value makes the broker stumble."""
    body: dict[str, Any] = {
        "name": name,
        "production": value,
        "mainBranch": value,
        "success": value,
        "providerApplicationVersion": value,
        "testResults": value,
        "contacts": value,
        "consumerVersionSelectors": value,
        "providerVersionTags": value,
        "pacticipantName": name,
        "pacticipantVersionNumber": name,
        "branch": value,
        "tags": value,
        "contracts": value,
        "request": value,
        "events": value,
        "interactions": value,
        "messages": value,
        "metadata": value,
    }
    broker.publish("1")
    sha = broker.get("/pacts/provider/Bar/consumer/Foo/latest").link("pb:pact-version")
    path = data.draw(
        st.sampled_from(
            [
                *("/pacticipants", "/environments", "/contracts/publish", "/webhooks"),
                *("/pacts/provider/Bar/for-verification", f"{sha}/verification-results"),
            ]
        )
    )

    replies = [
        broker.post(path, body),
        broker.put("/pacts/provider/Bar/consumer/Foo/version/2", body),
        broker.ask("PATCH", "/pacticipants/Foo", body),
        broker.post(path, json.dumps(value).encode()),
    ]

    assert [each for each in replies if each.status >= 500] == []


def test_what_is_nested_too_deeply_is_told(broker: Broker) -> None:
    """In a sentence, and nothing is kept."""
    deep = b'{"interactions":[' + b'{"a":' * 700 + b"1" + b"}" * 700 + b"]}"

    answered = broker.ask("PUT", "/pacts/provider/Bar/consumer/Foo/version/1", deep)

    assert answered.status in (201, 400)
    assert broker.ask("POST", "/pacticipants", b"[" * 100_000).status == 400


def test_content_comes_back_as_it_was(broker: Broker) -> None:
    """Also what no database keeps as text."""
    sent = pact("a \0 \ud800 ü")

    assert broker.put("/pacts/provider/Bar/consumer/Foo/version/1", sent).status == 201

    found = broker.get("/pacts/provider/Bar/consumer/Foo/latest").json["interactions"]
    assert found[0]["description"] == sent["interactions"][0]["description"]
    assert broker.post("/pacticipants", {"name": "a\0b"}).status == 422
