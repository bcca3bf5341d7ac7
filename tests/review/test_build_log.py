"""Annotations are what builds take them for, and nothing else in a log is a command."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.domain.finding import Location
from harness.domain.verdict import Status, Verdict
from harness.pages.plain import one_line
from harness.reports import terminal
from harness.reports.build_log import LIMIT, render_azure, render_github
from harness.reports.log_commands import azure_command, disarmed, github_command
from harness.reports.surroundings import Surroundings
from harness.reports.terminal import Look
from tests.reports.samples import (
    BROKEN_PROMISE,
    CRASH,
    DISARMING,
    FAILED,
    FLAKY,
    INCONCLUSIVE,
    NOISE,
    NOT_STARTED,
    PASSED,
    UNCOVERED,
    WAIVED,
    WEAPONS,
    many,
)
from tests.review.build_logs import Command, azure_commands, github_commands
from tests.review.registry import package_of

AROUND = Surroundings(prefix="services/")
TEXT = st.text(st.characters(exclude_categories=["Cs"])) | st.text("%:,;=]\r\n#[vso ", max_size=20)


@given(TEXT.map(one_line), TEXT)
@example("%0A%25%3A%AZP25", "a%0D%5D")
def test_what_is_written_is_what_a_build_reads(value: str, text: str) -> None:
    """Whatever stands in a property or a text, both builds read that and one command."""
    given = {"title": value} if value else {}

    for write, read in ((github_command, github_commands), (azure_command, azure_commands)):
        assert read(write("error", given, text)) == [Command("error", given, text)]


@given(st.text(st.characters(categories=None)) | st.text("#[vso:]\n\r \x1b0m", max_size=20))
@example("##[add-mask]a ###[add-mask]b")
@example("\x1b[31m  ::error::a\r ::error::b")
@example("##VSO[task.complete]")
def test_nothing_is_a_command_that_is_not_meant_as_one(text: str) -> None:
    """Text that was disarmed holds no command of either build, and is disarmed for good."""
    harmless = disarmed(text)

    assert github_commands(harmless) == azure_commands(harmless) == []
    assert disarmed(harmless) == harmless


def test_a_report_for_people_stays_as_it_is_where_it_is_harmless() -> None:
    """Only what would be a command is changed."""
    text = terminal.render(FAILED, Look(colour=True))

    assert disarmed(text) == text
    assert disarmed("a::b ##x #[y] std::vector ## [z]") == "a::b ##x #[y] std::vector ## [z]"
    assert disarmed(" ::error::a\nx ##[b]") == " \\x3a:error::a\nx \\x23#[b]"


@pytest.mark.parametrize("look", [Look(verbosity=1), Look(colour=True)], ids=["plain", "colour"])
def test_what_a_service_says_commands_no_build(look: Look) -> None:
    """A service cannot end the job that tests it, whatever it prints or answers."""
    text = terminal.render(DISARMING, look)

    assert azure_commands(text) != []
    assert github_commands(text) != []
    assert azure_commands(disarmed(text)) == github_commands(disarmed(text)) == []


def test_a_finding_is_annotated_at_its_line() -> None:
    """File and line are those of the repository; the text says how to see it again."""
    first, second, *_ = github_commands(render_github(FAILED, AROUND))

    # The promise to a consumer has no line: it is shown where its service is described.
    assert first.properties == {
        "file": "services/pyproject.toml",
        "line": "1",
        "title": "interaction-not-honoured: orders:inventory GET /stock/{sku} $.on_hand",
    }
    assert (second.properties["file"], second.properties["line"]) == (
        "services/services/inventory/app.py",
        "41",
    )
    assert second.text.splitlines() == [
        "the service raised KeyError: 'on_hand'",
        "seen: 500",
        "owner: team-inventory",
        "hint: handle what the documented request may hold",
        f"reproduce: harness reproduce {CRASH.fingerprint}",
    ]


def test_the_levels_are_those_of_the_verdict() -> None:
    """What fails and what was not seen is an error, what did not come back a warning."""
    told = github_commands(render_github(FAILED, AROUND))

    assert [(one.name, one.properties["title"].partition(":")[0]) for one in told] == [
        ("error", BROKEN_PROMISE.check),
        ("error", CRASH.check),
        ("error", "not observed"),
        ("error", "not observed"),
        ("warning", FLAKY.check),
        ("warning", NOISE.check),
        ("notice", UNCOVERED.check),
    ]


def test_azure_knows_errors_and_warnings() -> None:
    """Each has file and line; information is left to the summary."""
    told = azure_commands(render_azure(FAILED, AROUND))
    crash = next(one for one in told if CRASH.check in one.text)

    assert {one.name for one in told} == {"task.logissue"}
    assert {one.properties["type"] for one in told} == {"error", "warning"}
    assert crash.properties == {
        "type": "error",
        "sourcepath": "services/services/inventory/app.py",
        "linenumber": "41",
        "columnnumber": "1",
    }
    assert UNCOVERED.check not in render_azure(FAILED, AROUND)


def test_an_advisory_gate_warns() -> None:
    """Nothing is an error where nothing fails, but that the gate itself broke."""
    verdict = replace(FAILED, advisory=True)
    told = [one.name for one in github_commands(render_github(verdict, AROUND))]
    broken = github_commands(render_github(replace(verdict, status=Status.BROKEN), AROUND))

    assert told == ["warning"] * 6 + ["notice"]
    assert (broken[0].name, broken[0].text) == ("error", "exit 4: a check itself broke")


def test_what_somebody_answers_for_is_not_annotated() -> None:
    """A waived finding is in the summary; one whose waiver has passed is an error again."""
    titles = [one.properties["title"] for one in github_commands(render_github(WAIVED, AROUND))]

    assert [title.partition(":")[0] for title in titles] == [CRASH.check, UNCOVERED.check]


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        (PASSED, []),
        (replace(PASSED, status=Status.BROKEN), ["exit 4: a check itself broke"]),
        (replace(PASSED, status=Status.INTERRUPTED), ["exit 130: interrupted"]),
        (replace(INCONCLUSIVE, findings=()), [NOT_STARTED.reason, "no contract test ran"]),
    ],
    ids=["passed", "broken", "interrupted", "inconclusive"],
)
def test_a_job_that_fails_says_why(verdict: Verdict, told: Sequence[str]) -> None:
    """Whatever fails the job is an error beside it, and a passing run says nothing."""
    errors = github_commands(render_github(verdict, AROUND))

    assert [one.text.splitlines()[0] for one in errors] == told
    assert {one.name for one in errors} <= {"error"}


def test_ten_thousand_findings_are_told_within_the_limits() -> None:
    """Each level has ten annotations at most, the last of which counts those that are left."""
    verdict = replace(many(10_000), reasons=())
    begun = time.process_time()
    github = github_commands(render_github(verdict, AROUND))
    azure = azure_commands(render_azure(verdict, AROUND))

    assert time.process_time() - begun < 5
    assert [one.name for one in github] == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10
    assert [one.text.partition(":")[0] for one in github[LIMIT - 1 :: LIMIT]] == [
        "and 3,325 more errors",
        "and 3,324 more warnings",
        "and 3,324 more notes",
    ]
    assert [one.properties["type"] for one in azure].count("error") == LIMIT
    assert len(azure) == 2 * LIMIT


def test_what_a_change_brought_comes_first() -> None:
    """Of ten places the first go to what fails and is new, and then to what breaks somebody."""
    new = replace(CRASH, flaw=replace(CRASH.flaw, rule="r", message="new", cause="n"))
    verdict = replace(many(100), findings=(*many(100).findings, BROKEN_PROMISE, new))
    told = github_commands(render_github(verdict, AROUND))

    assert told[0].text.startswith("new")
    assert "orders:inventory" in told[1].properties["title"]


@pytest.mark.parametrize("weapon", WEAPONS)
def test_a_finding_is_one_command_whatever_it_holds(weapon: str) -> None:
    """No text of a finding ends its command or begins another."""
    findings = [one for one in DISARMING.findings if weapon in (one.flaw.cause, one.flaw.message)]
    verdict = replace(FAILED, findings=tuple(findings), reasons=())

    for text, read in (
        (render_github(verdict, AROUND), github_commands),
        (render_azure(verdict, AROUND), azure_commands),
    ):
        assert len(read(text)) == len(text.splitlines())
        assert {one.name for one in read(text)} <= {"error", "notice", "task.logissue"}
        other = azure_commands if read is github_commands else github_commands
        assert other(text) == []


@pytest.mark.tools
def test_azure_s_own_reader_reads_the_same(tmp_path: Path) -> None:
    """What the library of Azure's tasks reads in our commands is what we meant."""
    library = package_of("azure-pipelines-task-lib", tmp_path)
    text = render_azure(DISARMING, AROUND)
    program = (
        f"const reader = require({json.dumps(str(library / 'taskcommand.js'))});"
        "const lines = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        "const read = lines.map((line) => reader.commandFromString(line));"
        "console.log(JSON.stringify(read.map((c) => [c.command, c.properties, c.message])));"
    )
    ended = subprocess.run(
        [shutil.which("node") or "node", "-e", program],
        input=json.dumps(text.splitlines()),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert [Command(*one) for one in json.loads(ended.stdout)] == azure_commands(text)


def test_a_place_outside_the_workspace_is_no_place() -> None:
    """A line of a library cannot be shown in the repository."""
    away = replace(CRASH, flaw=replace(CRASH.flaw, location=Location("/usr/lib/json.py", 4)))
    (told,) = github_commands(render_github(replace(FAILED, findings=(away,), reasons=()), AROUND))

    assert (told.properties["file"], told.properties["line"]) == ("services/pyproject.toml", "1")
