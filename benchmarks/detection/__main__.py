"""
Who finds which seeded fault, and who raises an alarm over a harmless change.

    python -m benchmarks.detection [--only SEED] [--tool TOOL] [--examples N]
                                   [--results FILE] [--comparator DIR]

Each seed stands alone in a copy of the sample system. What was seen is kept as JSON lines and not
done again; the table of all that was seen is printed at the end.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from benchmarks.compat import installed
from benchmarks.detection import results
from benchmarks.detection.run import GATE, Run
from benchmarks.detection.seeds import SEEDS
from benchmarks.detection.tools import Comparator, Mypy, StRun, Tool, pact
from tests.shop import REPOSITORY

COMPARATOR = "comparator"
TOOLS = ("mypy", "pact", "st run", COMPARATOR, GATE)


def main() -> None:
    """Let the tools look at the seeds, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    names = [seed.name for seed in SEEDS]
    parser.add_argument("--only", action="append", choices=names, metavar="SEED")
    parser.add_argument("--tool", action="append", choices=TOOLS)
    parser.add_argument("--results", type=Path, default=REPOSITORY / ".harness/detection.jsonl")
    parser.add_argument("--comparator", type=Path, help="where the comparator is or goes")
    parser.add_argument("--examples", type=int, default=20, help="of the gate and of st run")
    asked = parser.parse_args()
    tools = _tools(asked.results.parent, asked.comparator, asked.examples)
    run = Run(asked.results, tools, asked.examples)
    for tool in asked.tool or TOOLS:
        for seed in SEEDS:
            if (not asked.only or seed.name in asked.only) and (tool in tools or tool == GATE):
                run.see(seed, tool)
    sys.stdout.write(results.table(SEEDS, TOOLS, results.read(asked.results)))


def _tools(home: Path, comparator: Path | None, examples: int) -> dict[str, Tool]:
    tools: dict[str, Tool] = {
        "mypy": Mypy(home / "mypy"),
        "pact": pact,
        "st run": StRun(examples),
    }
    node = shutil.which("node")
    if node is None:
        sys.stderr.write("the comparator is left out: node is not installed\n")
    else:
        module = installed(comparator or home / COMPARATOR)
        tools[COMPARATOR] = Comparator(node, module.resolve())
    return tools


if __name__ == "__main__":
    main()
