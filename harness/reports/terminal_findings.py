"""Findings for people: what, where, why, what to do, and the line that shows it again."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from harness.domain.finding import Finding, Flaw
from harness.domain.policy import Severity
from harness.domain.traffic import Exchange
from harness.pages.plain import one_line, plain
from harness.reports.exchanges import exchange_lines
from harness.reports.words import SECOND_RUN, waiver_words

_STYLES = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "bold yellow",
    Severity.INFORMATION: "bold blue",
}
_SHOWN_ERRORS = 200
_SHOWN_WARNINGS = 40
_SHOWN_INFORMATION = 20
_SHOWN_WAIVED = 20


def finding_blocks(findings: tuple[Finding, ...], verbosity: int) -> Iterator[RenderableType]:
    """Write errors and warnings whole, information in a line each; `-v` writes all of it whole."""
    for severity, limit in (
        (Severity.ERROR, _SHOWN_ERRORS),
        (Severity.WARNING, _SHOWN_WARNINGS),
        (Severity.INFORMATION, _SHOWN_INFORMATION),
    ):
        graded = [one for one in findings if one.severity is severity and not one.is_waived]
        shown = graded if verbosity > 0 else graded[:limit]
        for finding in shown:
            if severity is Severity.INFORMATION and verbosity <= 0:
                yield _short(finding)
            else:
                yield from _whole(finding, verbosity)
        if len(graded) > len(shown):
            yield Text(f"… and {len(graded) - len(shown):,} more; -v shows them", style="dim")
        if severity is Severity.INFORMATION and shown:
            yield ""
    yield from _waived(findings, verbosity)


def _waived(findings: tuple[Finding, ...], verbosity: int) -> Iterator[RenderableType]:
    """Tell in a line or two what somebody answers for; `-v` writes it whole."""
    waived = [one for one in findings if one.is_waived]
    shown = waived if verbosity > 0 else waived[:_SHOWN_WAIVED]
    for finding in shown:
        if verbosity > 0:
            yield from _whole(finding, verbosity)
        else:
            yield _short(finding).append(f"  {finding.fingerprint}", style="dim")
    if len(waived) > len(shown):
        yield Text(f"… and {len(waived) - len(shown):,} more are waived; -v shows them", "dim")
    if waived and verbosity <= 0:
        yield ""


def _short(finding: Finding) -> Text:
    line = _heading(finding)
    return line.append(f"  {_subject(finding)}: {one_line(finding.flaw.message)}")


def _whole(finding: Finding, verbosity: int) -> Iterator[RenderableType]:
    flaw = finding.flaw
    yield _heading(finding).append(f"  {finding.fingerprint}", style="dim")
    yield _indented(Text(_subject(finding), style="bold"))
    yield _indented(Text(plain(flaw.message)))
    for label, value in _labelled(finding):
        yield _labelled_row(label, value)
    if flaw.witness:
        yield _unwrapped(f"  witness    {one_line(flaw.witness)}")
    if flaw.detail:
        yield from _detail(flaw.detail, 200 if verbosity > 0 else 12)
    if flaw.exchanges:
        yield _indented(Text("requests, shortest known sequence:", style="dim"))
        yield from _exchanges(flaw.exchanges, verbosity)
    if flaw.flaky:
        yield from _second_run(flaw, verbosity)
    if flaw.hint:
        yield _indented(Text(f"hint: {one_line(flaw.hint)}"))
    yield _unwrapped(f"  reproduce: {one_line(finding.reproduce)}")
    yield ""


def _exchanges(exchanges: tuple[Exchange, ...], verbosity: int) -> Iterator[RenderableType]:
    for line in exchange_lines(exchanges, limit=4000 if verbosity > 0 else 400):
        yield _unwrapped(f"    {line}")


def _second_run(flaw: Flaw, verbosity: int) -> Iterator[RenderableType]:
    """Tell what was seen where the fault did not come back."""
    told = f" {one_line(flaw.seen_again)}" if flaw.seen_again else ""
    yield _indented(Text(f"{SECOND_RUN}{told}", style="dim"))
    yield from _exchanges(flaw.again, verbosity)


def _heading(finding: Finding) -> Text:
    line = Text(finding.severity.value, style=_STYLES[finding.severity])
    line.append(f"  {one_line(finding.check)}", style="bold")
    if finding.flaw.flaky:
        line.append("  flaky: it did not come back", style="yellow")
    if finding.waiver:
        line.append(
            f"  {one_line(waiver_words(finding.waiver, expired=finding.expired))}", "yellow"
        )
    return line


def _subject(finding: Finding) -> str:
    edge = finding.edge
    whom = str(edge.pair) if edge else finding.flaw.service
    parts = (whom, finding.flaw.operation, finding.flaw.where)
    return one_line(" · ".join(part for part in parts if part))


def _labelled(finding: Finding) -> Iterator[tuple[str, str]]:
    flaw = finding.flaw
    confirmed = flaw.confirmation.value
    if flaw.occurrences > 1:
        confirmed += f", seen {flaw.occurrences:,} times"
    rows = (
        ("expected", flaw.expected),
        ("seen", flaw.seen),
        ("at", str(flaw.location) if flaw.location else ""),
        ("owner", finding.owner),
        ("confirmed", confirmed),
    )
    return ((label, value) for label, value in rows if value)


def _labelled_row(label: str, value: str) -> Padding:
    row = Table.grid(padding=(0, 2, 0, 0))
    row.add_column(width=9, no_wrap=True)
    row.add_column(overflow="fold")
    row.add_row(Text(label, style="dim"), Text(one_line(value)))
    return Padding(row, (0, 0, 0, 2))


def _detail(detail: str, limit: int) -> Iterator[RenderableType]:
    """Show the end, where a traceback says what it has to say."""
    lines = plain(detail).strip("\n").splitlines()
    if len(lines) > limit:
        left_out = len(lines) - limit
        yield _unwrapped(f"    … {left_out} lines before; -v shows them")
        lines = lines[-limit:]
    yield from (_unwrapped(f"    {line}") for line in lines)


def _indented(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, 2))


def _unwrapped(line: str) -> Text:
    """Leave a line whole, so that it can be copied."""
    return Text(line, no_wrap=True, overflow="ignore")
