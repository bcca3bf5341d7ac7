"""
What it costs to observe types: CPU of verifying each sample service, observed and not, in turn.

The figure is the ratio of the best CPU times of a whole verification: the verifier, the service and
its neighbours, with their starts. `serving` leaves the starts out: requests alone, on one instance.

    python benchmarks/observing.py [--rounds 5] [--requests 300]
"""

from __future__ import annotations

import argparse
import functools
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path

os.environ["PACT_DO_NOT_TRACK"] = "true"  # before anything imports pact

from harness.adapters.instances import open_instance
from harness.adapters.pact_verifier import PactVerifier
from harness.adapters.workspace_files import WorkspaceFiles
from harness.checks.catalog import CATALOG
from harness.domain.config import Config
from harness.domain.evidence import InteractionVerified, Outcome
from harness.domain.steps import VerifyPacts
from harness.services import RunDirectory
from harness.services.wire import exchange
from harness.settings.load import load
from harness.stages.ports import StepContext
from harness.stages.surveying import survey

ROOT = Path(__file__).parents[1]
READS = {"orders": "/orders", "inventory": "/stock", "catalog": "/products"}


def cpu_s() -> float:
    """CPU of this process and of all that it started and waited for."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def verification_s(config: Config, name: str, *, observed: bool) -> float:
    """CPU of one verification."""
    with RunDirectory.create() as run_directory:
        context = context_in(config, run_directory.path)
        opened = functools.partial(open_instance, observed=observed)
        before = cpu_s()
        seen = list(PactVerifier(opened)(VerifyPacts(name), context))
        spent = cpu_s() - before
    verified = [one for one in seen if isinstance(one, InteractionVerified)]
    assert verified, seen
    assert all(one.outcome is Outcome.PASSED for one in verified), verified
    return spent


def serving_s(config: Config, name: str, count: int, *, observed: bool) -> float:
    """CPU of the service for some requests: a run with many less a run with none."""
    spent = []
    for requests in (0, count):
        with RunDirectory.create() as run_directory:
            context = context_in(config, run_directory.path)
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            with open_instance(name, context, observed=observed) as running:
                for _ in range(requests):
                    answer = exchange("GET", running.url + READS[name])
                    assert answer.status == 200, answer
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return spent[1] - spent[0]


def context_in(config: Config, directory: Path) -> StepContext:
    """The surroundings of a step."""
    system = survey(config, WorkspaceFiles())
    return StepContext(system, directory, directory / "cache", directory, {})


def best(rounds: int, spent: Callable[..., float]) -> tuple[float, float]:
    """The least CPU of some rounds, plain and observed in turn."""
    plain, observed = [], []
    for _ in range(rounds):
        plain.append(spent(observed=False))
        observed.append(spent(observed=True))
    return min(plain), min(observed)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=300)
    chosen = parser.parse_args()
    config = load(ROOT, checks=[check.id for check in CATALOG]).config
    row = "{:<10} {:<10} {:>8} {:>9} {:>6}".format
    sys.stdout.write(row("service", "what", "plain s", "observed", "ratio") + "\n")
    for name in READS:
        verification = functools.partial(verification_s, config, name)
        serving = functools.partial(serving_s, config, name, chosen.requests)
        for what, spent in (("verifying", verification), ("serving", serving)):
            plain, observed = best(chosen.rounds, spent)
            ratio = f"{observed / plain:.2f}"
            sys.stdout.write(row(name, what, f"{plain:.2f}", f"{observed:.2f}", ratio) + "\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
