"""The report for programs is what its schema says."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from harness.domain.policy import Severity
from harness.reports import json_report
from tests.reports.samples import (
    BROKEN_PROMISE,
    FAILED,
    HOSTILE,
    INCONCLUSIVE,
    KNOWN,
    PASSED,
    WAIVED,
)

SCHEMA = json.loads(json_report.schema_text())
VERDICTS = {
    "passed": PASSED,
    "failed": FAILED,
    "inconclusive": INCONCLUSIVE,
    "hostile": HOSTILE,
    "waived": WAIVED,
}


def _closed(schema: Any) -> Any:
    """Forbid keys that the schema does not name: nothing is written without being described."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    if "properties" in closed and closed.get("type") == "object":
        closed["additionalProperties"] = False
    return closed


def test_the_schema_is_a_schema() -> None:
    """The schema is valid by its own metaschema."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", VERDICTS)
def test_a_report_is_what_the_schema_says(name: str) -> None:
    """Every report is valid, and holds no key that the schema does not describe."""
    report = json.loads(json_report.render(VERDICTS[name]))

    jsonschema.validate(report, _closed(SCHEMA))


def test_readers_take_what_later_versions_add() -> None:
    """The published schema lets keys be added within the major version."""
    report = json.loads(json_report.render(FAILED))
    report["new"] = report["findings"][0]["new"] = 1
    report["format"]["version"] = "1.7"

    jsonschema.validate(report, SCHEMA)


@pytest.mark.parametrize("key", ["status", "findings", "edges", "counts", "exit_code"])
def test_a_report_without_its_parts_is_refused(key: str) -> None:
    """The schema requires what readers rely on."""
    report = deepcopy(json.loads(json_report.render(PASSED)))
    del report[key]

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(report, SCHEMA)


def test_the_counts_are_those_of_the_verdict() -> None:
    """Flaky findings are counted apart from errors."""
    report = json.loads(json_report.render(FAILED))

    assert report["counts"] == {
        "errors": 2,
        "warnings": 1,
        "information": 1,
        "flaky": 1,
        "waived": 0,
        "edges": 2,
        "interactions": 3,
        "cases": 2428,
        "replies": 0,
    }
    assert (report["status"], report["exit_code"]) == ("failed", 1)


def test_waivers_are_told() -> None:
    """A finding holds its waiver, and every waiver says what it does in this run."""
    report = json.loads(json_report.render(WAIVED))
    waived, expired, plain = report["findings"]

    assert waived["waiver"] == {
        "fingerprint": KNOWN.fingerprint,
        "consumer": "orders",
        "until": "2030-06-15",
        "reason": "agreed with team-orders",
        "owner": "ada",
        "expired": False,
    }
    assert (expired["waiver"]["expired"], plain["waiver"]) == (True, None)
    assert [one["status"] for one in report["waivers"]] == ["in force", "expired", "stale"]
    assert (report["counts"]["errors"], report["counts"]["waived"]) == (1, 1)


def test_a_finding_names_the_changes_behind_it() -> None:
    """The rules of all changes that were folded into a finding are listed, each once."""
    flaw = replace(BROKEN_PROMISE.flaw, rule="first")
    also = (("breaking-change", Severity.ERROR, "second"),)
    verdict = replace(FAILED, findings=(replace(BROKEN_PROMISE, flaw=flaw, also=also),))

    assert json.loads(json_report.render(verdict))["findings"][0]["rules"] == ["first", "second"]


def test_a_witness_stands_beside_the_example() -> None:
    """Where the contract's own example holds something in its place."""
    flaw = replace(BROKEN_PROMISE.flaw, witness="null", example="3")
    verdict = replace(FAILED, findings=(replace(BROKEN_PROMISE, flaw=flaw), BROKEN_PROMISE))
    told, bare = json.loads(json_report.render(verdict))["findings"]

    assert (told["witness"], told["example"]) == ("null", "3")
    assert (bare["witness"], bare["example"]) == (None, None)


def test_the_text_is_harmless_and_the_values_are_whole() -> None:
    """Escapes carry control characters to a reader; a lone surrogate becomes its escape's text."""
    text = json_report.render(HOSTILE)
    flaw = json.loads(text)["findings"][0]

    assert text.isascii()
    assert all(one.isprintable() or one == "\n" for one in text)
    assert flaw["message"].startswith("\x1b[31mred\x00\\udcff")
    assert flaw["service"] == "größe/of 訂單"


def test_the_same_verdict_gives_the_same_bytes() -> None:
    """Nothing in a report depends on when it was written."""
    assert json_report.render(FAILED) == json_report.render(FAILED)
