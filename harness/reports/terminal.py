"""The verdict for people: edges, findings, what was not seen, and one line that says it all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import groupby

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from harness.domain.edge import EdgeReport, Leg, LegReport, LegStatus
from harness.domain.evidence import Unobserved
from harness.domain.traffic import Depth
from harness.domain.verdict import Status, Verdict
from harness.pages.plain import one_line, plain
from harness.reports.terminal_findings import finding_blocks
from harness.reports.terminal_waivers import waiver_blocks
from harness.reports.words import (
    ADVISORY,
    DEPTHS,
    LEGEND,
    depth_line,
    leg_words,
    notes,
    results_words,
    reuse_words,
    reused,
    seconds,
    snapshot_words,
    verdict_line,
)

_TITLES = {
    Leg.PROVIDER: "provider keeps its word",
    Leg.FIT: "words fit",
    Leg.CONSUMER: "consumer copes",
}
_STYLES = {
    LegStatus.PROVEN: "green",
    LegStatus.TESTED: "green",
    LegStatus.FAILED: "red",
    LegStatus.MISSING: "yellow",
    LegStatus.NOT_LOOKED_AT: "dim",
}
_VERDICTS = {
    Status.PASSED: "bold green",
    Status.FAILED: "bold red",
    Status.INCONCLUSIVE: "bold yellow",
    Status.BROKEN: "bold red",
    Status.INTERRUPTED: "bold yellow",
}


_SHALLOW_SHOWN = 10
_TRAILING = re.compile(r"(?: |\x1b\[[0-9;]*m)+$")


@dataclass(frozen=True, slots=True)
class Look:
    """
    How a terminal report is to look.

    Shape: `verbosity` is -1 for findings and verdict alone, 1 for all there is.
    """

    width: int = 100
    colour: bool = False
    verbosity: int = 0


def render(verdict: Verdict, look: Look) -> str:
    """Write the whole report."""
    return as_text(_parts(verdict, look.verbosity), look)


def as_text(parts: Iterator[RenderableType], look: Look) -> str:
    """Lay renderable parts out as text, without asking the world about its terminal."""
    out = StringIO()
    console = Console(
        file=out,
        width=max(look.width, 60),
        force_terminal=look.colour,
        color_system="standard" if look.colour else None,
        legacy_windows=False,
        emoji=False,
        highlight=False,
        markup=False,
        _environ={},
    )
    for part in parts:
        console.print(part, soft_wrap=isinstance(part, Text) and part.no_wrap is True)
    return "".join(f"{_TRAILING.sub(_escapes, line)}\n" for line in out.getvalue().split("\n")[:-1])


def _escapes(trailing: re.Match[str]) -> str:
    """Drop the blanks that fill a line, and keep what ends its colours."""
    return trailing.group().replace(" ", "")


def _parts(verdict: Verdict, verbosity: int) -> Iterator[RenderableType]:
    if verbosity >= 0:
        yield from _edges(verdict)
        yield from _reused(verdict)
    if verbosity > 0:
        yield from _steps(verdict)
        yield from _operations(verdict)
    yield from finding_blocks(verdict.findings, verbosity)
    yield from _unobserved(verdict, verbosity)
    yield from _depth(verdict, verbosity)
    yield from _snapshot(verdict, verbosity)
    if verdict.exit_code != verdict.true_exit_code:
        yield Text(ADVISORY, style="bold")
    style = _VERDICTS[verdict.status]
    yield Text(one_line(verdict_line(verdict)), style=style, no_wrap=True, overflow="ignore")


def _edges(verdict: Verdict) -> Iterator[RenderableType]:
    if not verdict.edges:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("edge", ratio=None, overflow="fold", min_width=16)
    legs = [leg.leg for leg in verdict.edges[0].legs]
    for leg in legs:
        table.add_column(_TITLES[leg], overflow="fold", min_width=10)
    for pair, reports in groupby(verdict.edges, key=lambda report: report.edge.pair):
        table.add_row(Text(one_line(str(pair)), style="bold"))
        for report in reports:
            table.add_row(*_row(report))
    yield table
    yield Text(LEGEND, style="dim")
    yield ""


def _row(report: EdgeReport) -> Iterator[Text]:
    yield Text("  " + (one_line(report.edge.operation) or "(no operation known)"))
    yield from (_cell(leg) for leg in report.legs)


def _cell(leg: LegReport) -> Text:
    return Text(leg_words(leg), style=_STYLES[leg.status])


def _steps(verdict: Verdict) -> Iterator[RenderableType]:
    if not verdict.steps:
        return
    table = Table("step", "took", "evidence", "why", box=None, pad_edge=False, header_style="bold")
    for step in verdict.steps:
        took = seconds(step.elapsed_ms)
        told = "; ".join(filter(None, (step.why, reuse_words(step))))
        name, why = Text(one_line(step.id)), Text(one_line(told), style="dim")
        table.add_row(name, Text(took, justify="right"), f"{step.evidence:,}", why)
    yield table
    yield ""


def _reused(verdict: Verdict) -> Iterator[RenderableType]:
    """Say how much of the evidence earlier runs had gathered, and who ran them."""
    told = reused(verdict)
    if told:
        yield Text(one_line(told), style="dim")
        yield ""


def _snapshot(verdict: Verdict, verbosity: int) -> Iterator[RenderableType]:
    """Say what came from a snapshot, and how old that is: no verdict goes without it."""
    for line in results_words(verdict):
        yield Text(one_line(line), no_wrap=True, overflow="ignore")
    told = snapshot_words(verdict)
    if told:
        yield Text(one_line(told), no_wrap=True, overflow="ignore")
        if verbosity > 0 and verdict.snapshot:
            yield from (Text(f"  {one_line(path)}", style="dim") for path in verdict.snapshot.taken)


def _operations(verdict: Verdict) -> Iterator[RenderableType]:
    if not verdict.operations:
        return
    columns = ("generated requests", "2xx, 3xx", "401, 403", "404", "other 4xx", "failed")
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for one in verdict.operations:
        counts = (one.accepted, one.unauthorised, one.not_found, one.rejected, one.failed)
        name = Text(one_line(f"{one.service} {one.operation}"))
        table.add_row(name, *(f"{count:,}" for count in counts))
    yield table
    yield ""


def _depth(verdict: Verdict, verbosity: int) -> Iterator[RenderableType]:
    """Say how deep generated requests went, and where they never got anywhere."""
    if not depth_line(verdict):
        return
    yield Text(depth_line(verdict), no_wrap=True, overflow="ignore")
    for depth, words in DEPTHS.items() if verbosity >= 0 else ():
        names = [f"{one.service} {one.operation}" for one in verdict.operations
                 if one.depth is depth is not Depth.ACCEPTED]  # fmt: skip
        if names:
            shown = names if verbosity > 0 else names[:_SHALLOW_SHOWN]
            more = f" and {len(names) - len(shown):,} more" if len(names) > len(shown) else ""
            line = Text(words, "yellow").append(f": {one_line(', '.join(shown))}{more}", "default")
            yield Padding(line, (0, 0, 0, 2))


def _unobserved(verdict: Verdict, verbosity: int) -> Iterator[RenderableType]:
    seen_by = [(one, "yellow") for one in verdict.reasons]
    if verbosity >= 0:
        seen_by += [(one, "dim") for one in notes(verdict)]
    if seen_by:
        yield Text("not observed", style="bold")
        for one, style in seen_by:
            yield from _unobserved_rows(one, style, verbosity)
        yield ""
    if verbosity >= 0:
        yield from waiver_blocks(verdict, verbosity)
    if verbosity >= 0 and verdict.left_out:
        yield Text("left out", style="bold")
        yield from _left_out(verdict)
        yield ""


def _unobserved_rows(one: Unobserved, style: str, verbosity: int) -> Iterator[RenderableType]:
    line = Text(one_line(one.what), style=style).append(f": {one_line(one.reason)}", "default")
    yield Padding(line, (0, 0, 0, 2))
    if one.hint:
        yield Padding(Text(f"hint: {one_line(one.hint)}"), (0, 0, 0, 4))
    if one.detail:
        tail = _tail(one.detail, 200 if verbosity > 0 else 8)
        yield Padding(Text(tail, style="dim"), (0, 0, 0, 4))


def _left_out(verdict: Verdict) -> Iterator[RenderableType]:
    """Name what was left out, once for each reason."""
    by_reason: dict[str, list[str]] = {}
    for one in verdict.left_out:
        by_reason.setdefault(one.why, []).append(one.what)
    for why, names in by_reason.items():
        line = Text(one_line(", ".join(names)), style="dim").append(f": {one_line(why)}", "default")
        yield Padding(line, (0, 0, 0, 2))


def _tail(text: str, limit: int) -> str:
    lines = plain(text).strip("\n").splitlines()
    if len(lines) <= limit:
        return "\n".join(lines)
    return "\n".join([f"… {len(lines) - limit} lines before", *lines[-limit:]])
