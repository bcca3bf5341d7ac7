"""Calls beyond this machine that no contract and no table accounts for."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.consumer.guarding import AddressGuard
from harness.consumer.hosted import host_module
from harness.consumer.raised import Calls
from tests.consumer.drives import GOOD, PLAIN, offers, project, put, reply

pytest_plugins = ["pytester"]

FAR = "198.51.100.1"  # an address that is kept for documents


@dataclass
class Told:
    """What a guard told, with the lines that led to it."""

    addresses: list[str] = field(default_factory=list)
    calls: list[Calls] = field(default_factory=list)

    def __call__(self, address: str, calls: Calls) -> None:
        self.addresses.append(address)
        self.calls.append(calls)


@contextmanager
def guarded(*reachable: str) -> Iterator[Told]:
    """Guard what is called within."""
    told = Told()
    guard = AddressGuard(frozenset(reachable), told)
    guard.install()
    try:
        yield told
    finally:
        guard.uninstall()


CALLS: dict[str, tuple[Callable[[], object], str]] = {
    "a connection": (lambda: socket.create_connection((FAR, 443)), f"{FAR}:443"),
    "one that is not waited for": (lambda: opened().connect_ex((FAR, 8080)), f"{FAR}:8080"),
    "one over IPv6": (
        lambda: opened(socket.AF_INET6).connect(("2001:db8::1", 80)),
        "[2001:db8::1]:80",
    ),
    "a datagram": (lambda: opened(kind=socket.SOCK_DGRAM).sendto(b"", (FAR, 53)), f"{FAR}:53"),
    "a look-up": (lambda: socket.getaddrinfo("far.invalid", 443), "far.invalid:443"),
    "one of bytes": (lambda: socket.getaddrinfo(b"far.invalid", None), "far.invalid"),
    "a socket that is handed a name": (
        lambda: opened().connect(("far.invalid", 443)),
        "far.invalid:443",
    ),
    "a datagram for a name": (
        lambda: opened(kind=socket.SOCK_DGRAM).sendto(b"", 0, ("far.invalid", 8125)),
        "far.invalid:8125",
    ),
    "a message": (
        lambda: opened(kind=socket.SOCK_DGRAM).sendmsg([b""], [], 0, (FAR, 53)),
        f"{FAR}:53",
    ),
    "datagrams to one address": (lambda: measured().send(b"hits:1|c"), f"{FAR}:8125"),
    "an old look-up": (lambda: socket.gethostbyname("far.invalid"), "far.invalid"),
}


def opened(family: int = socket.AF_INET, kind: int = socket.SOCK_STREAM) -> socket.socket:
    """A socket that waits for nothing."""
    made = socket.socket(family, kind)
    made.setblocking(False)
    return made


def measured() -> socket.socket:
    """A socket of a client that counts things, connected before anything is sent."""
    made = opened(kind=socket.SOCK_DGRAM)
    made.connect((FAR, 8125))
    return made


@pytest.mark.parametrize("name", CALLS)
def test_what_goes_beyond_this_machine_is_refused(name: str) -> None:
    """Whatever the way, it fails as if nobody listened there, and is told with its line, once."""
    call, address = CALLS[name]
    with guarded() as told:
        for _ in range(2):
            with pytest.raises(ConnectionRefusedError, match="nor named in the service's table"):
                call()

    assert told.addresses == [address]
    inner = {frame.f_code.co_filename for frame, _ in told.calls[0]}
    assert __file__ in inner
    assert not any(name.endswith("guarding.py") and name != __file__ for name in inner)


def own_address() -> str:
    """An address of this machine, as programs find it: nothing is sent for that."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect((FAR, 80))
        except OSError:
            return "127.0.0.1"
        return str(asking.getsockname()[0])


def _ask_the_system(path: Path) -> None:
    """Call by a socket of the file system."""
    with socket.socket(socket.AF_UNIX) as listening, socket.socket(socket.AF_UNIX) as calling:
        listening.bind(str(path))
        listening.listen()
        calling.connect(str(path))


def test_what_is_on_this_machine_may_be_called(tmp_path: Path) -> None:
    """Loopback under all its names, this machine's own, and what is no network at all."""
    with guarded() as told, socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        for host in ("127.0.0.1", "localhost", "127.0.0.2"):
            socket.getaddrinfo(host, port)
        names = ("::1", "::ffff:127.0.0.1", "LOCALHOST.", "shop.localhost", "0.0.0.0", None, "")
        for name in (*names, socket.gethostname(), socket.getfqdn()):
            _look_up(name)
        socket.create_connection(("localhost", port)).close()
        one, other = socket.socketpair()
        one.close()
        other.close()
        assert opened().connect_ex((own_address(), 1)) != 0
        _ask_the_system(tmp_path / "log.sock")

    assert told.addresses == []


def _look_up(host: str | None) -> None:
    """Look a name up that this machine need not know."""
    try:
        socket.getaddrinfo(host, 80)
    except socket.gaierror:
        return


def test_a_host_of_the_services_env_is_let_through() -> None:
    """What is named may be looked up; whether it is found is not ours to say."""
    with guarded("db.invalid", FAR) as told:
        with pytest.raises(socket.gaierror):
            socket.getaddrinfo("db.invalid", 5432)
        assert opened().connect_ex((FAR, 5432)) != 0
        with pytest.raises(ConnectionRefusedError):
            socket.getaddrinfo("other.invalid", 5432)

    assert told.addresses == ["other.invalid:5432"]


def test_a_host_may_be_called_under_the_addresses_of_its_name() -> None:
    """A client looks a name up before it calls what was found."""
    name = str(int(ipaddress.ip_address(FAR)))  # which every resolver knows without asking anyone
    with guarded(name) as told:
        assert {one[4][0] for one in socket.getaddrinfo(name, 80)} == {FAR}
        assert opened().connect_ex((FAR, 80)) != 0
        with pytest.raises(ConnectionRefusedError):
            opened().connect_ex(("198.51.100.2", 80))

    assert told.addresses == ["198.51.100.2:80"]


def test_a_host_that_others_look_up_may_be_called_too() -> None:
    """Some libraries ask name servers by themselves; then the address is all that is seen."""
    # A short way to write an address: no resolver asks anyone about it.
    with guarded("198.51.257") as told:
        assert opened().connect_ex(("198.51.1.1", 80)) != 0
        with pytest.raises(ConnectionRefusedError):
            opened().connect_ex(("198.51.1.2", 80))

    assert told.addresses == ["198.51.1.2:80"]


def test_a_name_is_the_same_however_it_is_written() -> None:
    """Capitals and a dot at the end make no other host, nor does a longer way to write IPv6."""
    with guarded("DB.invalid.", "2001:DB8:0::1") as told:
        for host in ("db.invalid", "Db.Invalid."):
            with pytest.raises(socket.gaierror):
                socket.getaddrinfo(host, 5432)
        with suppress(OSError):
            opened(socket.AF_INET6).connect(("2001:db8::1", 80))

    assert told.addresses == []


def test_a_loop_of_another_make_is_guarded_too() -> None:
    """uvloop looks names up and connects past Python's own sockets."""
    uvloop = pytest.importorskip("uvloop", reason="uvloop is not installed")
    told: list[str] = []
    guard = host_module("addresses").AddressGuard([], lambda address, _: told.append(address))
    guard.install()
    guard.watch_loops(look_for_uvloop=True)
    try:
        for host in ("far.invalid", FAR):
            with pytest.raises(ConnectionRefusedError):
                uvloop.run(asyncio.open_connection(host, 443))
    finally:
        guard.uninstall()

    assert told == ["far.invalid:443", f"{FAR}:443"]


def test_sockets_and_loops_are_given_back_as_they_were() -> None:
    """Nothing of a guard that is gone is left in what others use."""
    before = socket.getaddrinfo, vars(socket.socket).copy(), asyncio.BaseEventLoop.getaddrinfo
    with guarded():
        assert socket.getaddrinfo is not before[0]

    assert before == (
        socket.getaddrinfo,
        vars(socket.socket).copy(),
        asyncio.BaseEventLoop.getaddrinfo,
    )


def test_nothing_is_refused_when_the_guard_is_gone() -> None:
    """Python keeps such hooks for good, so one that is no longer wanted lets everything through."""
    with guarded() as told:
        pass
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("far.invalid", 443)

    assert told.addresses == []


CLIENT = """
import asyncio
import socket
from urllib.request import urlopen


def tried(call, *arguments):
    try:
        return call(*arguments)
    except OSError:
        return None


def by_socket(url):
    with socket.socket() as made:
        made.connect(("192.0.2.7", 25))


def by_urllib(url):
    urlopen("http://metrics.invalid/up")


async def by_address(url):
    await asyncio.open_connection("192.0.2.8", 443)


async def by_name(url):
    await asyncio.open_connection("events.invalid", 443)


def all_of_them(url):
    tried(by_socket, url)
    tried(by_urllib, url)
    tried(asyncio.run, by_address(url))
    tried(asyncio.run, by_name(url))
    return urlopen(url + "/stock").read()
"""
TEST = """
def test_stock():
    pact = told()
    with pact.serve() as server:
        client.all_of_them(server.url)
    kept(pact)
"""


def test_calls_of_a_client_are_told_with_its_own_line(pytester: pytest.Pytester) -> None:
    """Also where a library calls for it, or a loop's own thread looks a name up."""
    head = PLAIN.replace(
        "from shop.client import Closed, get, on_hand, on_purpose", "from shop import client"
    )
    # Nobody guards the run that gives the pact, and nothing is to leave this machine.
    quiet = CLIENT.partition("def all_of_them")[0] + "def all_of_them(url): urlopen(url + '/stock')"
    project(pytester, client=quiet, stock=head + TEST)
    asks = offers(pytester, {"stock": [reply(GOOD)]})
    (pytester.path / "shop" / "client.py").write_text(CLIENT)
    told = put(pytester, asks)
    addresses = {one["address"]: one for one in told.lines if one["kind"] == "address"}

    assert told.received() == [("code", "taken")]
    assert {name: _line(one["crash"]["frames"]) for name, one in addresses.items()} == {
        "192.0.2.7:25": 'made.connect(("192.0.2.7", 25))',
        "metrics.invalid:80": 'urlopen("http://metrics.invalid/up")',
        "192.0.2.8:443": 'await asyncio.open_connection("192.0.2.8", 443)',
        "events.invalid:443": 'await asyncio.open_connection("events.invalid", 443)',
    }
    assert all(one["test"].startswith("test_stock.py::") for one in addresses.values())


def _line(frames: list[dict[str, str]]) -> str:
    return [one["code"] for one in frames if one["module"] == "shop.client"][-1]
