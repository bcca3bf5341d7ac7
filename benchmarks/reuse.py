"""
What evidence of earlier runs saves on the sample system.

A gate without evidence, an unchanged second one, one after a change in one service, and what the
keys of all steps cost. Runs in a copy, with a place of its own for evidence.

Usage: python benchmarks/reuse.py [--examples N]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harness import wiring
from harness.adapters.step_keys import StepKeys
from harness.checks.catalog import CATALOG
from harness.domain.selection import Selection
from harness.settings.load import load
from harness.stages.planning import make_plan

ROOT = Path(__file__).parent.parent
COPIED = ("sample_services", "contracts", "pyproject.toml")
CHANGED = "sample_services/orders/src/orders/app.py"


def copied(directory: Path) -> Path:
    """Copy the sample system, without what tools have left in it."""
    left = shutil.ignore_patterns("__pycache__", ".*_cache", ".harness", "*.db")
    for name in COPIED:
        source, target = ROOT / name, directory / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=left)
        else:
            shutil.copy(source, target)
    return directory


def gate(root: Path, examples: int) -> str:
    """Run the gate, and say what it took and how many steps were answered."""
    report = root.parent / "report.json"
    command = [sys.executable, "-m", "harness", "gate", "-q", "--examples", str(examples)]
    began, before = time.monotonic(), _cpu_s()
    subprocess.run(
        [*command, "--output", f"json={report}"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        check=False,
    )
    wall_s, cpu_s = time.monotonic() - began, _cpu_s() - before
    steps = json.loads(report.read_text("utf-8"))["steps"]
    done = sorted(one["id"] for one in steps if not one["reused"])
    told = f"{wall_s:6.1f} s wall, {cpu_s:6.1f} s processor, {len(steps) - len(done)} of"
    return f"{told} {len(steps)} steps reused; done: {', '.join(done) or 'none'}"


def keys(root: Path) -> str:
    """Make the keys of the whole plan, twice."""
    config = load(root, checks=[one.id for one in CATALOG]).config
    system = wiring.system(config)
    steps = make_plan(system, CATALOG, Selection()).steps
    known = StepKeys(config)
    took = []
    for each in (known, known.anew()):
        began = time.process_time()
        for step in steps:
            each.key(step, system, {})
        took.append(f"{(time.process_time() - began) * 1000:.0f} ms")
    return f"{len(steps)} keys: {took[0]} of processor time, {took[1]} with files known"


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Print what each run took."""
    parser = argparse.ArgumentParser(description="what evidence of earlier runs saves")
    parser.add_argument("--examples", type=int, default=5)
    examples: int = parser.parse_args().examples
    with tempfile.TemporaryDirectory() as directory:
        root = copied(Path(directory, "system"))
        sys.stdout.write(f"{keys(root)}\n")
        for what in ("without evidence", "unchanged", "unchanged"):
            sys.stdout.write(f"{what:18}{gate(root, examples)}\n")
        with (root / CHANGED).open("a", encoding="utf-8") as file:
            file.write("\n# a comment\n")
        sys.stdout.write(f"{'one service':18}{gate(root, examples)}\n")


if __name__ == "__main__":
    main()
