"""Who breaks, in Markdown: the sentence that a reviewer reads first, and what stands behind it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final

from harness.domain.edge import Leg
from harness.domain.evidence import Unobserved
from harness.domain.finding import Finding
from harness.domain.verdict import Status, Verdict
from harness.pages.plain import clipped, plain
from harness.reports.exchanges import exchange_lines
from harness.reports.markdown import block, code, link, listed
from harness.reports.ranking import ranked
from harness.reports.surroundings import Surroundings
from harness.reports.words import counted, waiver_words

_SHOWN_IN_A_HEADING: Final = 3
_LINES_OF_DETAIL: Final = 12
_HEADINGS: Final = {
    Status.PASSED: "Nobody breaks",
    Status.INCONCLUSIVE: "Nobody is known to break, but not all that is required was seen",
    Status.BROKEN: "The gate itself broke",
    Status.INTERRUPTED: "The gate was interrupted",
}


def heading(verdict: Verdict) -> str:
    """Say in a sentence who breaks, and whether it comes from a change."""
    if verdict.status is not Status.FAILED:
        return _HEADINGS[verdict.status]
    failing = [one for one in ranked(verdict.findings) if one.fails]
    broken = [one for one in failing if one.flaw.consumer]
    changed = [one for one in broken if one.rules]
    if changed:
        return f"Your change breaks {_whom(changed)}"
    if broken:
        return _whom(broken, verb=" breaks")
    if failing:
        return f"{listed(one.flaw.service for one in failing)} must be mended"
    return "The gate failed"


def other_changes(verdict: Verdict) -> Iterator[str]:
    """Tell the changes that break nobody: those that nobody reads, and those that are read."""
    breaks = any(one.fails and one.rules for one in verdict.findings)
    harmless = [one for one in verdict.findings if one.flaw.readers is not None]
    unread = [one for one in harmless if not one.flaw.readers]
    read = [one for one in harmless if one.flaw.readers]
    if unread:
        yield f"Nobody reads the {_changes(unread, other=breaks)}: {listed(map(_changed, unread))}."
    if read:
        readers = listed(name for one in read for name in one.flaw.readers or ())
        what = _changes(read, other=breaks or bool(unread))
        verb = (
            "breaks nobody who is known, and is"
            if len(read) == 1
            else ("break nobody who is known, and are")
        )
        yield f"The {what} {verb} read by {readers}: {listed(map(_changed, read))}."


def finding_block(finding: Finding, around: Surroundings) -> str:
    """Tell a finding whole: whom it concerns, what is wrong, the reply, the line, what to do."""
    flaw = finding.flaw
    head = (
        f"{finding.severity.value} {code(finding.check)}",
        f"{code(flaw.operation)} of {code(flaw.service)}" if flaw.operation else "",
        f"owner {code(finding.owner)}" if finding.owner else "",
        "flaky: it did not come back" if flaw.flaky else "",
        code(waiver_words(finding.waiver, expired=finding.expired)) if finding.waiver else "",
    )
    parts = (
        f"### {_subject(finding)}\n",
        " · ".join(part for part in head if part) + "\n",
        block(flaw.message),
        *_evidence(finding, around),
        f"To do: {code(flaw.hint)}\n" if flaw.hint else "",
        f"See it again: {code(finding.reproduce, 1000)}\n",
    )
    return "".join(f"{part}\n" for part in parts if part)


def finding_line(finding: Finding) -> str:
    """Tell a finding in a line of a list."""
    flaw = finding.flaw
    told = " ".join(part for part in (finding.subject, flaw.operation, flaw.where) if part)
    state = " flaky" if flaw.flaky else " waived" if finding.is_waived else ""
    head = f"- {finding.severity.value}{state} {code(finding.check)}"
    return f"{head} {code(told)} {code(flaw.message)}\n"


def reasons_list(reasons: Iterable[Unobserved], limit: int = 20) -> str:
    """List what was not observed, with its reason."""
    told = list(reasons)
    lines = [
        f"- {code(one.what)}: {code(one.reason)}"
        + (f" To do: {code(one.hint)}" if one.hint else "")
        for one in told[:limit]
    ]
    if len(told) > limit:
        lines.append(f"- and {len(told) - limit:,} more")
    return "".join(f"{line}\n" for line in lines)


def _pairs(broken: list[Finding]) -> list[tuple[str, str]]:
    """Name each consumer that breaks with the first place where it does."""
    places: dict[str, str] = {}
    for one in broken:
        places.setdefault(one.flaw.consumer, one.flaw.where)
    return list(places.items())


def _whom(broken: list[Finding], verb: str = "") -> str:
    """Name the consumers that break, each with its first place, as the rest of a sentence."""
    pairs = _pairs(broken)
    told = [
        f"{code(consumer)}{verb} at {code(where)}" if where else f"{code(consumer)}{verb}"
        for consumer, where in pairs[:_SHOWN_IN_A_HEADING]
    ]
    if len(pairs) > _SHOWN_IN_A_HEADING:
        told.append(counted(len(pairs) - _SHOWN_IN_A_HEADING, "other"))
    return " and ".join(part for part in (", ".join(told[:-1]), told[-1]) if part)


def _changes(found: list[Finding], *, other: bool) -> str:
    noun = "changed field" if all(one.flaw.where.startswith("$") for one in found) else "change"
    which = "other " if other else ""
    return f"{which}{noun}" if len(found) == 1 else f"{which}{len(found):,} {noun}s"


def _changed(finding: Finding) -> str:
    flaw = finding.flaw
    return " ".join(part for part in (flaw.operation, flaw.where) if part) or flaw.rule


def _subject(finding: Finding) -> str:
    flaw = finding.flaw
    at = f" at {code(flaw.where)}" if flaw.where else ""
    if finding.edge is None:
        return f"{code(flaw.service)}{at}"
    verb = "breaks" if finding.fails else "is concerned"
    return f"{code(flaw.consumer)} {verb}{at}"


def _evidence(finding: Finding, around: Surroundings) -> Iterator[str]:
    flaw = finding.flaw
    if flaw.witness:
        yield f"{_sent(finding)} that shows it:\n"
        yield block(flaw.witness, _language(flaw.witness))
    if flaw.example:
        yield f"The contract's own example holds {code(flaw.example)} there.\n"
    if flaw.exchanges:
        yield "The shortest known requests that show it:\n"
        yield block("\n".join(exchange_lines(flaw.exchanges, limit=400)), "bash")
    if flaw.location:
        yield f"The line: {link(str(flaw.location), around.link(flaw.location))}\n"
    if flaw.detail:
        lines = plain(flaw.detail).strip("\n").split("\n")
        yield block("\n".join(clipped(line, 400) for line in lines[-_LINES_OF_DETAIL:]))


def _sent(finding: Finding) -> str:
    """Name what a witness is: what the provider replies, what the consumer asks, or a message."""
    if finding.leg is not Leg.FIT:
        return "The reply"
    if finding.flaw.operation and " /" not in finding.flaw.operation:
        return "The message"
    told = (finding.check, *finding.rules)
    return "The request" if any(one.startswith("request-") for one in told) else "The reply"


def _language(text: str) -> str:
    try:
        json.loads(text)
    except ValueError:
        return "text"
    return "json"
