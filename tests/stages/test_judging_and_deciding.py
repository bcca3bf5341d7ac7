"""Checks judge, policy decides, and silence never passes."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import date

import pytest

from harness.checks.catalog import CATALOG
from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.documents.pacts import read_pact
from harness.domain.config import Config
from harness.domain.contradiction import Contradicted, Contradiction
from harness.domain.crash import Crash, Frame
from harness.domain.edge import Leg, LegStatus, Pair
from harness.domain.evidence import (
    ContractTestRan,
    DocumentRead,
    Evidence,
    InteractionVerified,
    Mismatch,
    Outcome,
    PactGathered,
    Unobserved,
)
from harness.domain.finding import Flaw, Location, fingerprint
from harness.domain.kept_run import kept
from harness.domain.policy import Mode, Passed, Policy, ServicePolicy, Severity
from harness.domain.selection import Selection
from harness.domain.system import System
from harness.domain.traffic import (
    CaseFailed,
    Depth,
    Exchange,
    Fault,
    HttpReply,
    HttpRequest,
    OperationExercised,
)
from harness.domain.typed import CodeContradicted, TypeDiagnostic, TypesChecked, TypesObserved
from harness.domain.verdict import Status, Verdict
from harness.domain.waiver import Renaming, Waiver
from harness.pipeline import run
from harness.reports.terminal import Look, render
from harness.reports.words import depth_line
from harness.stages.baselining import Terms, baseline_of
from harness.stages.judging import sign
from harness.stages.ports import Outside
from tests.fakes import FakeFiles, FakeProgress, FakeWorkers, a_service, a_shop

PACT = """{"consumer": {"name": "orders"}, "provider": {"name": "inventory"},
 "interactions": [{"type": "Synchronous/HTTP", "description": "the stock of a known sku",
  "request": {"method": "GET", "path": "/stock/A-1"}, "response": {"status": 200}}],
 "metadata": {"pactSpecification": {"version": "4.0"}}}"""
CRASH = Crash(
    seq=1,
    request=None,
    type="KeyError",
    message="'bulk'",
    frames=(Frame("inventory/app.py", 9, "stock", "inventory.app", "RATES[kind]"),),
    traceback="",
    in_flight=(),
    source="raised",
)


def key() -> str:
    """Name the one interaction of the pact."""
    return read_pact(PACT.encode(), path="").interactions[0].key


def healthy() -> dict[str, tuple[Evidence, ...]]:
    """Tell what a healthy shop shows."""
    verified = InteractionVerified(
        "orders",
        "inventory",
        key(),
        "the stock of a known sku",
        Outcome.PASSED,
        "GET",
        "/stock/A-1",
    )
    return {
        "types:orders": (TypesChecked("orders", "mypy"),),
        "types:inventory": (TypesChecked("inventory", "mypy"),),
        "consumer-tests:orders": (
            ContractTestRan("orders", "test_stock", Outcome.PASSED, providers=("inventory",)),
            PactGathered("orders", "inventory", PACT, path="contracts/pacts/orders-inventory.json"),
        ),
        "verify:inventory": (verified,),
    }


def verdict_of(
    script: dict[str, tuple[Evidence, ...]],
    config: Config | None = None,
    *,
    files: FakeFiles | None = None,
    catalog: tuple[Check, ...] = CATALOG,
    interrupt_after: int | None = None,
    selection: Selection | None = None,
) -> Verdict:
    """Take a scripted shop to its verdict."""
    workers = FakeWorkers(script, interrupt_after=interrupt_after)
    outside = Outside(files or FakeFiles(), workers, FakeProgress(), lambda: 0.0)
    return run(config or a_shop(), outside, catalog, selection or Selection())


def crashed(*, came_back: bool = True) -> CaseFailed:
    """Tell of a request that made inventory raise."""
    exchange = Exchange(HttpRequest("GET", "/stock/A-1?kind=bulk"), HttpReply(500))
    case = CaseFailed("inventory", "GET /stock/{sku}", Fault.CRASH, "KeyError", (exchange,))
    return replace(case, crash=CRASH, came_back=came_back)


def test_a_healthy_system_passes() -> None:
    """With evidence for each leg that can be looked at, and no finding, the verdict is passed."""
    verdict = verdict_of(healthy())
    (report,) = verdict.edges

    assert (verdict.status, verdict.exit_code, verdict.reasons) == (Status.PASSED, 0, ())
    assert report.edge.pair == Pair("orders", "inventory")
    assert [leg.status for leg in report.legs] == [
        LegStatus.TESTED,
        LegStatus.NOT_LOOKED_AT,
        LegStatus.TESTED,
    ]


def test_a_pact_is_kept_from_a_green_run_alone() -> None:
    """What a partial or red run gave is not written."""
    green, red = FakeFiles(), FakeFiles()
    script = healthy()
    verdict_of(script, files=green)
    tests, pact = script["consumer-tests:orders"]
    assert isinstance(pact, PactGathered)
    partial = replace(pact, complete=False, reason="1 test failed")
    verdict_of({**script, "consumer-tests:orders": (tests, partial)}, files=red)

    assert list(green.kept) == ["/workspace/contracts/pacts/orders-inventory.json"]
    assert red.kept == {}


def test_a_red_run_whose_tests_are_answered_for_is_seen() -> None:
    """What a baseline takes as known does not come back as a pact that was left alone."""
    script = healthy()
    test, pact = script["consumer-tests:orders"]
    assert isinstance(test, ContractTestRan)
    assert isinstance(pact, PactGathered)
    red = replace(test, outcome=Outcome.FAILED, message="no")
    left = replace(pact, complete=False, reason="1 test failed", is_red=True)
    first = verdict_of({**script, "consumer-tests:orders": (red, left)})
    (finding,) = (one for one in first.findings if one.check == "consumer-test-failed")
    answered = replace(
        a_shop(), waivers=(Waiver(finding.fingerprint, "", date(2099, 1, 1), "known"),)
    )

    def reasons(*evidence: Evidence) -> list[str]:
        seen = verdict_of({**script, "consumer-tests:orders": evidence}, answered)
        return [one.reason for one in seen.reasons if "left alone" in one.reason]

    other = replace(red, test="another")
    assert reasons(red, left) == []
    assert reasons(red, replace(left, is_red=False)) == ["left alone: 1 test failed"]
    assert reasons(red, other, left) == ["left alone: 1 test failed"]


def test_silence_is_inconclusive() -> None:
    """A verification that saw nothing leaves its leg without evidence, and the gate says so."""
    verdict = verdict_of({**healthy(), "verify:inventory": ()})

    assert (verdict.status, verdict.exit_code) == (Status.INCONCLUSIVE, 3)
    assert "provider-keeps-its-word" in verdict.reasons[0].reason


def test_a_step_that_could_not_look_is_inconclusive_with_its_reason() -> None:
    """A service that does not start is named, and the other steps' results stay."""
    lost = Unobserved("verify:inventory", "inventory exited with code 3", "look at its output")
    verdict = verdict_of({**healthy(), "verify:inventory": (lost,)})

    assert lost in verdict.reasons
    assert verdict.edges[0].legs[2].status is LegStatus.TESTED


def test_a_finding_outweighs_what_could_not_be_seen() -> None:
    """With both a finding and something unobserved, the exit code is that of the finding."""
    error = TypeDiagnostic("orders", "orders/a.py", 3, 1, "operator", "no", "orders.a.f", "x * y")
    script = {**healthy(), "types:orders": (error,), "types:inventory": (Unobserved("t", "died"),)}
    verdict = verdict_of(script)

    assert (verdict.status, verdict.exit_code) == (Status.FAILED, 1)
    assert verdict.edges[0].legs[2].status is LegStatus.FAILED
    assert verdict.findings[0].owner == "team-orders"


def test_policy_grades_from_outside() -> None:
    """A workspace may weigh a check otherwise, or switch it off."""
    error = TypeDiagnostic("orders", "orders/a.py", 3, 1, "operator", "no", "orders.a.f", "x * y")
    script = {**healthy(), "types:orders": (TypesChecked("orders", "mypy"), error)}
    softened = replace(a_shop(), policy=Policy({"type-error": Severity.WARNING}))
    silenced = replace(a_shop(), policy=Policy({"type-error": None}))

    assert verdict_of(script, softened).status is Status.PASSED
    assert verdict_of(script, softened).count(Severity.WARNING) == 1
    assert verdict_of(script, silenced).findings == ()


def test_what_is_believed_is_told_with_its_reason() -> None:
    """Code that policy believes, and types that nobody could observe, are left out in words."""
    place = ("/workspace/inventory/stock.py", 3, "inventory.stock", "level", "return")
    seen = Contradiction(Contradicted.ANNOTATION, *place, "int", "str '3'")
    script = healthy()
    script["verify:inventory"] += (
        CodeContradicted("inventory", seen),
        TypesObserved("inventory", "verify:inventory", "its Python is too old"),
    )
    believed = replace(
        a_shop(), policy=Policy(annotations=(Passed("inventory.stock", "texts will do"),))
    )

    told = verdict_of(script)
    assert [one.check for one in told.findings] == ["annotation-violated"]
    assert told.findings[0].owner == "team-inventory"
    verdict = verdict_of(script, believed)
    assert (verdict.status, verdict.findings) == (Status.PASSED, ())
    assert [(one.what, one.why) for one in verdict.left_out if "types" in one.what] == [
        ("the types of inventory while it runs", "its Python is too old")
    ]
    assert ("what values contradict at inventory.stock.level", "texts will do") in [
        (one.what, one.why) for one in verdict.left_out
    ]


def test_a_required_leg_without_evidence_is_inconclusive() -> None:
    """What policy requires and this version cannot do is told, never passed over."""
    strict = replace(a_shop(), policy=Policy(required=(Leg.PROVIDER, Leg.FIT)))

    assert verdict_of(healthy(), strict).status is Status.INCONCLUSIVE


def test_one_line_that_raises_is_one_finding() -> None:
    """A crash that both a contract and generated traffic reach is told once."""
    verified = InteractionVerified(
        "orders", "inventory", key(), "the stock", Outcome.FAILED, "GET", "/stock/A-1", crash=CRASH
    )
    script = {**healthy(), "verify:inventory": (verified, crashed())}
    (finding,) = verdict_of(script).findings

    assert finding.check == "service-crashes"
    assert "breaks a promise to orders" in finding.flaw.message
    assert finding.reproduce == f"harness reproduce {finding.fingerprint}"


def test_code_that_nobody_wrote_is_no_place() -> None:
    """What a dataclass made at run time is passed over for the line that called it, told once."""
    made = Frame("<string>", 4, "__setattr__", "inventory.app", "")
    crash = replace(CRASH, type="FrozenInstanceError", frames=(*CRASH.frames, made))
    broken: list[Evidence] = [
        InteractionVerified(
            "orders", "inventory", key(), name, Outcome.FAILED, "GET", "/stock/A-1", crash=crash
        )
        for name in ("the stock", "the same stock")
    ]
    script = {**healthy(), "verify:inventory": (*broken, replace(crashed(), crash=crash))}
    (finding,) = verdict_of(script).findings

    assert finding.flaw.location == Location("inventory/app.py", 9)
    assert finding.flaw.message.count("breaks a promise to orders") == 1


def test_a_fault_that_does_not_come_back_is_listed_and_turns_nothing() -> None:
    """A flaky finding is shown, and the verdict stays as it is."""
    script = {
        **healthy(),
        "verify:inventory": (*healthy()["verify:inventory"], crashed(came_back=False)),
    }
    verdict = verdict_of(script)

    assert verdict.findings[0].flaw.flaky
    assert verdict.status is Status.PASSED


def test_a_broken_check_does_not_stop_the_others() -> None:
    """A fault of a check is told as the harness's own, with exit code 4."""

    def broken(_facts: object) -> list[Flaw]:
        raise ZeroDivisionError

    bad = replace(CATALOG[0], id="bad-check", judge=broken)
    verdict = verdict_of(healthy(), catalog=(bad, *CATALOG))

    assert (verdict.status, verdict.exit_code) == (Status.BROKEN, 4)
    assert "ZeroDivisionError" in verdict.reasons[0].reason


def test_an_interrupted_run_exits_130_with_what_is_known() -> None:
    """Ctrl-C gives the verdict of an interrupted run, and what was seen stays in it."""
    verdict = verdict_of(healthy(), interrupt_after=1)

    assert verdict.exit_code == 130
    assert len(verdict.steps) == 1


def test_an_empty_workspace_does_not_pass() -> None:
    """A gate that checked nothing says so."""
    config = replace(a_shop(), services=(replace(a_service("bare"), app=None, packages=()),))

    assert verdict_of({}, config).status is Status.INCONCLUSIVE


def test_a_fingerprint_knows_no_line_and_no_wording() -> None:
    """Two flaws that differ in message, line and exchanges alone are one finding."""
    flaw = Flaw(
        "orders", "first wording", "hint", "KeyError in orders.a.f: x[y]", operation="GET /a"
    )
    moved = replace(flaw, message="other wording", hint="other", seen="500", detail="line 99")

    assert fingerprint("service-crashes", flaw) == fingerprint("service-crashes", moved)
    assert fingerprint("service-crashes", flaw) != fingerprint("type-error", flaw)


def test_a_slice_asks_only_for_what_it_looks_at() -> None:
    """`--check type-error` passes once the code is mended, whatever it did not look at."""
    selection = Selection(services=("orders",), checks=("type-error",))
    verdict = verdict_of(healthy(), selection=selection)

    assert (verdict.status, verdict.reasons) == (Status.PASSED, ())


@pytest.mark.parametrize(
    ("location", "anchor"),
    [
        (None, Location("orders/pyproject.toml", 1)),
        (Location("orders/app.py", 7), Location("orders/app.py", 7)),
        (
            Location("contracts/documents/orders.json"),
            Location("contracts/documents/orders.json", 1),
        ),
        (Location("/usr/lib/python3/json.py", 3), Location("orders/pyproject.toml", 1)),
        (Location("../other/app.py", 3), Location("orders/pyproject.toml", 1)),
        (Location("C:\\orders\\app.py", 3), Location("orders/pyproject.toml", 1)),
    ],
)
def test_every_finding_can_be_shown_at_a_line(location: Location | None, anchor: Location) -> None:
    """What lies at no line of the workspace is shown where its service is described."""
    (inventory, orders) = a_shop().services
    services = (inventory, replace(orders, described_in="orders/pyproject.toml"))
    flaw = Flaw("orders", "wrong", "mend", "cause", location=location)
    check = next(one for one in CATALOG if one.id == "type-error")
    signed = sign(check, flaw, Facts(System(replace(a_shop(), services=services)), ()))

    assert signed.anchor == anchor


@pytest.mark.parametrize("described_in", ["", "/elsewhere/pyproject.toml"])
def test_whoever_is_described_elsewhere_is_shown_at_the_workspace(described_in: str) -> None:
    """A service of another place, or one that is no member, has the workspace's own file."""
    (inventory, orders) = a_shop().services
    services = (inventory, replace(orders, described_in=described_in))
    facts = Facts(System(replace(a_shop(), services=services)), ())
    check = next(one for one in CATALOG if one.id == "type-error")
    anchors = {sign(check, Flaw(name, "a", "b", "c"), facts).anchor for name in ("orders", "mail")}

    assert anchors == {Location("pyproject.toml", 1)}


def test_levels_of_a_service_hold_for_what_it_must_mend() -> None:
    """On the consumer's leg that is the consumer, and the other services keep their levels."""
    error = TypeDiagnostic("orders", "orders/a.py", 3, 1, "operator", "no", "orders.a.f", "x * y")
    script = {**healthy(), "types:orders": (TypesChecked("orders", "mypy"), error)}

    def with_ceiling(service: str) -> Status:
        policy = Policy(services={service: ServicePolicy(at_most=Severity.WARNING)})
        return verdict_of(script, replace(a_shop(), policy=policy)).status

    assert (with_ceiling("orders"), with_ceiling("inventory")) == (Status.PASSED, Status.FAILED)


@pytest.mark.parametrize(
    ("script", "status", "code"),
    [
        ({"verify:inventory": ()}, Status.INCONCLUSIVE, 3),
        ({"verify:inventory": (crashed(),)}, Status.FAILED, 1),
        ({}, Status.PASSED, 0),
    ],
)
def test_an_advisory_gate_tells_the_truth_and_ends_with_0(
    script: dict[str, tuple[Evidence, ...]], status: Status, code: int
) -> None:
    """The status stays what it is; only the codes of findings and of the unseen are softened."""
    advisory = replace(a_shop(), policy=Policy(mode=Mode.ADVISORY))
    enforcing = verdict_of({**healthy(), **script})
    verdict = verdict_of({**healthy(), **script}, advisory)

    assert (verdict.status, verdict.exit_code, verdict.true_exit_code) == (status, 0, code)
    assert (enforcing.status, enforcing.exit_code) == (status, code)


def test_an_advisory_gate_softens_neither_faults_of_ours_nor_interruptions() -> None:
    """4 and 130 say nothing of the system, and stay."""
    advisory = replace(a_shop(), policy=Policy(mode=Mode.ADVISORY))

    def broken(_facts: object) -> list[Flaw]:
        raise ZeroDivisionError

    bad = replace(CATALOG[0], id="bad-check", judge=broken)
    assert verdict_of(healthy(), advisory, catalog=(bad, *CATALOG)).exit_code == 4
    assert verdict_of(healthy(), advisory, interrupt_after=1).exit_code == 130


def test_how_deep_requests_went_is_told_of_every_operation() -> None:
    """What nothing reached is there beside what was reached, by how far it came."""
    fared = {
        "GET /a": ({"accepted": 1, "rejected": 9}, Depth.ACCEPTED),
        "GET /b": ({"rejected": 9, "not_found": 1}, Depth.REJECTED),
        "GET /c": ({"unauthorised": 9}, Depth.ONLY_UNAUTHORISED),
        "GET /d": ({"not_found": 9}, Depth.ONLY_NOT_FOUND),
        "GET /e": ({"failed": 9}, Depth.ONLY_FAILURES),
        "GET /f": ({}, Depth.NEVER_REACHED),
    }
    answers = {"responses": {"200": {"description": "ok"}}}
    paths = {name.split()[1]: {"get": answers} for name in fared}
    document = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": paths}
    script = {
        **healthy(),
        "describe:inventory": (DocumentRead("inventory", "/openapi.json", json.dumps(document)),),
        "fuzz:inventory": tuple(
            OperationExercised("inventory", name, **counts)
            for name, (counts, _) in fared.items()
            if counts
        ),
    }
    verdict = verdict_of(script)

    assert {one.operation: one.depth for one in verdict.operations} == {
        name: depth for name, (_, depth) in fared.items()
    }
    assert depth_line(verdict) == (
        "depth: 1 of 6 operations accepted a request · 1 rejected · 1 only 401, 403 · 1 only 404 "
        "· 1 only failures · 1 never reached"
    )
    alone = verdict_of(script, selection=Selection(checks=("type-error",)))
    assert (alone.operations, depth_line(alone)) == ((), "")


def test_a_renamed_service_is_recognised_by_its_findings() -> None:
    """Its waivers are stale, its findings are new, and the verdict says what that looks like."""
    error = TypeDiagnostic("orders", "orders/a.py", 3, 1, "operator", "no", "orders.a.f", "x * y")
    script = {**healthy(), "types:orders": (TypesChecked("orders", "mypy"), error)}
    (finding,) = verdict_of(script).findings
    before = replace(finding.identity, subject="order-service").fingerprint
    old = Waiver(before, "order-service", None, "known", "", "type-error", "order-service")
    verdict = verdict_of(script, replace(a_shop(), waivers=(old,)))

    assert verdict.status is Status.FAILED
    assert verdict.renamings == (Renaming("order-service", "orders", 1),)
    still_there = replace(a_service("orders"), pacticipant="order-service", packages=("orders",))
    config = replace(a_shop(), waivers=(old,))
    both = replace(config, services=(*config.services, replace(still_there, name="x")))
    assert verdict_of(script, both).renamings == ()


def test_ten_thousand_findings_are_no_burden() -> None:
    """They are judged, told and taken as known in seconds; the screen shows as many as it helps."""
    errors = tuple(
        TypeDiagnostic("orders", "orders/a.py", at, 1, "operator", "no", f"orders.a.f{at}", "x * y")
        for at in range(10_000)
    )
    script: dict[str, tuple[Evidence, ...]] = {
        **healthy(),
        "types:orders": (TypesChecked("orders", "mypy"), *errors),
    }
    started = time.monotonic()
    verdict = verdict_of(script)
    told = render(verdict, Look())
    terms = Terms(date(2030, 6, 15), "there on day one")
    found = baseline_of(kept(verdict).findings, (), frozenset({Severity.ERROR}), terms)
    known = verdict_of(script, replace(a_shop(), waivers=found.new))
    elapsed_s = time.monotonic() - started

    assert len(found.new) == len(verdict.findings) == 10_000
    assert "… and 9,800 more; -v shows them" in told
    assert (known.status, len(render(known, Look())) < 10_000) == (Status.PASSED, True)
    assert "10,000 waived (10,000 without a last day)" in render(known, Look())
    assert elapsed_s < 30


def refused(outcome: Outcome = Outcome.FAILED) -> InteractionVerified:
    """Tell of the one interaction that the provider did not honour."""
    broken = (Mismatch("$.on_hand", "3", "none", "expected a number"),)
    names = ("orders", "inventory", key(), "the stock of a known sku")
    return InteractionVerified(*names, outcome, "GET", "/stock/A-1", mismatches=broken)


@pytest.mark.parametrize(
    "seen",
    [
        {"verify:inventory": (refused(),)},
        {"verify:inventory": (crashed(),)},
        {"verify:inventory": (refused(Outcome.ERROR), crashed())},
        {"types:orders": (TypeDiagnostic("orders", "a.py", 3, 1, "operator", "no", "a.f", "x"),)},
        {"consumer-tests:orders": (ContractTestRan("orders", "t", Outcome.FAILED, message="no"),)},
    ],
)
def test_with_a_baseline_an_unchanged_second_run_passes(
    seen: dict[str, tuple[Evidence, ...]],
) -> None:
    """What failed was looked at: taken as known, it leaves no leg without evidence."""
    script = {**healthy(), **seen}
    first = verdict_of(script)
    terms = Terms(date(2030, 6, 15), "there on day one")
    found = baseline_of(kept(first).findings, (), frozenset({Severity.ERROR}), terms)
    second = verdict_of(script, replace(a_shop(), waivers=found.new))

    assert first.status is Status.FAILED
    assert (second.reasons, second.status) == (
        first.reasons,
        Status.INCONCLUSIVE if first.reasons else Status.PASSED,
    )


def test_a_waived_warning_is_no_evidence() -> None:
    """What refutes nothing stands for nothing: the leg misses its evidence all the same."""
    script = {**healthy(), "verify:inventory": (refused(),)}
    warned = Policy(levels={"interaction-not-honoured": Severity.WARNING})
    first = verdict_of(script, replace(a_shop(), policy=warned))
    terms = Terms(date(2030, 6, 15), "there on day one")
    found = baseline_of(kept(first).findings, (), frozenset(Severity), terms)
    second = verdict_of(script, replace(a_shop(), policy=warned, waivers=found.new))

    assert len(found.new) == 1
    assert first.status is second.status is Status.INCONCLUSIVE
