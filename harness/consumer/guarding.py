"""Keeps tests from calling anything but stand-ins and what their service's table names."""

from __future__ import annotations

import inspect
import ipaddress
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from harness.consumer.raised import Calls
from harness.consumer.stacks import calls_to

_NAMES_OF_LOOPBACK: Final = frozenset({"localhost", "localhost.localdomain", "ip6-localhost"})
_LOOK_UPS: Final = frozenset({"socket.getaddrinfo", "socket.gethostbyname"})
_CALLS: Final = frozenset({"socket.connect", "socket.sendto"})


@dataclass(slots=True)
class AddressGuard:
    """
    Refuses connections to other machines, and tells of each address once.

    Shape: `reachable` are host names and addresses that may be called; what answers on this machine
    always may. `tell` is given host and port where a connection is refused, and the calls that led
    to it.
    """

    reachable: frozenset[str]
    tell: Callable[[str, Calls], None]
    _resolved: set[str] = field(default_factory=set)
    _told: set[str] = field(default_factory=set)
    _is_on: bool = False

    def install(self) -> None:
        """Guard from now on; Python never lets go of such a hook, so it is only ever disarmed."""
        self._is_on = True
        sys.addaudithook(self._look)

    def uninstall(self) -> None:
        """Let everything through again."""
        self._is_on = False

    def _look(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self._is_on:
            return
        if event in _LOOK_UPS:
            host, port = (*arguments, None)[:2]
            self._look_up(host, port)
        elif event in _CALLS:
            where, address = arguments[:2]
            is_inet = isinstance(where, socket.socket) and where.family in _INET
            if is_inet and isinstance(address, tuple):
                self._reach(str(address[0]), address[1])

    def _look_up(self, host: object, port: object) -> None:
        """A name that may be called may be called under all its addresses."""
        name = host.decode() if isinstance(host, bytes) else str(host or "")
        if not name or _is_local(name):
            return
        if name not in self.reachable:
            self._refuse(name, port)
        if name not in self._resolved:
            self._resolved.add(name)  # before asking, which brings us here again
            try:
                found = socket.getaddrinfo(name, None)
            except OSError:
                # Whoever asked will be told the same.
                return
            self._resolved.update(str(one[4][0]) for one in found)

    def _reach(self, host: str, port: object) -> None:
        if not _is_local(host) and host not in self.reachable and host not in self._resolved:
            self._refuse(host, port)

    def _refuse(self, host: str, port: object) -> None:
        address = f"{host}:{port}" if port else host
        if address not in self._told:
            self._told.add(address)
            caller = inspect.currentframe()
            while caller is not None and caller.f_globals is globals():
                caller = caller.f_back
            self.tell(address, calls_to(caller))
        raise ConnectionRefusedError(
            f"{address} is neither a stand-in nor named in the service's table"
        )


_INET: Final = (socket.AF_INET, socket.AF_INET6)


def _is_local(host: str) -> bool:
    if host.lower() in _NAMES_OF_LOOPBACK or host == socket.gethostname():
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
