"""
Run one tool, and leave nothing of it when the owner goes: `python tool_watcher.py FD TOOL …`.

FD is the reading end of a pipe; it closes when the owner lets go of the tool or is gone, however it
went. Standard library only: this file is run by its path.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading


def watch(life: int, argv: list[str]) -> int:
    """Wait for the tool's end or the owner's, whichever comes first, and give an exit code."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the pipe alone decides
    try:
        tool = subprocess.Popen(argv, start_new_session=True, restore_signals=True)
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 127
    threading.Thread(target=_end_with_owner, args=(life, tool.pid), daemon=True).start()
    status = tool.wait()
    _kill_group(tool.pid)
    return status if status >= 0 else 128 - status


def _end_with_owner(life: int, group: int) -> None:
    while os.read(life, 1):
        continue
    _kill_group(group)


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # nothing of it is left, or only a zombie
        return


if __name__ == "__main__":
    sys.exit(watch(int(sys.argv[1]), sys.argv[2:]))
