"""What processes leave behind, and how to find and end it: groups, orphans, tags, directories."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import stat
import sys
import time
from collections.abc import Callable

TAG_VARIABLE = "CONTRACT_HARNESS_INSTANCE"
LOCK_NAME = ".lock"
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
ON_LINUX = sys.platform.startswith("linux")


def adopt_orphans() -> None:
    """Become the parent of whatever a descendant leaves behind; Linux alone can do this."""
    if ON_LINUX:
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with_parent() -> Callable[[], None] | None:
    """What a child does before its program starts, so that it cannot outlive this process."""
    if not ON_LINUX:
        return None
    import ctypes

    call = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def prepare() -> None:
        call(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return prepare


def signal_group(leader: int, number: int) -> None:
    """Signal a process group, if any of it is left."""
    try:
        os.killpg(leader, number)
    except (ProcessLookupError, PermissionError):
        return


def kill_descendants(reap: Callable[[], None]) -> None:
    """Kill everything below this process."""
    if ON_LINUX:
        _kill_all(lambda: _descendants(os.getpid()), reap)


def kill_tagged(tag: str) -> None:
    """Kill every process whose environment carries a tag, or an instance below it."""
    if ON_LINUX:
        _kill_all(lambda: _tagged(tag), lambda: None)


def _kill_all(find: Callable[[], set[int]], reap: Callable[[], None]) -> None:
    """Kill what is found until nothing is: a process may fork while the list is made."""
    for attempt in range(200):
        reap()
        left = find()
        if not left:
            return
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                continue
        time.sleep(0.001 if attempt < 20 else 0.01)


def _parents() -> dict[int, int]:
    """Every living process and its parent."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    fields = file.read().rpartition(b")")[2].split()
            except OSError:
                continue  # gone since it was listed
            if fields[0] != b"Z":
                found[int(name)] = int(fields[1])
    return found


def _descendants(root: int) -> set[int]:
    known = _parents()
    below = {root}
    while True:
        more = {pid for pid, parent in known.items() if parent in below} - below
        if not more:
            return below - {root}
        below |= more


def _tagged(tag: str) -> set[int]:
    exact = (f"{TAG_VARIABLE}={tag}").encode()
    found = set()
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            try:
                with open(f"/proc/{name}/environ", "rb") as file:
                    entries = file.read().split(b"\0")
            except OSError:
                continue  # gone, or another user's
            if any(entry == exact or entry.startswith(exact + b"/") for entry in entries):
                found.add(int(name))
    return found


def remove(directory: str) -> None:
    """Remove a directory, also where a service took its own permissions away."""
    shutil.rmtree(directory, ignore_errors=True)
    if os.path.lexists(directory):
        for path, _, _ in os.walk(directory):
            os.chmod(path, stat.S_IRWXU)
        shutil.rmtree(directory, ignore_errors=True)


def share_lock(directory: str) -> None:
    """Hold a run's directory for as long as this process lives."""
    _lock(directory, fcntl.LOCK_SH)


def wait_for_last_user(directory: str) -> bool:
    """Wait until nobody holds a run's directory; False where there is none any more."""
    return _lock(directory, fcntl.LOCK_EX)


def _lock(directory: str, how: int) -> bool:
    try:
        descriptor = os.open(os.path.join(directory, LOCK_NAME), os.O_RDWR)
    except FileNotFoundError:
        return False
    fcntl.flock(descriptor, how)  # held until the process ends: the descriptor is never closed
    return True
