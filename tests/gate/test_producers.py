"""A producer keeps its word over channels: what its own functions make is held to every pact."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.domain.edge import Leg
from tests.gate.workspaces import Ended, Place

pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("producers")]

HOME = Path(__file__).parents[1] / "workspaces" / "parcels"
MESSAGES = "src/warehouse/messages.py"
SENT, RETURNED = "parcels.sent", "parcels.returned"
ABOUT = "notifier:warehouse"
RUNG = (  # for the list of alarms
    ("message-function-missing", ABOUT),
    ("message-not-accepted", ABOUT),
    ("message-metadata-missing", ABOUT),
)
OF_PRODUCERS = tuple(word for check, _ in RUNG for word in ("--check", check))


def gate(place: Place, *options: str) -> Ended:
    """Look at what producers make, and at nothing else."""
    return place.run("gate", *OF_PRODUCERS, *options, COLUMNS="160")


def only(ended: Ended) -> dict[str, Any]:
    """The one finding of a run."""
    (finding,) = ended.findings
    assert ended.code == 1, ended.text
    return finding


def test_each_way_to_break_a_promise_is_one_finding_at_its_place(tmp_path: Path) -> None:
    """A wrong body, a missing name beside it, and a message that no function makes."""
    place = Place.copied(HOME, tmp_path)
    place.edit(MESSAGES, 'Sent("P-7", 900, "van")', 'Sent("P-7", "900 g", "van")')
    place.edit(MESSAGES, ' "type": "ParcelSent",', "")
    place.edit(MESSAGES, "def parcels_returned", "def parcel_came_home")

    ended = gate(place)

    assert ended.code == 1, ended.text
    assert {(one["check"], f"{one['consumer']}:{one['service']}") for one in ended.findings} == {
        *RUNG
    }
    told = {one["check"]: one for one in ended.findings}
    body, beside = told["message-not-accepted"], told["message-metadata-missing"]
    assert (body["operation"], body["path"]) == (SENT, "$.weight_g")
    assert (body["expected"], body["seen"]) == ("1200", '"900 g"')
    assert (beside["operation"], beside["path"]) == (SENT, "metadata:type")
    assert "let warehouse.messages.a_parcel_was_sent return it" in beside["hint"]
    unnamed = told["message-function-missing"]
    assert unnamed["operation"] == RETURNED
    assert "which has a_parcel_was_sent, parcel_came_home" in unnamed["message"]
    assert {one["owner"] for one in ended.findings} == {"team-dock"}
    assert {leg["status"] for leg in ended.legs(Leg.PROVIDER).values()} == {"failed"}


@pytest.mark.slow
def test_what_a_function_raises_is_told_at_its_line(tmp_path: Path) -> None:
    """The finding is at the raising line of the producer's code, and is reproduced by its line."""
    place = Place.copied(HOME, tmp_path)
    place.edit(MESSAGES, 'Returned("P-7", "refused")', 'Returned(**{"id": "P-7"})')

    finding = only(gate(place))

    assert (finding["check"], finding["operation"]) == ("message-not-accepted", RETURNED)
    assert finding["location"] == {"file": MESSAGES, "line": 14}
    assert "the function that makes it raised TypeError" in finding["message"]


@pytest.mark.slow
def test_what_was_made_is_known_until_its_code_changes(tmp_path: Path) -> None:
    """Evidence is kept with the functions among what it depends on."""
    place = Place.copied(HOME, tmp_path)
    first, again = gate(place), gate(place)
    assert (first.code, again.code) == (0, 0), first.text + again.text
    assert [one["id"] for one in again.report["steps"] if one["reused"]]
    place.edit(MESSAGES, '"topic": "parcels.sent"', '"topic": "parcels.gone"')

    finding = only(gate(place))

    assert (finding["check"], finding["path"]) == ("message-not-accepted", "metadata:topic")


@pytest.mark.slow
def test_without_functions_the_leg_is_not_looked_at(tmp_path: Path) -> None:
    """A worker whose table names no `messages` turns nothing, and its leg says so."""
    place = Place.copied(HOME, tmp_path)
    place.edit("contract-harness.toml", 'messages = "warehouse.messages"\n', "")

    ended = place.run("gate", COLUMNS="160")

    assert (ended.code, ended.findings) == (0, []), ended.text
    assert {leg["status"] for leg in ended.legs(Leg.PROVIDER).values()} == {"not looked at"}
