"""In the gate a change is told with what it breaks, and somebody may answer for it until a day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from harness.checks.breaking_change import BREAKING_CHANGE
from harness.checks.catalog import CATALOG
from harness.checks.change_without_reader import CHANGE_WITHOUT_READER
from harness.compat.versions.affected import Affected, Reach, Standing
from harness.domain.change import Breaks, Change, Part
from harness.domain.channel import Action
from harness.domain.compatibility import ChannelPolicy, Compatibility, Fits, Way
from harness.domain.config import Config
from harness.domain.coping import WitnessPut
from harness.domain.edge import Leg, LegStatus
from harness.domain.evidence import (
    ChannelCompared,
    DocumentChanged,
    DocumentDrifted,
    DocumentRead,
    Evidence,
    InteractionCompared,
    Observed,
    Unobserved,
)
from harness.domain.finding import Finding
from harness.domain.fit import Asked, Code, InteractionCompat, Kind, Misfit, Reception
from harness.domain.policy import Policy, Severity, mildest
from harness.domain.selection import Selection
from harness.domain.service import DocumentSource
from harness.domain.steps import Describe, DiffVersions, Step
from harness.domain.system import System
from harness.domain.verdict import Status, Verdict
from harness.domain.waiver import Waiver, WaiverStanding
from harness.pipeline import run
from harness.stages.grading import level_of
from harness.stages.planning import expand, needed_kinds
from harness.stages.ports import Outside
from harness.stages.surveying import survey
from tests.compat.samples import interaction
from tests.fakes import ROOT, FakeFiles, FakeProgress, FakeWorkers, a_service, a_shop
from tests.stages.test_judging_and_deciding import healthy, key

DOCUMENT = json.dumps(
    {
        "openapi": "3.1.0",
        "info": {"title": "inventory", "version": "1"},
        "paths": {"/stock/{sku}": {"get": {"responses": {"200": {"description": "found"}}}}},
    }
)
NULLABLE = Change(
    "reply-property-became-nullable",
    Breaks.BREAKS,
    Part.REPLY,
    "GET /stock/{sku}",
    "200",
    "application/json",
    path="$.on_hand",
    message="may be null",
)
MISFIT = Misfit(Code.REPLY_BODY, Kind.MAY_BREAK, path="$.on_hand", witnesses=('{"on_hand":null}',))
TODAY = date(2030, 6, 15)
Script = Mapping[str, tuple[Evidence, ...]]

_CHANGES = "changes of the document of inventory"


def compared(misfit: Misfit | None = MISFIT) -> InteractionCompared:
    """Tell how the one interaction fits."""
    misfits = (misfit,) if misfit else ()
    compat = InteractionCompat("GET /stock/{sku}", misfits, declared=True, proven=not misfits)
    return InteractionCompared("orders", "inventory", key(), compat)


def shown(*changes: Change, misfit: Misfit | None = MISFIT) -> dict[str, tuple[Evidence, ...]]:
    """Tell what a shop shows whose inventory has changed."""
    return {
        **healthy(),
        "describe:inventory": (DocumentRead("inventory", "/openapi.json", DOCUMENT),),
        "diff:inventory": tuple(DocumentChanged("inventory", each) for each in changes),
        "compare:inventory": (compared(misfit),),
    }


def verdict_of(
    script: Script,
    config: Config | None = None,
    *,
    accepted: bool = True,
    today: date = TODAY,
    checks: tuple[str, ...] = (),
) -> Verdict:
    """Take a scripted shop to its verdict."""
    files = FakeFiles(accepted={"inventory.json": DOCUMENT.encode()} if accepted else {})
    outside = Outside(files, FakeWorkers(script), FakeProgress(), lambda: 0.0, today)
    config = replace(config or a_shop(), accepted=ROOT / "contracts" / "documents")
    return run(config, outside, CATALOG, Selection(checks=checks))


def named(verdict: Verdict, check: str) -> list[Finding]:
    """The findings of one check."""
    return [one for one in verdict.findings if one.check == check]


def test_what_fits_no_more_and_the_change_behind_it_are_one_finding() -> None:
    """The check of the misfit tells it, under its own fingerprint, and names the change."""
    without = verdict_of(shown(), accepted=False)
    verdict = verdict_of(shown(NULLABLE))

    (plain,) = named(without, "reply-not-accepted")
    (finding,) = named(verdict, "reply-not-accepted")
    assert finding.fingerprint == plain.fingerprint
    assert finding.rules == ("reply-property-became-nullable",)
    assert finding.flaw.message.endswith(
        "; since the accepted version: reply-property-became-nullable"
    )
    assert named(verdict, "breaking-change") == []
    assert named(verdict, "change-without-reader") == []


def test_two_changes_at_one_place_are_one_finding() -> None:
    """Each rule is named once, however many interactions show it."""
    other = replace(NULLABLE, rule="reply-property-type-changed")
    script = shown(NULLABLE, other, NULLABLE)
    (finding,) = named(verdict_of(script), "reply-not-accepted")
    (alone,) = named(verdict_of(script, checks=("breaking-change",)), "breaking-change")

    assert finding.rules == ("reply-property-became-nullable", "reply-property-type-changed")
    assert alone.rules == finding.rules
    assert alone.flaw.occurrences == 1


def test_alone_the_check_tells_it_under_its_own_name() -> None:
    """`--check breaking-change` says consumer, operation and place."""
    verdict = verdict_of(shown(NULLABLE), checks=("breaking-change",))
    (finding,) = verdict.findings

    flaw = finding.flaw
    assert (finding.check, flaw.consumer, flaw.operation, flaw.where) == (
        "breaking-change",
        "orders",
        "GET /stock/{sku}",
        "$.on_hand",
    )
    assert (verdict.status, finding.flaw.witness) == (Status.FAILED, '{"on_hand":null}')


def test_what_the_consumer_took_breaks_nothing() -> None:
    """A witness that the model takes after all leaves a change that the consumer copes with."""
    put = WitnessPut(
        "orders",
        "inventory",
        key(),
        Code.REPLY_BODY,
        "",
        "$.on_hand",
        Asked.MODEL,
        Reception.TAKEN,
    )
    script = {**shown(NULLABLE), "replies:orders:inventory": (put,)}
    (finding,) = [one for one in verdict_of(script).findings if one.flaw.rule]

    assert (finding.check, finding.severity) == ("change-without-reader", Severity.INFORMATION)


def test_a_change_that_nobody_reads_is_a_line_and_fails_nothing() -> None:
    """It says that no known consumer reads the thing; policy may weigh it more."""
    unread = replace(NULLABLE, path="$.note")
    verdict = verdict_of(shown(unread, misfit=None))
    (finding,) = named(verdict, "change-without-reader")
    strict = Policy(levels={"change-without-reader": Severity.ERROR})

    assert finding.flaw.message.endswith("no known consumer reads this")
    assert finding.flaw.readers == ()
    assert verdict.status is Status.PASSED
    stricter = verdict_of(shown(unread, misfit=None), replace(a_shop(), policy=strict))
    assert stricter.status is Status.FAILED


def test_a_change_that_is_read_names_who_reads_it() -> None:
    """Whoever reaches the thing is named beside the words, whether or not it copes."""
    read = replace(NULLABLE, part=Part.OPERATION, status="", media_type="", path="")
    (finding,) = named(verdict_of(shown(read, misfit=None)), "change-without-reader")

    assert finding.flaw.readers == ("orders",)
    assert finding.flaw.message.endswith("read by orders, which copes")


def test_a_harmless_change_is_no_line() -> None:
    """What can break nobody is not told in the gate."""
    harmless = replace(NULLABLE, breaks=Breaks.HARMLESS, path="$.new")

    assert [f for f in verdict_of(shown(harmless, misfit=None)).findings if f.flaw.rule] == []


def test_the_graver_of_two_levels_counts() -> None:
    """Old misfits may be warnings while a new break fails: the one finding is an error."""
    policy = Policy(levels={"reply-not-accepted": Severity.WARNING})
    config = replace(a_shop(), policy=policy)

    assert verdict_of(shown(), config).status is Status.PASSED
    assert verdict_of(shown(NULLABLE), config).status is Status.FAILED


def test_a_rule_has_its_level() -> None:
    """A rule that weighs less makes the change weigh less, and never more where nobody breaks."""
    changes = {"reply-property-became-nullable": Severity.WARNING}
    config = replace(a_shop(), policy=Policy(changes=changes))
    (alone,) = verdict_of(shown(NULLABLE), config, checks=("breaking-change",)).findings
    unread = replace(NULLABLE, path="$.note")
    (told,) = named(verdict_of(shown(unread, misfit=None), config), "change-without-reader")

    assert alone.severity is Severity.WARNING
    assert told.severity is Severity.INFORMATION


def test_a_rule_that_is_off_is_not_told() -> None:
    """What is switched off by its rule is dropped, and the misfit itself stays."""
    config = replace(a_shop(), policy=Policy(changes={"reply-property-became-nullable": None}))

    assert verdict_of(shown(NULLABLE), config, checks=("breaking-change",)).findings == ()
    (finding,) = named(verdict_of(shown(NULLABLE), config), "reply-not-accepted")
    assert finding.severity is Severity.ERROR


BREAKS, UNREAD = (
    Affected(NULLABLE, (Reach("c", Standing.BREAKS, interaction()),)),
    Affected(NULLABLE),
)
DOUBTED = Affected(NULLABLE, (Reach("c", Standing.MAY_BREAK, interaction()),))
HARMLESS = Affected(replace(NULLABLE, breaks=Breaks.HARMLESS))


@pytest.mark.parametrize(
    ("affected", "readers_known", "set_to", "level"),
    [
        (BREAKS, True, "-", Severity.ERROR),
        (BREAKS, True, Severity.WARNING, Severity.WARNING),
        (DOUBTED, True, "-", Severity.WARNING),
        (DOUBTED, True, Severity.ERROR, Severity.WARNING),
        (UNREAD, True, "-", Severity.INFORMATION),
        (UNREAD, True, Severity.ERROR, Severity.INFORMATION),
        (UNREAD, True, None, None),
        (UNREAD, False, "-", Severity.ERROR),
        (UNREAD, False, Severity.WARNING, Severity.WARNING),
        (HARMLESS, True, "-", Severity.INFORMATION),
        (HARMLESS, False, "-", Severity.INFORMATION),
        (HARMLESS, False, Severity.ERROR, Severity.ERROR),
    ],
)
def test_a_change_weighs_what_it_does_where_readers_are_known(
    affected: Affected, readers_known: bool, set_to: Severity | str | None, level: Severity | None
) -> None:
    """Without readers it weighs what it can do; policy's level for the rule bounds it."""
    changes = {} if isinstance(set_to, str) else {NULLABLE.rule: set_to}

    assert level_of(affected, Policy(changes=changes), readers_known=readers_known) is level


def test_off_is_milder_than_all() -> None:
    """The mildest of several levels is off where one is."""
    assert mildest(Severity.ERROR, None) is None
    assert mildest(Severity.ERROR, Severity.INFORMATION) is Severity.INFORMATION


def test_drift_is_a_warning_with_the_command_that_ends_it() -> None:
    """A document that is not the accepted one is told once, with the number of changes."""
    drifted = DocumentDrifted("inventory", ("contracts/documents/inventory.json",), 2)
    verdict = verdict_of({**shown(misfit=None), "diff:inventory": (drifted,)})
    (finding,) = named(verdict, "document-drifted")

    assert finding.severity is Severity.WARNING
    assert "harness accept document inventory" in finding.flaw.hint
    assert "2 changes" in finding.flaw.message


def test_versions_are_compared_where_one_is_accepted() -> None:
    """A document calls for the comparison, which takes the step that read it."""
    files = FakeFiles(accepted={"inventory.json": DOCUMENT.encode()})
    config = replace(a_shop(), accepted=ROOT / "contracts" / "documents")
    steps = _expanded(survey(config, files))

    assert [(step.id, step.takes) for step in steps] == [
        ("diff:inventory", ("describe:inventory",))
    ]
    assert _expanded(survey(config, FakeFiles())) == ()


def test_a_revision_that_is_asked_for_is_always_looked_at() -> None:
    """With a base the step is done although nothing is committed there, so that it can say so."""
    config = replace(a_shop(), accepted=ROOT / "contracts" / "documents", base="main")
    system = survey(config, FakeFiles(revisions={"main": {}}))

    assert [step.id for step in _expanded(system)] == ["diff:inventory"]


def _expanded(system: System) -> tuple[Step, ...]:
    kinds = needed_kinds(CATALOG, Selection(), system.config) - {"fuzz"}
    seen = Observed("describe:inventory", (DocumentRead("inventory", "/openapi.json", DOCUMENT),))
    return expand(Describe("inventory"), seen, system, Selection(), kinds)


def test_what_is_not_compared_is_said() -> None:
    """Without an accepted version the report says what it leaves out, and how to change that."""
    verdict = verdict_of(shown(misfit=None), accepted=False)

    (left,) = [one for one in verdict.left_out if one.what == _CHANGES]
    assert "harness accept document" in left.why
    assert not any(isinstance(step, DiffVersions) for step in verdict.steps)


def test_files_find_their_services() -> None:
    """Each accepted file goes to the service that it is called after, several by their number."""
    files = {
        "orders.1.json": b"1",
        "orders.2.json": b"2",
        "inventory.json": b"3",
        "gone.json": b"4",
        "orders.json.json": b"5",
    }
    orders = replace(
        a_service("orders"), documents=(DocumentSource("/a", "/v1"), DocumentSource("/b", "/v2"))
    )
    config = replace(a_shop(), services=(a_service("inventory"), orders), accepted=ROOT / "docs")
    found = survey(config, FakeFiles(accepted=files)).accepted

    assert [(one.service, one.position, one.place, one.text, one.mount) for one in found] == [
        ("inventory", 1, "docs/inventory.json", "3", ""),
        ("orders", 1, "docs/orders.1.json", "1", "/v1"),
        ("orders", 2, "docs/orders.2.json", "2", "/v2"),
    ]


def a_waiver(finding: Finding, **more: object) -> Waiver:
    """Answer for a finding until the end of the day."""
    waiver = Waiver(finding.fingerprint, "orders", TODAY, "planned")
    return replace(waiver, **more)  # type: ignore[arg-type]


def waived(*waivers: Waiver, script: Script | None = None, today: date = TODAY) -> Verdict:
    """Take a shop with a misfit to its verdict."""
    return verdict_of(script or shown(), replace(a_shop(), waivers=waivers), today=today)


def the_misfit() -> Finding:
    """The finding that is waived."""
    (finding,) = named(verdict_of(shown()), "reply-not-accepted")
    return finding


def test_what_somebody_answers_for_is_shown_and_fails_nothing() -> None:
    """Until the last day the finding is there, with its waiver, and the gate passes."""
    waiver = a_waiver(the_misfit())
    verdict = waived(waiver)
    (finding,) = named(verdict, "reply-not-accepted")

    assert (verdict.status, verdict.count(Severity.ERROR)) == (Status.PASSED, 0)
    assert (finding.waiver, finding.is_waived) == (waiver, True)
    assert [one.standing for one in verdict.waivers] == [WaiverStanding.IN_FORCE]
    (edge,) = verdict.edges
    fit = next(leg for leg in edge.legs if leg.leg is Leg.FIT)
    assert fit.status not in (LegStatus.FAILED, LegStatus.PROVEN)


def test_after_its_day_a_finding_counts_again() -> None:
    """The day after, the gate fails, and the finding says that its waiver has expired."""
    verdict = waived(a_waiver(the_misfit(), until=date(2030, 6, 14)))
    (finding,) = named(verdict, "reply-not-accepted")

    assert verdict.status is Status.FAILED
    assert (finding.expired, finding.is_waived) == (True, False)
    assert [one.standing for one in verdict.waivers] == [WaiverStanding.EXPIRED]


def test_a_waiver_holds_for_its_consumer_alone() -> None:
    """A waiver that names another consumer keeps nothing from failing."""
    verdict = waived(a_waiver(the_misfit(), consumer="storefront"))

    assert verdict.status is Status.FAILED
    assert [one.standing for one in verdict.waivers] == [WaiverStanding.STALE]


def test_a_change_does_not_undo_a_waiver() -> None:
    """The finding keeps its fingerprint when a change accounts for it, and stays waived."""
    verdict = waived(a_waiver(the_misfit()), script=shown(NULLABLE))

    assert verdict.status is Status.PASSED


def test_a_waiver_about_nothing_is_told_and_fails_nothing() -> None:
    """Once the fault is mended the waiver is stale."""
    verdict = waived(a_waiver(the_misfit()), script=shown(misfit=None))

    assert verdict.status is Status.PASSED
    assert [one.standing for one in verdict.waivers] == [WaiverStanding.STALE]


def test_what_was_not_seen_makes_no_waiver_stale() -> None:
    """A run that did not see everything cannot tell that the fault is gone."""
    lost = Unobserved("compare:inventory", "died")
    verdict = waived(
        a_waiver(the_misfit()), script={**shown(misfit=None), "compare:inventory": (lost,)}
    )

    assert [one.standing for one in verdict.waivers] == [WaiverStanding.UNUSED]


def test_both_checks_of_changes_need_what_they_judge() -> None:
    """Neither could tell a reader from a stranger without the comparison of words."""
    assert {"diff", "compare"} <= BREAKING_CHANGE.needs
    assert {"diff", "compare"} <= CHANGE_WITHOUT_READER.needs


def test_the_directory_need_not_lie_in_the_workspace() -> None:
    """An accepted document elsewhere is called by its whole path."""
    config = replace(a_shop(), accepted=Path("/elsewhere"))
    (found,) = survey(config, FakeFiles(accepted={"orders.json": b"{}"})).accepted

    assert found.place == "/elsewhere/orders.json"


UNCHANGED = shown(misfit=None)


@pytest.mark.parametrize(
    ("fits", "example", "severity", "told"),
    [
        (Fits.NO, "{}", Severity.ERROR, "such as {}; it breaks strictly and leniently"),
        (Fits.IF_PRODUCER_IS_KNOWN, "{}", Severity.WARNING, "and leniently it does not"),
        (Fits.NO, "", Severity.WARNING, "(no such message)"),
    ],
)
def test_what_breaks_strictly_alone_is_a_warning(
    fits: Fits, example: str, severity: Severity, told: str
) -> None:
    """So is a further kind of message; each is told once, at its gravest, with how many more."""
    found = Compatibility(
        "stock.moved",
        Action.SEND,
        "Moved",
        Way.FORWARD,
        fits,
        example,
        "" if example else "no such message",
    )
    policy = ChannelPolicy.FORWARD_TRANSITIVE
    mild = replace(found, fits=Fits.IF_PRODUCER_IS_KNOWN, counterexample="[]")
    script = {
        **UNCHANGED,
        "diff:inventory": (
            ChannelCompared("inventory", "a.json", policy, True, found),
            ChannelCompared("inventory", "1a:a.json", policy, True, mild),
        ),
    }

    (finding,) = named(verdict_of(script), "channel-incompatible")

    assert (finding.severity, finding.flaw.operation) == (severity, "stock.moved")
    assert finding.flaw.witness == example
    assert told in finding.flaw.message
    assert ", and so with 1 more" in finding.flaw.message
