"""
What the gate takes for a system of many services.

Writes a workspace (FastAPI, Flask and Django in turn, 25 operations each), and measures the plan, a
gate without evidence with the peak memory of its own processes, an unchanged second one, and one
after a change in one service. With --shards the same system is cut into shards that share nothing,
and what they saw is merged and held against the one run, finding for finding.

Usage: python -m benchmarks.large [--services N] [--examples N] [--shards N]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks.gate import MEBIBYTE, Memory, measured
from benchmarks.large.layout import NOUNS, members
from benchmarks.large.workspace import interactions, write
from harness import wiring
from harness.checks.catalog import CATALOG
from harness.domain.selection import Selection
from harness.settings.load import load
from harness.stages.planning import make_plan

REPOSITORY = Path(__file__).parent.parent.parent
OPERATIONS = 5 * len(NOUNS)
FINE = (0, 1, 3)
"""Exit codes of a gate that gave a verdict."""


def harness(root: Path, *arguments: str) -> int:
    """Run a verb in the workspace, and give the peak memory of its own processes in bytes."""
    process = subprocess.Popen(
        [sys.executable, "-m", "harness", *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    memory = Memory(process.pid)
    watcher = threading.Thread(target=memory.watch)
    watcher.start()
    _, said = process.communicate()
    watcher.join()
    if process.returncode not in FINE:
        raise SystemExit(f"harness {' '.join(arguments)} exited {process.returncode}\n{said}")
    return memory.peak_bytes


def told(what: str, root: Path, *arguments: str) -> dict[str, Any]:
    """Run the gate, or merge, and say what it took; the report is given."""
    report, peaks = root.parent / "report.json", list[int]()
    command = (*arguments, "-q", "--output", f"json={report}")
    cost = measured(lambda: peaks.append(harness(root, *command)))
    verdict: dict[str, Any] = json.loads(report.read_text("utf-8"))
    reused = sum(1 for one in verdict["steps"] if one["reused"])
    say(
        f"{what:<26} {cost.wall_s:8.1f} s wall {cost.cpu_s:8.1f} s processor "
        f"{peaks[0] / MEBIBYTE:6.0f} MiB  {reused:>4} of {len(verdict['steps'])} steps reused  "
        f"{verdict['status']}, {len(verdict['findings'])} findings"
    )
    return verdict


def plan(root: Path) -> None:
    """Say how long it takes to read the workspace and to name the steps."""
    began = time.monotonic()
    config = load(root, checks=[check.id for check in CATALOG]).config
    steps = make_plan(wiring.system(config), CATALOG, Selection()).steps
    say(f"{'plan':<26} {time.monotonic() - began:8.1f} s wall  {len(steps)} steps")


def write_pacts(root: Path) -> None:
    """Let the contracts give their pacts once, as a repository that was gated before holds them."""
    kept = root.parent / "kept-by-first"
    harness(root, "gate", "-q", "--check=consumer-test-failed", f"--evidence={kept}")


def in_shards(root: Path, count: int, whole: dict[str, Any]) -> None:
    """Run every shard as a machine of its own would, and hold the merged verdict to the one."""
    files = [_shard(root, f"{number}/{count}") for number in range(1, count + 1)]
    merged = told("merged", root, "merge", *map(str, files))
    known = [[one["fingerprint"] for one in each["findings"]] for each in (whole, merged)]
    edges = [each["edges"] for each in (whole, merged)]
    say(f"equal to the one run: findings {known[0] == known[1]}, edges {edges[0] == edges[1]}")


def _shard(root: Path, share: str) -> Path:
    place = root.parent / share.replace("/", "-of-")
    file = place / "evidence.jsonl"
    options = (f"--shard={share}", f"--evidence={place / 'kept'}", f"--output=evidence={file}")
    peaks = list[int]()
    cost = measured(lambda: peaks.append(harness(root, "gate", "-q", *options)))
    wall, cpu = f"{cost.wall_s:8.1f} s wall", f"{cost.cpu_s:8.1f} s processor"
    say(f"{'shard ' + share:<26} {wall} {cpu} {peaks[0] / MEBIBYTE:6.0f} MiB")
    return file


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Write the workspace, and measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.large", description=__doc__)
    parser.add_argument("--services", type=int, default=60)
    parser.add_argument("--examples", type=int, default=5)
    parser.add_argument("--shards", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "system"
        write(root, asked.services, asked.examples)
        say(
            f"{asked.services} services, {asked.services * OPERATIONS} operations, "
            f"{interactions(asked.services)} interactions, {asked.examples} examples"
        )
        plan(root)
        write_pacts(root)
        whole = told("gate without evidence", root, "gate")
        told("gate unchanged", root, "gate")
        if asked.shards:
            in_shards(root, asked.shards, whole)
        changed = members(asked.services)[0]
        with (root / "services" / changed.name / "src" / changed.name / "app.py").open("a") as file:
            file.write("\nCHANGED = True\n")
        told("gate after one change", root, "gate")


if __name__ == "__main__":
    main()
