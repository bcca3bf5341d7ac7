"""Run a tool as a process of its own, and read what it wrote."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_WATCHER = Path(__file__).with_name("tool_watcher.py")


@dataclass(frozen=True, slots=True)
class Ended:
    """
    A tool that came to its end.

    Shape: `code` is above 128 where a signal ended it, 127 where it could not be started.
    """

    code: int
    out: str
    err: str
    elapsed_ms: int

    @property
    def words(self) -> str:
        """All that it wrote, for a reader who must find out why."""
        return "\n".join(part for part in (self.out.strip(), self.err.strip()) if part)


def run_tool(argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], directory: Path) -> Ended:
    """
    Run a tool to its end.

    Shape: `directory` is where its output is kept meanwhile. No process of the tool's group is left
    when this returns or raises, nor when this process is killed.
    """
    started = time.monotonic()
    out, err = directory / "tool.out", directory / "tool.err"
    with (
        out.open("wb") as out_file,
        err.open("wb") as err_file,
        _watched(argv, cwd, env, (out_file.fileno(), err_file.fileno())) as watcher,
    ):
        code = watcher.wait()
    elapsed_ms = round((time.monotonic() - started) * 1000)
    return Ended(code, _text(out), _text(err), elapsed_ms)


@contextmanager
def _watched(
    argv: Sequence[str], cwd: Path, env: Mapping[str, str], output: tuple[int, int]
) -> Iterator[subprocess.Popen[bytes]]:
    life, ours = os.pipe()
    try:
        watcher = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_WATCHER), str(life), *argv],
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output[0],
            stderr=output[1],
            pass_fds=(life,),
            start_new_session=True,
        )
    except BaseException:
        os.close(ours)
        raise
    finally:
        os.close(life)
    try:
        yield watcher
    finally:
        os.close(ours)
        watcher.wait()


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")
