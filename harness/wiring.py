"""Which adapter meets which port: the only file that names concrete ones."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from harness import pipeline
from harness.adapters.instances import open_instance
from harness.adapters.recordings import keep_recordings, read_recording
from harness.adapters.supervisor import StepWorkers
from harness.adapters.workspace_files import WorkspaceFiles
from harness.checks.catalog import CATALOG
from harness.domain.config import Config
from harness.domain.evidence import Evidence
from harness.domain.selection import Selection
from harness.domain.steps import (
    Compare,
    ConsumerTests,
    Describe,
    DriveReplies,
    Fuzz,
    Replay,
    Step,
    TypeCheck,
    VerifyPacts,
)
from harness.domain.system import System
from harness.domain.verdict import Verdict
from harness.reports.masking import masked_reply
from harness.services import RunDirectory
from harness.stages.ports import Outside, Progress, StepContext
from harness.stages.surveying import survey

if TYPE_CHECKING:  # only `harness compat --broker` asks one
    from harness.broker.client import BrokerClient


def gate(config: Config, selection: Selection, progress: Progress) -> Verdict:
    """
    Check the system, or the slice of it that is selected.

    Raises: Misused, where the selection names what is not there.
    """
    with _outside(config, progress) as outside:
        verdict = pipeline.run(config, outside, CATALOG, selection)
    keep_recordings(verdict, _state_directory(config), masked_reply)
    return verdict


def reproduce(config: Config, finding: str, progress: Progress) -> Verdict:
    """
    Send the recording of a finding again to a freshly started service.

    Raises: Misused, where no recording of this fingerprint was kept.
    """
    step = read_recording(finding, _state_directory(config))
    with _outside(config, progress) as outside:
        return pipeline.replay(config, outside, CATALOG, step)


def system(config: Config) -> System:
    """Survey a workspace: what is there, before anything is done."""
    return survey(config, WorkspaceFiles())


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
        case Compare():
            from harness.adapters.document_comparer import DocumentComparer

            yield from DocumentComparer()(step, context)
        case DriveReplies():
            from harness.adapters.reply_driver import ReplyDriver

            yield from ReplyDriver()(step, context)
        case Replay():
            from harness.adapters.replayer import Replayer

            yield from Replayer()(step, context)
        case _:
            assert_never(step)


@contextmanager
def run_service(config: Config, name: str) -> Iterator[dict[str, str]]:
    """
    Start a member with its neighbours, and give the URL of each by name.

    Raises: Misused for a name that is no member; ServiceNotStarted where one does not start.
    """
    with RunDirectory.create() as run_directory:
        context = _context(config, run_directory.path)
        with open_instance(name, context) as running:
            neighbours = {other: one.url for other, one in running.neighbours.items()}
            yield {name: running.url, **neighbours}


def broker(url: str) -> AbstractContextManager[BrokerClient]:
    """
    Open a Pact Broker with the credentials of the environment.

    Raises: Misused, for what is no address.
    """
    from harness.broker.client import opened
    from harness.broker.http import Credentials

    credentials = Credentials(
        token=os.environ.get("PACT_BROKER_TOKEN", ""),
        username=os.environ.get("PACT_BROKER_USERNAME", ""),
        password=os.environ.get("PACT_BROKER_PASSWORD", ""),
    )
    return opened(url, credentials)


def _context(config: Config, directory: Path) -> StepContext:
    return StepContext(
        system=system(config),
        directory=directory,
        cache=_state_directory(config) / "cache",
        run_directory=directory,
        taken={},
    )


@contextmanager
def _outside(config: Config, progress: Progress) -> Iterator[Outside]:
    with RunDirectory.create() as run_directory:
        workers = StepWorkers(
            perform,
            run_directory=run_directory.path,
            cache=_state_directory(config) / "cache",
            workers=config.workers or os.cpu_count() or 1,
        )
        try:
            yield Outside(WorkspaceFiles(), workers, progress, time.monotonic)
        finally:
            workers.close()


def _state_directory(config: Config) -> Path:
    """What outlives a run and may be deleted at any time."""
    return config.root / ".harness"
