"""Processes that begin with all loaded that steps use, where a process may be forked."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Sequence
from multiprocessing import forkserver
from multiprocessing.context import BaseContext
from pathlib import Path

# Elsewhere libraries of the system may have threads that a fork would break.
_FORKS = sys.platform == "linux"


class Origin:
    """
    What the processes of steps come from: one that has loaded what they use, and does nothing else.

    Shape: `loaded` names modules. The process begins with the first step, and its socket lies in
    the run's directory, so that nothing of it is left however the run ends. Where nothing is
    forked, each step loads for itself.
    """

    def __init__(self, run_directory: Path, loaded: Sequence[str]) -> None:
        self._run_directory = run_directory
        self._place: int | None = None
        self.context: BaseContext = multiprocessing.get_context("forkserver" if _FORKS else "spawn")
        self.context.set_forkserver_preload([*loaded])

    def begin(self) -> None:
        """Start it, unless it runs; it has the signal mask of who calls."""
        if _FORKS and self._place is None:
            self._place = os.open(self._run_directory, os.O_RDONLY | os.O_DIRECTORY)
            # By the descriptor, since the path of a socket may have no more than 107 bytes.
            place = f"/proc/{os.getpid()}/fd/{self._place}"
            multiprocessing.current_process()._config["tempdir"] = place  # type: ignore[attr-defined]
            forkserver.ensure_running()

    def end(self) -> None:
        """End it, once no step runs any more."""
        if self._place is not None:
            forkserver._forkserver._stop()  # type: ignore[attr-defined]
            multiprocessing.current_process()._config.pop("tempdir")  # type: ignore[attr-defined]
            os.close(self._place)
            self._place = None
