"""Tests of the server that answers in a provider's place."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from harness.domain.errors import HarnessError
from harness.domain.pact import Pact
from harness.standin import StandIn, answers_from
from tests.standin.samples import asked, interaction, json_body, pact

SHOP = pact(
    interaction("a user", asked(path="/users/1"), body=json_body({"id": 1})),
    interaction("made", asked("POST", "/users", body=json_body({"n": 1})), 201),
    interaction("gone", asked("DELETE", "/users/1"), 204),
)


@contextmanager
def shop() -> Iterator[str]:
    """The URL of a stand-in for the shop."""
    with StandIn(answers_from("shop", [SHOP])) as opened:
        yield opened.url


@contextmanager
def connected(url: str) -> Iterator[http.client.HTTPConnection]:
    """A connection to a stand-in."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)
    try:
        yield connection
    finally:
        connection.close()


def ask(
    connection: http.client.HTTPConnection, method: str, path: str, body: object = None
) -> tuple[int, bytes]:
    """Send a request on a connection and read the whole reply."""
    connection.request(method, path, body)  # type: ignore[arg-type]
    reply = connection.getresponse()
    return reply.status, reply.read()


def raw(url: str, request: bytes) -> bytes:
    """Send bytes and give all that comes back until the connection ends."""
    host = urlsplit(url)
    with socket.create_connection((host.hostname or "", host.port or 0), timeout=5) as stream:
        stream.sendall(request)
        return b"".join(iter(lambda: stream.recv(4096), b""))


def test_one_connection_serves_many_requests() -> None:
    """A body is read whole even where nothing asks for it, and a reply tells its length."""
    with shop() as url, connected(url) as connection:
        ask(connection, "GET", "/users/1")
        first = connection.sock
        assert ask(connection, "POST", "/nothing", b"x" * 100_000)[0] == 501
        assert ask(connection, "HEAD", "/users/1") == (200, b"")
        assert ask(connection, "DELETE", "/users/1", b"drained") == (204, b"")
        assert ask(connection, "POST", "/users", iter([b'{"n"', b": 1}"])) == (201, b"")
        assert ask(connection, "GET", "/users/%31") == (200, b'{"id":1}')
        assert connection.sock is first


def test_what_no_contract_answers_is_kept() -> None:
    """Each such request is listed once, in the order in which they came."""
    with StandIn(answers_from("shop", [SHOP])) as opened, connected(opened.url) as connection:
        for path in ("/a", "/b", "/a", "/users/1"):
            ask(connection, "GET", path)
        status, body = ask(connection, "PATCH", "/users/1")

    assert status == 501
    assert json.loads(body)["title"] == "No contract answers this request"
    assert [one.request for one in opened.unmatched] == ["GET /a", "GET /b", "PATCH /users/1"]


def test_many_clients_are_answered_at_once() -> None:
    """An idle connection holds nobody up."""
    statuses: list[int] = []

    def client(url: str) -> None:
        with connected(url) as connection:
            statuses.extend(ask(connection, "GET", "/users/1")[0] for _ in range(20))

    with shop() as url, connected(url) as idle:
        idle.connect()
        threads = [threading.Thread(target=client, args=(url,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)

    assert statuses == [200] * 160


def test_nothing_answers_any_more_once_it_is_closed() -> None:
    """Connections that were kept alive end, and the port is free."""
    with shop() as url:
        alive = http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)
        assert ask(alive, "GET", "/users/1")[0] == 200

    with pytest.raises((http.client.HTTPException, OSError)):
        ask(alive, "GET", "/users/1")
    with pytest.raises(OSError):  # noqa: PT011 - refused or reset, as the system has it
        socket.create_connection((urlsplit(url).hostname or "", urlsplit(url).port or 0), timeout=5)


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET http://elsewhere/users/1 HTTP/1.1\r\n", b"200"),
        (b"GET /users/1#part HTTP/1.1\r\n", b"501"),
        (b"BREW /users/1 HTTP/1.1\r\n", b"501"),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n", b"414"),
        (b"POST /users HTTP/1.1\r\nContent-Length: many\r\n", b"400"),
        (b"POST /users HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", b"400"),
        (b"nonsense\r\n", b"400"),
    ],
)
def test_odd_requests_are_answered(request_line: bytes, status: bytes) -> None:
    """Whatever comes, a reply goes back and the stand-in goes on."""
    with shop() as url:
        reply = raw(url, request_line + b"Host: x\r\nConnection: close\r\n\r\n")
        with connected(url) as connection:
            after = ask(connection, "GET", "/users/1")

    assert status in reply[:200].split(b"\r\n")[0] or b"Error code: " + status in reply
    assert after == (200, b'{"id":1}')


def test_a_client_may_ask_before_it_sends_its_body() -> None:
    """`Expect: 100-continue` is answered at once."""
    head = b"POST /users HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\nExpect: 100-continue\r\n\r\n"
    with shop() as url:
        where = urlsplit(url)
        with socket.create_connection((where.hostname or "", where.port or 0), timeout=5) as stream:
            stream.sendall(head)
            assert stream.recv(4096).startswith(b"HTTP/1.1 100")
            stream.sendall(b'{"n": 1}')
            assert stream.recv(4096).startswith(b"HTTP/1.1 201")


@pytest.mark.parametrize(("pacts", "seen"), [([], "seen none"), ([pact()], "seen 1 without any")])
def test_nothing_to_answer_from_is_told(pacts: list[Pact], seen: str) -> None:
    """A stand-in that could only refuse is not opened."""
    with pytest.raises(HarnessError, match=seen), StandIn(answers_from("shop", pacts)):
        pass
