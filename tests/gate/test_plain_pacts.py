"""A healthy system with nothing but plain pacts: silent, until its consumer does not cope."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.checks.catalog import CATALOG
from harness.domain.edge import Leg
from tests.gate.workspaces import Ended, Place

# One worker runs each of the three gates once, for all tests that look at what they told.
pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("plain-pacts")]

HOME = Path(__file__).parents[1] / "workspaces" / "timetable"
CLIENT = "src/board/lines.py"
TRAIN = "GET /trains/{train_id}"
FIT = tuple(word for check in CATALOG if check.leg is Leg.FIT for word in ("--check", check.id))
AT_HAND = 'contract_tests = ["tests_contract"]\n'


@dataclass(frozen=True, slots=True)
class Line:
    """
    One line of the client that copes, and one that does not, with what is then found.

    Shape: `error` begins what the client raises, `witness` stands in the reply that is shown.
    """

    kind: str
    copes: str
    fails: str
    operation: str
    path: str
    error: str
    witness: str


LINES = (
    Line(
        "equality on one example of an enum",
        'return LABELS.get(status, "ask the staff")',
        "return LABELS[status]",
        *(TRAIN, "$.status", "KeyError: 'cancelled'", '"status":"cancelled"'),
    ),
    Line(
        "a type matcher against a nullable field",
        'return "Pl. " + (platform or "?")',
        'return "Pl. " + platform',
        *(TRAIN, "$.platform", "TypeError: can only concatenate str", '"platform":null'),
    ),
    Line(
        "a field that may be absent",
        'return str(train.get("note", ""))',
        'return str(train["note"])',
        *(TRAIN, "$.note", "KeyError: 'note'", '"status":"on_time"'),
    ),
    Line(
        "an integer against a number",
        'return f"{delay:.0f} min"',
        'return f"{delay:d} min"',
        *(TRAIN, "$.delay", "ValueError: Unknown format code 'd'", '"delay":'),
    ),
    Line(
        "a list of at least one against one that may be empty",
        'first = rows[0] if rows else {"to": "nowhere today"}',
        "first = rows[0]",
        *("GET /departures", "$", "IndexError: list index out of range", "[]"),
    ),
    Line(
        "a text against a wider union",
        'text = text if isinstance(text, str) else text["en"]',
        "text = text.strip()",
        *("GET /notice", "$.text", "AttributeError: 'dict' object has no attribute", '"en":'),
    ),
)


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, Ended]:
    """The system as it is, and what the gate says of it."""
    place = Place.copied(HOME, tmp_path_factory.mktemp("healthy"))
    return place, place.run("gate", *FIT, COLUMNS="160")


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, Ended]:
    """The same with a client none of whose lines copes."""
    place = Place.copied(HOME, tmp_path_factory.mktemp("failing"))
    for line in LINES:
        place.edit(CLIENT, line.copes, line.fails)
    return place, place.run("gate", *FIT, COLUMNS="160")


def test_no_test_of_the_system_imports_the_harness() -> None:
    """What is shown here holds for contract tests with pact-python and nothing of ours."""
    for file in HOME.rglob("*.py"):
        assert "harness" not in file.read_text("utf-8"), file


def test_a_consumer_that_copes_is_silent(healthy: tuple[Place, Ended]) -> None:
    """Nothing at all is found, and it is said how many replies the code was tried with."""
    _, ended = healthy

    assert (ended.code, ended.findings, ended.reasons) == (0, [], {}), ended.text
    legs = ended.fit_legs
    assert legs.keys() == {line.operation for line in LINES}
    for leg in legs.values():
        assert (leg["status"], leg["proven"]) == ("tested", 0), ended.text
        assert leg["cases"] > 0, ended.text
        assert f"{leg['cases']} tried" in ended.out
    # At least one reply for each kind of what its examples do not show.
    assert legs[TRAIN]["cases"] >= 4


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.kind)
def test_a_line_that_does_not_cope_is_found(line: Line, failing: tuple[Place, Ended]) -> None:
    """The client's own error at its own line is the finding, with the reply that it refused."""
    place, ended = failing

    (finding,) = [
        one
        for one in ended.findings
        if (one["operation"], one["path"]) == (line.operation, line.path)
    ]
    assert finding["check"] == "reply-not-accepted"
    assert (finding["consumer"], finding["service"]) == ("board", "timetable")
    assert finding["confirmation"] == "by-code"
    assert line.witness in finding["witness"]
    assert line.error in finding["detail"]
    source = (place.root / CLIENT).read_text("utf-8").splitlines()
    lines = [number for number, text in enumerate(source, 1) if line.fails in text]
    assert finding["location"]["file"] == CLIENT
    assert lines[0] <= finding["location"]["line"] <= lines[0] + 1


def test_lines_that_do_not_cope_are_all_that_is_found(failing: tuple[Place, Ended]) -> None:
    """Each is one finding, and every edge of them has failed."""
    _, ended = failing

    assert ended.code == 1, ended.text
    assert len(ended.findings) == len(LINES), ended.text
    assert {leg["status"] for leg in ended.fit_legs.values()} == {"failed"}


def test_a_consumer_that_is_not_at_hand_is_a_hypothesis(
    healthy: tuple[Place, Ended], tmp_path: Path
) -> None:
    """With its pact alone, each place is told as unconfirmed, and nothing turns."""
    place = Place.copied(HOME, tmp_path)
    shutil.copytree(healthy[0].root / "build", place.root / "build")
    place.edit("contract-harness.toml", AT_HAND, "")

    ended = place.run("gate", *FIT, COLUMNS="160")

    assert (ended.code, ended.reasons) == (0, {}), ended.text
    assert {one["check"] for one in ended.findings} == {"reply-unconfirmed"}
    assert {one["severity"] for one in ended.findings} == {"information"}
    told = sorted((one["operation"], one["path"]) for one in ended.findings)
    assert told == sorted((line.operation, line.path) for line in LINES)
    assert all("its code is not at hand" in one["message"] for one in ended.findings)
