"""The action, run step by step with bash against a stand-in for GitHub."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.domain.verdict import Verdict
from harness.reports import comment, sarif
from harness.reports.surroundings import Surroundings
from tests.reports.samples import FAILED, INCONCLUSIVE, PASSED, many
from tests.review.build_logs import github_commands
from tests.review.composite import Runner
from tests.review.github_api import BOT, TOKEN, GitHub, github

pytestmark = pytest.mark.tools

REPOSITORY = Path(__file__).parents[2]
BROKEN = "def total(price: int) -> int:\n    return str(price)\n"
MENDED = "def total(price: int) -> int:\n    return price\n"
MARKER = "<!-- contract-harness: shop -->"
UNREACHABLE = ("NewConnectionError", "Temporary failure in name resolution", "ProxyError")
SOMEBODY = {"login": "mallory", "type": "User"}


@pytest.fixture
def api() -> Iterator[GitHub]:
    """GitHub's API, of a pull request without comments."""
    with github() as served:
        yield served


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """A module of a service whose types are wrong, in a workspace below a repository's root."""
    shop = tmp_path / "repository" / "shop"
    (shop / "orders").mkdir(parents=True)
    (tmp_path / "repository" / ".git").mkdir()
    (shop / "contract-harness.toml").write_text('[members.orders]\npackages = ["orders"]\n')
    (shop / "mypy.ini").write_text("[mypy]\nstrict = True\n")
    (shop / "orders" / "__init__.py").write_text("")
    module = shop / "orders" / "pricing.py"
    module.write_text(BROKEN)
    return module


@pytest.fixture
def runner(tmp_path: Path, api: GitHub, code: Path) -> Runner:
    """A machine on which the harness is installed already, running for a pull request."""
    home = tmp_path / "runner"
    installed = home / "contract-harness" / "bin"
    installed.mkdir(parents=True)
    for name in ("harness", "python"):
        # A link would take the environment with it that its target lies in.
        (installed / name).write_text(
            f'#!/bin/sh\nexec "{Path(sys.executable).parent / name}" "$@"\n'
        )
        (installed / name).chmod(0o755)
    event = home / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7}}))
    known = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": api.url,
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_REF": "refs/pull/7/merge",
        "GITHUB_REPOSITORY": "shop/backend",
        "GITHUB_SHA": "abc123",
        "GITHUB_WORKSPACE": str(code.parents[2]),
    }
    return Runner(REPOSITORY, home, known)


def gated(runner: Runner, **inputs: str) -> int:
    """Run the action as the workspace's workflow does."""
    given = {"token": TOKEN, "working_directory": "shop", "arguments": "-q --check type-error"}
    return runner.run(without=("Install contract-harness",), **{**given, **inputs})


def told(runner: Runner, verdict: Verdict = FAILED, **inputs: str) -> int:
    """Run what comes after a gate that ended with a verdict."""
    around = Surroundings(prefix="shop/")
    reports = runner.home / "reports"
    reports.mkdir(exist_ok=True)
    (reports / "comment.md").write_text(comment.render(verdict, around), "utf-8")
    (reports / "gate.sarif").write_text(sarif.render(verdict, around), "utf-8")
    runner.outputs["steps.gate.outputs.exit-code"] = str(verdict.exit_code)
    runner.outputs["steps.gate.outputs.reports"] = str(reports)
    return runner.run(
        without=("Install contract-harness", "Run the gate"), **{"token": TOKEN, **inputs}
    )


def test_a_pull_request_is_told_and_told_again(runner: Runner, api: GitHub, code: Path) -> None:
    """A comment says what is wrong and clears itself; the job's exit code is the gate's."""
    first = gated(runner)
    (written,) = api.comments
    wrong = str(written["body"])
    code.write_text(MENDED)
    second = gated(runner)

    assert (first, second) == (1, 0)
    assert runner.failed == ["Give the verdict"]
    assert wrong.splitlines()[:2] == [MARKER, "## `orders` must be mended"]
    assert str(written["body"]).splitlines()[:2] == [MARKER, "## Nobody breaks"]
    assert len(api.comments) == 1


def test_everything_is_told(runner: Runner, api: GitHub) -> None:
    """Annotations, the page, code scanning and the artifact are there beside the comment."""
    assert gated(runner) == 1

    (annotation,) = [one for one in github_commands(runner.log) if one.name == "error"]
    assert annotation.properties["file"] == "shop/orders/pricing.py"
    assert annotation.properties["line"] == "2"
    assert (runner.home / "page.md").read_text().startswith("## `orders` must be mended")
    (upload,) = api.uploads
    assert (upload["commit_sha"], upload["ref"]) == ("abc123", "refs/pull/7/merge")
    assert [one["ruleId"] for one in upload["sarif"]["runs"][0]["results"]] == ["type-error"]
    kept = Path(runner.uses["Keep the reports"]["path"])
    assert {one.name for one in kept.iterdir()} == {
        "comment.md",
        "gate.html",
        "gate.json",
        "gate.sarif",
        "gate.xml",
    }


def test_a_run_that_passes_begins_no_comment(runner: Runner, api: GitHub) -> None:
    """Nobody is told that nothing is wrong."""
    assert told(runner, PASSED) == 0
    assert api.comments == []


def test_a_fork_has_no_token_that_writes(runner: Runner, api: GitHub) -> None:
    """What cannot be told is a notice; the verdict is what it was."""
    api.may_write = False

    assert told(runner) == 1
    assert runner.failed == ["Give the verdict"]
    assert [(one.name, one.text) for one in github_commands(runner.log)] == [
        ("notice", "comment: not told: POST issues/7/comments was answered 403 Forbidden"),
        (
            "notice",
            "code-scanning: not told: POST code-scanning/sarifs was answered 403 Forbidden",
        ),
    ]


@pytest.mark.parametrize(
    ("changed", "inputs", "why"),
    [
        ({}, {"token": ""}, "there is no token; the runs of a fork have none"),
        ({}, {"token": "wrong"}, "was answered 401 Unauthorized"),
        ({"GITHUB_EVENT_PATH": "/dev/null"}, {}, "the event of this run cannot be read"),
        ({"GITHUB_EVENT_PATH": "/nowhere"}, {}, "/nowhere cannot be read: No such file"),
        ({"GITHUB_API_URL": "http://127.0.0.1:9"}, {}, "was not answered"),
        ({"GITHUB_REPOSITORY": "shop\n/x"}, {}, 'could not be told by "comment"'),
    ],
    ids=["no token", "wrong token", "no event", "no file", "nobody answers", "nonsense"],
)
def test_nothing_that_cannot_be_told_fails_the_job(
    runner: Runner, changed: dict[str, str], inputs: dict[str, str], why: str
) -> None:
    """Whatever keeps the comment from being written, a passing gate passes."""
    runner.known = {**runner.known, **changed}

    assert told(runner, PASSED, **inputs) == 0
    assert runner.failed == []
    assert why in runner.log


def test_a_push_has_no_pull_request(runner: Runner, api: GitHub) -> None:
    """Code scanning is told of a branch, and no comment is looked for."""
    Path(runner.known["GITHUB_EVENT_PATH"]).write_text(json.dumps({"ref": "refs/heads/main"}))

    assert told(runner) == 1
    assert "comment: not told: this run is of no pull request" in runner.log
    assert len(api.uploads) == 1


@pytest.mark.parametrize(
    ("login", "own"), [("", BOT), ("shop-bot", {"login": "shop-bot", "type": "User"})]
)
def test_only_an_own_comment_is_written_over(
    runner: Runner, api: GitHub, login: str, own: dict[str, str]
) -> None:
    """Others may copy the marker: their words are left alone, and ours found among hundreds."""
    api.login = login
    for _ in range(120):
        api.said(f"{MARKER}\nnothing to see", SOMEBODY)
    api.said(f"see {MARKER}", own)
    api.said("<!-- contract-harness: other -->\n", own)
    api.said(f"{MARKER}\nold", own)

    assert told(runner) == 1
    assert len(api.comments) == 123
    assert "`orders` breaks" in api.comments[-1]["body"]
    assert {one["body"] for one in api.comments[:120]} == {f"{MARKER}\nnothing to see"}


def test_a_comment_as_long_as_it_may_be_is_taken(runner: Runner, api: GitHub) -> None:
    """Ten thousand findings make a comment that GitHub takes."""
    assert told(runner, many(10_000)) == 1
    assert len(api.comments[0]["body"]) <= 65_536


def test_what_was_not_seen_closes_no_alert(runner: Runner, api: GitHub) -> None:
    """A run that is not conclusive hands nothing to code scanning, and its comment says why."""
    assert told(runner, INCONCLUSIVE) == 3
    assert api.uploads == []
    assert "code-scanning: not told: the gate ended with 3" in runner.log
    assert "not all that is required was seen" in api.comments[0]["body"]


def test_arguments_are_read_as_a_shell_reads_them(runner: Runner, api: GitHub) -> None:
    """Quotes hold blanks together, and nothing is expanded or run."""
    arguments = "-q --check type-error --service \"a 'b' $(touch x) *\""

    assert gated(runner, arguments=arguments) == 2
    assert "there is no service \"a 'b' $(touch x) *\"" in runner.log
    assert api.uploads == api.comments == []


def test_a_quote_that_does_not_end_fails_the_step(runner: Runner) -> None:
    """Arguments that cannot be read are never left out silently."""
    assert gated(runner, arguments="--check 'type-error") != 0
    assert runner.failed == ["Run the gate"]


def test_what_is_switched_off_is_not_done(runner: Runner, api: GitHub) -> None:
    """Comment, code scanning and artifact can be left out each."""
    assert told(runner, comment="false", code_scanning="false", artifact="") == 1
    assert runner.steps == ["Give the verdict"]
    assert api.asked == []


def test_an_old_python_is_refused_in_a_sentence(runner: Runner, tmp_path: Path) -> None:
    """Where Python is too old, the job says which is needed, and nothing else is done."""
    old = tmp_path / "python"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2\nexit 1\n')
    old.chmod(0o755)

    assert runner.run(python=str(old), token=TOKEN) == 2
    assert "expected Python 3.11 or later, saw Python 3.9.2" in runner.log
    assert runner.steps == ["Install contract-harness"]


@pytest.mark.slow
def test_the_action_installs_its_own_revision(runner: Runner, tmp_path: Path) -> None:
    """What runs is this checkout, with the versions of its lock, in an environment of its own."""
    shutil.rmtree(runner.home / "contract-harness")
    runner.known = {
        **runner.known,
        **{name: value for name, value in os.environ.items() if name.startswith("PIP_")},
        "PIP_NO_COMPILE": "1",
    }
    code = runner.run(token="", comment="false", code_scanning="false", artifact="",
                      working_directory="shop", arguments="-q --check type-error")  # fmt: skip
    if any(words in runner.log for words in UNREACHABLE):
        if os.environ.get("HARNESS_REQUIRE_SERVICES") == "1":
            pytest.fail(runner.log, pytrace=False)
        pytest.skip("no package index can be reached from here")
    python = runner.home / "contract-harness" / "bin" / "python"
    listed = subprocess.run(
        [str(python), "-m", "pip", "list", "--format", "json"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found = {one["name"].lower(): one["version"] for one in json.loads(listed.stdout)}
    lock = (REPOSITORY / "requirements.lock").read_text("utf-8")

    assert code == 1, runner.log
    assert f"schemathesis=={found['schemathesis']}" in lock
    assert f"mypy=={found['mypy']}" in lock
