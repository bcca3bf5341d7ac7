"""What a run makes of the waivers: who is added, renewed, left over its day, or about nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from harness.domain.finding import Named
from harness.domain.policy import Severity
from harness.domain.waiver import Waiver, WaiverKey


@dataclass(frozen=True, slots=True)
class Terms:
    """
    What entries are written with.

    Shape: without an `owner` each has that of its finding; without `until` none has a last day.
    """

    today: date
    reason: str
    owner: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Baseline:
    """
    The waivers of a workspace held against the findings of a run.

    Shape: `new` are entries for findings that nobody answers for, `renewed` for those whose day has
    passed; `expired` are what these have now; `stale` are about nothing that the run found.
    """

    new: tuple[Waiver, ...]
    renewed: tuple[Waiver, ...]
    expired: tuple[Waiver, ...]
    stale: tuple[Waiver, ...]


def baseline_of(
    findings: Iterable[Named],
    waivers: Iterable[Waiver],
    severities: frozenset[Severity],
    terms: Terms,
) -> Baseline:
    """Hold the waivers against the findings; only those of the severities get entries."""
    waivers = tuple(waivers)
    known = {one.key: one for one in waivers}
    new: dict[WaiverKey, Waiver] = {}
    over: dict[WaiverKey, tuple[Waiver, Waiver]] = {}
    used: set[WaiverKey] = set()
    for finding in findings:
        waiver = _held_by(finding, known)
        if waiver is not None:
            used.add(waiver.key)
        if finding.severity not in severities:
            continue
        if waiver is None:
            entry = _entry(finding, finding.about, terms)
            new.setdefault(entry.key, entry)
        elif not waiver.holds_on(terms.today):
            over[waiver.key] = (waiver, _entry(finding, waiver.consumer, terms))
    return Baseline(
        new=tuple(new.values()),
        renewed=tuple(entry for _, entry in over.values()),
        expired=tuple(waiver for waiver, _ in over.values()),
        stale=tuple(one for one in waivers if one.key not in used),
    )


def by_check(waivers: Iterable[Waiver]) -> Iterator[tuple[str, int]]:
    """Count waivers by the check of their findings, the most frequent first."""
    counts: dict[str, int] = {}
    for one in waivers:
        counts[one.check] = counts.get(one.check, 0) + 1
    yield from sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _held_by(finding: Named, known: Mapping[WaiverKey, Waiver]) -> Waiver | None:
    limited, general = (finding.about, finding.fingerprint), ("", finding.fingerprint)
    return known.get(limited) or known.get(general)


def _entry(finding: Named, consumer: str, terms: Terms) -> Waiver:
    return Waiver(
        finding.fingerprint,
        consumer,
        terms.until,
        terms.reason,
        terms.owner or finding.owner,
        finding.check,
        finding.subject,
    )
