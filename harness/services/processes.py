"""Every call to the operating system that services need: ports, guardians, output, locks."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HOST_DIRECTORY = Path(__file__).parents[1] / "host"
START = str(HOST_DIRECTORY / "start.py")
TAG_VARIABLE = "CONTRACT_HARNESS_INSTANCE"
LOCK_NAME = ".lock"
LOOPBACK = "127.0.0.1"
BACKLOG = 2048
EVENT_WAIT_S = 5.0
READ_BYTES = 65536

can_start_services = os.name == "posix"


class Port:
    """
    A loopback port that nobody else gets while this is open.

    The reserving socket is bound and never listens: a service that died is refused at once instead
    of waited for, and one that starts again gets the same port.
    """

    def __init__(self) -> None:
        self._reserved: socket.socket | None = _bound(0)
        self.number: int = self._reserved.getsockname()[1]

    def listen(self) -> socket.socket:
        """A listening socket on this port, to be inherited by whoever serves."""
        listening = _bound(self.number)
        listening.listen(BACKLOG)
        return listening

    def release(self) -> None:
        """Let somebody else bind it: a program that is only told the number."""
        if self._reserved is not None:
            self._reserved.close()
            self._reserved = None


def _bound(number: int) -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind((LOOPBACK, number))
    return bound


@dataclass(frozen=True, slots=True)
class Order:
    """What a guardian is told to run; `hand_over` is text for the host, None for a command."""

    argv: tuple[str, ...]
    prepare: tuple[tuple[str, ...], ...]
    cwd: Path
    directory: Path
    run_directory: Path
    grace_s: float
    env: Mapping[str, str] = field(repr=False)
    fds: tuple[int, ...] = ()
    hand_over: str | None = field(default=None, repr=False)

    @property
    def output(self) -> Path:
        """Where the output goes."""
        return self.directory / "output.log"

    def text(self) -> str:
        """The order on one line; the environment goes by inheritance, since it holds secrets."""
        told: dict[str, Any] = {
            "argv": self.argv,
            "prepare": self.prepare,
            "cwd": str(self.cwd),
            "directory": str(self.directory),
            "run_directory": str(self.run_directory),
            "output": str(self.output),
            "grace_s": self.grace_s,
            "fds": self.fds,
            "hand_over": self.hand_over,
        }
        return json.dumps(told) + "\n"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit status (minus a signal's number), or why it never began."""

    phase: str
    status: int = 0
    reason: str = ""

    def __str__(self) -> str:
        who = "" if self.phase == "service" else f"{self.phase} "
        if self.reason:
            return f"{who}could not be started: {self.reason}"
        if self.status < 0:
            return f"{who}was killed by {_signal_name(-self.status)}"
        return f"{who}exited with status {self.status}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


class Guarded:
    """A service under its guardian, seen from the owner's side."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._events = b""
        self._complaints = b""
        self._final_output = b""
        self._stopping = False
        self.phase = ""
        self.since = time.monotonic()
        self.ended: Ended | None = None
        self._pid: int | None = None
        self._guardian, self._life = _start_guardian(order)

    @property
    def directory(self) -> Path:
        """The instance's own directory."""
        return self._order.directory

    @property
    def guardian_pid(self) -> int:
        """The guardian's process id."""
        return self._guardian.pid

    def poll(self) -> Ended | None:
        """Take in what the guardian reported, without waiting."""
        stream = self._guardian.stdout
        while stream is not None and _readable(stream.fileno()):
            data = os.read(stream.fileno(), READ_BYTES)
            if not data:
                stream.close()
                self._guardian.stdout = stream = None
                self._guardian_is_gone()
                break
            self._take(data)
        return self.ended

    def output(self) -> str:
        """What is kept of the output."""
        if not self._stopping:
            with contextlib.suppress(FileNotFoundError):
                self._final_output = self._order.output.read_bytes()
        return (self._final_output + self._complaints).decode("utf-8", "replace")

    def kill(self) -> None:
        """Kill what runs now, with its group: it is given no time to settle anything."""
        self.poll()
        if self._pid is not None and self.ended is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._pid, signal.SIGKILL)

    def begin_stop(self) -> None:
        """Tell the guardian to end everything; it does so even if nobody waits for it."""
        if not self._stopping:
            self.output()
            self._stopping = True
            os.close(self._life)

    def finish_stop(self) -> None:
        """Wait until nothing is left, and clean up in the guardian's place if it was killed."""
        self.begin_stop()
        if not self._await_guardian(self._order.grace_s + EVENT_WAIT_S):
            self._guardian.kill()
            self._await_guardian(EVENT_WAIT_S)
        self._guardian.wait()
        if self._order.directory.exists():
            sweep(self._order.directory)
            shutil.rmtree(self._order.directory, ignore_errors=True)

    def _take(self, data: bytes) -> None:
        *lines, self._events = (self._events + data).split(b"\n")
        for line in lines:
            try:
                self._note(json.loads(line))
            except ValueError:
                self._complaints += line + b"\n"

    def _note(self, event: dict[str, Any]) -> None:
        self.phase, self.since = event["phase"], time.monotonic()
        self._pid = event.get("pid")
        if event["event"] == "unstartable":
            self.ended = Ended(self.phase, reason=event["reason"])
        elif event["event"] == "exit" and (self.phase == "service" or event["status"] != 0):
            self.ended = Ended(self.phase, status=event["status"])

    def _await_guardian(self, limit_s: float) -> bool:
        """Wait for the guardian's output to close: Popen's own wait sleeps up to 50 ms too long."""
        deadline = time.monotonic() + limit_s
        while (stream := self._guardian.stdout) is not None:
            if not _readable(stream.fileno(), max(0.0, deadline - time.monotonic())):
                return False
            self.poll()
        return True

    def _guardian_is_gone(self) -> None:
        if self.ended is None and not self._stopping:
            self.ended = Ended("service", reason="its guardian was killed")
            sweep(self._order.directory)


def _readable(descriptor: int, limit_s: float = 0.0) -> bool:
    poller = select.poll()
    poller.register(descriptor, select.POLLIN | select.POLLHUP)
    return bool(poller.poll(limit_s * 1000))


def _start_guardian(order: Order) -> tuple[subprocess.Popen[bytes], int]:
    """Start a guardian and give it its order; the descriptor returned is the owner's life."""
    theirs, life = os.pipe()
    try:
        guardian = subprocess.Popen(
            [*_interpreter(), START, "guard", str(theirs)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[theirs, *order.fds],
            env=dict(order.env),
            cwd="/",
            start_new_session=True,  # out of reach of the terminal's Ctrl-C
        )
    finally:
        os.close(theirs)
    with contextlib.suppress(BrokenPipeError):  # a guardian that failed tells so on its output
        os.write(life, order.text().encode())
    return guardian, life


def _interpreter() -> list[str]:
    """The harness's own interpreter, without anything that costs time or listens to the caller."""
    return [sys.executable, "-I", "-S"]


def sweep(tag: Path) -> None:
    """Kill what a guardian that was killed itself has left running."""
    subprocess.run([*_interpreter(), START, "sweep", str(tag)], cwd="/", check=False)


def make_directory(parent: Path | None, prefix: str) -> Path:
    """A fresh directory that only this user can read."""
    return Path(tempfile.mkdtemp(prefix=prefix, dir=parent)).resolve()


def remove_directory(directory: Path) -> None:
    """Remove a directory and all in it."""
    shutil.rmtree(directory, ignore_errors=True)


def lend_typeguard(directory: Path) -> str | None:
    """
    Make a directory that holds the harness's typeguard and what it needs, and nothing else.

    Shape: None where the harness has no typeguard itself.
    """
    lent = directory / "lent"
    lent.mkdir()
    for name in ("typeguard", "typing_extensions"):
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            return None
        file = Path(spec.origin)
        held = file.parent if spec.submodule_search_locations else file
        (lent / held.name).symlink_to(held)
    return str(lent)


def start_janitor(directory: Path) -> subprocess.Popen[bytes]:
    """Start the process that removes a run's directory once nobody holds it any more."""
    return subprocess.Popen(
        [*_interpreter(), START, "janitor", str(directory)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,
    )


def await_end(process: subprocess.Popen[bytes] | None, limit_s: float = 2.0) -> None:
    """Wait for a process that is about to end by itself."""
    if process is not None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(limit_s)


def hold_directory(directory: Path) -> int:
    """Keep a run's directory from being removed until the descriptor returned is closed."""
    if sys.platform == "win32":
        return -1
    import fcntl

    descriptor = os.open(directory / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def let_go(descriptor: int) -> None:
    """Give up a hold."""
    os.close(descriptor)
