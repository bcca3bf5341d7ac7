"""What waivers do in a run, for people: those that are stale, and those of a service renamed."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from harness.domain.verdict import Verdict
from harness.domain.waiver import Waiver, WaiverStanding
from harness.pages.plain import one_line
from harness.reports.words import counted

_SHOWN = 20


def waiver_blocks(verdict: Verdict, verbosity: int) -> Iterator[RenderableType]:
    """Tell what nobody needs any more, and what seems to go by another name; `-v` tells all."""
    stale = [one.waiver for one in verdict.waivers if one.standing is WaiverStanding.STALE]
    if stale:
        shown = stale if verbosity > 0 else stale[:_SHOWN]
        yield Text("stale waivers, which are about nothing any more", style="bold")
        yield from (_indented(_line(waiver), "dim") for waiver in shown)
        if len(stale) > len(shown):
            yield _indented(f"… and {len(stale) - len(shown):,} more; -v shows them", "dim")
        yield _indented("hint: harness baseline --prune takes them out")
        yield ""
    for one in verdict.renamings:
        yield Text("a service that looks renamed", style="bold")
        yield _indented(
            f"{one.old} is gone, and {counted(one.entries, 'waiver')} of it would hold for "
            f"findings of {one.new}"
        )
        new_name = shlex.quote(f"{one.old}={one.new}")
        yield _indented(f"hint: harness baseline --renamed {new_name} carries them over")
        yield ""


def _line(waiver: Waiver) -> str:
    name = waiver.check and f"{waiver.check} of {waiver.subject}, "
    until = f", until {waiver.until}" if waiver.until else ""
    return f"{name}{waiver.fingerprint} for {waiver.consumer}{until}"


def _indented(text: str, style: str = "default") -> Padding:
    return Padding(Text(one_line(text), style=style), (0, 0, 0, 2))
