"""The one temporary directory of a run, which is gone when the run is, however that ends."""

from __future__ import annotations

from pathlib import Path
from subprocess import Popen
from types import TracebackType

from harness.services import processes


class RunDirectory:
    """
    A temporary directory shared by all processes of a run.

    A janitor process removes it once the last of them has let go: also after `kill -9`.
    """

    def __init__(self, path: Path, hold: int, janitor: Popen[bytes] | None = None) -> None:
        self.path = path
        self._hold: int | None = hold
        self._janitor = janitor

    @classmethod
    def create(cls, parent: Path | None = None) -> RunDirectory:
        """Make one, below the system's place for such or below `parent`."""
        path = processes.make_directory(parent, "contract-harness-")
        hold = processes.hold_directory(path)
        return cls(path, hold, processes.start_janitor(path))

    @classmethod
    def attach(cls, path: Path) -> RunDirectory:
        """Hold one that another process made, for as long as this process needs it."""
        return cls(path, processes.hold_directory(path))

    def close(self) -> None:
        """Let go; who made it also removes it at once."""
        if self._hold is None:
            return
        if self._janitor is not None:
            processes.remove_directory(self.path)
        processes.let_go(self._hold)
        self._hold = None
        processes.await_end(self._janitor)

    def __enter__(self) -> RunDirectory:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
