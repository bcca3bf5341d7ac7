"""Every check's page tells the truth about the check."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import harness.checks
from harness.adapters.evidence_codec import decode
from harness.checks.catalog import CATALOG
from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.documents.pacts import read_pact
from harness.domain.config import Config
from harness.domain.errors import DocumentUnreadable
from harness.domain.evidence import Observed
from harness.domain.finding import Flaw
from harness.domain.selection import Selection
from harness.domain.service import Consumption, Service
from harness.domain.system import FoundPact, System
from harness.stages.judging import gather

PAGES = Path(harness.checks.__file__).parent / "pages"
HEADINGS = ["What it finds", "Why it matters", "Example", "What to do", "Source"]
ROOT = Path("/workspace")


def page_of(check: Check) -> str:
    """Read a check's page."""
    return (PAGES / f"{check.id}.md").read_text(encoding="utf-8")


def example_of(check: Check) -> dict[str, Any]:
    """Read the example that a page holds."""
    found = re.search(r"```json\n(.*?)\n```", page_of(check), re.DOTALL)
    assert found is not None, f"the page of {check.id} holds no example"
    example: dict[str, Any] = json.loads(found[1])
    return example


def facts_of(example: Mapping[str, Any]) -> Facts:
    """Build what a check judges from a page's example."""
    services = tuple(
        Service(
            name=name,
            directory=ROOT / name,
            app=f"{name}:app",
            packages=tuple(table.get("packages", ())),
            consumes=tuple(Consumption(p, f"{p.upper()}_URL") for p in table.get("consumes", ())),
        )
        for name, table in example["services"].items()
    )
    pacts = tuple(found(path, text) for path, text in example.get("pact_files", {}).items())
    config = Config(root=ROOT, source=ROOT / "pyproject.toml", services=services)
    evidence = tuple(decode(json.dumps(record)) for record in example["evidence"])
    system = System(config=config, pacts=pacts)
    return gather(system, (Observed("step", evidence),), Selection())


def found(path: str, text: str) -> FoundPact:
    """Read a pact as the survey would."""
    try:
        return FoundPact(path, text, read_pact(text.encode(), path=path))
    except DocumentUnreadable as error:
        return FoundPact(path, text, refused=error.message)


def told(flaw: Flaw, keys: Mapping[str, object]) -> dict[str, object]:
    """Say of a flaw what an example says of it."""
    values: dict[str, object] = {
        "service": flaw.service,
        "consumer": flaw.consumer,
        "operation": flaw.operation,
        "where": flaw.where,
        "location": str(flaw.location),
    }
    return {key: values[key] for key in keys}


@pytest.mark.parametrize("check", CATALOG, ids=lambda check: check.id)
def test_what_a_page_says_is_found_is_found(check: Check) -> None:
    """The example on a check's page gives exactly the findings that the page names."""
    example = example_of(check)
    flaws = list(check.judge(facts_of(example)))

    assert [told(f, e) for f, e in zip(flaws, example["found"], strict=True)] == example["found"]


@pytest.mark.parametrize("check", CATALOG, ids=lambda check: check.id)
def test_a_flaw_says_what_and_what_to_do(check: Check) -> None:
    """Every flaw carries a message, a hint and a cause without line numbers."""
    for flaw in check.judge(facts_of(example_of(check))):
        assert flaw.message
        assert flaw.hint
        assert flaw.cause
        assert not re.search(r":\d+$", flaw.cause)


@pytest.mark.parametrize("check", CATALOG, ids=lambda check: check.id)
def test_nothing_is_found_where_nothing_was_seen(check: Check) -> None:
    """Without evidence and without a declared edge, no check finds anything."""
    assert list(check.judge(facts_of({"services": {"orders": {}}, "evidence": []}))) == []


@pytest.mark.parametrize("check", CATALOG, ids=lambda check: check.id)
def test_a_page_has_its_headings(check: Check) -> None:
    """A page is named after its check and has the five headings, in order."""
    page = page_of(check)

    assert page.startswith(f"# {check.id}\n")
    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == HEADINGS
