"""What was found amiss around the gate, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence

from harness.domain.health import Examined, Standing
from harness.pages.plain import one_line
from harness.reports.words import counted

VERSION = 1


def health_text(examined: Sequence[Examined]) -> str:
    """A line for each thing, its remedy below it, and what it comes to."""
    column = max((len(one.what) for one in examined), default=0)
    lines = []
    for one in examined:
        head = f"{one.standing.value:<5}  {one_line(one.what):<{column}}  "
        lines.append(head + one_line(one.said))
        if one.fix:
            lines.append(f"{' ' * len(head)}fix: {one_line(one.fix)}")
    return "\n".join([*lines, "", _sum(examined)])


def _sum(examined: Sequence[Examined]) -> str:
    count = {each: sum(1 for one in examined if one.standing is each) for each in Standing}
    mended = count[Standing.AMISS]
    head = f"{counted(mended, 'thing')} to mend" if mended else "all is well"
    notes = f", {counted(count[Standing.NOTE], 'note')}" if count[Standing.NOTE] else ""
    return f"{head}: {count[Standing.WELL]} well{notes}"


def health_json(examined: Sequence[Examined], exit_code: int) -> str:
    """The same for programs."""
    rows = [
        {"what": one.what, "standing": one.standing.value, "said": one.said, "fix": one.fix}
        for one in examined
    ]
    report = {"format": "contract-harness health", "version": VERSION, "exit_code": exit_code}
    return json.dumps({**report, "examined": rows}, indent=2, ensure_ascii=False) + "\n"
