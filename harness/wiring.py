"""Which adapter meets which port: the only file that names concrete ones."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import assert_never

from harness import pipeline
from harness.adapters.recordings import forget_recordings, keep_recordings, read_recording
from harness.adapters.supervisor import StepWorkers
from harness.adapters.workspace_files import WorkspaceFiles
from harness.checks.catalog import CATALOG
from harness.domain.config import Config
from harness.domain.evidence import Evidence
from harness.domain.selection import Selection
from harness.domain.steps import (
    ConsumerTests,
    Describe,
    Fuzz,
    Replay,
    Step,
    TypeCheck,
    VerifyPacts,
)
from harness.domain.verdict import Verdict
from harness.services import RunDirectory, Services
from harness.stages.ports import Outside, Progress, StepContext


def gate(config: Config, selection: Selection, progress: Progress) -> Verdict:
    """
    Check the system, or the slice of it that is selected.

    Raises: Misused, where the selection names what is not there.
    """
    with _outside(config, progress) as outside:
        verdict = pipeline.run(config, outside, CATALOG, selection)
    keep_recordings(verdict, _state_directory(config))
    return verdict


def reproduce(config: Config, finding: str, progress: Progress) -> Verdict:
    """
    Send the recording of a finding again to a freshly started service.

    Raises: Misused, where no recording of this fingerprint was kept.
    """
    step = read_recording(finding, _state_directory(config))
    with _outside(config, progress) as outside:
        return pipeline.replay(config, outside, CATALOG, step)


def perform(step: Step, context: StepContext) -> Iterator[Evidence]:
    """
    Do one step with the adapter that its kind calls for.

    Adapters are imported here because each step runs in a process of its own, which should load no
    more than its own tool.
    """
    match step:
        case TypeCheck():
            from harness.adapters.type_checker import TypeChecker

            yield from TypeChecker()(step, context)
        case ConsumerTests():
            from harness.adapters.consumer_tests import ConsumerTestRunner

            yield from ConsumerTestRunner()(step, context)
        case Describe():
            from harness.adapters.describer import Describer

            yield from Describer()(step, context)
        case VerifyPacts():
            from harness.adapters.pact_verifier import PactVerifier

            yield from PactVerifier()(step, context)
        case Fuzz():
            from harness.adapters.schema_fuzzer import SchemaFuzzer

            yield from SchemaFuzzer()(step, context)
        case Replay():
            from harness.adapters.replayer import Replayer

            yield from Replayer()(step, context)
        case _:
            assert_never(step)
