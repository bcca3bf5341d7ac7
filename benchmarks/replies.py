"""
Replies a second: what may come, put to the clients of the sample services by their contract tests.

Counts processor time, of the generation and of the consumer's pytest together, its start included:
replies that never come are waited for, which costs none. One row for each consumer.

    python benchmarks/replies.py [CONSUMER ...] [--examples 50]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from harness.adapters.reply_fuzzer import ReplyFuzzer
from harness.adapters.workspace_files import WorkspaceFiles
from harness.checks.catalog import CATALOG
from harness.domain.coping import RepliesPut, ReplyRefused
from harness.domain.evidence import DocumentRead, Observed
from harness.domain.steps import FuzzReplies
from harness.domain.system import System
from harness.settings.load import load
from harness.stages.ports import StepContext
from harness.stages.surveying import survey

HERE = Path(__file__).parents[1]


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("consumers", nargs="*")
    options.add_argument("--examples", type=int, default=50)
    asked = options.parse_args()
    config = load(HERE, given=None, checks=[one.id for one in CATALOG], rules=[]).config
    system = survey(config, WorkspaceFiles())
    known = sorted({one.consumer for one in system.pacts})
    _say("consumer      replies  refused  processor s  replies/s  ms/reply")
    for name in asked.consumers or known:
        put, refused, spent = measured(name, system, asked.examples)
        _say(
            f"{name:12} {put:8,} {refused:8,} {spent:12.1f} {put / spent:10.0f} "
            f"{spent / put * 1000:9.1f}"
        )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def measured(consumer: str, system: System, examples: int) -> tuple[int, int, float]:
    """
    Put all replies to one consumer.

    Shape: how many were put, at how many places the consumer raised, and the time it took.
    Units: seconds of the processor.
    """
    providers = tuple(sorted({one.provider for one in system.pacts if one.consumer == consumer}))
    documents = tuple(DocumentRead(one.service, one.place, one.text) for one in system.accepted)
    step = FuzzReplies(consumer, providers, seed=0, examples=examples)
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        context = StepContext(system, place, place, place, {"documents": Observed("", documents)})
        before = _spent()
        seen = list(ReplyFuzzer()(step, context))
        spent = _spent() - before
    put = sum(one.tried for one in seen if isinstance(one, RepliesPut))
    return put, sum(isinstance(one, ReplyRefused) for one in seen), spent


def _spent() -> float:
    """Processor time of this process and of those that it waited for."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


if __name__ == "__main__":
    main()
