"""Agreement with the cases of oasdiff, each figure a floor that may only rise."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from harness.compat.versions import RULES, changes
from harness.documents.openapi import read_document
from harness.domain.json import mapping
from tests.compat.conformance import cases

_RANK = {"ERR": 3, "WARN": 2, "INFO": 1}
# The day on which the cases were gathered: some name sunsets that were over by then.
_TODAY = date(2026, 8, 8)

ERROR_RECALL_FLOOR = 72 / 73
WARNING_RECALL_FLOOR = 11 / 12
INFORMATION_RECALL_FLOOR = 55 / 58
SILENCE_FLOOR = 14

_MISSED = {
    # The one case adds `allOf` with nothing but a title to a schema. No value is lost or won, so
    # the versions are the same here; the case itself expects the first of these ids to be absent.
    ("request-body-all-of-added", "request_property_all_of_annotation_only_added_base"),
    (
        "request-body-all-of-added-annotation-only",
        "request_property_all_of_annotation_only_added_base",
    ),
    ("response-body-all-of-added", "response_property_all_of_annotation_only_added_base"),
    (
        "response-body-all-of-added-annotation-only",
        "response_property_all_of_annotation_only_added_base",
    ),
    # The later version adds a schema to the request and to the reply; the case names the request's
    # as added and the reply's as removed, which no order of the two files gives.
    ("response-body-media-type-schema-removed", "base"),
}
# The same case again: it forbids what its files show.
_SAID_ALL_THE_SAME = {"response-body-media-type-schema-added"}


@dataclass(frozen=True, slots=True)
class _Case:
    base: str
    check: str
    least: int
    mode: str
    expected: frozenset[str]
    forbidden: frozenset[str]
    found: frozenset[str]


@pytest.fixture(scope="module")
def rules() -> dict[str, Any]:
    """The ids of oasdiff, each with its level and its check."""
    written = (cases("oasdiff") / "rules.json").read_text(encoding="utf-8")
    return {each["id"]: each for each in json.loads(written)}


@pytest.fixture(scope="module")
def judged(rules: dict[str, Any]) -> list[_Case]:
    """Every case with the ids that are found in its two files."""
    root = cases("oasdiff")
    lines = (root / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    return [_judged(json.loads(line), root / "data", rules) for line in lines]


def _judged(written: dict[str, Any], root: Path, rules: dict[str, Any]) -> _Case:
    base, head = (
        read_document((root / written[each]).read_bytes()) for each in ("base", "revision")
    )
    found = frozenset(each.oasdiff for each in changes(base, head, today=_TODAY) if each.oasdiff)
    return _Case(
        base=Path(written["base"]).stem,
        check=written["check"],
        least=_RANK[written["until"].removesuffix("(default)")],
        mode=written["mode"],
        # What is no id of a rule is the id of a comment beside one.
        expected=frozenset(written["expected_ids"]) & rules.keys(),
        forbidden=frozenset(written["must_not_contain"]),
        found=found,
    )


def _expected(
    judged: list[_Case], rules: dict[str, Any], level: str
) -> Iterator[tuple[str, _Case]]:
    for case in judged:
        for each in sorted(case.expected):
            if rules[each]["level"] == level:
                yield each, case


@pytest.mark.parametrize(
    ("level", "floor"),
    [
        ("ERR", ERROR_RECALL_FLOOR),
        ("WARN", WARNING_RECALL_FLOOR),
        ("INFO", INFORMATION_RECALL_FLOOR),
    ],
)
def test_what_a_case_expects_is_found(
    judged: list[_Case], rules: dict[str, Any], level: str, floor: float
) -> None:
    """The ids that a case expects are among those of the changes, but for the ones argued above."""
    wanted = list(_expected(judged, rules, level))
    missed = [(each, case.base) for each, case in wanted if each not in case.found]

    assert set(missed) <= _MISSED
    assert 1 - len(missed) / len(wanted) >= floor - 1e-9


def _loud(case: _Case, rules: dict[str, Any]) -> set[str]:
    """The ids that a case's check would give at its level or above."""
    return {
        each
        for each in case.found
        if case.check in ("ALL", rules[each]["check"]) and _RANK[rules[each]["level"]] >= case.least
    }


def test_where_nothing_is_expected_nothing_is_said(
    judged: list[_Case], rules: dict[str, Any]
) -> None:
    """A case without findings is silent at its level, for the check that it asks."""
    empty = [case for case in judged if case.mode == "empty"]

    assert [(case.base, _loud(case, rules)) for case in empty if _loud(case, rules)] == []
    assert len(empty) >= SILENCE_FLOOR


def test_where_all_is_listed_nothing_else_is_said(
    judged: list[_Case], rules: dict[str, Any]
) -> None:
    """A case that lists all of its findings has no others, and none that it forbids."""
    exact = [case for case in judged if case.mode in ("exact1", "exact_list")]

    assert [
        (case.base, more) for case in exact if (more := _loud(case, rules) - case.expected)
    ] == []
    said = set().union(*(case.found & case.forbidden for case in judged))
    assert said <= _SAID_ALL_THE_SAME


def test_every_id_of_theirs_exists(rules: dict[str, Any]) -> None:
    """No rule names an id that oasdiff does not have, and few of its ids have no rule."""
    named = {each.oasdiff for each in RULES if each.oasdiff}

    assert named - rules.keys() == set()
    # Left out: the number of the document's version, sunsets that a setting demands, what scopes
    # are described as, and components and members of `allOf` that say nothing of a value.
    assert len(rules.keys() - named) <= 17


def test_documents_of_every_version_do_not_differ_from_themselves() -> None:
    """Each of the documents gives no change against itself, be its digest another."""
    for path in sorted(cases("openapi").glob("*.*")):
        if path.suffix in (".json", ".yaml", ".yml"):
            first, second = (read_document(path.read_bytes()) for _ in range(2))
            other = replace(second, raw={**mapping(second.raw), "x-another": True})

            assert changes(first, other) == ()
