"""Projects of a contract author, made for one test and run by a pytest of their own."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from harness.domain.json import Json

# A run within this process forgets the modules that it was first to import: pact-python, half
# forgotten, would have two classes of one name.
for name in ("pact.pact", "pact.error", "pact.match", "pact.interaction", "pact.verifier"):
    importlib.import_module(name)

CLIENT = """
import json
import urllib.request
from dataclasses import dataclass

import pytest

from harness.consumer import *

@dataclass
class Stock:
    sku: str
    on_hand: int

inventory = Consumer("orders").of("inventory")
catalog = Consumer("orders").of("catalog")

def fetch(url, method="GET", body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {} if body is None else {"Content-Type": "application/json"}
    request = urllib.request.Request(url, data=data, headers=headers, method=method)
    with urllib.request.urlopen(request) as response:
        text = response.read()
    return json.loads(text) if text else None
"""
PLAIN = """
import urllib.request

import pytest
from pact import Pact, match

def ask(pact, path):
    with pact.serve() as server:
        return urllib.request.urlopen(f"{server.url}{path}").read()

def told(pact, description, path="/stock"):
    pact.upon_receiving(description).with_request("GET", path).will_respond_with(200).with_body(
        {"on_hand": match.int(3)})
    return pact
"""


def plugin_arguments() -> list[str]:
    """How the plugin gets into a run: by its entry point where it is installed, else by name."""
    installed = {each.name for each in entry_points(group="pytest11")}
    return [] if "harness_consumer" in installed else ["-p", "harness.consumer.plugin"]


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run the project's tests in this process."""
    return pytester.runpytest_inprocess(*plugin_arguments(), *arguments)


def run_apart(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run the project's tests in a process of its own, with no plugins but xdist and ours."""
    plugins = ["-p", "harness.consumer.plugin", "-p", "xdist"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        return pytester.runpytest_subprocess(*plugins, *arguments)


def pact_path(pytester: pytest.Pytester, name: str = "orders-inventory.json") -> Path:
    """Where a declared pact of the project is written by default."""
    return pytester.path / "contracts" / "pacts" / name


def read(path: Path) -> Mapping[str, Json]:
    """A JSON object in a file."""
    document = json.loads(path.read_text())
    assert isinstance(document, dict)
    return document


def descriptions(path: Path) -> list[str]:
    """The descriptions of a pact file's interactions, in their order."""
    interactions = read(path)["interactions"]
    assert isinstance(interactions, list)
    return [each["description"] for each in interactions]


def declared(name: str, *, path: str = "/stock/A", decorators: str = "", body: str = "") -> str:
    """A declared test that passes, unless its body is another."""
    return f'''
{decorators}
@inventory.expects("{name}", request=get("{path}"), response=reply(200, Stock("A", 3)))
def test_{name.replace(" ", "_")}(provider):
    {body or f'assert fetch(provider.url + "{path}")["on_hand"] == 3'}
'''
