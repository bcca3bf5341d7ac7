"""The rest of a page: what was not observed, and how the run went."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import Final

from harness.domain.evidence import Unobserved
from harness.domain.verdict import StepReport, Verdict
from harness.domain.waiver import WaiverStanding
from harness.pages.markup import Markup, tag
from harness.pages.plain import clipped, one_line, plain
from harness.reports.page_findings import copied
from harness.reports.words import DEPTHS, counted, depth_line, notes, seconds, snapshot_words

_DETAIL: Final = 20_000


def is_lacking(verdict: Verdict) -> bool:
    """Whether anything was not observed, or left out."""
    return bool(verdict.reasons or notes(verdict) or verdict.left_out)


def unobserved(verdict: Verdict) -> Iterator[Markup]:
    """Tell what was not observed, what is required first, and what was left out."""
    lists = [
        (verdict.reasons, "Required: the verdict waits for it", True),
        (notes(verdict), "Not required", False),
    ]
    for found, title, is_open in lists:
        if found:
            yield tag("h3", title)
            yield tag("ul", [_lacking(one, is_open=is_open) for one in found])
    yield from _left_out(verdict)


def _lacking(one: Unobserved, *, is_open: bool) -> Markup:
    detail = clipped(plain(one.detail).strip("\n"), _DETAIL)
    return tag(
        "li",
        tag("strong", tag("bdi", one_line(one.what))),
        ": ",
        one_line(one.reason),
        tag("p", tag("strong", "What to do: "), one_line(one.hint)) if one.hint else None,
        tag("details", tag("summary", "In full"), tag("pre", detail, tabindex=0), open=is_open)
        if detail
        else None,
    )


def _left_out(verdict: Verdict) -> Iterator[Markup]:
    """Name what was left out, once for each reason."""
    by_reason: dict[str, list[str]] = {}
    for one in verdict.left_out:
        by_reason.setdefault(one.why, []).append(one.what)
    if by_reason:
        items = [
            tag("li", tag("strong", one_line(", ".join(names))), ": ", one_line(why))
            for why, names in by_reason.items()
        ]
        yield tag("h3", "Left out")
        yield tag("ul", items)


def run(verdict: Verdict) -> Iterator[Markup]:
    """Tell how the run went: how to repeat it, its waivers, its steps, its requests."""
    settings = f"--seed {verdict.seed} --examples {verdict.examples}"
    again = "Run the whole system with these settings" if verdict.is_slice else "Run it again"
    yield copied(again, f"harness gate {settings}")
    if snapshot_words(verdict):
        yield tag("p", one_line(snapshot_words(verdict)))
    yield from _waivers(verdict)
    if verdict.steps:
        rows = [(one.id, _took(one), f"{one.evidence:,}", one.why) for one in verdict.steps]
        yield _table("Steps", ("step", "took", "evidence", "why"), rows)
    if verdict.operations:
        yield tag("p", depth_line(verdict))
        yield _table("Generated requests", _REQUESTS, list(_requests(verdict)))


def _took(step: StepReport) -> str:
    """The time of a step, or who took it before."""
    reused = step.reused
    return f"reused, computed by {reused.by}" if reused else seconds(step.elapsed_ms)


_REQUESTS: Final = ("operation", "2xx, 3xx", "401, 403", "404", "other 4xx", "failed", "depth")


def _requests(verdict: Verdict) -> Iterator[tuple[str, ...]]:
    for one in verdict.operations:
        counts = (one.accepted, one.unauthorised, one.not_found, one.rejected, one.failed)
        name = f"{one.service} {one.operation}"
        yield (name, *(f"{count:,}" for count in counts), DEPTHS[one.depth])


def _waivers(verdict: Verdict) -> Iterator[Markup]:
    for one in verdict.renamings:
        told = (
            f"{one.old} is gone, and {counted(one.entries, 'waiver')} of it would hold for "
            f"findings of {one.new}."
        )
        yield tag("p", one_line(told))
        name = shlex.quote(f"{one.old}={one.new}")
        yield copied("Carry them over", f"harness baseline --renamed {name}")
    stale = sum(1 for one in verdict.waivers if one.standing is WaiverStanding.STALE)
    if stale:
        yield copied(f"Take out {counted(stale, 'stale waiver')}", "harness baseline --prune")
    if verdict.waivers:
        rows = [
            (
                one.waiver.fingerprint,
                one.waiver.consumer,
                one.waiver.until.isoformat() if one.waiver.until else "no last day",
                one.waiver.reason,
                one.standing.value,
            )
            for one in verdict.waivers
        ]
        yield _table("Waivers", ("finding", "for", "until", "reason", "in this run"), rows)


def _table(
    title: str,
    columns: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
) -> Markup:
    head = tag("thead", tag("tr", [tag("th", one, scope="col") for one in columns]))
    body = [
        tag(
            "tr",
            tag("th", one_line(row[0]), scope="row"),
            [
                tag("td", one_line(cell), data_label=column)
                for column, cell in zip(columns[1:], row[1:], strict=True)
            ],
        )
        for row in rows
    ]
    table = tag("table", head, tag("tbody", body))
    return tag("details", tag("summary", f"{title}, {len(rows):,}"), table)
