"""Which findings are told first, where there is not room for all."""

from __future__ import annotations

from collections.abc import Iterable

from harness.domain.finding import Finding
from harness.domain.policy import Severity

_GRAVITY = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFORMATION: 2}


def ranked(findings: Iterable[Finding]) -> list[Finding]:
    """
    Put first what fails, and of that what a change brought and what breaks somebody.

    What somebody answers for comes last; of equals the verdict's order stays.
    """
    return sorted(findings, key=_rank)


def level_of(finding: Finding) -> Severity:
    """Grade as the verdict does: an error that did not come back counts as a warning."""
    flaky = finding.severity is Severity.ERROR and finding.flaw.flaky
    return Severity.WARNING if flaky else finding.severity


def _rank(finding: Finding) -> tuple[bool, bool, int, bool, bool]:
    return (
        finding.is_waived,
        not finding.fails,
        _GRAVITY[finding.severity],
        not finding.rules,
        not finding.flaw.consumer,
    )
