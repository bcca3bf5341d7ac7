"""The verdict as GitLab's report of code quality."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Final

from harness.domain.evidence import Unobserved
from harness.domain.finding import Finding, Location
from harness.domain.json import Json
from harness.domain.policy import Severity
from harness.domain.verdict import Verdict
from harness.pages.plain import clipped, one_line
from harness.reports.json_text import json_text
from harness.reports.ranking import level_of, ranked
from harness.reports.surroundings import Surroundings
from harness.reports.words import counted

LIMIT: Final = 5000
"""How many issues are written; what GitLab shows is far less."""

_LONGEST: Final = 1000
_SEVERITIES: Final = {
    Severity.ERROR: "critical",
    Severity.WARNING: "minor",
    Severity.INFORMATION: "info",
}


def render(verdict: Verdict, around: Surroundings) -> str:
    """
    Write the report: an issue for each finding that nobody answers for, and for each silence.

    Shape: each has a fingerprint of its own, since GitLab drops what shares one; each has a file,
    relative to the repository, and a line.
    """
    issues = [
        *(_of_reason(one, around) for one in verdict.reasons),
        *(_of_finding(one, around) for one in ranked(verdict.findings) if not one.is_waived),
    ]
    if len(issues) > LIMIT:
        left = len(issues) - LIMIT + 1
        issues[LIMIT - 1 :] = [_more(left, around)]
    seen: Counter[str] = Counter()
    for issue in issues:
        identity = str(issue["fingerprint"])
        seen[identity] += 1
        if seen[identity] > 1:
            issue["fingerprint"] = _digest(f"{identity} {seen[identity]}")
    return json_text(issues)


def _of_finding(finding: Finding, around: Surroundings) -> dict[str, Json]:
    flaw = finding.flaw
    place = " ".join(part for part in (finding.subject, flaw.operation, flaw.where) if part)
    blocks = finding.fails and finding.flaw.consumer and finding.rules
    return _issue(
        f"{place}: {flaw.message} (reproduce: {finding.reproduce})",
        finding.check,
        finding.fingerprint,
        "blocker" if blocks else _SEVERITIES[level_of(finding)],
        finding.anchor,
        around,
    )


def _more(left: int, around: Surroundings) -> dict[str, Json]:
    words = f"and {counted(left, 'more finding')}: the other reports hold them"
    return _issue(words, "contract-harness", "more", "info", around.beginning, around)


def _of_reason(one: Unobserved, around: Surroundings) -> dict[str, Json]:
    return _issue(
        f"{one.what} was not observed: {one.reason}",
        "not-observed",
        f"not-observed {one.what}",
        "critical",
        around.beginning,
        around,
    )


def _issue(
    description: str,
    check: str,
    identity: str,
    severity: str,
    location: Location,
    around: Surroundings,
) -> dict[str, Json]:
    return {
        "type": "issue",
        "check_name": check,
        "description": clipped(one_line(description), _LONGEST),
        "categories": ["Bug Risk"],
        "severity": severity,
        "fingerprint": _digest(identity),
        "location": {"path": around.path(location), "lines": {"begin": location.line or 1}},
    }


def _digest(identity: str) -> str:
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:40]
