"""
From start to verdict: the gate on every edge of the sample services that carries messages.

    python -m benchmarks.messaging.verdict [--runs 1] [--examples 10] [--cold] [ROOT]

All is done anew (`--fresh`), and the gate starts RabbitMQ, the Kafka-compatible broker and the
stand-in for AWS itself; ZeroMQ needs none. mypy's own cache stays, unless `--cold` removes it
before each run. ROOT is another copy of the repository, by which an earlier version is measured
with the interpreter that runs this. Units: seconds, of the clock and of all processors; the load is
that of the last minute, before each run.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parents[2]
STARTED = {f"HARNESS_BROKER_{kind}": "local" for kind in ("RABBITMQ", "KAFKA", "AWS")}
SLOWEST = 8


@dataclass(frozen=True, slots=True)
class Run:
    """One run: how long it took, and what its report says."""

    load: float
    seconds: float
    processors_s: float
    report: dict[str, Any]


def main() -> None:
    """Print each run, then the slowest steps of the last one."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("root", nargs="?", type=Path, default=HERE)
    options.add_argument("--runs", type=int, default=1)
    options.add_argument("--examples", type=int, default=10)
    options.add_argument("--cold", action="store_true")
    asked = options.parse_args()
    root = asked.root.resolve()
    edges = tuple(edges_of(root / "contracts" / "pacts"))
    _say(f"{len(edges)} edges, {os.cpu_count()} cores")
    reports = []
    for _ in range(asked.runs):
        if asked.cold:
            shutil.rmtree(root / ".harness" / "cache" / "mypy", ignore_errors=True)
        done = run(root, edges, asked.examples)
        _say(
            f"{done.report['status']} in {done.seconds:.1f} s, {done.processors_s:.1f} s of "
            f"processors, at a load of {done.load:.1f}"
        )
        reports.append(done.report)
    last = reports[-1]
    for reason in last["reasons"]:
        _say(f"  {reason['what']}: {reason['reason']}")
    _say(f"channels of workers on the wire: {', '.join(sorted(brokers_of(last)))}")
    for step in sorted(last["steps"], key=lambda one: -one["elapsed_ms"])[:SLOWEST]:
        _say(f"{step['elapsed_ms'] / 1000:8.1f} s  {step['id']}")


def edges_of(pacts: Path) -> Iterator[str]:
    """Name the edges whose pacts hold messages."""
    for file in sorted(pacts.glob("*.json")):
        pact = json.loads(file.read_text("utf-8"))
        if any("Messages" in one.get("type", "") for one in pact.get("interactions", ())):
            yield f"{pact['consumer']['name']}:{pact['provider']['name']}"


def run(root: Path, edges: tuple[str, ...], examples: int) -> Run:
    """Run the gate once, and read its report."""
    with tempfile.TemporaryDirectory() as directory:
        report = Path(directory) / "report.json"
        command = [sys.executable, "-m", "harness", "gate", "--fresh", "--quiet"]
        command += ["--examples", str(examples), "--output", f"json={report}"]
        command += [word for edge in edges for word in ("--edge", edge)]
        load, before, began = os.getloadavg()[0], _processors(), time.perf_counter()
        env = {**os.environ, **STARTED, "PYTHONPATH": str(root)}
        ended = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True)
        seconds, spent = time.perf_counter() - began, _processors() - before
        if not report.exists():
            raise SystemExit(ended.stdout + ended.stderr)
        return Run(load, seconds, spent, json.loads(report.read_text("utf-8")))


def brokers_of(report: dict[str, Any]) -> set[str]:
    """Name what carried messages, with its version."""
    legs = (leg for edge in report["edges"] for leg in edge["legs"])
    return {name for leg in legs for name in leg.get("brokers", ())}


def _processors() -> float:
    times = os.times()
    return times.children_user + times.children_system


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
