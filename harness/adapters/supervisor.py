"""Steps in processes of their own, each under its limit."""

from __future__ import annotations

import multiprocessing
import os
import queue
import shutil
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future, TimeoutError
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import wait
from pathlib import Path

from pebble import CONSTS, ProcessExpired, ProcessPool

from harness.adapters.evidence_codec import encode, read_lines
from harness.adapters.forking import Origin
from harness.adapters.run_brokers import RunBrokers
from harness.domain.errors import HarnessError
from harness.domain.evidence import Evidence, Observed, Unobserved
from harness.domain.steps import AskWorker, DriveWorker, Step
from harness.domain.system import System
from harness.stages.ports import StepContext

Perform = Callable[[Step, StepContext], Iterator[Evidence]]

_POLL_S = 0.5
_SETTLE_S = 0.2
# What a step that is told to end may take: for a worker that does not leave, then for its broker.
_LEAVE_S = 10.0
_INTERNAL_HINT = "this is a fault of the harness itself: please report it with the text above"


class StepWorkers:
    """
    A pool whose processes live for one step each: one that dies takes nothing with it.

    Shape: `perform` must be importable by name; evidence travels through a file of the step's own
    directory, so that what was seen before a kill is kept. `loaded` names the modules that steps
    use.
    """

    def __init__(
        self,
        perform: Perform,
        *,
        run_directory: Path,
        cache: Path,
        workers: int,
        loaded: Sequence[str] = (),
    ) -> None:
        self._perform = perform
        self._run_directory = run_directory
        self._cache = cache
        self._size = workers
        self._running = 0
        self._started = 0
        self._finished: queue.Queue[Observed] = queue.Queue()
        self._brokers = RunBrokers(run_directory)
        self._origin = Origin(run_directory, loaded)
        CONSTS.term_timeout = _LEAVE_S
        self._pool = ProcessPool(max_workers=workers, max_tasks=1, context=self._origin.context)

    def expect(self, steps: Iterable[Step], system: System) -> None:
        """Begin to start the brokers of workers: of other steps, evidence may be there already."""
        for step in steps:
            if isinstance(step, (DriveWorker, AskWorker)):
                self._brokers.make_ready(step, system.config)

    def submit(self, step: Step, system: System, taken: Mapping[str, Observed]) -> None:
        """Start a step as soon as a worker is free."""
        self._started += 1  # ids hold what no file name may, and two could be written alike
        directory = self._run_directory / "steps" / f"{self._started}-{step.kind}"
        directory.mkdir(parents=True)
        context = StepContext(
            system=system,
            directory=directory,
            cache=self._cache,
            run_directory=self._run_directory,
            taken=dict(taken),
        )
        self._brokers.make_ready(step, system.config)
        started = time.monotonic()
        self._running += 1
        with _interrupts_held():
            self._origin.begin()
            future = self._pool.schedule(
                _work,
                args=(self._perform, step, context, self._brokers.environment()),
                timeout=step.limit_s,
            )
        future.add_done_callback(
            lambda done: self._finished.put(_observed(step, directory, done, started))
        )

    def next_finished(self) -> Observed:
        """Wait for a step to end; one that died or hung holds an `Unobserved` with the reason."""
        while True:
            try:
                observed = self._finished.get(timeout=_POLL_S)
            except queue.Empty:  # a bare get() would leave Ctrl-C waiting for the next step
                continue
            self._running -= 1
            return observed

    def free(self) -> int:
        """Say how many further steps would start at once."""
        return self._size - self._running

    def close(self) -> None:
        """End every process, finished or not."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        if self._started:
            # The pool closes what its processes share before it ends them, and one that it has just
            # begun would print that it is not there. After this pause it begins no more.
            time.sleep(_SETTLE_S)
            for child in multiprocessing.active_children():
                child.terminate()
        self._pool.join()
        self._origin.end()
        self._brokers.close()


def evidence_file(directory: Path) -> Path:
    """Name the file that a step's evidence goes through."""
    return directory / "evidence.jsonl"


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """
    Hold SIGINT back while the pool starts its threads, which pass this on to their processes, and
    what these are forked from, which passes it on as well.

    A terminal sends Ctrl-C to all of them, and one that is still importing would print a traceback.
    """
    resource_tracker.ensure_running()  # starting it later would let SIGINT through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(
    perform: Perform, step: Step, context: StepContext, environment: Mapping[str, str]
) -> None:
    _leave_with_owner()
    os.environ.clear()  # what was forked has that of who has loaded
    os.environ.update(environment)
    signal.signal(signal.SIGTERM, _unwind)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the owner decides what an interruption ends
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    work = context.directory / "work"
    work.mkdir()
    inside = StepContext(
        system=context.system,
        directory=work,
        cache=context.cache,
        run_directory=context.run_directory,
        taken=context.taken,
    )
    try:
        with evidence_file(context.directory).open("w", encoding="utf-8") as lines:
            for evidence in perform(step, inside):
                lines.write(encode(evidence) + "\n")
                lines.flush()
    except _ToldToEnd:
        left = 128 + signal.SIGTERM
    else:
        left = 0
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if left:
        os._exit(left)  # the pool's own loop would wait for another step


class _ToldToEnd(SystemExit):
    """Somebody has told the process of a step to end."""


def _unwind(_signum: int, _frame: object) -> None:
    """Let a step that is told to end close what it opened; told again, it goes on with that."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise _ToldToEnd


def _leave_with_owner() -> None:
    """End this process when the one that asked for it is gone, however it went."""
    owner = multiprocessing.parent_process()
    assert owner is not None

    def watch() -> None:
        wait([owner.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)  # what was made on a broker is removed
        time.sleep(_LEAVE_S)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="owner-watch").start()


def _observed(step: Step, directory: Path, future: Future[None], started: float) -> Observed:
    evidence = list(read_lines(evidence_file(directory)))
    ended = _ended_badly(step, future)
    if ended is not None:
        evidence.append(ended)
    elapsed_ms = round((time.monotonic() - started) * 1000)
    shutil.rmtree(directory, ignore_errors=True)
    return Observed(step.id, tuple(evidence), elapsed_ms)


def _ended_badly(step: Step, future: Future[None]) -> Unobserved | None:
    try:
        error = future.exception()
    except CancelledError:
        return Unobserved(step.id, "cut off before its end")
    match error:
        case None:
            return None
        case HarnessError():
            return Unobserved(step.id, error.message, error.hint, error.detail)
        case TimeoutError():
            return Unobserved(
                step.id,
                f"not finished within its limit of {step.limit_s:g} s",
                "look for a service that hangs; what was seen until then is kept",
            )
        case ProcessExpired():
            return Unobserved(
                step.id, f"its process died (exit code {error.exitcode})", "run it again with -v"
            )
        case _:
            text = "".join(traceback.format_exception(error))
            return Unobserved(
                step.id, f"internal error: {type(error).__name__}: {error}", _INTERNAL_HINT, text
            )
