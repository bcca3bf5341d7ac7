"""
Sends one request to a host that may be told, and reads its answer within bounds.

Shape: the name is looked up once, and the connection made to the address that was looked at, so
that a name cannot lead elsewhere in between; no redirect is followed and no proxy asked.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from harness.broker.semantics.destinations import Destinations
from harness.broker.semantics.templates import Request

MAX_ANSWER_BYTES: Final = 64 * 1024
_PORTS: Final = {"http": 80, "https": 443}


class Unsent(Exception):
    """No answer came, and why."""


@dataclass(frozen=True, slots=True)
class Received:
    """
    An answer.

    Shape: `body` is cut at `MAX_ANSWER_BYTES`, and when the time is over; `is_shown` where the host
    was allowed explicitly.
    """

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    is_shown: bool


def send(request: Request, allowed: Destinations, limit_s: float) -> Received:
    """
    Send a request.

    Units: `limit_s` in seconds, from the connection to the last byte that is read.
    Raises: Unsent, where the host may not be told, cannot be reached or does not answer in time.
    """
    try:
        refused = allowed.refusal(request.url)
        if refused:
            raise Unsent(refused)
        parts = urlsplit(request.url)
        host, port = _called(parts), parts.port or _PORTS[parts.scheme]
        addresses = _addresses(host, port, allowed)
    except (OSError, UnicodeError, ValueError) as error:
        raise Unsent(f"{type(error).__name__}: {error}") from None
    ends_at = time.monotonic() + limit_s
    try:
        with _connected(parts.scheme, host, addresses, port, limit_s) as (connection, address):
            return _asked(connection, request, parts, allowed.names_host(host, address))
    except (OSError, http.client.HTTPException, ValueError) as error:
        if time.monotonic() >= ends_at:
            raise Unsent(f"no answer within {limit_s:g} s") from None
        raise Unsent(f"{type(error).__name__}: {error}") from None


def _called(parts: SplitResult) -> str:
    """The host of a URL as the network knows it."""
    host = parts.hostname or ""
    return host if ":" in host else host.encode("idna").decode("ascii")


def _addresses(host: str, port: int, allowed: Destinations) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = dict.fromkeys(str(each[4][0]) for each in found)
    permitted = [each for each in addresses if allowed.permits(host, each)]
    if not permitted:
        raise Unsent(
            f"{host} leads to {', '.join(addresses)}, which webhooks may not tell: allow the host "
            "by name with --webhook-host"
        )
    return permitted


@contextmanager
def _connected(
    scheme: str, host: str, addresses: list[str], port: int, limit_s: float
) -> Iterator[tuple[http.client.HTTPConnection, str]]:
    """A connection that is cut when its time is over, and the address to which it was made."""
    ends_at = time.monotonic() + limit_s
    plain, address = _dialled(addresses, port, ends_at)
    found = plain
    if scheme == "https":
        context = ssl.create_default_context()
        found = context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
    # A limit of each read would leave who sends a byte now and then all the time in the world.
    left_s = max(0.0, ends_at - time.monotonic())
    guard = threading.Timer(left_s, _cut, [found])
    guard.daemon = True
    guard.start()
    try:
        if isinstance(found, ssl.SSLSocket):
            found.do_handshake()
        connection = http.client.HTTPConnection(host, port)
        connection.sock = found
        yield connection, address
    finally:
        guard.cancel()
        found.close()


def _dialled(addresses: list[str], port: int, ends_at: float) -> tuple[socket.socket, str]:
    """A socket to the first address that answers."""
    for number, address in enumerate(addresses):
        left_s = max(0.001, ends_at - time.monotonic())
        try:
            return socket.create_connection((address, port), left_s), address
        except OSError:
            if number == len(addresses) - 1:
                raise
    raise OSError("no address")


def _cut(found: socket.socket) -> None:
    with suppress(OSError):
        # Not the method of a TLS socket, which would end TLS in the midst of another thread's read.
        socket.socket.shutdown(found, socket.SHUT_RDWR)


def _asked(
    connection: http.client.HTTPConnection, request: Request, parts: SplitResult, is_shown: bool
) -> Received:
    target = parts._replace(scheme="", netloc="").geturl() or "/"
    headers = {"Host": parts.netloc, "Accept": "*/*", "User-Agent": "contract-harness"}
    given = {name.lower() for name in request.headers}
    usual = {name: value for name, value in headers.items() if name.lower() not in given}
    connection.request(request.method, target, request.body, {**usual, **request.headers})
    answer = connection.getresponse()
    body = b""
    # Who has sent a status has been told, whatever becomes of the rest.
    with suppress(OSError, http.client.HTTPException):
        body = answer.read(MAX_ANSWER_BYTES)
    return Received(answer.status, answer.reason, tuple(answer.getheaders()), body, is_shown)
