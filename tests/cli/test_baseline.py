"""`harness baseline`: what is there is taken as known, and what comes later is not."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from harness.domain.finding import Flaw
from harness.domain.kept_run import kept
from harness.domain.policy import Severity
from harness.domain.verdict import Status
from harness.domain.waiver import Waiver
from harness.settings.waivers import with_waivers
from tests.cli.conftest import FakeDoors, Type
from tests.reports.samples import (
    BROKEN_PROMISE,
    CRASH,
    FAILED,
    FLAKY,
    INCONCLUSIVE,
    NOISE,
    PASSED,
    finding,
)

FILE = "contracts/waivers.toml"
WHOLE = replace(FAILED, findings=(BROKEN_PROMISE, CRASH, NOISE), reasons=(), steps=PASSED.steps)
OLD = Waiver(
    BROKEN_PROMISE.fingerprint,
    "orders",
    date(2031, 1, 1),
    "agreed",
    "ada",
    "interaction-not-honoured",
    "orders:inventory",
)
GONE = Waiver("1:" + "f" * 20, "orders", None, "old", "", "type-error", "orders")


def entries(root: Path) -> dict[str, Mapping[str, object]]:
    """Read the entries as another tool would."""
    table = tomllib.loads((root / FILE).read_text("utf-8"))
    return {one["fingerprint"]: one for one in table.get("waiver", [])}


def write(root: Path, *waivers: Waiver) -> Path:
    """Write entries that are there before."""
    file = root / FILE
    file.parent.mkdir(exist_ok=True)
    file.write_text(with_waivers("", waivers), "utf-8")
    return file


def test_errors_become_entries(run: Type, doors: FakeDoors, root: Path) -> None:
    """Each error has an entry with reason, owner, check and subject; a warning has none."""
    doors.verdict = WHOLE
    ended = run("baseline")

    assert ended.code == 0
    assert ended.out.splitlines() == [
        "contracts/waivers.toml:",
        "2 entries added",
        "  1 interaction-not-honoured",
        "  1 service-crashes",
        "note: they have no last day, so nothing brings them back: --until DATE gives one",
    ]
    assert entries(root) == {
        BROKEN_PROMISE.fingerprint: {
            "fingerprint": BROKEN_PROMISE.fingerprint,
            "consumer": "orders",
            "reason": "there when the baseline was taken on 2030-06-15",
            "owner": "team-inventory",
            "check": "interaction-not-honoured",
            "subject": "orders:inventory",
        },
        CRASH.fingerprint: {
            "fingerprint": CRASH.fingerprint,
            "consumer": "inventory",
            "reason": "there when the baseline was taken on 2030-06-15",
            "owner": "team-inventory",
            "check": "service-crashes",
            "subject": "inventory",
        },
    }


def test_what_is_flaky_is_taken_as_known_too(run: Type, doors: FakeDoors, root: Path) -> None:
    """It may come back on any day, and should not fail on that one."""
    doors.verdict = replace(WHOLE, findings=(FLAKY,))

    assert run("baseline").code == 0
    assert set(entries(root)) == {FLAKY.fingerprint}


def test_what_is_said_is_written(run: Type, doors: FakeDoors, root: Path) -> None:
    """Reason, owner and last day are those that were typed; warnings are taken when asked for."""
    doors.verdict = WHOLE
    words = ("--reason", "day one", "--owner", "ada", "--until", "2030-12-31", "--warnings")
    ended = run("baseline", *words)

    assert (ended.code, "note:" in ended.out) == (0, False)
    written = entries(root)
    assert set(written) == {one.fingerprint for one in WHOLE.findings}
    assert {(one["reason"], one["owner"], one["until"]) for one in written.values()} == {
        ("day one", "ada", date(2030, 12, 31))
    }


def test_entries_that_are_there_stay_as_they_are(run: Type, doors: FakeDoors, root: Path) -> None:
    """An entry keeps its reason, owner and day; one that is about nothing stays and is told."""
    write(root, OLD, GONE)
    doors.verdict = WHOLE
    ended = run("baseline")

    assert "1 entry added" in ended.out
    assert "note: stale: 1 entry; --prune takes them out" in ended.out
    assert entries(root)[OLD.fingerprint]["reason"] == "agreed"
    assert GONE.fingerprint in entries(root)


def test_what_has_expired_comes_back_until_it_is_renewed(
    run: Type, doors: FakeDoors, root: Path
) -> None:
    """A second baseline does not prolong in silence what somebody put a day to."""
    write(root, replace(OLD, until=date(2030, 6, 14)))
    doors.verdict = WHOLE
    ended = run("baseline")

    assert "note: expired and not renewed: 1 entry, whose findings fail" in ended.out
    assert entries(root)[OLD.fingerprint]["until"] == date(2030, 6, 14)

    renewed = run("baseline", "--renew", "--until", "2030-09-01", "--reason", "once more")
    assert "0 entries added, 1 entry renewed" in renewed.out
    assert entries(root)[OLD.fingerprint]["until"] == date(2030, 9, 1)
    assert entries(root)[OLD.fingerprint]["reason"] == "once more"


def test_stale_entries_are_taken_out_on_request(run: Type, doors: FakeDoors, root: Path) -> None:
    """`--prune` takes out what a whole run found nothing for, and adds nothing."""
    write(root, OLD, GONE)
    doors.verdict = WHOLE
    ended = run("baseline", "--prune")

    assert (ended.code, ended.out.splitlines()[1:]) == (0, ["1 entry taken out"])
    assert set(entries(root)) == {OLD.fingerprint}


@pytest.mark.parametrize(
    ("status", "code"),
    [(Status.INCONCLUSIVE, 3), (Status.INTERRUPTED, 130), (Status.BROKEN, 4)],
)
def test_a_run_that_did_not_see_all_takes_nothing_out(
    run: Type, doors: FakeDoors, root: Path, status: Status, code: int
) -> None:
    """What was not looked at may be there still."""
    before = write(root, OLD, GONE).read_text("utf-8")
    doors.verdict = replace(INCONCLUSIVE, status=status)
    ended = run("baseline", "--prune")

    assert ended.code == code
    assert (root / FILE).read_text("utf-8") == before


def test_a_slice_adds_and_takes_nothing_out(run: Type, doors: FakeDoors, root: Path) -> None:
    """`--service` may add what it finds; together with `--prune` it is refused before the run."""
    write(root, GONE)
    doors.verdict = replace(WHOLE, findings=(CRASH,), is_slice=True)

    refused = run("baseline", "--prune", "--service", "inventory")
    assert (refused.code, doors.selection) == (2, None)

    ended = run("baseline", "--service", "inventory")
    assert ended.code == 0
    assert "stale" not in ended.out
    assert set(entries(root)) == {GONE.fingerprint, CRASH.fingerprint}


def test_an_inconclusive_run_adds_and_says_so(run: Type, doors: FakeDoors, root: Path) -> None:
    """What it saw is there; what it did not see is told to be missing."""
    doors.verdict = replace(INCONCLUSIVE, findings=(CRASH,), status=Status.FAILED)
    ended = run("baseline")

    assert ended.code == 0
    assert "what it did not see is not in the baseline" in ended.out
    assert set(entries(root)) == {CRASH.fingerprint}


def test_an_interrupted_run_writes_nothing(run: Type, doors: FakeDoors, root: Path) -> None:
    """Who presses Ctrl-C wants it to stop; what was seen can be had from the last run."""
    doors.verdict = replace(WHOLE, status=Status.INTERRUPTED)
    assert run("baseline").code == 130
    assert not (root / FILE).exists()

    doors.kept = kept(doors.verdict)
    assert run("baseline", "--from-last-run").code == 130
    assert len(entries(root)) == 2


def test_an_empty_baseline_is_refused_unless_asked(run: Type, doors: FakeDoors, root: Path) -> None:
    """A run that saw too little looks like a healthy system: nothing is written without a word."""
    refused = run("baseline")
    assert refused.code == 2
    assert "an empty baseline is not written" in refused.err
    assert not (root / FILE).exists()

    assert run("baseline", "--allow-empty").code == 0
    assert entries(root) == {}

    write(root, GONE)
    assert run("baseline", "--prune").code == 2
    assert set(entries(root)) == {GONE.fingerprint}
    assert run("baseline", "--prune", "--allow-empty").code == 0
    assert entries(root) == {}


def test_the_last_run_or_a_report_will_do(run: Type, doors: FakeDoors, root: Path) -> None:
    """Nothing is run again where what was found is known; the entries are the same."""
    doors.kept = kept(WHOLE)
    assert run("baseline", "--from-last-run").code == 0
    from_run = (root / FILE).read_text("utf-8")
    assert doors.config is None

    doors.verdict = WHOLE
    run("gate", "--output", "json=r.json")
    (root / FILE).unlink()
    assert run("baseline", "--from-report", "r.json").code == 0
    assert (root / FILE).read_text("utf-8") == from_run


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--from-last-run",), "there is no record of a last run here\nhint: harness gate"),
        (("--from-report", "nowhere.json"), "cannot read nowhere.json"),
        (("--from-report", "contract-harness.toml"), "expected the JSON report"),
        (("--from-last-run", "--check", "type-error"), "name no part of it"),
        (("--until", "2030-06-14"), "2030-06-14 has passed"),
        (("--renamed", "orders"), "expected OLD=NEW, saw 'orders'"),
        (("--renamed", "order=inventory"), 'there is no waiver of the service "order"'),
        (("--renamed", "orders=inventory"), "orders is a service of this workspace still"),
    ],
)
def test_what_cannot_be_done_is_refused(
    run: Type, doors: FakeDoors, root: Path, words: tuple[str, ...], told: str
) -> None:
    """Each ends with 2 and a sentence, and the file stays as it was."""
    before = write(root, OLD).read_text("utf-8")
    doors.verdict = WHOLE
    ended = run("baseline", *words)

    assert ended.code == 2
    assert told in ended.err
    assert (root / FILE).read_text("utf-8") == before


def test_a_run_of_another_budget_is_another_run(run: Type, doors: FakeDoors, root: Path) -> None:
    """With fewer examples less is found: entries would be taken for stale that are not."""
    doors.kept = replace(kept(WHOLE), examples=3)
    ended = run("baseline", "--from-last-run")

    assert ended.code == 2
    assert "expected a run with seed 0 and 50 examples" in ended.err


def test_a_policy_may_demand_a_day(run: Type, doors: FakeDoors, root: Path) -> None:
    """Where each entry must have a last day, none is written without one, and nothing is run."""
    (root / "company.toml").write_text('expiry = "required"\n', "utf-8")
    table = root / "contract-harness.toml"
    table.write_text('extends = "company.toml"\n' + table.read_text("utf-8"), "utf-8")
    doors.verdict = WHOLE
    ended = run("baseline")

    assert (ended.code, doors.config) == (2, None)
    assert "expected a last day, as company.toml:1 demands one" in ended.err
    assert run("baseline", "--until", "2030-12-31").code == 0
    assert run("gate").code == 1

    write(root, GONE)
    assert f"{FILE}:3: {GONE.fingerprint} has no last day" in run("gate").err.replace("\n", " ")


def test_entries_are_carried_over_to_a_new_name(run: Type, doors: FakeDoors, root: Path) -> None:
    """A renamed service keeps reason, owner and day of its entries; nothing else is added."""
    before = finding(
        "service-crashes",
        replace(CRASH.flaw, service="stock-api", cause="KeyError in stock_api.app.stock"),
    )
    after = finding(
        "service-crashes",
        replace(CRASH.flaw, service="inventory", cause="KeyError in inventory.app.stock"),
    )
    was = Waiver(before.fingerprint, "stock-api", None, "agreed", "ada", before.check, "stock-api")
    write(root, was, OLD)
    doors.verdict = replace(WHOLE, findings=(after, BROKEN_PROMISE, UNKNOWN))
    ended = run("baseline", "--renamed", "stock-api=inventory")

    assert (ended.code, ended.out.splitlines()[1:]) == (0, ["1 entry carried over"])
    written = entries(root)
    assert set(written) == {after.fingerprint, OLD.fingerprint}
    assert written[after.fingerprint] == {
        "fingerprint": after.fingerprint,
        "consumer": "inventory",
        "reason": "agreed",
        "owner": "ada",
        "check": "service-crashes",
        "subject": "inventory",
    }

    write(root, was)
    doors.verdict = replace(WHOLE, findings=(UNKNOWN,))
    none = run("baseline", "--renamed", "stock-api=inventory")
    assert none.code == 2
    assert "no entry would hold for a finding of this run: stock-api as inventory" in none.err


UNKNOWN = finding("type-error", Flaw("orders", "no", "mend it", "operator:a:b"), Severity.ERROR)


def test_what_somebody_writes_meanwhile_is_kept(run: Type, doors: FakeDoors, root: Path) -> None:
    """An entry that was written while the gate ran keeps its words."""
    file = write(root, GONE)
    theirs = replace(OLD, reason="written meanwhile")

    def write_theirs() -> None:
        file.write_text(with_waivers("", [GONE, theirs]), "utf-8")

    doors.meanwhile = write_theirs
    doors.verdict = WHOLE
    assert run("baseline").code == 0

    assert entries(root)[OLD.fingerprint]["reason"] == "written meanwhile"
    assert len(entries(root)) == 3


def test_a_baseline_makes_the_next_run_pass(run: Type, doors: FakeDoors, root: Path) -> None:
    """What the report of a run says of its findings is what the entries are about."""
    doors.verdict = WHOLE
    run("gate", "--output", "json=r.json")
    run("baseline", "--from-report", "r.json")
    told = json.loads((root / "r.json").read_text("utf-8"))

    errors = {one["fingerprint"] for one in told["findings"] if one["severity"] == "error"}
    assert set(entries(root)) == errors


def test_a_merge_that_is_not_finished_is_one_error(run: Type, doors: FakeDoors, root: Path) -> None:
    """Conflict markers are told once, with the line and what to do, by every verb."""
    file = write(root, OLD)
    text = file.read_text("utf-8")
    file.write_text(f"<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> topic\n", "utf-8")
    for words in (("gate",), ("baseline",), ("config", "show")):
        ended = run(*words)

        assert ended.code == 2
        assert ended.err.splitlines() == [
            f"error: {FILE}:1: expected TOML, saw a conflict marker of a merge: <<<<<<< HEAD",
            "hint: resolve the conflict of this file: keep the tables of both sides, each once, "
            "and delete the lines with the markers",
        ]
    assert doors.config is None
