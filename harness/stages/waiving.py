"""Let those who answer for a finding until a day keep it from failing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from harness.domain.finding import Finding
from harness.domain.waiver import Waiver, WaiverReport, WaiverStanding


def with_waivers(
    findings: Iterable[Finding], waivers: Iterable[Waiver], today: date
) -> Iterator[Finding]:
    """Tell each finding who answers for it, and whether the day has passed."""
    known = {one.key: one for one in waivers}
    for finding in findings:
        waiver = known.get((about(finding), finding.fingerprint)) or known.get(
            ("", finding.fingerprint)
        )
        if waiver is None:
            yield finding
        else:
            yield replace(finding, waiver=waiver, expired=not waiver.holds_on(today))


def waiver_reports(
    waivers: Iterable[Waiver], findings: tuple[Finding, ...], today: date, *, is_whole: bool
) -> Iterator[WaiverReport]:
    """Tell what each waiver does; only a whole run shows that one is about nothing any more."""
    used = {one.waiver.key for one in findings if one.waiver}
    for waiver in waivers:
        if waiver.key in used:
            holds = waiver.holds_on(today)
            standing = WaiverStanding.IN_FORCE if holds else WaiverStanding.EXPIRED
        else:
            standing = WaiverStanding.STALE if is_whole else WaiverStanding.UNUSED
        yield WaiverReport(waiver, standing)


def about(finding: Finding) -> str:
    """Whom a waiver of a finding names: the consumer, or the service where no edge is concerned."""
    return finding.flaw.consumer or finding.flaw.service
