"""The verdict as a page of a build: who breaks, the edges, and the findings there is room for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harness.domain.edge import EdgeReport, Leg
from harness.domain.verdict import Verdict
from harness.reports.markdown import cell, code, fitted
from harness.reports.ranking import ranked
from harness.reports.surroundings import Surroundings
from harness.reports.who_breaks import (
    finding_block,
    finding_line,
    heading,
    other_changes,
    reasons_list,
)
from harness.reports.words import (
    LEGEND,
    counted,
    depth_line,
    leg_words,
    snapshot_words,
    verdict_line,
)

_TITLES: Final = {
    Leg.PROVIDER: "provider keeps its word",
    Leg.FIT: "words fit",
    Leg.CONSUMER: "consumer copes",
}
_OTHERS: Final = "### Other findings\n\n"
_SHOWN_EDGES: Final = 500
_SHOWN_REASONS: Final = 100


def render(verdict: Verdict, around: Surroundings) -> str:
    """Write the page, in the room that is left for it."""
    return fitted(
        "".join(f"{part}\n" for part in _head(verdict)),
        _findings(verdict, around),
        len(verdict.findings),
        lambda left: f"\nAnd {counted(left, 'more finding')}.\n" if left else "",
        around.summary_bytes,
    )


def _head(verdict: Verdict) -> Iterator[str]:
    yield f"## {heading(verdict)}\n"
    yield f"{code(verdict_line(verdict), 1000)}\n"
    if snapshot_words(verdict):
        yield f"{code(snapshot_words(verdict), 1000)}\n"
    if depth_line(verdict):
        yield f"{depth_line(verdict)}\n"
    for sentence in other_changes(verdict):
        yield f"{sentence}\n"
    if verdict.reasons:
        yield f"### Not observed\n\n{reasons_list(verdict.reasons, _SHOWN_REASONS)}"
    if verdict.edges:
        yield _edges(verdict)


def _edges(verdict: Verdict) -> str:
    legs = [leg.leg for leg in verdict.edges[0].legs]
    shown = verdict.edges[:_SHOWN_EDGES]
    rows = [
        "| edge | operation | " + " | ".join(_TITLES[leg] for leg in legs) + " |",
        "| --- | --- | " + " | ".join("---" for _ in legs) + " |",
        *(_row(report) for report in shown),
    ]
    left = len(verdict.edges) - len(shown)
    more = f"\nAnd {counted(left, 'more edge')}.\n" if left else ""
    return "### Edges\n\n" + "".join(f"{row}\n" for row in rows) + f"{more}\n{LEGEND}\n"


def _row(report: EdgeReport) -> str:
    edge = report.edge
    cells = (
        cell(str(edge.pair)),
        cell(edge.operation or "(no operation known)"),
        *(leg_words(leg) for leg in report.legs),
    )
    return f"| {' | '.join(cells)} |"


def _findings(verdict: Verdict, around: Surroundings) -> Iterator[str]:
    """Tell what fails whole, and the rest in a line each."""
    found = ranked(verdict.findings)
    others = [one for one in found if not one.fails]
    yield from (finding_block(one, around) for one in found if one.fails)
    for number, one in enumerate(others):
        yield f"{'' if number else _OTHERS}{finding_line(one)}"
