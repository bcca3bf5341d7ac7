"""`harness gate --base REV` as a user runs it, in a repository of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.pytest_plugin.conftest import CONTRACT, DOCUMENT, SETTINGS, SHOP, STOCK
from tests.repository import Repository

pytestmark = pytest.mark.tools

ACCEPTED = "contracts/documents/stock.json"
VERSIONS = (
    *("--check", "breaking-change", "--check", "document-drifted"),
    *("--check", "change-without-reader"),
)


@dataclass(frozen=True, slots=True)
class Shop:
    """A workspace of two services, and its repository."""

    repository: Repository

    def write(self, name: str, text: str) -> None:
        """Write a file."""
        path = self.repository.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip("\n"), "utf-8")

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run the command in the workspace."""
        done = subprocess.run(
            [sys.executable, "-m", "harness", *arguments],
            cwd=self.repository.root,
            env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def gate(self, *arguments: str) -> tuple[int, Any]:
        """Run the gate, and give its report."""
        report = self.repository.root / "report.json"
        code, text = self.run("gate", *arguments, "--output", f"json={report}")
        assert report.exists(), text
        return code, json.loads(report.read_text("utf-8"))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A healthy workspace whose base has code that nobody could import."""
    made = Shop(Repository.at(tmp_path))
    made.write("contract-harness.toml", SETTINGS)
    made.write("stock.json", json.dumps(DOCUMENT))
    made.write("src/shop.py", SHOP)
    made.write("contracts/test_stock.py", CONTRACT)
    made.write("src/stock.py", "raise SystemExit('the base was imported')\n")
    made.repository.commit()
    made.repository.git("tag", "before")
    made.write(ACCEPTED, json.dumps(DOCUMENT))
    made.repository.commit()
    made.repository.git("tag", "base")
    made.write("src/stock.py", STOCK)
    return made


def nullable() -> str:
    """The document after a count may be null."""
    return json.dumps(DOCUMENT).replace('"type": "integer"', '"type": "integer", "nullable": true')


@pytest.mark.slow
def test_a_change_counts_from_the_base(shop: Shop) -> None:
    """
    The change breaks the consumer whose model refuses it, though the accepted version moved along.

    Nothing of the base is imported, and nothing is checked out.
    """
    shop.write("stock.json", nullable())
    shop.write(ACCEPTED, nullable())
    head = shop.repository.git("rev-parse", "HEAD")
    here, quiet = shop.gate(*VERSIONS)
    code, report = shop.gate(*VERSIONS, "--base", "base")

    assert (here, quiet["findings"]) == (0, [])
    assert code == 1
    (finding,) = report["findings"]
    assert (finding["check"], finding["consumer"], finding["path"]) == (
        "breaking-change",
        "shop",
        "$.on_hand",
    )
    assert finding["rules"] == ["reply-property-became-nullable"]
    assert finding["reproduce"].endswith("--base base")
    assert shop.repository.git("rev-parse", "HEAD") == head
    assert (shop.repository.root / "stock.json").read_text("utf-8") == nullable()


def test_a_base_without_an_accepted_document_is_inconclusive(shop: Shop) -> None:
    """What is not committed cannot be compared with: exit code 3, with the command that helps."""
    code, report = shop.gate(*VERSIONS, "--base", "before")

    assert code == 3
    (reason,) = [one for one in report["reasons"] if "since before" in one["what"]]
    assert reason["hint"].startswith("harness accept document stock")


def test_a_base_that_is_none_is_misuse(shop: Shop) -> None:
    """A revision that is not there ends with 2 before anything is started."""
    code, text = shop.run("gate", "--base", "gone")

    assert code == 2
    assert "git cannot read gone" in text


@pytest.mark.slow
def test_accepting_ends_the_drift(shop: Shop) -> None:
    """A changed document has drifted until it is accepted, and the file is canonical then."""
    shop.write("stock.json", nullable())
    drifted, report = shop.gate("--check", "document-drifted")
    accepted, text = shop.run("accept", "document", "stock")
    after, clean = shop.gate("--check", "document-drifted")

    assert (drifted, [one["check"] for one in report["findings"]]) == (0, ["document-drifted"])
    assert (accepted, "accepted with 1 change" in text) == (0, True)
    assert (after, clean["findings"]) == (0, [])
