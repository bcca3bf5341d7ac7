"""A client in somebody's suite of plain pact tests, and nothing of ours beside it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from subprocess import run
from typing import Any

import pytest

pytestmark = pytest.mark.tools

CLIENT = """
import json
from urllib.request import urlopen


def on_hand(url):
    return json.load(urlopen(f"{url}/stock/A-1", timeout=2))["on_hand"] + 1
"""
TESTS = """
import pytest
from pact import Pact, match

from shop.client import on_hand


@pytest.fixture(scope="session")
def mock():
    pact = Pact("shop", "inventory")
    (pact.upon_receiving("stock").with_request("GET", "/stock/A-1").will_respond_with(200)
        .with_body({"on_hand": match.int(3)}, "application/json"))
    with pact.serve() as server:
        yield str(server.url)
    pact.write_file("pacts")


def test_stock(mock):
    assert on_hand(mock) == 4
"""
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "inventory", "version": "1"},
    "paths": {
        "/stock/{sku}": {
            "get": {
                "parameters": [
                    {"name": "sku", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "responses": {
                    "200": {
                        "description": "",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "required": ["on_hand"],
                                    "properties": {"on_hand": {"type": ["integer", "null"]}},
                                }
                            }
                        },
                    }
                },
            }
        }
    },
}


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A package, its tests and its provider's document."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").write_text("", "utf-8")
    (tmp_path / "shop" / "client.py").write_text(CLIENT, "utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_stock.py").write_text(TESTS, "utf-8")
    (tmp_path / "inventory.json").write_text(json.dumps(DOCUMENT), "utf-8")
    return tmp_path


def replies(suite: Path, *words: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the report of one run."""
    command = [sys.executable, "-m", "harness", "replies", "tests", *words, "--output", "json=-"]
    ended = run(command, cwd=suite, capture_output=True, text=True, check=False, timeout=300)
    report: dict[str, Any] = json.loads(ended.stdout)
    return ended.returncode, report


def test_a_clients_crash_is_named_with_reply_and_line(suite: Path) -> None:
    """The null that the document allows and no test showed; nothing in the suite is written."""
    before = {path: path.read_bytes() for path in suite.rglob("*") if path.is_file()}
    code, report = replies(suite, "--document", "inventory=inventory.json")
    found = {one["check"]: one for one in report["findings"]}

    assert code == 1
    crash = found["reply-crashes-consumer"]
    assert "$.on_hand is null" in crash["message"]
    assert crash["location"] == {"file": "shop/client.py", "line": 7}
    assert "harness replies tests --document" in crash["reproduce"]
    assert found["network-fault-crashes-consumer"]["location"]["file"] == "shop/client.py"
    after = {path: path.read_bytes() for path in suite.rglob("*") if path.is_file()}
    assert {name: after[name] for name in before} == before
    assert {one.parent.name for one in after.keys() - before.keys()} <= {"__pycache__"}


def test_a_client_that_copes_is_silent(suite: Path) -> None:
    """The same suite, with a client that looks before it adds up."""
    coping = """
import json
from urllib.error import URLError
from urllib.request import urlopen


def on_hand(url):
    try:
        with urlopen(f"{url}/stock/A-1", timeout=2) as reply:
            told = json.loads(reply.read())
    except (OSError, ValueError):
        return 0
    found = told.get("on_hand") if isinstance(told, dict) else None
    return (found or 0) + 1
"""
    (suite / "shop" / "client.py").write_text(coping, "utf-8")
    code, report = replies(suite, "--document", "inventory=inventory.json")

    assert report["findings"] == []
    assert (code, report["reasons"]) == (0, [])
    assert report["counts"]["replies"] > 20


def test_a_document_of_a_stranger_is_refused(suite: Path) -> None:
    """A name that no contract holds would leave its replies out without a word."""
    command = [sys.executable, "-m", "harness", "replies", "tests"]
    command += ["--document", "stock=inventory.json"]
    ended = run(command, cwd=suite, capture_output=True, text=True, check=False, timeout=300)

    assert ended.returncode == 2
    assert "no contract of these tests is with stock; seen contracts with inventory" in ended.stderr
