"""Processes that begin with all loaded that steps use, where a process may be forked."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Sequence
from multiprocessing import forkserver
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Final

# What a path of a socket may have, and the name that it gets below the run's directory.
LONGEST: Final = 107
NAME: Final = "/listener-12345678"


class Origin:
    """
    What the processes of steps come from: one that has loaded what they use, and does nothing else.

    Shape: `loaded` names modules. The process begins with the first step, and its socket lies in
    the run's directory, so that nothing of it is left however the run ends. Without fork, which is
    safe on Linux alone, and where the socket's path would be too long, each step loads for itself.
    """

    def __init__(self, run_directory: Path, loaded: Sequence[str]) -> None:
        self._run_directory = run_directory
        fits = len(os.fsencode(str(run_directory) + NAME)) <= LONGEST
        self._forks = sys.platform == "linux" and fits
        self._has_begun = False
        self.context: BaseContext = multiprocessing.get_context(
            "forkserver" if self._forks else "spawn"
        )
        if self._forks:
            self.context.set_forkserver_preload([*loaded])

    def begin(self) -> None:
        """Start it, unless it runs; it has the signal mask of who calls."""
        if self._forks and not self._has_begun:
            own = multiprocessing.current_process()
            own._config["tempdir"] = str(self._run_directory)  # type: ignore[attr-defined]
            forkserver.ensure_running()
            self._has_begun = True

    def end(self) -> None:
        """End it, once no step runs any more."""
        if self._has_begun:
            forkserver._forkserver._stop()  # type: ignore[attr-defined]
            multiprocessing.current_process()._config.pop("tempdir")  # type: ignore[attr-defined]
