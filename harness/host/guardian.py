"""
Keep watch over a service, so that nothing of it outlives its owner.

Shape: the order is one line of JSON on a pipe, and the open pipe behind it is the owner's life.
Events go to standard output, one JSON object a line.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import time
from typing import Any

from .leftovers import (
    adopt_orphans,
    die_with_parent,
    kill_descendants,
    kill_tagged,
    remove,
    share_lock,
    signal_group,
    wait_for_last_user,
)
from .output_file import OutputFile


class OwnerGone(Exception):
    """The owner closed its pipe, or asked the guardian to leave."""


class Guard:
    """One service, its preparation before it, and everything that either of them starts."""

    def __init__(self, owner: int, order: dict[str, Any]) -> None:
        self._owner = owner
        self._order = order
        self._output = OutputFile(order["output"])
        self._selector = selectors.DefaultSelector()
        self._selector.register(owner, selectors.EVENT_READ)
        self._pipes: set[int] = set()
        self._child: int | None = None
        self._status: int | None = None
        self._told_to_leave = False
        self._wake = self._listen_to_signals()

    def run(self) -> None:
        """Run each command in turn; then, whatever happened, wait until the owner has seen it."""
        try:
            self._run_in_turn()
            while True:
                self._turn(None)
        except OwnerGone:
            self._end(self._order["grace_s"])

    def _run_in_turn(self) -> None:
        for number, argv in enumerate(self._order["prepare"], start=1):
            if self._run(f"prepare {number}", argv, []) != 0:
                return
        self._run("service", self._order["argv"], self._order["fds"])
        self._end(0.0)

    def _run(self, phase: str, argv: list[str], inherited: list[int]) -> int:
        """Run one command to its end; what it leaves in the background lives on till the end."""
        try:
            if phase == "service" and self._order["hand_over"] is not None:
                inherited = [*inherited, self._hand_over(self._order["hand_over"])]
                argv = [*argv, str(inherited[-1])]
            self._spawn(argv, inherited)
        except OSError as error:
            _tell(event="unstartable", phase=phase, reason=str(error))
            return 1
        finally:
            # a port must not stay open here once the service behind it is gone
            for descriptor in inherited:
                os.close(descriptor)
        _tell(event="running", phase=phase, pid=self._child)
        while self._status is None:
            self._turn(None)
        self._drain()
        _tell(event="exit", phase=phase, status=self._status)
        return self._status

    def _hand_over(self, text: str) -> int:
        """Give the host its order by a pipe that stays open for as long as this process lives."""
        life, mine = os.pipe()
        os.write(mine, text.encode() + b"\n")
        return life

    def _spawn(self, argv: list[str], inherited: list[int]) -> None:
        ours, theirs = os.pipe()
        self._status = None
        try:
            child = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=theirs,
                stderr=theirs,
                cwd=self._order["cwd"],
                pass_fds=inherited,
                start_new_session=True,
                preexec_fn=die_with_parent(),
            )
        except OSError:
            os.close(ours)
            raise
        finally:
            os.close(theirs)
        self._child = child.pid
        child.returncode = 0  # reaped here together with orphans: subprocess must not wait for it
        self._pipes.add(ours)
        self._selector.register(ours, selectors.EVENT_READ)

    def _listen_to_signals(self) -> int:
        wake, notify = os.pipe()
        os.set_blocking(notify, False)
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(notify, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._leave)
        self._selector.register(wake, selectors.EVENT_READ)
        return wake

    def _leave(self, *_: object) -> None:
        self._told_to_leave = True

    def _turn(self, timeout_s: float | None, *, ending: bool = False) -> None:
        """Wait for something to happen and deal with it."""
        for key, _ in self._selector.select(timeout_s):
            if key.fd == self._owner:
                self._listen_to_owner()
            elif key.fd == self._wake:
                os.read(self._wake, 4096)
            else:
                self._copy_output(key.fd)
        self._reap()
        if self._told_to_leave and not ending:
            raise OwnerGone

    def _listen_to_owner(self) -> None:
        if not os.read(self._owner, 4096):
            self._selector.unregister(self._owner)
            self._told_to_leave = True

    def _copy_output(self, pipe: int) -> None:
        data = os.read(pipe, 65536)
        if data:
            self._output.write(data)
            return
        self._selector.unregister(pipe)
        self._pipes.discard(pipe)
        os.close(pipe)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid == self._child:
                self._status = _exit_status(status)

    def _end(self, grace_s: float) -> None:
        """Leave nothing: ask the child's group, then kill it, then whatever it left behind."""
        if self._child is not None:
            if self._status is None:
                self._ask_to_leave(self._child, grace_s)
            signal_group(self._child, signal.SIGKILL)
            self._child = None  # its number may soon be another's
        kill_descendants(self._reap)
        self._drain()

    def _ask_to_leave(self, child: int, grace_s: float) -> None:
        signal_group(child, signal.SIGTERM)
        signal_group(child, signal.SIGCONT)
        deadline = time.monotonic() + grace_s
        while self._status is None and time.monotonic() < deadline:
            self._turn(max(0.0, deadline - time.monotonic()), ending=True)

    def _drain(self) -> None:
        """Keep what was written last, without waiting for a writer that lives on."""
        for _ in range(64):
            ready = [key.fd for key, _ in self._selector.select(0) if key.fd in self._pipes]
            if not ready:
                return
            for pipe in ready:
                self._copy_output(pipe)


def _tell(**event: object) -> None:
    """Report to the owner; one that no longer reads is noticed by its own pipe."""
    try:
        os.write(1, json.dumps(event).encode() + b"\n")
    except OSError:
        return


def _exit_status(status: int) -> int:
    """The exit code, or minus the number of the signal that ended it."""
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def _read_order(owner: int) -> dict[str, Any] | None:
    """The order, or None if the owner was gone before it could give one."""
    text = b""
    while not text.endswith(b"\n"):
        chunk = os.read(owner, 65536)
        if not chunk:
            return None
        text += chunk
    order: dict[str, Any] = json.loads(text)
    return order


def guard(owner: str) -> None:
    """Guard one service until its owner is gone."""
    order = _read_order(int(owner))
    if order is None:
        return
    adopt_orphans()
    share_lock(order["run_directory"])
    try:
        Guard(int(owner), order).run()
    finally:
        remove(order["directory"])


def janitor(directory: str) -> None:
    """Wait for the last user of a run's directory, then remove it."""
    if wait_for_last_user(directory):
        kill_tagged(directory)
        remove(directory)


def sweep(tag: str) -> None:
    """Kill what a guardian could not, having been killed itself."""
    kill_tagged(tag)
