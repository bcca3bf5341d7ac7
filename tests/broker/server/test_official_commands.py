"""The official command line: with credentials, and the verbs that other tests leave out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.broker.server.conftest import Known
from tests.broker.server.test_official_clients import Client, client

__all__ = ["client"]

pytestmark = [pytest.mark.tools, pytest.mark.slow]


def test_only_who_is_known_and_may_is_served(known: Known, tmp_path: Path) -> None:
    """By token and by password; who is not known, or may not, is told so and changes nothing."""
    builder, user, reader, stranger, wrong = (
        Client(known.url, tmp_path, shown)
        for shown in (
            *(known.builder, known.user, known.reader, {}),
            {"PACT_BROKER_TOKEN": "hbt_0_x"},
        )
    )
    words = ("--consumer-app-version", "1", "--branch", "main")
    for one, why in (
        (stranger, "401 Unauthorized.*this broker wants to know who asks"),
        (wrong, "401 Unauthorized.*the token is not known, or was revoked"),
        (reader, "403 Forbidden.*token reader needs the scope publish, and has read"),
    ):
        with pytest.raises(AssertionError) as refused:
            one.publish(*words)
        assert re.search(why, str(refused.value))
    with pytest.raises(AssertionError) as limited:
        user.publish(*words, consumer="Baz")
    assert "user anna is limited to Foo, and this would change Baz" in str(limited.value)
    assert "Foo" not in reader.run("list-pacticipants")

    user.publish(*words)
    builder.publish("--consumer-app-version", "2", "--branch", "main")

    asked = ("can-i-deploy", "--pacticipant", "Foo", "--version", "2")
    for one in (builder, user, reader):
        assert "There is no verified pact" in one.run(*asked, code=1)


def test_the_other_verbs(client: Client) -> None:
    """Pacts, provider states, tags and webhooks."""
    client.publish("--consumer-app-version", "1", "--branch", "main", "--tag", "dev")
    own = ("--pacticipant", "Foo", "--version", "1")
    assert "Foo" in client.run("get-pacts", "--provider", "Bar", "--branch", "main", "--latest")
    client.run(
        *("get-pacts", "--provider", "Bar", "--latest", "--download"),
        *("--download-dir", str(client.directory / "got")),
    )
    assert list((client.directory / "got").rglob("*.json"))
    assert "all is well" in client.run("provider-states", "list", "--provider", "Bar")
    client.run("delete-version-tag", *own, "--tag", "dev")
    assert "dev" not in client.run("describe-version", *own)

    uuid = client.run("generate-uuid").strip()
    hook = ("create-or-update-webhook", "https://127.0.0.1:9/build", "--request", "POST")
    more = ("--uuid", uuid, "--contract-published", "--provider", "Bar")
    client.run(*hook, *more, "--description", "first")
    assert "second" in client.run(*hook, *more, "--description", "second")
    assert "which webhooks may not tell" in client.run("test-webhook", "--uuid", uuid)
    assert "successfully deleted" in client.run("delete-webhook", "--uuid", uuid)
    assert "was not found" in client.run("delete-webhook", "--uuid", uuid)
