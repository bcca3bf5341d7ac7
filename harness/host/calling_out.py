"""The calls of a service that lead nowhere that its table names: refused, and written down."""

from __future__ import annotations

import importlib
import json
import threading
import traceback
from collections.abc import Callable
from types import FrameType
from typing import Any

from .addresses import AddressGuard
from .crashes import LONGEST_TRACEBACK, told_frames
from .requests_seen import FOR_HARNESS

MOST_TOLD = 20

Requests = Callable[[], "tuple[dict[str, Any] | None, list[dict[str, Any]]] | None"]


class CallsOut:
    """
    Guards a service, and writes each address that is refused to a file: it outlives the process,
    which such a call may keep from starting at all.

    Shape: `requests` gives the request that the running code answers, and those in flight; an
    address is written once for each of these, and not for ever.
    """

    def __init__(self, order: dict[str, Any], requests: Requests) -> None:
        self._file = order["file"]
        self._requests = requests
        self._lock = threading.Lock()
        self._told: dict[str, set[str]] = {}
        self._guard = AddressGuard(order["reachable"], self._refused, FOR_HARNESS.get)

    def install(self) -> None:
        """Guard from now on, the import of the application included."""
        self._guard.install()

    def watch_loops(self, *, are_likely: bool) -> None:
        """Guard event loops, also those whose code is not loaded yet where loops are likely."""
        if are_likely:
            importlib.import_module("asyncio")
        self._guard.watch_loops(look_for_uvloop=are_likely)

    def _refused(self, address: str, caller: FrameType | None) -> None:
        request, in_flight = self._requests() or (None, [])
        meanwhile = json.dumps([request, in_flight])
        with self._lock:
            told_of = self._told.setdefault(address, set())
            if meanwhile in told_of or len(told_of) >= MOST_TOLD:
                return
            told_of.add(meanwhile)
        stack = list(traceback.walk_stack(caller))[::-1]
        lines = traceback.format_list(traceback.StackSummary.extract(iter(stack)))
        told = {
            "address": address,
            "frames": told_frames(stack),
            "traceback": "".join(lines)[-LONGEST_TRACEBACK:],
            "requests": [request] if request else in_flight,
        }
        with self._lock, open(self._file, "a", encoding="utf-8") as file:
            file.write(json.dumps(told) + "\n")
