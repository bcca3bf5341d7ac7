"""Keeps tests from calling anything but stand-ins and what their service's table names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from harness.consumer.hosted import host_module
from harness.consumer.raised import Calls
from harness.consumer.stacks import calls_to


@dataclass(slots=True)
class AddressGuard:
    """
    Refuses connections to other machines by the rules of the host, and tells of each address once.

    Shape: `reachable` are host names and addresses that may be called; what answers on this machine
    always may. `tell` is given host and port where a connection is refused, and the calls that led
    to it.
    """

    reachable: frozenset[str]
    tell: Callable[[str, Calls], None]
    _told: set[str] = field(default_factory=set)
    _guard: Any = None

    def install(self) -> None:
        """Guard from now on."""
        self._guard = host_module("addresses").AddressGuard(self.reachable, self._refused)
        self._guard.install()
        self._guard.watch_loops()

    def uninstall(self) -> None:
        """Let everything through again."""
        self._guard.uninstall()

    def _refused(self, address: str, caller: FrameType | None) -> None:
        if address not in self._told:
            self._told.add(address)
            self.tell(address, calls_to(caller))
