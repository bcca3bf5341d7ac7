"""
Which addresses code may call: what answers on this machine, and what its service's table names.

The host loads this inside a service, and the process of a consumer's tests loads it by its path.
Python's audit events tell of a call before it is made, whoever makes it. They come too late for a
name that a socket is handed, which the interpreter looks up first, and in another thread for one
that an event loop looks up: sockets and loops are made to ask before.
"""

from __future__ import annotations

import errno
import importlib.util
import ipaddress
import socket
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import wraps
from types import FrameType
from typing import Any

NAMES_OF_LOOPBACK = ("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback")
INET = (socket.AF_INET, socket.AF_INET6)
LOOK_UPS = ("socket.getaddrinfo", "socket.gethostbyname")
CALLS = ("socket.connect", "socket.sendto", "socket.sendmsg")
FUNCTIONS_THAT_LOOK_UP = ("getaddrinfo", "gethostbyname", "gethostbyname_ex")
METHODS_THAT_CALL = ("connect", "connect_ex", "sendto")
WORDS_THAT_SEND = frozenset({"send", "sendall", "sendto", "sendmsg", "write", "makefile"})

Tell = Callable[[str, "FrameType | None"], None]


class AddressRefused(ConnectionRefusedError):
    """A call that nothing accounts for; to its caller it is as if nobody listened there."""


class AddressGuard:
    """
    Refuses calls to other machines.

    Shape: `reachable` are host names and addresses that may be called; what answers on this machine
    always may. `tell` is given host and port of a call that is refused, and the frame that makes
    it; `is_exempt` says that the running code is not the one under guard.
    """

    def __init__(
        self, reachable: Iterable[str], tell: Tell, is_exempt: Callable[[], bool] = lambda: False
    ) -> None:
        self._reachable = {plain(host) for host in reachable}
        self._unasked = set(self._reachable)
        self._tell = tell
        self._is_exempt = is_exempt
        self._is_on = False
        self._undo: list[Callable[[], None]] = []

    def install(self) -> None:
        """Guard from now on; Python never lets go of an audit hook, so it is only disarmed."""
        self._is_on = True
        sys.addaudithook(self._look)
        for name in FUNCTIONS_THAT_LOOK_UP:
            self._replace(socket, name, self._learning(getattr(socket, name)))
        for name in METHODS_THAT_CALL:
            self._replace(socket.socket, name, self._asking(getattr(socket.socket, name)))

    def watch_loops(self, *, look_for_uvloop: bool = False) -> None:
        """Have event loops ask in the task that calls, once the code that uses them is loaded."""
        if "asyncio" in sys.modules:
            self._watch_loop(sys.modules["asyncio"].BaseEventLoop, {"getaddrinfo": _first_two})
        if look_for_uvloop and importlib.util.find_spec("uvloop") is not None:
            # It looks up and connects by itself, past Python's sockets and past all events.
            methods = {"create_connection": _second_and_third, "create_datagram_endpoint": _remote}
            loop = importlib.import_module("uvloop").Loop
            self._watch_loop(loop, {"getaddrinfo": _first_two, **methods})

    def uninstall(self) -> None:
        """Let everything through again."""
        self._is_on = False
        while self._undo:
            self._undo.pop()()

    def _look(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in CALLS:
            self._call(*arguments[:2])
        elif event in LOOK_UPS:
            self._look_up(*(*arguments, None)[:2])

    def _call(self, made_by: Any, address: Any) -> None:
        if getattr(made_by, "family", None) in INET and isinstance(address, tuple) and address:
            self._reach(address[0], address[1], is_datagram=made_by.type == socket.SOCK_DGRAM)

    def _look_up(self, host: Any, port: Any) -> None:
        if host:
            self._reach(host, port)

    def _reach(self, host: Any, port: Any, *, is_datagram: bool = False) -> None:
        if not self._is_on or self._is_exempt():
            return
        name = plain(host)
        if name in self._reachable or is_on_this_machine(name):
            return
        caller = _caller()
        if not (is_datagram and _asks_for_its_own_name(caller)) and not self._is_found(name):
            text = f"[{name}]" if ":" in name else name
            address = f"{text}:{port}" if port else text
            self._tell(address, caller)
            why = f"{address} is neither a stand-in nor named in the service's table"
            raise AddressRefused(errno.ECONNREFUSED, why)

    def _is_found(self, address: str) -> bool:
        """
        Whether an address is one of a host that may be called.

        Some libraries look names up by themselves, past Python; each host is asked for but once.
        """
        if not _is_address(address):
            return False
        for host in [each for each in self._unasked if "." in each and not _is_address(each)]:
            self._unasked.discard(host)
            with suppress(OSError):
                socket.getaddrinfo(host, None)
        return address in self._reachable

    def _asking(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """A method of sockets that asks before a name among its arguments is looked up."""

        @wraps(call)
        def asked(made: Any, *arguments: Any) -> Any:
            self._call(made, arguments[-1] if arguments else None)
            return call(made, *arguments)

        return asked

    def _learning(self, look_up: Callable[..., Any]) -> Callable[..., Any]:
        """A function that looks names up: one that may be called may be under all its addresses."""

        @wraps(look_up)
        def learned(host: Any, *arguments: Any, **more: Any) -> Any:
            self._look_up(host, (*arguments, more.get("port"))[0])
            found = look_up(host, *arguments, **more)
            if not self._is_exempt():
                self._reachable.update(map(plain, _addresses(found)))
            return found

        return learned

    def _watch_loop(self, loop: Any, methods: dict[str, Callable[..., Any]]) -> None:
        for name, address_of in methods.items():
            self._replace(loop, name, self._asking_as(getattr(loop, name), address_of))

    def _asking_as(
        self, call: Callable[..., Any], address_of: Callable[..., Any]
    ) -> Callable[..., Any]:
        @wraps(call)
        def asked(loop: Any, *arguments: Any, **more: Any) -> Any:
            self._look_up(*address_of(*arguments, **more))
            return call(loop, *arguments, **more)

        return asked

    def _replace(self, owner: Any, name: str, value: Any) -> None:
        own = vars(owner).get(name)
        setattr(owner, name, value)
        self._undo.append(lambda: setattr(owner, name, own) if own else delattr(owner, name))


def plain(host: Any) -> str:
    """A host as it is compared: without a zone, a dot at its end, or capitals."""
    name = host.decode("latin-1") if isinstance(host, (bytes, bytearray)) else str(host)
    name = name.lower().rstrip(".")
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return name
    return str(getattr(address, "ipv4_mapped", None) or address)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_on_this_machine(host: str) -> bool:
    """Whether a host is this machine, under whatever name or address."""
    if host in NAMES_OF_LOOPBACK or host.endswith(".localhost"):
        return True
    if not _is_address(host):
        own = socket.gethostname().lower()
        is_alike = host.partition(".")[0] == own.partition(".")[0]
        return host == own or (is_alike and host == socket.getfqdn().lower())
    address = ipaddress.ip_address(host)
    return address.is_loopback or address.is_unspecified or _is_own(address)


def _is_own(address: Any) -> bool:
    """Whether an address belongs to this machine, where alone a socket can be bound to it."""
    if address.is_multicast or str(address) == "255.255.255.255":
        return False
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_STREAM) as tried:
            tried.bind((str(address), 0))
    except OSError:
        return False
    return True


def _asks_for_its_own_name(caller: FrameType | None) -> bool:
    """
    Whether a datagram socket is connected only to learn which of this machine's addresses it has.

    Nothing is sent by that, and it is how programs commonly find their own address.
    """
    words = frozenset(caller.f_code.co_names if caller is not None else ())
    return "getsockname" in words and words.isdisjoint(WORDS_THAT_SEND)


def _caller() -> FrameType | None:
    """The innermost frame that is not of this file."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_globals is globals():
        frame = frame.f_back
    return frame


def _addresses(found: Any) -> Iterable[Any]:
    """The addresses in what a look-up gives: one, those of a host by name, or those for sockets."""
    if isinstance(found, str):
        return (found,)
    return found[2] if isinstance(found, tuple) else [one[4][0] for one in found]


def _first_two(host: Any = None, port: Any = None, *_: Any, **__: Any) -> tuple[Any, Any]:
    return host, port


def _second_and_third(
    _: Any, host: Any = None, port: Any = None, *__: Any, **___: Any
) -> tuple[Any, Any]:
    return host, port


def _remote(
    _: Any, local_addr: Any = None, remote_addr: Any = None, *__: Any, **___: Any
) -> tuple[Any, Any]:
    return tuple(remote_addr or (None, None))[:2]
