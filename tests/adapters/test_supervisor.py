"""A step lives and dies alone."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from multiprocessing import resource_tracker, util
from pathlib import Path
from typing import Any

import pytest

from harness.adapters.supervisor import StepWorkers
from harness.domain.errors import ServiceNotStarted
from harness.domain.evidence import Evidence, Observed, Unobserved
from harness.domain.steps import Step, TypeCheck
from harness.domain.system import System
from harness.domain.typed import TypesChecked
from harness.stages.ports import StepContext
from tests.fakes import a_shop


def perform(step: Step, context: StepContext) -> Iterator[Evidence]:
    """Behave as the step's name says."""
    (context.directory / "scratch").write_text("in the way")
    yield TypesChecked(step.service, "first")
    match step.service:
        case "dies":
            os._exit(7)
        case "hangs":
            time.sleep(60)
        case "refuses":
            raise ServiceNotStarted("it did not start", hint="look", detail="its output")
        case "breaks":
            raise ZeroDivisionError("by nought")
        case "tells":
            yield TypesChecked(step.service, os.environ["SAID_TO_STEPS"])
        case "tells-loaded":
            yield TypesChecked(step.service, f"loaded: {'colorsys' in sys.modules}")
        case _:
            yield TypesChecked(step.service, "second")


def outcomes(tmp_path: Path, *names: str) -> dict[str, Observed]:
    """Run a step of each name on two workers, the hanging one with a short limit."""
    workers = StepWorkers(perform, run_directory=tmp_path, cache=tmp_path, workers=2)
    try:
        for name in names:
            limit_s = 2.0 if name == "hangs" else 60.0
            workers.submit(replace(TypeCheck(name), limit_s=limit_s), System(a_shop()), {})
        return {seen.step: seen for seen in (workers.next_finished() for _ in names)}
    finally:
        workers.close()


def reason(observed: Observed) -> str:
    """Say why a step could not look to its end."""
    (lost,) = observed.failed_to_observe
    return lost.reason


def test_one_that_dies_or_hangs_takes_nothing_with_it(tmp_path: Path) -> None:
    """Each step's fate is its own, and what it had seen before is kept."""
    seen = outcomes(tmp_path, "dies", "fine-1", "hangs", "fine-2", "refuses", "breaks")

    assert len(seen) == 6
    assert reason(seen["types:dies"]) == "its process died (exit code 7)"
    assert reason(seen["types:hangs"]) == "not finished within its limit of 2 s"
    assert reason(seen["types:refuses"]) == "it did not start"
    assert reason(seen["types:breaks"]) == "internal error: ZeroDivisionError: by nought"
    assert all(
        one.evidence[0] == TypesChecked(name.removeprefix("types:"), "first")
        for name, one in seen.items()
    )
    assert [len(seen[f"types:fine-{n}"].evidence) for n in (1, 2)] == [2, 2]


def test_an_error_keeps_its_hint_and_its_detail(tmp_path: Path) -> None:
    """The sentence, the hint and the kept output of an error cross the border whole."""
    (lost,) = outcomes(tmp_path, "refuses")["types:refuses"].failed_to_observe

    assert lost == Unobserved("types:refuses", "it did not start", "look", "its output")


def test_no_directory_of_a_step_is_left(tmp_path: Path) -> None:
    """A step's directory goes with the step, however the step went."""
    outcomes(tmp_path, "dies", "fine", "hangs")

    assert list((tmp_path / "steps").iterdir()) == []


def test_a_process_is_born_with_interruptions_held_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C reaches the whole group: one that is still importing would print a traceback."""
    held: list[bool] = []
    start = util.spawnv_passfds

    def noting(path: bytes, args: Sequence[Any], descriptors: Sequence[int]) -> int:
        if any("forkserver" in str(one) or one == "--multiprocessing-fork" for one in args):
            held.append(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()))
        return start(path, args, descriptors)

    monkeypatch.setattr(util, "spawnv_passfds", noting)
    monkeypatch.setattr(resource_tracker, "_resource_tracker", resource_tracker.ResourceTracker())
    outcomes(tmp_path, "fine-1", "fine-2", "fine-3")

    assert held
    assert all(held)


def test_a_step_has_the_environment_of_the_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it is forked from may have begun with another."""
    workers = StepWorkers(perform, run_directory=tmp_path, cache=tmp_path, workers=1)
    try:
        for text in ("first", "second"):
            monkeypatch.setenv("SAID_TO_STEPS", text)
            workers.submit(TypeCheck("tells"), System(a_shop()), {})
            assert TypesChecked("tells", text) in workers.next_finished().evidence
    finally:
        workers.close()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is forked")
def test_what_steps_use_is_loaded_once(tmp_path: Path) -> None:
    """A step finds it loaded, by a process that has ended when the workers are closed."""
    used = "colorsys"  # of the standard library, and of no use here
    told = []
    for loaded in ((), (used,)):
        workers = StepWorkers(
            perform, run_directory=tmp_path, cache=tmp_path, workers=1, loaded=loaded
        )
        try:
            workers.submit(TypeCheck("tells-loaded"), System(a_shop()), {})
            told.append(workers.next_finished().evidence[-1])
        finally:
            workers.close()
        assert not multiprocessing.active_children()

    assert told == [
        TypesChecked("tells-loaded", text) for text in ("loaded: False", "loaded: True")
    ]
