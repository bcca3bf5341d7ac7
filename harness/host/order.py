"""The order that a process of the host is given, and the life of who gave it."""

from __future__ import annotations

import json
import os
import signal
import threading
from typing import Any, NoReturn


def read_order(life: int) -> dict[str, Any]:
    """Read the order, and from then on leave when the pipe behind it closes."""
    text = b""
    while not text.endswith(b"\n"):
        text += os.read(life, 65536) or _leave()
    os.set_inheritable(life, False)
    threading.Thread(target=_watch, args=(life,), name="contract-harness-life", daemon=True).start()
    order: dict[str, Any] = json.loads(text)
    return order


def _watch(life: int) -> None:
    while os.read(life, 4096):
        continue
    _leave()


def _leave() -> NoReturn:
    """The guardian is gone: take along what this process has started in its group."""
    os.killpg(0, signal.SIGKILL)
    os._exit(1)
