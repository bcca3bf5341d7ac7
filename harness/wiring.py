"""Which adapter meets which port: the only file that names concrete ones."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, assert_never

from harness import pipeline
from harness.adapters import shard_files, watched_files
from harness.adapters.building import build_around
from harness.adapters.durations import keep_durations, read_durations
from harness.adapters.edited_files import edited_since
from harness.adapters.evidence_places import Place, PlaceFailed, place_at
from harness.adapters.file_tree import FileTree
from harness.adapters.file_tree import write_new as _write_new
from harness.adapters.instances import open_instance
from harness.adapters.kept_evidence import KeptEvidence
from harness.adapters.kept_evidence import prune as prune_evidence
from harness.adapters.last_run import keep_run, read_name, read_report, read_run
from harness.adapters.recordings import keep_recordings, read_recording
from harness.adapters.revisions import commit_of
from harness.adapters.step_keys import StepKeys
from harness.adapters.supervisor import StepWorkers
from harness.adapters.who import who_runs
from harness.adapters.workspace_files import WorkspaceFiles, change_text
from harness.brokers import broker_at, document_at, place_of
from harness.checks.catalog import CATALOG
from harness.domain.accepted import Accepted
from harness.domain.build import Build
from harness.domain.config import Config
from harness.domain.edited import Stamps
from harness.domain.errors import HarnessError, Misused
from harness.domain.evidence import Evidence
from harness.domain.fetched import Wanted
from harness.domain.finding import Named
from harness.domain.health import Examined, Need
from harness.domain.kept_run import KeptRun, kept
from harness.domain.reuse import Asked
from harness.domain.selection import Selection
from harness.domain.shard import Cut, Shard, ShardSeen
from harness.domain.snapshot import Snapshot
from harness.domain.steps import (
    AskWorker,
    Compare,
    ConsumerTests,
    Describe,
    DiffVersions,
    DriveReplies,
    DriveService,
    DriveWorker,
    Fuzz,
    FuzzReplies,
    Replay,
    Step,
    TypeCheck,
    VerifyPacts,
)
from harness.domain.system import System
from harness.domain.verdict import Verdict
from harness.reports.masking import cleaner, masked_reply
from harness.services import RunDirectory
from harness.settings.secrets import secrets_of
from harness.stages import changing
from harness.stages.ports import Exchange, Forgetful, Memory, Outside, Progress, StepContext
from harness.stages.surveying import survey

if TYPE_CHECKING:
    from harness.broker.client import BrokerClient

# What steps use.
_ADAPTERS = (
    *("consumer_tests", "describer", "document_comparer", "pact_verifier", "replayer"),
    *("reply_driver", "reply_fuzzer", "schema_fuzzer", "service_driver", "type_checker"),
    *("version_differ", "worker_driver"),
)
TOOLS: Final = (__name__, *(f"harness.adapters.{name}" for name in _ADAPTERS))


def gate(
    config: Config, selection: Selection, progress: Progress, asked: Asked | None = None
) -> Verdict:
    """
    Check the system, or the slice of it that is selected.

    Raises: Misused, where the selection names what is not there, or evidence can be kept nowhere.
    """
    how = asked or Asked()
    with _outside(config, progress, _memory(config, how)) as alone:
        outside = replace(alone, exchange=_exchange(config, how))
        verdict = pipeline.run(config, outside, CATALOG, selection, how.maxfail)
    return _kept(verdict, config, how)


def _kept(verdict: Verdict, config: Config, asked: Asked) -> Verdict:
    """Keep what later commands ask for: requests of findings, their names, what steps took."""
    keep_recordings(verdict, config.kept, masked_reply)
    keep_run(kept(verdict), config.kept)
    took = {one.id: one.elapsed_ms for one in verdict.steps if not one.reused}
    keep_durations(_place(config, asked.evidence), took)
    return verdict


def selection_since(config: Config, revision: str, selection: Selection) -> Selection:
    """
    Select what has changed since a git revision.

    Raises: Misused, where there is no such revision, or no repository.
    """
    return changing.selection_since(edited_since(revision, config), config, selection)


def cut(config: Config, selection: Selection, count: int, asked: Asked) -> Cut:
    """
    Say how the gate is cut for so many machines.

    Raises: Misused, where past durations can be kept nowhere.
    """
    known = read_durations(_place(config, asked.evidence))
    return pipeline.cut_for(config, WorkspaceFiles(), CATALOG, selection, count, known)


def gate_share(
    config: Config, selection: Selection, progress: Progress, asked: Asked, shard: Shard
) -> ShardSeen:
    """
    Do the part of one machine of several, and judge nothing.

    Raises: Misused, where evidence can be kept nowhere.
    """
    known = read_durations(_place(config, asked.evidence))
    with _outside(config, progress, _memory(config, asked)) as outside:
        seen = pipeline.share(config, outside, CATALOG, selection, shard, known)
    return replace(seen, commit=commit_of(config.root))


def write_shard(file: Path, seen: ShardSeen, config: Config) -> None:
    """
    Write what a shard has seen, without secrets.

    Raises: Misused, where it cannot be written.
    """
    shard_files.write_shard(file, seen, cleaner(secrets_of(config)))


def read_shards(files: Sequence[Path]) -> tuple[ShardSeen, ...]:
    """
    Read what shards have seen.

    Raises: Misused, where a file is none of this version, or is damaged.
    """
    return tuple(map(shard_files.read_shard, files))


def merge(
    config: Config,
    shards: tuple[ShardSeen, ...],
    progress: Progress,
    asked: Asked | None = None,
) -> Verdict:
    """
    Judge what shards have seen as if one run had seen it.

    Raises: Misused, where they are not of one run, or of another commit than this checkout.
    """
    how = asked or Asked()
    with _outside(config, progress) as alone:
        outside = replace(alone, exchange=_exchange(config, how))
        verdict = pipeline.merge(config, outside, CATALOG, shards, commit_of(config.root))
    return _kept(verdict, config, how)


def stamps(config: Config) -> Stamps:
    """Say how every file is that a workspace's evidence depends on."""
    return watched_files.stamps(config)


def wait_for_change(config: Config, before: Stamps) -> tuple[Path, ...]:
    """Wait until any of these files changes, comes or goes, and give those that have."""
    return watched_files.wait_for_change(config, before)


def prune(config: Config, place: str, older_than_s: float) -> tuple[int, int]:
    """
    Remove evidence that no run has used for some time, from the workspace's place or another.

    Shape: how many files were removed, and how many bytes they held.
    Raises: Misused, where the place cannot be reached; HarnessError, where it fails.
    """
    try:
        return prune_evidence(_place(config, place), older_than_s)
    except PlaceFailed as error:
        raise HarnessError(f"evidence cannot be removed: {error}") from error


def replies(config: Config, selection: Selection, progress: Progress) -> Verdict:
    """
    Put replies to the consumers of a suite that no workspace describes.

    Raises: Misused for a document of a provider that no contract is with.
    """
    with _outside(config, progress) as outside:
        return pipeline.suite(config, outside, CATALOG, selection)


def reproduce(config: Config, finding: str, progress: Progress) -> Verdict:
    """
    Send the recording of a finding again to a freshly started service.

    Shape: a finding without requests is looked for by its own check, on its own edge or service.
    Raises: Misused, where neither a recording of this fingerprint was kept nor its name.
    """
    try:
        step = read_recording(finding, config.kept)
    except Misused:
        last = read_run(config.kept)
        named = last.meant(finding) if last else None
        if last is None or named is None:
            raise
        same = replace(config, seed=last.seed, examples=last.examples)
        with _outside(same, progress) as outside:
            return pipeline.look_again(same, outside, CATALOG, named)
    with _outside(config, progress) as outside:
        return pipeline.replay(config, outside, CATALOG, step)


def system(config: Config) -> System:
    """Survey a workspace: what is there, before anything is done."""
    return survey(config, WorkspaceFiles())


def perform(step: Step, context: StepContext) -> Iterator[Evidence]:
    """
    Do one step with the adapter that its kind calls for.

    Adapters are imported here because each step runs in a process of its own, which should load no
    more than its own tool, unless it is forked from one that has loaded all.
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
        case DiffVersions():
            from harness.adapters.version_differ import VersionDiffer

            yield from VersionDiffer()(step, context)
        case Compare():
            from harness.adapters.document_comparer import DocumentComparer

            yield from DocumentComparer()(step, context)
        case DriveReplies():
            from harness.adapters.reply_driver import ReplyDriver

            yield from ReplyDriver()(step, context)
        case FuzzReplies():
            from harness.adapters.reply_fuzzer import ReplyFuzzer

            yield from ReplyFuzzer()(step, context)
        case DriveService():
            from harness.adapters.service_driver import ServiceDriver

            yield from ServiceDriver()(step, context)
        case DriveWorker() | AskWorker():
            yield from _worked(step, context)
        case Replay():
            from harness.adapters.replayer import Replayer

            yield from Replayer()(step, context)
        case _:
            assert_never(step)


def _worked(step: DriveWorker | AskWorker, context: StepContext) -> Iterator[Evidence]:
    if isinstance(step, DriveWorker):
        from harness.adapters.worker_driver import WorkerDriver

        yield from WorkerDriver()(step, context)
    else:
        from harness.adapters.worker_asker import WorkerAsker

        yield from WorkerAsker()(step, context)


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


def accept_documents(config: Config, name: str) -> tuple[Accepted, ...]:
    """
    Take what a service says of itself for the accepted version.

    Raises: Misused for a name that is no member; HarnessError where there is nothing to accept.
    """
    from harness.adapters.accepting import accept_documents

    with RunDirectory.create() as run_directory:
        return accept_documents(name, _context(config, run_directory.path))


def document_bytes(place: str, directory: Path) -> bytes:
    """
    Read an API document from a file, a git revision or a running service.

    Raises: Misused, where there is none; HarnessError, where nobody answered with one.
    """
    from harness.adapters.document_places import document_bytes

    return document_bytes(place, directory, _document_at)


def _document_at(address: str) -> bytes:
    return document_at(address, os.environ)


def named_finding(config: Config, fingerprint: str) -> Named | None:
    """Say what the last run knew of a finding, if it found it."""
    return read_name(fingerprint, config.kept)


def kept_run(config: Config) -> KeptRun | None:
    """Say what the last run found and how its edges stood, if there was one."""
    return read_run(config.kept)


def reported_run(file: Path) -> KeptRun:
    """
    Say what the run of a JSON report found.

    Raises: Misused, where the file is no such report.
    """
    return read_report(file)


def change(path: Path, how: Callable[[str], str]) -> None:
    """
    Change a text file whole and alone, or leave it as it is.

    Raises: Misused, where it cannot be read or written.
    """
    change_text(path, how)


def take_snapshot(config: Config) -> Snapshot:
    """
    Keep all pacts and all documents in files of a workspace.

    Raises: Misused, where there is nothing to keep, or a file that cannot be read.
    """
    from harness.adapters.snapshots import taken

    return taken(system(config), datetime.now(UTC))


def fetched(config: Config, wanted: Wanted | None = None, place: str = "") -> Config:
    """
    Fetch what the services of a workspace are held to and rely on beyond its repository.

    Shape: as it is, where neither `place` nor anything else names a broker or an address; what
    cannot be fetched is named in `fetched`.
    Raises: Misused, for what is no address of a broker, or where its packages are not installed.
    """
    place = place_of(place, config, os.environ)
    if not (place or any(one.is_remote for one in config.externals)):
        return config
    from harness.adapters.fetching import fetched as all_of
    from harness.broker.client.verifying import ProviderSide

    with ExitStack() as opened:
        client = opened.enter_context(broker_at(place, config.kept, os.environ)) if place else None
        wanted = wanted or Wanted(branch=build(config.root).branch)
        side = ProviderSide(client) if client else None
        return all_of(config, side, wanted, place, _document_at)


def _exchange(config: Config, asked: Asked) -> Exchange | None:
    """The broker that a run's contracts came from, where it came from one."""
    place = config.fetched.place if config.fetched else ""
    if not place:
        return None
    from harness.exchange import BrokerExchange

    found = asked.build or build(config.root)
    return BrokerExchange(
        config,
        lambda: broker_at(place, config.kept, os.environ),
        found,
        found.is_ci if asked.publishes is None else asked.publishes,
        cleaner(secrets_of(config)),
    )


def examine(config: Config, needs: Mapping[str, tuple[Need, ...]]) -> Iterator[Examined]:
    """Look at what the gate needs around it; `needs` are modules by service."""
    from harness.adapters.examining import examined

    yield from examined(system(config), needs)


def tree(root: Path) -> FileTree:
    """Give the files below a directory."""
    return FileTree(root)


def write_new(path: Path, text: str) -> bool:
    """
    Write a file that is not there; give `False` where one is, which is left.

    Raises: Misused, where it cannot be written.
    """
    try:
        return _write_new(path, text)
    except OSError as error:
        raise Misused(f"cannot write to {path}: {error.strerror}") from None


def today() -> date:
    """Say which day it is."""
    return datetime.now().astimezone().date()


def broker(given: str = "", config: Config | None = None) -> AbstractContextManager[BrokerClient]:
    """
    Open a Pact Broker with the credentials of the environment.

    Shape: `given` is an address or `embedded`; without it the environment's counts, then the
    workspace's.
    Raises: Misused, where nothing names one, or for what is no address.
    """
    kept = config.kept if config else Path.cwd() / ".harness"
    return broker_at(place_of(given, config, os.environ), kept, os.environ)


def build(directory: Path) -> Build:
    """Say which build a directory is part of."""
    return build_around(directory, os.environ)


def _context(config: Config, directory: Path) -> StepContext:
    return StepContext(
        system=system(config),
        directory=directory,
        cache=config.kept / "cache",
        run_directory=directory,
        taken={},
    )


def _place(config: Config, given: str) -> Place:
    return place_at(given or config.evidence, config.root)


def _memory(config: Config, asked: Asked) -> Memory:
    """What earlier runs saw, where this run asks for it."""
    return KeptEvidence(
        _place(config, asked.evidence),
        StepKeys(config),
        who_runs(os.environ),
        lambda: datetime.now().astimezone().isoformat(timespec="seconds"),
        cleaner(secrets_of(config)),
        fresh=asked.fresh,
    )


@contextmanager
def _outside(config: Config, progress: Progress, memory: Memory | None = None) -> Iterator[Outside]:
    with RunDirectory.create() as run_directory:
        workers = StepWorkers(
            perform,
            run_directory=run_directory.path,
            cache=config.kept / "cache",
            workers=config.workers or os.cpu_count() or 1,
            loaded=TOOLS,
        )
        try:
            yield Outside(
                WorkspaceFiles(),
                workers,
                progress,
                time.monotonic,
                today(),
                memory or Forgetful(),
            )
        finally:
            workers.close()
