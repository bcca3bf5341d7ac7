"""
Requests a second: the adapter against `st run`, on the same service, phases, budget and seed.

Both talk to one instance, reset in between, in turn and several times; neither is charged for its
start. The figure is the ratio of the best rates; absolute figures say as much about the machine.

    python benchmarks/fuzzing.py [--service catalog] [--examples 50] [--rounds 2]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.adapters.instances import open_instance
from harness.adapters.schema_fuzzer import SchemaFuzzer
from harness.adapters.schema_fuzzer_engine import settings
from harness.adapters.workspace_files import WorkspaceFiles
from harness.domain.steps import Fuzz
from harness.domain.traffic import OperationExercised
from harness.services import RunningService
from harness.settings.load import load
from harness.stages.ports import StepContext
from harness.stages.surveying import survey

SEED = 0


@dataclass(frozen=True, slots=True)
class Rate:
    """One run: requests, seconds, and seconds of this side's processor."""

    requests: int
    elapsed_s: float
    cpu_s: float

    @property
    def per_s(self) -> float:
        """Requests a second."""
        return self.requests / self.elapsed_s

    def __str__(self) -> str:
        """Write the run as a line of the table."""
        cpu_ms = 1000 * self.cpu_s / self.requests
        return (
            f"{self.requests:6} requests  {self.elapsed_s:6.1f} s  "
            f"{self.per_s:6.1f} requests/s  {cpu_ms:5.2f} ms processor/request"
        )


def adapter(running: RunningService, context: StepContext, examples: int) -> Rate:
    """Fuzz with the adapter: its ordered pass and its probes are counted, its start is not."""

    @contextmanager
    def already(_name: str, _context: StepContext) -> Iterator[RunningService]:
        yield running

    step = Fuzz(running.service.name, SEED, examples)
    started, cpu = time.perf_counter(), time.process_time()
    seen = list(SchemaFuzzer(already)(step, context))
    elapsed_s, cpu_s = time.perf_counter() - started, time.process_time() - cpu
    cases = sum(one.cases for one in seen if isinstance(one, OperationExercised))
    return Rate(cases, elapsed_s, cpu_s)


def st_run(running: RunningService, directory: Path, examples: int) -> Rate:
    """Fuzz with `st run`, and read the time and the number of requests from its own report."""
    config = directory / "schemathesis.toml"
    config.write_text(_toml(examples), encoding="utf-8")
    (document,) = running.service.documents
    report = directory / "report.json"
    before = os.times()
    subprocess.run(
        [
            *(str(Path(sys.executable).with_name("st")), "--config-file", str(config), "run"),
            *(running.url + document.location, "--report-json-path", str(report)),
            *_headers(running),
        ],
        cwd=directory,
        stdout=subprocess.DEVNULL,
        check=False,  # it exits 1 for what it calls failures
    )
    after = os.times()
    cpu_s = after.children_user + after.children_system
    cpu_s -= before.children_user + before.children_system
    told = json.loads(report.read_text(encoding="utf-8"))
    return Rate(told["test_cases"]["generated"], told["running_time"], cpu_s)


def _headers(running: RunningService) -> list[str]:
    pairs = [pair for one in running.credentials().values() for pair in one.items()]
    return [part for name, value in pairs for part in ("--header", f"{name}: {value}")]


def _toml(examples: int) -> str:
    same = settings(SEED, examples, True, {}, {})
    stateful = same["phases"]["stateful"]["generation"]["max-examples"]  # type: ignore[index]
    return f"""
seed = {SEED}
workers = 1
continue-on-failure = true
[cache]
enabled = false
[generation]
database = "none"
no-shrink = true
max-examples = {examples}
[phases.stateful.generation]
database = "none"
no-shrink = true
max-examples = {stateful}
"""


def main() -> None:
    """Measure, and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--service", default="catalog")
    arguments.add_argument("--examples", type=int, default=50)
    arguments.add_argument("--rounds", type=int, default=2)
    asked = arguments.parse_args()
    config = load(Path(__file__).parents[1], checks=()).config
    rates: dict[str, list[Rate]] = {"adapter": [], "st run": []}
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        system = survey(config, WorkspaceFiles())
        context = StepContext(system, directory, directory, directory, {})
        with open_instance(asked.service, context) as running:
            for _ in range(asked.rounds):
                running.reset()
                rates["adapter"].append(adapter(running, context, asked.examples))
                running.reset()
                rates["st run"].append(st_run(running, directory, asked.examples))
    best = {name: max(found, key=lambda rate: rate.per_s) for name, found in rates.items()}
    for name, found in rates.items():
        for rate in found:
            sys.stdout.write(f"{name:8} {rate}\n")
    ratio = best["adapter"].per_s / best["st run"].per_s
    sys.stdout.write(f"ratio of requests per second, adapter to st run: {ratio:.2f}\n")


if __name__ == "__main__":
    main()
