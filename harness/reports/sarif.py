"""The verdict in SARIF 2.1.0, for code scanning and for editors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote

from harness import __version__
from harness.checks.catalog import CATALOG
from harness.checks.check import Check
from harness.domain.evidence import Unobserved
from harness.domain.finding import Finding, Location
from harness.domain.json import Json
from harness.domain.policy import Severity
from harness.domain.verdict import Status, Verdict
from harness.pages.plain import clipped, one_line, plain
from harness.reports.json_text import json_text
from harness.reports.pages import help_of
from harness.reports.ranking import level_of, ranked
from harness.reports.surroundings import Surroundings
from harness.reports.words import EXITS, counted, waiver_words

SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
LIMIT: Final = 5000
"""How many results of a run GitHub shows; more than 25,000 it refuses."""

NOT_OBSERVED: Final = "not-observed"
"""The rule of what keeps a verdict from passing though nothing was found."""

_LONGEST: Final = 1000
_LEVELS: Final = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFORMATION: "note",
}
_RAN: Final = frozenset({Status.PASSED, Status.FAILED})


def render(verdict: Verdict, around: Surroundings) -> str:
    """
    Write one run: a result for each finding and for each thing that was not observed.

    Shape: files are named relative to the repository; a result is known again by the fingerprint
    of its finding, which is also put where code scanning looks for it. What somebody answers for
    is a note, suppressed with the reason.
    """
    found = [*ranked(verdict.findings)][: max(0, LIMIT - len(verdict.reasons))]
    rules = _rules(found, around, has_reasons=bool(verdict.reasons))
    indices = {str(rule["id"]): number for number, rule in enumerate(rules)}
    results = [
        *(_reason(one, around, indices) for one in verdict.reasons[:LIMIT]),
        *_results(found, around, indices),
    ]
    left = len(verdict.findings) - len(found)
    run: Json = {
        "tool": {
            "driver": {
                "name": "contract-harness",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": rules,
            }
        },
        "automationDetails": {"id": f"contract-harness/{around.prefix}"},
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "the root of the repository"}}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(verdict, left)],
        "results": results,
        "properties": {
            "status": verdict.status.value,
            "seed": verdict.seed,
            "examples": verdict.examples,
        },
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rules(
    found: list[Finding], around: Surroundings, *, has_reasons: bool
) -> list[dict[str, Json]]:
    """Describe the checks that judged, those that found something and have another name too."""
    named = {one.check for one in found}
    known = [_rule(one) for one in CATALOG if one.id in around.judged or one.id in named]
    strange = named - {one.id for one in CATALOG}
    known += [{"id": name, "shortDescription": {"text": name}} for name in sorted(strange)]
    if has_reasons:
        words = "something that the verdict needs could not be observed"
        known.append({"id": NOT_OBSERVED, "shortDescription": {"text": words}})
    return known


def _rule(check: Check) -> dict[str, Json]:
    page = help_of(check.id)
    leg = [check.leg.value] if check.leg else []
    return {
        "id": check.id,
        "name": "".join(word.capitalize() for word in check.id.split("-")),
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": check.title},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": _LEVELS[check.severity]},
        "properties": {"tags": ["contract", *leg], "problem.severity": _problem(check.severity)},
    }


def _problem(severity: Severity) -> str:
    return "recommendation" if severity is Severity.INFORMATION else severity.value


def _results(
    found: list[Finding], around: Surroundings, indices: Mapping[str, int]
) -> Iterator[Json]:
    """Tell findings; of several with one fingerprint each later one has its number added."""
    seen: Counter[str] = Counter()
    for finding in found:
        seen[finding.fingerprint] += 1
        nth = seen[finding.fingerprint]
        identity = finding.fingerprint if nth == 1 else f"{finding.fingerprint}:{nth}"
        yield _result(finding, identity, around, indices)


def _result(
    finding: Finding, identity: str, around: Surroundings, indices: Mapping[str, int]
) -> Json:
    flaw = finding.flaw
    level = "note" if finding.is_waived else _LEVELS[level_of(finding)]
    place = " ".join(part for part in (finding.subject, flaw.operation, flaw.where) if part)
    result: dict[str, Json] = {
        "ruleId": finding.check,
        "ruleIndex": indices[finding.check],
        "level": level,
        "message": {"text": _message(finding)},
        "locations": [
            {
                "physicalLocation": _physical(finding.anchor, around),
                "logicalLocations": [{"fullyQualifiedName": one_line(place)}],
            }
        ],
        "partialFingerprints": {
            "contractHarness/v1": identity,
            "primaryLocationLineHash": identity,
        },
        "properties": {
            "service": flaw.service,
            "consumer": flaw.consumer,
            "owner": finding.owner,
            "fingerprint": finding.fingerprint,
            "confirmation": flaw.confirmation.value,
            "flaky": flaw.flaky,
            "rules": list(finding.rules),
            "witness": clipped(flaw.witness, _LONGEST),
            "reproduce": finding.reproduce,
        },
    }
    if finding.waiver and finding.is_waived:
        said = one_line(waiver_words(finding.waiver, expired=False))
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": said}]
    return result


def _message(finding: Finding) -> str:
    flaw = finding.flaw
    parts = (
        f"{flaw.message}{' (flaky: it did not come back)' if flaw.flaky else ''}",
        f"expected: {flaw.expected}" if flaw.expected else "",
        f"seen: {flaw.seen}" if flaw.seen else "",
        f"hint: {flaw.hint}" if flaw.hint else "",
        f"reproduce: {finding.reproduce}",
    )
    return "\n".join(_text(part) for part in parts if part)


def _text(text: str) -> str:
    """Write text for a message, in which a bracket and a parenthesis would make a link."""
    return clipped(plain(text), _LONGEST).replace("](", "] (")


def _reason(one: Unobserved, around: Surroundings, indices: Mapping[str, int]) -> Json:
    parts = (f"{one.what} was not observed: {one.reason}", f"hint: {one.hint}" if one.hint else "")
    return {
        "ruleId": NOT_OBSERVED,
        "ruleIndex": indices[NOT_OBSERVED],
        "level": "error",
        "message": {"text": "\n".join(_text(part) for part in parts if part)},
        "locations": [{"physicalLocation": _physical(around.beginning, around)}],
        "partialFingerprints": {"contractHarness/v1": f"{NOT_OBSERVED}: {one.what}"},
    }


def _physical(location: Location, around: Surroundings) -> Json:
    return {
        "artifactLocation": {
            "uri": quote(around.path(location), safe="/", errors="backslashreplace"),
            "uriBaseId": "SRCROOT",
        },
        "region": {"startLine": location.line or 1},
    }


def _invocation(verdict: Verdict, left: int) -> Json:
    """Say how the run ended; what was not observed and what is left out is told as its note."""
    notes: list[Json] = []
    if verdict.status not in _RAN:
        notes.append({"level": "error", "message": {"text": EXITS[verdict.status]}})
    if left:
        text = f"{counted(left, 'more finding')} are left out: only {LIMIT:,} results are shown"
        notes.append({"level": "warning", "message": {"text": text}})
    return {
        "executionSuccessful": verdict.status in _RAN,
        "exitCode": verdict.exit_code,
        "toolExecutionNotifications": notes,
    }
