"""A workspace of two members: a provider of plain WSGI, and a consumer with one contract."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

SETTINGS = """
pacts = "pacts"
budget = { examples = 2 }
workers = 1

[members.stock]
app = "stock:app"
root = "src"
packages = ["stock"]
documents = ["stock.json"]

[members.shop]
root = "src"
packages = ["shop"]
contract_tests = ["contracts"]
consumes = { stock = "STOCK_URL" }
"""

STOCK = '''
"""What is there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Tell how many there are."""
    found = environ["PATH_INFO"] == "/stock"
    start_response("200 OK" if found else "404 Not Found", [("Content-Type", "application/json")])
    return [json.dumps({"on_hand": 3} if found else {}).encode()]
'''

SHOP = '''
"""Who asks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.request import urlopen


@dataclass
class Stock:
    """How many there are."""

    on_hand: int


def stock(url: str) -> Stock:
    """Ask how many there are."""
    with urlopen(f"{url}/stock") as answer:
        return Stock(**json.load(answer))
'''

CONTRACT = '''
"""What the shop asks of the stock."""

from shop import Stock, stock

from harness.consumer import Consumer, MockProvider, get, reply

of_stock = Consumer("shop").of("stock")


@of_stock.expects("the stock", request=get("/stock"), response=reply(200, Stock(on_hand=3)))
def test_the_stock(provider: MockProvider) -> None:
    assert stock(provider.url).on_hand == 3
'''

DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "stock", "version": "1"},
    "paths": {
        "/stock": {
            "get": {
                "responses": {
                    "200": {
                        "description": "how many there are",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "required": ["on_hand"],
                                    "properties": {"on_hand": {"type": "integer"}},
                                }
                            }
                        },
                    }
                }
            }
        }
    },
}


@dataclass(frozen=True, slots=True)
class Told:
    """How a run of pytest ended."""

    code: int
    text: str

    @property
    def counts(self) -> dict[str, int]:
        """The last line's counts, by outcome."""
        last = self.text.rstrip().splitlines()[-1]
        return {what: int(count) for count, what in re.findall(r"(\d+) ([a-z]+)", last)}

    @property
    def collected(self) -> list[str]:
        """The items that `--co -q` named."""
        return [line for line in self.text.splitlines() if "::" in line]


@dataclass(frozen=True, slots=True)
class Workspace:
    """A directory in which pytest is run."""

    root: Path

    def write(self, name: str, text: str) -> None:
        """Write a file."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip("\n"), "utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text that stands in a file."""
        path = self.root / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    def pytest(self, *arguments: str, below: str = ".") -> Told:
        """
        Run pytest as a user does, knowing nothing of the run that this is part of.

        Shape: schemathesis's own plugin, slow to load and of no use here, stays out.
        """
        known = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:schemathesis", *arguments],
            cwd=self.root / below,
            env={**known, "COLUMNS": "100", "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        return Told(ended.returncode, ended.stdout + ended.stderr)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A healthy workspace."""
    made = Workspace(tmp_path)
    made.write("contract-harness.toml", SETTINGS)
    made.write("stock.json", json.dumps(DOCUMENT))
    made.write("src/stock.py", STOCK)
    made.write("src/shop.py", SHOP)
    made.write("contracts/test_stock.py", CONTRACT)
    return made
