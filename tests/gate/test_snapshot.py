"""A run that cannot fetch pacts and documents takes them from a snapshot, and says so."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.gate.workspaces import Ended, Place
from tests.repository import Repository

pytestmark = pytest.mark.tools

TABLE = """
[service]
name = "shop"
owner = "team-shop"
app = "shop:app"
consumes = { payments = "PAYMENTS_URL" }
[external.payments]
document = "external/payments.json"
"""
APP = """
from fastapi import FastAPI

app = FastAPI()


@app.get("/price")
def price() -> dict[str, int]:
    return {"cents": 100}
"""
PAYMENTS = {"openapi": "3.1.0", "info": {"title": "payments", "version": "1"}, "paths": {}}


def a_pact(cents: object) -> dict[str, Any]:
    """What an app asks of the shop."""
    return {
        "consumer": {"name": "mobile"},
        "provider": {"name": "shop"},
        "interactions": [
            {
                "description": "the price",
                "request": {"method": "GET", "path": "/price"},
                "response": {"status": 200, "body": {"cents": cents}},
            }
        ],
        "metadata": {"pactSpecification": {"version": "2.0.0"}},
    }


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A workspace whose pact and neighbour's document are fetched, and a snapshot of it."""
    place = Place.below(tmp_path)
    place.write("contract-harness.toml", TABLE)
    place.write("shop.py", APP)
    Repository.at(place.root).commit()
    place.write("contracts/pacts/mobile-shop.json", a_pact(100))
    place.write("external/payments.json", PAYMENTS)
    made = place.run("snapshot", "--output", "snapshot.json")
    assert made.code == 0, made.text
    assert "snapshot.json: 1 pact and 1 document of commit " in made.out
    shutil.rmtree(place.root / "contracts")
    shutil.rmtree(place.root / "external")
    return place


def verified(place: Place, *options: str) -> Ended:
    """Replay the pact."""
    return place.gate("--check", "interaction-not-honoured", *options)


def test_without_it_the_configuration_is_refused(place: Place) -> None:
    """A document that is not there is an error, and stays one."""
    assert verified(place).code == 2


def test_what_lacks_is_taken_and_the_verdict_says_so(place: Place) -> None:
    """The pact is verified, and age, time and commit of the snapshot stand beside the verdict."""
    ended = verified(place, "--snapshot", "snapshot.json")

    assert ended.code == 0, ended.text
    assert "verify:shop" in ended.steps
    told = ended.report["snapshot"]
    kept = json.loads((place.root / "snapshot.json").read_text("utf-8"))
    assert told == {
        "file": "snapshot.json",
        "made_at": kept["made_at"],
        "commit": Repository(place.root).git("rev-parse", "HEAD"),
        "clean": True,
        "age_days": told["age_days"],
        "taken": ["contracts/pacts/mobile-shop.json", "external/payments.json"],
    }
    assert told["age_days"] in (0, 1)
    line = next(one for one in ended.out.splitlines() if one.startswith("snapshot: "))
    assert f"of commit {told['commit'][:12]}, made at {kept['made_at']}" in line
    assert line.endswith("2 files taken from it")


def test_a_broken_promise_is_found_by_it(place: Place) -> None:
    """What comes from a snapshot is judged like what lies in the workspace."""
    place.edit("shop.py", "100", "None")

    assert verified(place, "--snapshot", "snapshot.json").found("interaction-not-honoured")


def test_what_is_there_goes_before_it(place: Place) -> None:
    """A pact that a change brings along is judged as it is."""
    place.write("contracts/pacts/mobile-shop.json", a_pact("a text"))
    ended = verified(place, "--snapshot", "snapshot.json")

    assert ended.found("interaction-not-honoured")
    assert ended.report["snapshot"]["taken"] == ["external/payments.json"]


def test_the_table_may_name_it(place: Place) -> None:
    """A key does what the option does; a snapshot is made anew without reading the old one."""
    place.write("contract-harness.toml", 'snapshot = "snapshot.json"\n' + TABLE)
    assert verified(place).code == 0

    place.write("contracts/pacts/mobile-shop.json", a_pact(100))
    place.write("external/payments.json", PAYMENTS)
    place.write("snapshot.json", "{}")
    assert "there" not in place.run("snapshot").err
    assert verified(place).code == 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"version": 1', '"version": 2', "expected a snapshot of contract-harness-snapshot 1"),
        ("cents", "pence", "expected a snapshot as it was written"),
    ],
)
def test_one_that_cannot_be_taken_is_refused(place: Place, old: str, new: str, said: str) -> None:
    """One clear error, and nothing is checked."""
    file = place.root / "snapshot.json"
    file.write_text(file.read_text("utf-8").replace(old, new, 1), "utf-8")
    ended = verified(place, "--snapshot", "snapshot.json")

    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert ended.err.count("error:") == 1


def test_nothing_is_kept_of_a_workspace_that_has_nothing(tmp_path: Path) -> None:
    """An empty snapshot would make a gate look as if it had seen something."""
    place = Place.below(tmp_path)
    place.write("contract-harness.toml", '[service]\nname = "shop"\napp = "shop:app"\n')
    ended = place.run("snapshot", "--output", "s.json")

    assert ended.code == 2
    assert not (place.root / "s.json").exists()
