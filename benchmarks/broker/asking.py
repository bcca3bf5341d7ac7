"""Clients that cost little: requests are bytes on a socket that stays open."""

from __future__ import annotations

import base64
import json
import random
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from benchmarks.broker.filling import Size, consumer, pact, provider
from harness.broker.semantics import contents

Make = Callable[[Size, random.Random, str], bytes]
"""The next request; the text is like no other in this run."""


@dataclass
class Figures:
    """What came of an operation; times in milliseconds, `server_ms` of the server's processor."""

    operation: str
    clients: int
    seconds: float
    times_ms: list[float] = field(default_factory=list)
    refused: int = 0
    server_ms: float = 0.0

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return len(self.times_ms) / self.seconds

    @property
    def server_ms_each(self) -> float:
        """What one answer took of the server's processor."""
        return self.server_ms / max(1, len(self.times_ms))

    def at_ms(self, part: float) -> float:
        """The time within which a part of the answers came."""
        ordered = sorted(self.times_ms)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


def publication(size: Size, chance: random.Random, unique: str) -> bytes:
    """A new version with a new content, on a branch."""
    pair = chance.randrange(size.pairs)
    text = json.dumps(pact(pair, size, unique)).encode()
    contract = {
        "consumerName": consumer(pair),
        "providerName": provider(pair % size.providers),
        "specification": "pact",
        "contentType": "application/json",
        "content": base64.b64encode(text).decode(),
    }
    body = {
        "pacticipantName": consumer(pair),
        "pacticipantVersionNumber": unique,
        "branch": "main",
        "contracts": [contract],
    }
    return _request("POST", "/contracts/publish", body)


def result(size: Size, chance: random.Random, unique: str) -> bytes:
    """A new provider version says that a pact is honoured."""
    pair = chance.randrange(size.pairs)
    last = (size.versions - 1) // 5 * 5
    sha = contents.sha_of(pact(pair, size, f"version {last}"))
    path = (
        f"/pacts/provider/{provider(pair % size.providers)}/consumer/{consumer(pair)}"
        f"/pact-version/{sha}/verification-results"
    )
    tested = [{"interactionId": f"{number}", "success": True} for number in range(3)]
    body = {"success": True, "providerApplicationVersion": unique, "testResults": tested}
    return _request("POST", path, body)


def can_i_deploy(size: Size, chance: random.Random, _: str) -> bytes:
    """The official client's question about the newest version, of a consumer or a provider."""
    name = consumer(chance.randrange(size.pairs))
    if chance.random() < 0.5:
        name = provider(chance.randrange(size.providers))
    asked = f"q[][pacticipant]={quote(name)}&q[][version]=1.{size.versions - 1}"
    return _request("GET", f"/matrix?{asked}&latestby=cvpv&environment=production")


def for_verification(size: Size, chance: random.Random, _: str) -> bytes:
    """A provider's build asks for all that concerns it, work in progress as well."""
    body = {
        "consumerVersionSelectors": [{"mainBranch": True}, {"deployedOrReleased": True}],
        "providerVersionBranch": "main",
        "includePendingStatus": True,
        "includeWipPactsSince": "2020-01-01",
    }
    name = provider(chance.randrange(size.providers))
    return _request("POST", f"/pacts/provider/{name}/for-verification", body)


def index(_size: Size, _chance: random.Random, _: str) -> bytes:
    """The index, as a browser asks for it."""
    return _request("GET", "/", accept="text/html,application/hal+json;q=0.8,*/*;q=0.7")


def integrations(_size: Size, _chance: random.Random, _: str) -> bytes:
    """The first page of the pairs with their state."""
    return _request("GET", "/integrations?pageNumber=1&pageSize=100")


OPERATIONS: Mapping[str, Make] = {
    "publish": publication,
    "results": result,
    "can-i-deploy": can_i_deploy,
    "for-verification": for_verification,
    "index": index,
    "integrations": integrations,
}


def measured(
    operation: str,
    port: int,
    size: Size,
    clients: int,
    seconds: float,
    server_ms: Callable[[], float],
    publishers: int = 0,
) -> Figures:
    """
    Let clients ask for a time, each one question after the other.

    Shape: `publishers` are further clients that publish meanwhile, so that nothing stays as it is.
    """
    figures, beside = Figures(operation, clients, seconds), Figures("publish", publishers, seconds)
    # A first question wakes connections and caches, and does not count.
    _ask_until(port, OPERATIONS[operation], size, Figures("", 1, 0), f"w{time.time_ns()}", 0)
    before_ms = server_ms()
    until = time.perf_counter() + seconds
    asking = [(OPERATIONS[operation], figures)] * clients + [(publication, beside)] * publishers
    threads = [
        threading.Thread(
            target=_ask_until, args=(port, make, size, into, f"{time.time_ns()}.{number}", until)
        )
        for number, (make, into) in enumerate(asking)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    figures.server_ms = server_ms() - before_ms
    return figures


def _ask_until(
    port: int, make: Make, size: Size, figures: Figures, name: str, until: float
) -> None:
    chance, number = random.Random(name), 0
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while number == 0 or time.perf_counter() < until:
            number += 1
            request = make(size, chance, f"{name}.{number}")
            began = time.perf_counter()
            connection.sendall(request)
            status = _status(connection)
            figures.times_ms.append((time.perf_counter() - began) * 1_000)
            figures.refused += status >= 400


def _status(connection: socket.socket) -> int:
    """Read one answer whole."""
    text = b""
    while b"\r\n\r\n" not in text:
        text += _some(connection)
    head, _, body = text.partition(b"\r\n\r\n")
    named = head.lower().partition(b"content-length:")[2]
    missing = int(named.partition(b"\r\n")[0]) - len(body)
    while missing > 0:
        missing -= len(_some(connection))
    return int(head.split(b" ", 2)[1])


def _some(connection: socket.socket) -> bytes:
    some = connection.recv(1 << 18)
    if not some:
        raise SystemExit("the broker closed a connection in the middle of an answer")
    return some


def _request(method: str, path: str, body: object = None, accept: str = "") -> bytes:
    text = b"" if body is None else json.dumps(body).encode()
    head = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Accept: {accept or 'application/hal+json, application/json'}",
        "Content-Type: application/json",
        f"Content-Length: {len(text)}",
    ]
    return "\r\n".join((*head, "", "")).encode() + text
