"""`harness gate`: what is asked, told and written, and with which exit code it ends."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from harness.cli.exits import gravest
from harness.cli.outputs import FORMATS
from harness.domain.errors import Misused, ServiceNotStarted
from harness.domain.evidence import Unobserved
from harness.domain.selection import Selection
from harness.domain.service_map import Participant
from harness.domain.verdict import Status
from tests.cli.conftest import PAIR, FakeDoors, Type, a_pact
from tests.reports.samples import BROKEN_PROMISE, DISARMING, FAILED, PASSED
from tests.review.build_logs import azure_commands, github_commands

Snapshot = Callable[[str, str], None]
KINDS = ", ".join(FORMATS)


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Run in a build, of which the environment tells."""

    def running(**known: str) -> None:
        for name, value in known.items():
            monkeypatch.setenv(name, value)

    return running


def test_the_whole_output(run: Type, doors: FakeDoors, snapshot: Snapshot) -> None:
    """Away from a terminal there is one line a step on standard error, then the report."""
    doors.verdict = FAILED
    ended = run("gate")

    snapshot("gate-failed", ended.out)
    snapshot("gate-failed-progress", ended.err)


def test_quiet(run: Type, doors: FakeDoors, snapshot: Snapshot) -> None:
    """`-q` leaves findings and verdict."""
    doors.verdict = FAILED
    ended = run("gate", "-q")

    snapshot("gate-failed-quiet", ended.out)
    assert ended.err == ""


def test_a_badge_is_written(run: Type, root: Path) -> None:
    """`--output badge=FILE` writes an image."""
    assert run("gate", "--output", "badge=badge.svg").code == 0
    assert ElementTree.parse(root / "badge.svg").getroot().get("aria-label") == "contracts: passed"


def test_badges_of_services_and_edges_are_written(run: Type, root: Path) -> None:
    """`--output badge:NAME=FILE` is about a service, `badge:A:B=FILE` about an edge."""
    outputs = ("badge=a.svg", "badge:orders=b.svg", "badge:orders:inventory=c.svg")
    words = [word for output in outputs for word in ("--output", output)]

    assert run("gate", *words).code == 0
    assert [
        ElementTree.parse(root / f"{name}.svg").getroot().get("aria-label") for name in "abc"
    ] == [
        "contracts: passed",
        "orders: passed",
        "orders:inventory: passed",
    ]


@pytest.mark.parametrize("kind", ["html", "badge", "badge:orders"])
def test_secrets_are_masked_in_pages_and_badges(
    run: Type, doors: FakeDoors, root: Path, kind: str
) -> None:
    """Wherever a verdict holds one."""
    doors.verdict = replace(FAILED, participants=(Participant("app-t0psecret", "team t0psecret"),))
    run("gate", "--output", f"{kind}=report")
    written = (root / "report").read_text("utf-8")

    assert "t0psecret" not in written
    assert ("app-***" in written) == (kind == "html")


def test_a_page_is_written(run: Type, root: Path) -> None:
    """`--output html=FILE` writes one page."""
    assert run("gate", "--output", "html=page.html").code == 0
    assert (root / "page.html").read_text("utf-8").startswith("<!DOCTYPE html>\n<html")


def test_verbose(run: Type, snapshot: Snapshot) -> None:
    """`-v` adds the steps with their reasons and durations."""
    snapshot("gate-passed-verbose", run("gate", "-v").out)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (Status.PASSED, 0),
        (Status.FAILED, 1),
        (Status.INCONCLUSIVE, 3),
        (Status.BROKEN, 4),
        (Status.INTERRUPTED, 130),
    ],
)
def test_the_verdict_is_the_exit_code(
    run: Type, doors: FakeDoors, status: Status, code: int
) -> None:
    """Each verdict has its exit code."""
    doors.verdict = replace(PASSED, status=status)

    assert run("gate").code == code


@pytest.mark.parametrize(
    ("codes", "code"),
    [((0, 3), 3), ((3, 1), 1), ((1, 2), 2), ((2, 4), 4), ((0,), 0), ((1, 3, 0), 1)],
)
def test_the_gravest_code_wins(codes: tuple[int, ...], code: int) -> None:
    """Where several hold: 4, then 2, then 1, then 3."""
    assert gravest(*codes) == code


def test_options_outweigh_the_file(run: Type, doors: FakeDoors) -> None:
    """Seed, examples and workers that are typed take the place of those that are written."""
    run("gate", "--seed", "7", "--examples", "3", "--workers", "2")

    assert doors.config is not None
    assert (doors.config.seed, doors.config.examples, doors.config.workers) == (7, 3, 2)


def test_a_slice_is_selected(run: Type, doors: FakeDoors) -> None:
    """Services, edges and checks that are named make the selection."""
    ended = run(
        "gate", "--service", "orders", "--edge", "orders:inventory", "--check", "type-error"
    )

    assert ended.code == 0
    assert doors.selection == Selection(("orders",), (PAIR,), ("type-error",))


def test_an_edge_that_only_a_pact_knows(run: Type, doors: FakeDoors) -> None:
    """A consumer that is no member is selected by the name that its pact gives it."""
    doors.pacts = (a_pact("mobile app", "inventory"),)

    assert run("gate", "--edge", "mobile app:inventory").code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--service", "order"), 'error: there is no service "order"\nhint: did you mean orders?'),
        (("--edge", "inventory:orders"), 'there is no edge "inventory:orders"'),
        (("--edge", "orders"), 'there is no edge "orders"\nhint: did you mean orders:inventory?'),
        (("--check", "type-eror"), "hint: did you mean type-error?"),
        (("--seed", "-1"), "Invalid value for '--seed'"),
        (("--examples", "none"), "'none' is not a valid integer range"),
        (("--sed", "1"), "No such option"),
        (("-q", "-v"), "-q and -v exclude each other"),
        (("--output", "xml=a"), f"expected FORMAT=FILE with one of {KINDS}, saw 'xml=a'"),
        (("--output", "json"), f"expected FORMAT=FILE with one of {KINDS}, saw 'json'"),
        (("--output", "json=a", "--output", "junit=a"), "two reports are to be written to one"),
        (("--output", "json=."), "it is a directory"),
        (("--output", "json:orders=a"), "saw 'json:orders=a'"),
        (("--output", "badge:order=a"), 'no service or edge "order"\nhint: did you mean orders?'),
        (("--output", "json=contract-harness.toml/a/b"), "cannot write to"),
        (("--config", "nowhere"), "there is no such file"),
        (("--publish",), "expected a broker that results can be published to, saw none\nhint: "),
        (("--shard", "1/2", "--publish"), "a shard publishes nothing: --publish is for harness me"),
        (("more",), "Got unexpected extra argument"),
    ],
)
def test_what_is_typed_wrong(
    run: Type, doors: FakeDoors, words: tuple[str, ...], told: str
) -> None:
    """A wrong argument ends with 2 and a sentence, before anything is started."""
    ended = run("gate", *words)

    assert ended.code == 2
    assert told in ended.err
    assert doors.config is None


def test_a_broken_configuration(run: Type, root: Path, snapshot: Snapshot) -> None:
    """A configuration with faults ends with 2, and all of them are told."""
    (root / "contract-harness.toml").write_text('workers = "x"\n[members.a]\nap = "b:c"\n')
    ended = run("gate")

    assert ended.code == 2
    snapshot("gate-misconfigured", ended.err)


def test_reports_are_written(run: Type, doors: FakeDoors, root: Path) -> None:
    """Reports of both kinds are written, their directories made, whatever the verdict."""
    doors.verdict = FAILED
    ended = run("gate", "--output", "json=out/a/r.json", "--output", "junit=out/b/r.xml")

    assert ended.code == 1
    assert json.loads((root / "out/a/r.json").read_text())["status"] == "failed"
    assert ElementTree.parse(root / "out/b/r.xml").getroot().get("failures") == "3"
    assert [one.name for one in (root / "out/a").iterdir()] == ["r.json"]


def test_a_report_takes_the_place_of_the_last_one(run: Type, root: Path) -> None:
    """A file that is there is replaced whole; a link stays a link."""
    (root / "real.json").write_text("old")
    (root / "link.json").symlink_to("real.json")
    run("gate", "--output", "json=link.json")

    assert (root / "link.json").is_symlink()
    assert json.loads((root / "real.json").read_text())["status"] == "passed"


def test_a_device_is_written_to_and_not_replaced(run: Type) -> None:
    """A report to a device leaves the device where it is."""
    assert run("gate", "--output", "json=/dev/null").code == 0
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_a_report_on_standard_output(run: Type) -> None:
    """A program that reads standard output gets the report alone; people read standard error."""
    ended = run("gate", "--output", "json=-")

    assert json.loads(ended.out)["status"] == "passed"
    assert "passed: 0 errors" in ended.err


def test_secrets_reach_no_report(
    run: Type, doors: FakeDoors, root: Path, build: Callable[..., None]
) -> None:
    """The value of a `from` variable is masked on the screen, in every file and in every build."""
    secret = "it said: t0psecret"
    flaw = replace(BROKEN_PROMISE.flaw, message=secret, seen=secret, witness=secret, detail=secret)
    finding = replace(BROKEN_PROMISE, flaw=flaw)
    doors.verdict = replace(FAILED, findings=(finding,), reasons=(Unobserved("orders", secret),))
    words = [word for name in FORMATS for word in ("--output", f"{name}=out/{name}")]
    written = ""
    for known in ({"GITHUB_ACTIONS": "true"}, {"GITLAB_CI": "true"}, {"TF_BUILD": "True"}):
        (root / "page.md").write_text("")
        build(GITHUB_STEP_SUMMARY=str(root / "page.md"), **known)
        ended = run("gate", "-v", *words)
        build(**dict.fromkeys(known, ""))
        files = [root / "page.md", *(root / "out").iterdir(), *(root / ".harness").glob("*.*")]
        written += "".join((ended.out, ended.err, *(one.read_text() for one in files)))

    assert "t0psecret" not in written
    assert written.count("it said: ***") >= 3 * (len(FORMATS) - 1) + 6


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (Misused("no", hint="do"), 2, "error: no\nhint: do\n"),
        (ServiceNotStarted("no", detail="a\x1b\nb"), 3, "error: no\n  a\\x1b\n  b\n"),
        (KeyboardInterrupt(), 130, "interrupted\n"),
    ],
)
def test_errors_have_their_codes(
    run: Type, doors: FakeDoors, error: BaseException, code: int, told: str
) -> None:
    """What goes wrong outside a check is told in a sentence, with its exit code."""
    doors.error = error
    ended = run("gate", "-q")

    assert (ended.code, ended.err.strip()) == (code, told.strip())


def test_an_internal_error(
    run: Type, doors: FakeDoors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of our own ends with 4; its traceback is kept in a file, without secrets."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("SOME_TOKEN", "t0psecret")
    doors.error = RuntimeError("boom t0psecret")
    ended = run("gate", "-q")
    (kept,) = tmp_path.glob("contract-harness-error-*.txt")

    assert ended.code == 4
    assert "internal error: RuntimeError" in ended.err
    assert kept.name in ended.err
    assert "Traceback" not in ended.err
    assert "RuntimeError: boom ***" in kept.read_text()


def test_an_internal_error_in_full(
    run: Type, doors: FakeDoors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`-v` shows the traceback."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    doors.error = RuntimeError("boom")

    assert "Traceback" in run("gate", "-v").err


@pytest.mark.parametrize(
    ("variables", "is_coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colour(
    run: Type, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], is_coloured: bool
) -> None:
    """Only terminals get colour, unless a variable asks for it or forbids it."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert ("\x1b[" in run("gate").out) is is_coloured


Build = Callable[..., None]
GITHUB = {"GITHUB_ACTIONS": "true"}


def test_github_is_told_by_itself(run: Type, doors: FakeDoors, root: Path, build: Build) -> None:
    """Annotations follow the report for people, and a page is added to that of the step."""
    (root / "page.md").write_text("of others\n")
    build(**GITHUB, GITHUB_STEP_SUMMARY=str(root / "page.md"))
    doors.verdict = FAILED
    ended = run("gate", "-q")
    page = (root / "page.md").read_text()

    assert ended.code == 1
    assert [one.name for one in github_commands(ended.out)] == ["error"] * 4 + [
        "warning",
        "warning",
        "notice",
    ]
    assert ended.out.index("failed: 2 errors") < ended.out.index("::error ")
    assert page.startswith("of others\n## `orders` breaks at `$.on_hand`\n")


def test_a_page_without_room_is_left_alone(run: Type, root: Path, build: Build) -> None:
    """A page that would become too long is dropped whole by GitHub: nothing is added, and told."""
    page = root / "page.md"
    page.write_text("x" * (1024 * 1024 - 10))
    build(**GITHUB, GITHUB_STEP_SUMMARY=str(page))
    ended = run("gate", "-q")

    assert (ended.code, page.stat().st_size) == (0, 1024 * 1024 - 10)
    assert "no room left" in ended.err


def test_a_page_that_cannot_be_written_turns_nothing(run: Type, root: Path, build: Build) -> None:
    """The verdict stands whatever becomes of the page."""
    build(**GITHUB, GITHUB_STEP_SUMMARY=str(root / "nowhere" / "page.md"))
    ended = run("gate", "-q")

    assert ended.code == 0
    assert "page.md cannot be written: No such file or directory" in ended.err


def test_azure_is_told_by_itself(run: Type, doors: FakeDoors, root: Path, build: Build) -> None:
    """Issues are logged, and a page is handed in by its whole path."""
    build(TF_BUILD="True")
    doors.verdict = FAILED
    commands = azure_commands(run("gate", "-q").out)

    assert {one.name for one in commands[:-1]} == {"task.logissue"}
    assert (commands[-1].name, commands[-1].text) == (
        "task.uploadsummary",
        "ROOT/.harness/summary.md",
    )
    assert (root / ".harness/summary.md").read_text().startswith("## `orders` breaks")


def test_gitlab_is_told_by_itself(run: Type, doors: FakeDoors, root: Path, build: Build) -> None:
    """The two reports that GitLab shows lie where the template looks for them."""
    build(GITLAB_CI="true")
    doors.verdict = FAILED
    ended = run("gate", "-q")

    assert ended.code == 1
    assert len(json.loads((root / ".harness/gl-code-quality.json").read_text())) == 7
    assert ElementTree.parse(root / ".harness/gl-junit.xml").getroot().get("failures") == "3"


@pytest.mark.parametrize(
    ("known", "words", "is_told"),
    [
        (GITHUB, (), True),
        (GITHUB, ("--ci", "none"), False),
        ({**GITHUB, "HARNESS_CI": "none"}, (), False),
        ({**GITHUB, "HARNESS_CI": "none"}, ("--ci", "auto"), True),
        ({}, (), False),
        ({}, ("--ci", "github"), True),
        ({"GITHUB_ACTIONS": "false"}, (), False),
    ],
)
def test_who_is_told_can_be_chosen(
    run: Type,
    doors: FakeDoors,
    build: Build,
    known: Mapping[str, str],
    words: tuple[str, ...],
    is_told: bool,
) -> None:
    """An option outweighs the variable, which outweighs what the environment says."""
    build(**known)
    doors.verdict = FAILED
    ended = run("gate", "-q", *words)

    assert bool(github_commands(ended.out)) == is_told


def test_a_build_that_nobody_knows(run: Type, build: Build) -> None:
    """A wrong name ends with 2, from the variable too."""
    build(HARNESS_CI="jenkins")

    assert run("gate").code == 2


def test_annotations_leave_standard_output_to_programs(
    run: Type, doors: FakeDoors, build: Build
) -> None:
    """Where a program reads standard output, annotations go beside the report for people."""
    build(**GITHUB)
    doors.verdict = FAILED
    ended = run("gate", "-q", "--output", "json=-")

    assert json.loads(ended.out)["status"] == "failed"
    assert github_commands(ended.err)


@pytest.mark.parametrize("known", [GITHUB, {"TF_BUILD": "True"}], ids=["github", "azure"])
def test_what_a_service_says_commands_no_build(
    run: Type, doors: FakeDoors, build: Build, known: Mapping[str, str]
) -> None:
    """A service under test cannot end, hide or colour the job, whichever report is printed."""
    build(**known)
    doors.verdict = DISARMING
    for output in FORMATS:
        ended = run("gate", "-v", "--output", f"{output}=-")
        told = [*github_commands(ended.out + ended.err), *azure_commands(ended.out + ended.err)]

        expected = {"error", "warning", "notice", "task.logissue", "task.uploadsummary"}
        assert {one.name for one in told} <= expected, output


@pytest.mark.parametrize("output", FORMATS)
def test_every_format_is_written(run: Type, doors: FakeDoors, root: Path, output: str) -> None:
    """Each format by its name, to a file of its own, with nothing of one in the other."""
    doors.verdict = DISARMING
    ended = run("gate", "-q", "--output", f"{output}=out/report", "--output", "json=out/json")

    assert ended.code == 1
    assert (root / "out/report").stat().st_size > 100
    assert json.loads((root / "out/json").read_text())["status"] == "failed"
