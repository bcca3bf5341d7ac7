"""What was seen so far, one line of JSON for each seed and tool, and the table made of it."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.detection.seed import Kind, Seed

CLEAN = "clean"


@dataclass(frozen=True, slots=True)
class Seen:
    """
    What one tool said of one copy.

    Shape: `found` is None where the tool had nothing to look at; `alarms` are those that the clean
    copy does not give, and of the clean copy all of them.
    """

    seed: str
    tool: str
    found: bool | None
    elapsed_s: float
    alarms: tuple[str, ...]


def read(path: Path) -> dict[tuple[str, str], Seen]:
    """Give what was seen, by seed and tool."""
    if not path.exists():
        return {}
    lines = path.read_text("utf-8").splitlines()
    seen = [Seen(**{**told, "alarms": tuple(told["alarms"])}) for told in map(json.loads, lines)]
    return {(one.seed, one.tool): one for one in seen}


def add(path: Path, one: Seen) -> None:
    """Write down what was seen at once, so that a run that is cut short can be resumed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(one)) + "\n")


def table(seeds: Iterable[Seed], tools: Iterable[str], seen: Mapping[tuple[str, str], Seen]) -> str:
    """Lay the results out as Markdown: a row for each seed, then how many each tool tells."""
    listed, columns = list(seeds), list(tools)
    rows = [["seed", "kind", *columns], ["---"] * (2 + len(columns))]
    rows += [
        [f"`{seed.name}`", seed.kind, *(_cell(seen.get((seed.name, tool))) for tool in columns)]
        for seed in listed
    ]
    faults = [seed for seed in listed if seed.kind is not Kind.HARMLESS]
    harmless = [seed for seed in listed if seed.kind is Kind.HARMLESS]
    for name, asked in (("faults found", faults), ("false alarms", harmless)):
        rows.append([name, "", *(_share(asked, tool, seen) for tool in columns)])
    rows.append(["seconds, median", "", *(_median(listed, tool, seen) for tool in columns)])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _cell(one: Seen | None) -> str:
    if one is None:
        return "?"
    if one.found is None:
        return ""
    return f"found, {one.elapsed_s:.0f} s" if one.found else "–"


def _of(asked: list[Seed], tool: str, seen: Mapping[tuple[str, str], Seen]) -> Iterator[Seen]:
    for seed in asked:
        if (seed.name, tool) in seen:
            yield seen[seed.name, tool]


def _share(asked: list[Seed], tool: str, seen: Mapping[tuple[str, str], Seen]) -> str:
    known = list(_of(asked, tool, seen))
    return f"{sum(bool(one.found) for one in known)} of {len(known)}"


def _median(asked: list[Seed], tool: str, seen: Mapping[tuple[str, str], Seen]) -> str:
    taken = [one.elapsed_s for one in _of(asked, tool, seen) if one.found is not None]
    return f"{statistics.median(taken):.0f}" if taken else ""
