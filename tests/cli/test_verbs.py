"""The other verbs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click
import jsonschema
import pytest

from harness.checks.catalog import CATALOG
from harness.cli.app import VERBS, harness
from harness.domain.verdict import Status, Verdict
from tests.cli.conftest import FakeDoors, Type, a_pact
from tests.reports.samples import CRASH, FAILED, NOISE, PASSED

Snapshot = Callable[[str, str], None]


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("gate", "--help"),
        ("list", "services"),
        ("list", "edges"),
        ("config", "show"),
    ],
)
def test_the_whole_output(
    run: Type, doors: FakeDoors, snapshot: Snapshot, words: tuple[str, ...]
) -> None:
    """What a verb prints is what the snapshot shows."""
    doors.pacts = (a_pact("mobile app", "inventory"), a_pact("orders", "inventory"))
    ended = run(*words)

    assert (ended.code, ended.err) == (0, "")
    snapshot("-".join(words).replace("--", ""), ended.out)


def test_help_tells_what_the_verbs_tell() -> None:
    """The list of verbs, which is written without loading them, agrees with their own help."""
    context = click.Context(harness)
    told = {}
    for name in harness.list_commands(context):
        command = harness.get_command(context, name)
        assert command is not None
        told[name] = command.get_short_help_str(200)

    assert told == VERBS


@pytest.mark.parametrize("what", ["services", "edges", "checks"])
def test_lists_for_programs(run: Type, what: str) -> None:
    """Every list can be read by a program, and holds no less than the one for people."""
    rows = json.loads(run("list", what, "--json").out)
    people = run("list", what).out

    assert rows
    assert all(str(next(iter(row.values()))) in people for row in rows)


def test_every_check_can_be_explained(run: Type) -> None:
    """Each check of the catalog has a page that can be printed."""
    for check in CATALOG:
        assert run("explain", check.id).out.startswith(f"# {check.id}\n")


def test_a_page_for_a_terminal(run: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal with colour the page is laid out."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    text = run("explain", "type-error").out

    assert "\x1b[" in text
    assert "# type-error" not in text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("explain", "type-erorr"),
            'there is no check "type-erorr"\nhint: did you mean type-error?',
        ),
        (("list", "service"), "No such command 'service'"),
        (("gates",), "No such command 'gates'"),
        (("services", "run", "order"), "hint: did you mean orders?"),
        (("reproduce",), "Missing argument 'FINGERPRINT'"),
    ],
)
def test_what_is_typed_wrong(run: Type, words: tuple[str, ...], told: str) -> None:
    """A wrong word ends with 2 and a sentence."""
    ended = run(*words)

    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err


def test_the_schema_of_a_configuration(run: Type, root: Path) -> None:
    """The schema is one, and knows the tables."""
    schema = json.loads(run("config", "schema").out)
    jsonschema.Draft202012Validator.check_schema(schema)

    assert {"services", "members", "external", "policy"} <= set(schema["properties"])


@pytest.mark.parametrize(
    ("verdict", "code", "last"),
    [
        (replace(FAILED, findings=(CRASH,)), 1, "shows again"),
        (replace(PASSED, findings=(replace(NOISE, fingerprint=CRASH.fingerprint),)), 1, "again"),
        (PASSED, 0, "does not show any more"),
        (replace(FAILED, findings=(), reasons=()), 0, "does not show any more"),
        (replace(FAILED, findings=()), 3, "could not be looked at"),
        (replace(FAILED, findings=(), status=Status.INCONCLUSIVE), 3, "could not be looked at"),
        (replace(PASSED, status=Status.BROKEN), 4, "a check itself broke"),
    ],
)
def test_reproduce(run: Type, doors: FakeDoors, verdict: Verdict, code: int, last: str) -> None:
    """It ends with 1 where the finding shows, whatever its severity, with 0 where it is gone."""
    doors.verdict = verdict
    ended = run("reproduce", CRASH.fingerprint)

    assert ended.code == code
    assert ended.out.splitlines()[-1].endswith(last)
    assert doors.finding == CRASH.fingerprint


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_its_file(verb: str) -> None:
    """A verb is loaded from a module of its own, or of those that are its kin."""
    command = harness.get_command(click.Context(harness), verb)

    assert isinstance(command, click.Command)
    assert command.name == verb


def test_the_level_in_force_is_told_with_its_line(run: Type, root: Path) -> None:
    """Both verbs know the policy of the workspace, and that of one service of it."""
    table = root / "contract-harness.toml"
    own = '\n[policy.services.orders]\nlevels = { type-error = "off" }\n'
    table.write_text(f'extends = "team.toml"\n{table.read_text("utf-8")}{own}', "utf-8")
    (root / "team.toml").write_text('[legs]\nconsumer-copes = "warning"\n', "utf-8")
    line = len(table.read_text("utf-8").splitlines())

    told = run("explain", "type-error").out.splitlines()[-2:]
    assert told == [
        "level in this workspace: warning, from policy.legs.consumer-copes (team.toml:2)",
        "  in orders: off, from policy.services.orders.levels.type-error "
        f"(contract-harness.toml:{line})",
    ]
    in_general = {one["check"]: one for one in json.loads(run("list", "checks", "--json").out)}
    assert in_general["type-error"]["severity"] == "error"
    assert in_general["type-error"]["level"] == "warning"
    assert in_general["type-error"]["from"] == "team.toml:2"
    assert in_general["service-crashes"]["key"] is None
    words = run("list", "checks", "--service", "orders").out.splitlines()
    (row,) = [one.split()[:3] for one in words if one.startswith("type-error ")]
    assert row[:2] == ["type-error", "off"]
    assert "hint: did you mean orders?" in run("list", "checks", "--service", "order").err


def test_the_level_of_a_rule_is_told_too(run: Type, root: Path) -> None:
    """Where policy grades a rule, explaining it names the line; elsewhere nothing is added."""
    table = root / "contract-harness.toml"
    plain = run("explain", "operation-removed").out
    own = '\n[policy.changes]\noperation-removed = "off"\n'
    table.write_text(table.read_text("utf-8") + own, "utf-8")
    line = len(table.read_text("utf-8").splitlines())

    told = "level in this workspace: off, from policy.changes.operation-removed"
    graded = run("explain", "operation-removed").out
    assert graded == f"{plain}\n{told} (contract-harness.toml:{line})\n"


def test_a_check_is_explained_beside_a_broken_configuration(run: Type, root: Path) -> None:
    """The page is told, and that the levels are not known."""
    (root / "contract-harness.toml").write_text("workers = 'x'\n", "utf-8")
    ended = run("explain", "type-error")

    assert ended.code == 0
    assert "level in this workspace" not in ended.out
    assert "levels are not told, as the configuration has faults" in ended.err
