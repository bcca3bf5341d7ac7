"""
Programs that serve nothing, run whenever they are asked for.

The host answers `RUN /NAME` by running the job NAME once, as `python -m` or a script would be, on
the main thread of this process: what leaves it is tied to that request like any other exception.
"""

from __future__ import annotations

import contextvars
import importlib.util
import os
import queue
import runpy
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

METHOD = "RUN"


class _Run:
    """One run of a job, asked for by one thread and done by another."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._context = contextvars.copy_context()
        self._ended = threading.Event()
        self._error: Exception | None = None
        self._status: object = None

    def do(self) -> None:
        """Run the job to its end."""
        try:
            self._context.run(run_program, self._command)
        except SystemExit as exit:
            self._status = exit.code
        except Exception as error:  # noqa: BLE001 - it is raised again where the request is answered
            self._error = error
        finally:
            self._ended.set()

    def status(self) -> object:
        """
        Wait for the end, and give what the job said in leaving: None or 0 that all is well.

        Raises: what the job raised.
        """
        self._ended.wait()
        if self._error is not None:
            raise self._error
        return self._status


class Jobs:
    """
    A WSGI application of the jobs of one service.

    Shape: `commands` are arguments of an interpreter by the job's name: `-m MODULE …` or `FILE …`.
    """

    def __init__(self, commands: Mapping[str, Sequence[str]]) -> None:
        self._commands = commands
        self._asked: queue.Queue[_Run] = queue.Queue()
        self._told_to_leave = False
        for command in commands.values():
            _find(command)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        """Answer 200 for a job that ended well, 424 for one that told that it could not."""
        name = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")[1:]
        if environ["REQUEST_METHOD"] != METHOD or name not in self._commands:
            return _answer(start_response, "404 Not Found", f"there is no job {name!r}")
        run = _Run(self._commands[name])
        self._asked.put(run)
        status = run.status()
        if status in (None, 0):
            return _answer(start_response, "200 OK", "it ended well")
        # No server error: a job that says that it failed has dealt with what it met.
        told = status if isinstance(status, str) else f"it ended with status {status}"
        return _answer(start_response, "424 Failed Dependency", told)

    def work(self) -> None:
        """Run what is asked for, one after another, until told to leave."""
        while not self._told_to_leave:
            self._asked.get().do()

    def leave(self, *_: object) -> None:
        """Leave from whatever is being done: a handler of SIGTERM."""
        self._told_to_leave = True
        raise SystemExit(0)


def leave_on_sigterm(jobs: Jobs) -> None:
    """Let SIGTERM end the work, also in the middle of a job."""
    signal.signal(signal.SIGTERM, jobs.leave)


def _find(command: Sequence[str]) -> None:
    """Raise ImportError or FileNotFoundError where a job is not there."""
    if command[0] != "-m":
        if not os.path.isfile(command[0]):
            raise FileNotFoundError(f"there is no file {command[0]}")
        return
    found = importlib.util.find_spec(command[1])
    if found is not None and found.submodule_search_locations is not None:
        found = importlib.util.find_spec(f"{command[1]}.__main__")
    if found is None:
        raise ModuleNotFoundError(f"python -m {command[1]} finds no module that it could run")


def run_program(command: Sequence[str]) -> None:
    """Do what the interpreter does with its arguments."""
    is_module = command[0] == "-m"
    target, arguments = (command[1], command[2:]) if is_module else (command[0], command[1:])
    with _arguments([target, *arguments]):
        if is_module:
            runpy.run_module(target, run_name="__main__", alter_sys=True)
        else:
            sys.path.insert(0, os.path.dirname(os.path.abspath(target)))
            try:
                runpy.run_path(target, run_name="__main__")
            finally:
                del sys.path[0]


@contextmanager
def _arguments(values: list[str]) -> Iterator[None]:
    before, sys.argv = sys.argv, values
    try:
        yield
    finally:
        sys.argv = before


def _answer(start_response: Callable[..., Any], status: str, text: str) -> list[bytes]:
    body = text.encode("utf-8", "replace")
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response(status, headers)
    return [body]
