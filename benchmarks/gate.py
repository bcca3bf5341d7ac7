"""
The gate against what a team would otherwise run, one after another, on the sample system.

The other side: mypy in each service, pytest for the contracts, a pact verifier for each provider
and `st run` for each service, with the same example budget. Both sides run in this one call, so
that the ratio holds on a noisy machine. Also prints the peak memory of the gate's own processes,
the services left out.

Usage: python benchmarks/gate.py [--examples N]
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

os.environ["PACT_DO_NOT_TRACK"] = "true"

from harness.checks.catalog import CATALOG
from harness.domain.config import Config
from harness.domain.service import Service
from harness.services import RunDirectory, RunningService, Services
from harness.settings.load import load

ROOT = Path(__file__).parent.parent
SERVING = ("catalog", "inventory", "orders", "storefront")
PROVIDERS = SERVING[:3]
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """What a part took."""

    wall_s: float
    cpu_s: float


def measured(work: Callable[[], None]) -> Cost:
    """Run something, and count its own processor time and that of its children."""
    before, began = _cpu_s(), time.monotonic()
    work()
    return Cost(time.monotonic() - began, _cpu_s() - before)


def _cpu_s() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def one_after_another(config: Config, examples: int, scratch: Path) -> Iterator[tuple[str, Cost]]:
    """Run each tool by itself."""
    yield "mypy for each service", measured(lambda: _mypy(config, scratch))
    contracts = [sys.executable, "-m", "pytest", "-q", "contracts", "-p", "no:cacheprovider"]
    yield "pytest for the consumers", measured(lambda: _call(contracts, ROOT))
    yield "a verifier for each provider", measured(lambda: _verify(config))
    yield "st run for each service", measured(lambda: _st_run(config, examples, scratch))


def _mypy(config: Config, scratch: Path) -> None:
    for service in config.services:
        cache = str(scratch / f"mypy-{service.name}")
        _call([sys.executable, "-m", "mypy", "--cache-dir", cache], service.directory)


def _verify(config: Config) -> None:
    for name in PROVIDERS:
        with started(config, name) as running:
            pacts = sorted((ROOT / "contracts/pacts").glob(f"*-{name}.json"))
            script = [sys.executable, __file__, "--verify", name, running.url, running.state_url]
            _call([*script, *map(str, pacts)], ROOT)


def plain_verifier(name: str, url: str, state_url: str, pacts: list[str]) -> None:
    """Verify as pact-python's documentation does."""
    from pact import Verifier

    verifier = Verifier(name, host="127.0.0.1").add_transport(url=url)
    verifier.state_handler(state_url, teardown=True, body=True)
    for pact in pacts:
        verifier.add_source(pact)
    verifier.verify()


def _st_run(config: Config, examples: int, scratch: Path) -> None:
    for name in SERVING:
        with started(config, name) as running:
            command = [
                str(Path(sys.executable).parent / "st"),
                "run",
                f"{running.url}/openapi.json",
            ]
            budget = ["--max-examples", str(examples), "--seed", "0", "--no-color"]
            _call([*command, *budget], scratch, codes=(0, 1))


@contextmanager
def started(config: Config, name: str) -> Iterator[RunningService]:
    """A service beside its real neighbours."""
    service = config.by_name[name]
    with RunDirectory.create() as directory:
        neighbours = dict(_reached(service, config))
        with Services(directory.path).open(service, neighbours=neighbours) as running:
            yield running


def _reached(service: Service, config: Config) -> Iterator[tuple[str, Service]]:
    for consumption in service.consumes:
        neighbour = config.by_name[consumption.provider]
        yield neighbour.name, neighbour
        yield from _reached(neighbour, config)


def _call(command: list[str], directory: Path, codes: tuple[int, ...] = (0,)) -> None:
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode not in codes:
        raise SystemExit(
            f"{' '.join(command)} exited {done.returncode}\n{done.stdout}{done.stderr}"
        )


@dataclass(slots=True)
class Memory:
    """
    The peak memory of a process tree, the services left out.

    Source: proportional set sizes of /proc, which count shared pages once.
    """

    process: int
    peak_bytes: int = 0

    def watch(self) -> None:
        """Sample until the process is gone."""
        while Path(f"/proc/{self.process}").exists():
            self.peak_bytes = max(self.peak_bytes, sum(map(_pss_bytes, self._tree())))
            time.sleep(0.2)

    def _tree(self) -> Iterator[int]:
        waiting = [self.process]
        while waiting:
            process = waiting.pop()
            yield process
            children = Path(f"/proc/{process}/task/{process}/children")
            waiting += [
                int(child) for child in _read(children).split() if not _is_guardian(int(child))
            ]


def _is_guardian(process: int) -> bool:
    return "guardian" in _read(Path(f"/proc/{process}/cmdline"))


def _pss_bytes(process: int) -> int:
    for line in _read(Path(f"/proc/{process}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:  # the process has ended meanwhile
        return ""


def gate(examples: int) -> tuple[Cost, int]:
    """Run the gate from a cold cache, and watch its memory."""
    peak: list[int] = []

    def run() -> None:
        command = [sys.executable, "-m", "harness", "gate", "--fresh"]
        command += ["--examples", str(examples)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=sys.stderr)
        memory = Memory(process.pid)
        watcher = threading.Thread(target=memory.watch)
        watcher.start()
        text, _ = process.communicate()
        watcher.join()
        peak.append(memory.peak_bytes)
        if process.returncode:
            raise SystemExit(text.decode())

    return measured(run), peak[0]


def main() -> None:
    """Print what both sides took, and the ratio."""
    parser = argparse.ArgumentParser(description="the gate against its parts, one after another")
    parser.add_argument("--examples", type=int, default=50)
    parser.add_argument("--verify", nargs="+", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.verify:
        name, url, state_url, *pacts = arguments.verify
        plain_verifier(name, url, state_url, pacts)
        return
    config = load(ROOT, checks=[check.id for check in CATALOG]).config
    with tempfile.TemporaryDirectory() as scratch:
        parts = dict(one_after_another(config, arguments.examples, Path(scratch)))
    subprocess.run(["rm", "-rf", str(ROOT / ".harness/cache/mypy")], check=True)
    whole, peak_bytes = gate(arguments.examples)
    others = Cost(sum(c.wall_s for c in parts.values()), sum(c.cpu_s for c in parts.values()))
    for name, cost in {**parts, "one after another": others, "the gate": whole}.items():
        sys.stdout.write(f"{name:<30} {cost.wall_s:7.1f} s wall {cost.cpu_s:7.1f} s processor\n")
    sys.stdout.write(f"gate / one after another: {whole.wall_s / others.wall_s:.2f} wall, ")
    sys.stdout.write(f"{whole.cpu_s / others.cpu_s:.2f} processor\n")
    sys.stdout.write(f"peak memory of the gate without services: {peak_bytes / MEBIBYTE:.0f} MiB\n")


if __name__ == "__main__":
    main()
