"""The verdict for CI systems that read JUnit: what passed is there beside what failed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

from harness.domain.edge import EdgeReport, LegReport, LegStatus
from harness.domain.evidence import Unobserved
from harness.domain.finding import Finding, Location
from harness.domain.verdict import StepReport, Verdict
from harness.pages.plain import one_line, plain
from harness.reports.exchanges import exchange_lines
from harness.reports.words import SECOND_RUN, counted, leg_words, waiver_words

_ROOM = 20_000


@dataclass(frozen=True, slots=True)
class Case:
    """
    One test case.

    Shape: `outcome` is `failure`, `error` or `skipped`, empty for a pass; an error says that
    something was not seen.
    """

    group: str
    name: str
    outcome: str = ""
    message: str = ""
    detail: str = ""
    output: str = ""
    location: Location | None = None
    elapsed_ms: int = 0


def render(
    verdict: Verdict,
    checks: Mapping[str, frozenset[str]],
    off: frozenset[tuple[str, str]] = frozenset(),
) -> str:
    """
    Write the report: a suite for the steps, one for each leg of the edges, one for the checks.

    Shape: `checks` maps the id of each check that judged to the kinds of steps that it needs; `off`
    are checks that did not judge a service, each with its name.
    """
    suites = {
        "steps": list(_steps(verdict)),
        **{leg: list(cases) for leg, cases in _legs(verdict).items()},
        "checks": list(_checks(verdict, checks, off)),
    }
    root = ElementTree.Element("testsuites", name="contract-harness")
    _totals(root, [case for cases in suites.values() for case in cases], verdict.elapsed_ms)
    for name, cases in suites.items():
        if cases:
            root.append(_suite(name, cases, verdict))
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{_commanding_nothing(text)}\n'


def _commanding_nothing(text: str) -> str:
    """Write what a build's log would take for a command as references to the same characters."""
    return re.sub("#(?=#)", "&#35;", re.sub(r"(?m)^([^\S\n]*):(?=:)", r"\1&#58;", text))


def _steps(verdict: Verdict) -> Iterator[Case]:
    """What makes the verdict inconclusive is an error; what else was not seen is told."""
    told: set[Unobserved] = set()
    for step in verdict.steps:
        missing = tuple(one for one in step.unobserved if one in verdict.reasons)
        told.update(missing)
        yield Case(
            "steps",
            step.id,
            outcome="error" if missing else "",
            message="; ".join(f"{one.what}: {one.reason}" for one in missing),
            detail="\n".join(part for one in missing for part in (one.hint, one.detail) if part),
            output=_other(step, missing),
            elapsed_ms=step.elapsed_ms,
        )
    for reason in verdict.reasons:
        if reason not in told:
            detail = "\n".join(part for part in (reason.hint, reason.detail) if part)
            yield Case("not observed", reason.what, "error", reason.reason, detail)


def _other(step: StepReport, missing: tuple[Unobserved, ...]) -> str:
    others = [f"{one.what}: {one.reason}" for one in step.unobserved if one not in missing]
    return "\n".join(others)


def _legs(verdict: Verdict) -> dict[str, list[Case]]:
    suites: dict[str, list[Case]] = {}
    for report in verdict.edges:
        for leg in report.legs:
            suites.setdefault(leg.leg.value, []).append(_leg_case(report, leg))
    return suites


def _leg_case(report: EdgeReport, leg: LegReport) -> Case:
    """A leg that misses its evidence is told once, as an error among the steps' reasons."""
    outcomes = {
        LegStatus.FAILED: "failure",
        LegStatus.MISSING: "skipped",
        LegStatus.NOT_LOOKED_AT: "skipped",
    }
    outcome = outcomes.get(leg.status, "")
    words = leg_words(leg)
    return Case(
        str(report.edge.pair),
        report.edge.operation or "(no operation known)",
        outcome=outcome,
        message=f"{words}: {leg.reason}" if leg.reason else words,
        output="" if outcome else words,
    )


def _checks(
    verdict: Verdict, checks: Mapping[str, frozenset[str]], off: frozenset[tuple[str, str]]
) -> Iterator[Case]:
    """A check passes for a service only where every step that it needs was done and whole."""
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in verdict.findings:
        found.setdefault((finding.check, finding.flaw.service), []).append(finding)
    whole = _whole_steps(verdict)
    passed = {
        (check, service)
        for check, kinds in checks.items()
        for service in whole
        if kinds <= whole[service]
    }
    for check, service in sorted((passed - off) | set(found)):
        findings = found.get((check, service), [])
        yield from (_finding_case(one) for one in findings)
        if not findings:
            yield Case(check, service)


def _whole_steps(verdict: Verdict) -> Mapping[str, frozenset[str]]:
    whole: dict[str, frozenset[str]] = {}
    for step in verdict.steps:
        kind, _, service = step.id.partition(":")
        if step.evidence and not step.unobserved:
            whole[service] = whole.get(service, frozenset()) | {kind}
    return whole


def _finding_case(finding: Finding) -> Case:
    """
    Only an error that came back fails: other findings pass with what they say as output.

    Shape: what somebody answers for is skipped, with who and until when.
    """
    flaw = finding.flaw
    fails = finding.fails
    place = " ".join(part for part in (flaw.operation, flaw.where) if part)
    message = f"{finding.severity.value}{', flaky' if flaw.flaky else ''}: {flaw.message}"
    outcome = "failure" if fails else ""
    said = waiver_words(finding.waiver, expired=finding.expired) if finding.waiver else ""
    return Case(
        finding.check,
        f"{finding.subject} {place} [{finding.fingerprint}]".replace("  ", " "),
        outcome="skipped" if finding.is_waived else outcome,
        message=f"{said}: {flaw.message}" if said else flaw.message,
        detail=_detail(finding) if fails else "",
        output="" if fails else f"{message}\n{_detail(finding)}",
        location=flaw.location,
    )


def _detail(finding: Finding) -> str:
    flaw = finding.flaw
    lines = [
        f"{label}: {value}"
        for label, value in (
            ("expected", flaw.expected),
            ("seen", flaw.seen),
            ("witness", flaw.witness),
            ("at", str(flaw.location) if flaw.location else ""),
            ("owner", finding.owner),
            ("hint", flaw.hint),
            ("reproduce", finding.reproduce),
        )
        if value
    ]
    lines += exchange_lines(flaw.exchanges, limit=2000)
    if flaw.flaky:
        lines += [f"{SECOND_RUN} {flaw.seen_again}", *exchange_lines(flaw.again, limit=2000)]
    return "\n".join([*lines, flaw.detail] if flaw.detail else lines)


def _suite(name: str, cases: list[Case], verdict: Verdict) -> ElementTree.Element:
    elapsed_ms = sum(case.elapsed_ms for case in cases)
    suite = ElementTree.Element("testsuite", name=name)
    _totals(suite, cases, elapsed_ms)
    properties = ElementTree.SubElement(suite, "properties")
    for key, value in (
        ("status", verdict.status.value),
        ("exit_code", str(verdict.exit_code)),
        ("seed", str(verdict.seed)),
        ("examples", str(verdict.examples)),
        ("findings", counted(len(verdict.findings), "finding")),
    ):
        ElementTree.SubElement(properties, "property", name=key, value=value)
    suite.extend(_case(case) for case in cases)
    return suite


def _case(case: Case) -> ElementTree.Element:
    element = ElementTree.Element(
        "testcase",
        classname=one_line(case.group),
        name=one_line(case.name),
        time=f"{case.elapsed_ms / 1000:.3f}",
    )
    if case.location:
        element.set("file", one_line(case.location.file))
        if case.location.line is not None:
            element.set("line", str(case.location.line))
    if case.outcome:
        told = ElementTree.SubElement(element, case.outcome, message=one_line(case.message)[:2000])
        if case.outcome != "skipped":
            told.set("type", one_line(case.group))
            told.text = plain(f"{case.message}\n{case.detail}")[:_ROOM]
    if case.output:
        ElementTree.SubElement(element, "system-out").text = plain(case.output)[:_ROOM]
    return element


def _totals(element: ElementTree.Element, cases: list[Case], elapsed_ms: int) -> None:
    outcomes = [case.outcome for case in cases]
    element.set("tests", str(len(cases)))
    element.set("failures", str(outcomes.count("failure")))
    element.set("errors", str(outcomes.count("error")))
    element.set("skipped", str(outcomes.count("skipped")))
    element.set("time", f"{elapsed_ms / 1000:.3f}")
