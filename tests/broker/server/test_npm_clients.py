"""The broker, driven by pact-js and by npm's command line, with and without credentials."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import requests

from tests.broker.server.conftest import Known
from tests.broker.server.npm import node, packages
from tests.broker.server.test_official_clients import Client

pytestmark = [pytest.mark.tools, pytest.mark.slow, pytest.mark.xdist_group("npm")]
PROGRAM = Path(__file__).with_name("pact_js.mjs")


def run(client: Client, deed: str) -> None:
    """Run the program of pact-js."""
    words = [node(), str(PROGRAM), str(packages()), client.url, str(client.directory), deed]
    ended = subprocess.run(
        words,
        env={"PATH": os.environ["PATH"], "PACT_DO_NOT_TRACK": "true", **client.credentials},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_pact_js_goes_the_whole_way(known: Known, tmp_path: Path) -> None:
    """A consumer test, its pact published, verified as the broker selects, and the answer yes."""
    command = packages() / "node_modules" / ".bin" / "pact"
    client = Client(known.url, tmp_path, known.builder, (node(), str(command.resolve())))
    run(client, "consume")
    said = client.run("publish", str(tmp_path), *("-a", "1", "--branch", "main"))
    assert "Pact successfully published for web version 1 and provider stock." in said
    asked = ("can-i-deploy", "--pacticipant", "web", "--version", "1")
    client.run(*asked, code=1)

    run(client, "verify")

    assert "All required verification results are published" in client.run(*asked)
    shown = {"Authorization": f"Bearer {client.credentials['PACT_BROKER_TOKEN']}"}
    result = f"{client.url}/pacts/provider/stock/consumer/web/latest/verification-results/latest"
    found = requests.get(result, headers=shown).json()
    assert (found["success"], found["providerApplicationVersion"]) == (True, "7")
    assert found["verifiedBy"]["clientLanguage"]["name"] == "pact-core"
    client.run("create-environment", "--name", "production", "--production")
    placed = ("--version", "7", "--environment", "production")
    client.run("record-deployment", "--pacticipant", "stock", *placed)
    client.run(*asked, "--to-environment", "production")
    assert "7" in client.run("describe-version", "--pacticipant", "stock")
