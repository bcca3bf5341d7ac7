"""The detection table charges a seed with what is new, and the gate only with the fault itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benchmarks.detection import results
from benchmarks.detection.gated import is_found
from benchmarks.detection.harmless import HARMLESS
from benchmarks.detection.provider_faults import PROVIDER_FAULTS
from benchmarks.detection.results import Seen
from benchmarks.detection.run import Run
from benchmarks.detection.schema_faults import SCHEMA_FAULTS
from benchmarks.detection.seed import Seed
from benchmarks.detection.tools import Alarms
from tests.shop import Outcome, Shop

FAULT = PROVIDER_FAULTS[0]
NULL_TAGS = SCHEMA_FAULTS[-1]


@dataclass(slots=True)
class Watchman:
    """A tool that knows what it says of the clean copy and of every other, and counts its looks."""

    clean: Alarms
    seeded: Alarms
    looks: int = 0

    def __call__(self, shop: Shop, services: tuple[str, ...]) -> Alarms:
        """Tell the copies apart by the services to look at."""
        self.looks += 1
        return self.seeded if services == FAULT.services else self.clean


@dataclass(frozen=True, slots=True)
class Found:
    """A finding of a JSON report that names the fault, unless told otherwise."""

    check: str = "service-crashes"
    severity: str = "error"
    operation: str = "GET /products/{sku}/price"
    path: str = "$"
    location: dict[str, Any] | None = None
    service: str = "catalog"
    consumer: str = ""


def outcome(found: Found, exit_code: int = 1) -> Outcome:
    """A run of the gate with one finding."""
    told = {name: getattr(found, name) for name in found.__slots__}
    return Outcome(exit_code, "", {"findings": [told]})


def seen_of(path: Path, tool: Watchman) -> Seen:
    """What a tool is written down to have said of the fault."""
    Run(path, {"watchman": tool}, 1).see(FAULT, "watchman")
    return results.read(path)[FAULT.name, "watchman"]


@pytest.mark.parametrize(
    ("clean", "told", "found", "new"),
    [
        (frozenset(), frozenset({"a"}), True, ("a",)),
        (frozenset({"a"}), frozenset({"a"}), False, ()),
        (frozenset({"a"}), frozenset({"a", "b"}), True, ("b",)),
        (frozenset({"a"}), None, None, ()),
    ],
    ids=["an-alarm", "a-standing-alarm", "one-alarm-more", "nothing-to-look-at"],
)
def test_a_tool_finds_what_it_does_not_say_of_the_clean_copy(
    clean: Alarms, told: Alarms, found: bool | None, new: tuple[str, ...], tmp_path: Path
) -> None:
    """Only alarms that the clean copy does not give count, and a tool without a task finds none."""
    seen = seen_of(tmp_path / "results.jsonl", Watchman(clean, told))

    assert (seen.found, seen.alarms) == (found, new)


def test_a_run_is_resumed_where_it_ended(tmp_path: Path) -> None:
    """What was written down is not looked at again, neither the seed nor the clean copy."""
    path, tool = tmp_path / "results.jsonl", Watchman(frozenset(), frozenset({"a"}))

    first = seen_of(path, tool)
    looks = tool.looks

    assert seen_of(path, tool) == first
    assert tool.looks == looks == 2


@pytest.mark.parametrize(
    ("seed", "one"),
    [
        (FAULT, Found()),
        (FAULT, Found(operation="", location={"file": f"sample_services/{FAULT.edits[0].file}"})),
        (NULL_TAGS, Found("reply-not-accepted", operation="", path="$.items[*].tags")),
        (NULL_TAGS, Found("reply-not-accepted", operation="", path="$.tags[*]")),
    ],
    ids=["by-operation", "by-file", "by-field", "by-items-of-a-field"],
)
def test_the_gate_finds_a_fault_that_it_names(seed: Seed, one: Found) -> None:
    """An error of an expected check at an expected place is the fault."""
    assert is_found(seed, outcome(one))


@pytest.mark.parametrize(
    ("one", "exit_code"),
    [
        (Found(), 3),
        (Found(severity="warning"), 1),
        (Found(check="schema-invalid"), 1),
        (Found(operation="GET /products"), 1),
    ],
    ids=["inconclusive", "a-warning", "another-check", "another-place"],
)
def test_the_gate_does_not_find_a_fault_that_it_does_not_name(one: Found, exit_code: int) -> None:
    """Neither a verdict for another reason nor a finding elsewhere counts as found."""
    assert not is_found(FAULT, outcome(one, exit_code))


@pytest.mark.parametrize(("exit_code", "alarm"), [(0, False), (1, True), (3, True)])
def test_any_verdict_but_passed_is_a_false_alarm(exit_code: int, alarm: bool) -> None:
    """On a harmless change the gate is silent only if it passes."""
    assert is_found(HARMLESS[0], outcome(Found(severity="warning"), exit_code)) is alarm


def test_the_table_tells_found_missed_not_concerned_and_not_run() -> None:
    """Each of the four has its own cell, and the sums count what was run alone."""
    seeds = (FAULT, HARMLESS[0])
    seen = [
        Seen(FAULT.name, "one", True, 2.4, ("a",)),
        Seen(FAULT.name, "two", None, 0.0, ()),
        Seen(HARMLESS[0].name, "one", False, 4.4, ()),
    ]

    told = results.table(seeds, ("one", "two"), {(each.seed, each.tool): each for each in seen})

    assert [[cell.strip() for cell in row.split("|")[3:-1]] for row in told.splitlines()[2:]] == [
        ["found, 2 s", ""],
        ["–", "?"],
        ["1 of 1", "0 of 1"],
        ["0 of 1", "0 of 0"],
        ["3", ""],
    ]
