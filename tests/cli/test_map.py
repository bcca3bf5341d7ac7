"""`harness map`: the services, drawn from the configuration and the pacts."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from harness.cli.map import FORMATS
from harness.domain.kept_run import KeptRun
from harness.domain.verdict import Status
from tests.cli.conftest import FakeDoors, Type, a_pact
from tests.reports.samples import FAILED


def test_a_map_needs_no_run(run: Type, doors: FakeDoors) -> None:
    """The tables of services and the pacts say who is there."""
    doors.pacts = (a_pact("mobile app", "inventory"),)
    written = json.loads(run("map", "--format", "json").out)

    assert [(one["name"], one["member"]) for one in written["services"]] == [
        ("billing", False),
        ("inventory", True),
        ("mobile app", False),
        ("orders", True),
    ]
    assert [
        (one["consumer"], one["declared"], one["interactions"], one["legs"])
        for one in written["links"]
    ] == [("mobile app", False, 1, None), ("orders", True, 0, None)]
    assert written["run"] is None


def test_a_map_shows_the_last_run(run: Type, doors: FakeDoors) -> None:
    """How the edges stood, and that only a part was looked at."""
    doors.kept = KeptRun(Status.FAILED, FAILED.edges, is_whole=False)
    written = json.loads(run("map", "--format", "json").out)

    assert written["run"] == "the last run: failed, which looked at a part of the system"
    assert written["links"][0]["legs"]["provider-keeps-its-word"] == "failed"
    assert written["links"][0]["edges"][0]["operation"] == "GET /stock/{sku}"


@pytest.mark.parametrize("kind", FORMATS)
def test_secrets_are_masked(run: Type, doors: FakeDoors, kind: str) -> None:
    """Even where a service is called by one."""
    doors.pacts = (a_pact("app-t0psecret", "inventory"),)
    ended = run("map", "--format", kind)

    assert (ended.code, ended.err) == (0, "")
    assert "t0psecret" not in ended.out


def test_a_map_is_written_to_a_file(run: Type, root: Path) -> None:
    """A picture, where nothing else is asked for."""
    ended = run("map", "--output", "maps/services.svg")

    assert (ended.code, ended.out) == (0, "")
    assert ElementTree.parse(root / "maps" / "services.svg").getroot().tag.endswith("svg")


def test_a_map_that_cannot_be_written(run: Type) -> None:
    """Where a file cannot be, it is told before anything is drawn."""
    assert run("map", "--output", "contract-harness.toml/a").code == 2
