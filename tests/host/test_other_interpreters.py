"""A service needs nothing of ours beside it: another Python, an empty environment."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.services import RunningService, Services
from tests.services.support import ask, sample

pytestmark = pytest.mark.tools

OTHERS = ("3.9", "3.12", "3.10", "3.13", "3.14")


def other_python() -> str:
    """An interpreter of another version than the harness's own, the oldest supported first."""
    for version in OTHERS:
        if version != "{}.{}".format(*sys.version_info[:2]):
            pyenv = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
            for found in [*map(str, pyenv), shutil.which(f"python{version}")]:
                if found and _runs(found):
                    return found
    reason = f"no other interpreter is at hand: expected one of {', '.join(OTHERS)}"
    if os.environ.get("HARNESS_REQUIRE_SERVICES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def _runs(python: str) -> bool:
    asked = subprocess.run([python, "-c", "import venv"], capture_output=True, check=False)
    return asked.returncode == 0


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an empty virtual environment."""
    place = tmp_path_factory.mktemp("bare") / "venv"
    subprocess.run([other_python(), "-m", "venv", "--without-pip", str(place)], check=True)
    return place


@pytest.fixture(scope="module")
def wsgi(services: Services, bare_python: Path) -> Iterator[RunningService]:
    """A WSGI service in it."""
    table = sample("bare:make_wsgi", python=bare_python, states="bare", reset="bare:reset")
    with services.open(table) as running:
        yield running


@pytest.fixture(scope="module")
def asgi(services: Services, bare_python: Path) -> Iterator[RunningService]:
    """An ASGI service in it."""
    with services.open(sample("bare:asgi", python=bare_python / "bin" / "python")) as running:
        yield running


@pytest.fixture(params=["wsgi", "asgi"])
def either(request: pytest.FixtureRequest) -> RunningService:
    """Either of them."""
    running: RunningService = request.getfixturevalue(request.param)
    return running


def test_the_service_sees_its_own_world(wsgi: RunningService) -> None:
    """It runs in its own interpreter; ours, and the host's own directory, are out of its sight."""
    seen = ask(wsgi.url + "/").json

    assert list(sys.version_info[:2]) != seen["python"]
    ours = Path(__file__).parents[2]
    assert not [entry for entry in seen["path_entries"] if Path(entry) in (ours, ours / "harness")]
    assert not [entry for entry in seen["path_entries"] if entry.endswith("harness/host")]
    assert wsgi.info()["server"] == "own-wsgi"


def test_everything_works_there(wsgi: RunningService) -> None:
    """States, reset, and the traceback of a crash are the same in an old interpreter."""
    wsgi.set_up_state("a sku exists", {"sku": "A-1"})
    assert ask(wsgi.url + "/").json["stock"] == {"A-1": 1}
    wsgi.reset()
    assert ask(wsgi.url + "/").json["stock"] == {}

    assert ask(wsgi.url + "/crash", "crash").status == 500
    (crash,) = wsgi.crashes(request_id="crash")
    assert (
        crash.frames[-1].module,
        crash.frames[-1].function,
        crash.frames[-1].code,
    ) == ("bare", "wsgi", "raise KeyError(path)")


def test_asgi_without_a_server(asgi: RunningService) -> None:
    """An ASGI application is served by asyncio alone, its lifespan and its crashes included."""
    assert asgi.info()["server"] == "own-asgi"
    assert ask(asgi.url + "/").json["stock"] == {"lifespan": "started"}
    assert ask(asgi.url + "/crash", "crash").status == 500
    assert asgi.crashes(request_id="crash")[0].frames[-1].function == "asgi"


def connection(running: RunningService) -> http.client.HTTPConnection:
    """A connection that is kept open."""
    return http.client.HTTPConnection(running.url.removeprefix("http://"), timeout=5)


def test_a_connection_serves_many_requests(either: RunningService) -> None:
    """Requests of every shape follow each other on one connection, crashes among them."""
    client = connection(either)
    told: list[Any] = []
    for method, path, body in [
        ("GET", "/a%20b/%C3%BC?q=1", None),
        ("POST", "/", b"x" * 100_000),
        ("POST", "/crash", b"unread"),
        ("PUT", "/", iter([b"in ", b"chunks"])),
        ("HEAD", "/", None),
        ("DELETE", "/last", None),
    ]:
        chunked = body is not None and not isinstance(body, bytes)
        client.request(method, path, body=body, encode_chunked=chunked)
        answer = client.getresponse()
        text = answer.read()
        told.append(json.loads(text) if answer.status == 200 and text else answer.status)
    assert client.sock is not None
    client.close()

    assert told[0]["path"] == "/a b/ü"
    assert len(told[1]["body"]) == 100_000
    assert [
        told[2],
        told[3]["body"],
        told[4],
        told[5]["path"],
    ] == [500, "in chunks", 200, "/last"]


@pytest.mark.parametrize(
    "request_text",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n",
    ],
)
def test_nonsense_is_refused(either: RunningService, request_text: bytes) -> None:
    """What is not HTTP ends its own connection and nothing else."""
    host, _, port = either.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as client:
        client.sendall(request_text)
        answer = client.recv(4096)

    assert answer.startswith((b"HTTP/1.1 4", b"HTTP/1.1 200"))
    assert ask(either.url + "/").status == 200


def test_a_client_that_asks_first(either: RunningService) -> None:
    """A client that waits for leave to send its body gets it."""
    host, _, port = either.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as client:
        client.sendall(
            b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        )
        leave = client.recv(25)
        client.sendall(b"ok")
        answer = client.recv(4096)

    assert leave.startswith(b"HTTP/1.1 100")
    assert answer.startswith(b"HTTP/1.1 200")


def test_a_late_failure_breaks_off(wsgi: RunningService) -> None:
    """An answer that fails behind its status is broken off, and on record."""
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        ask(wsgi.url + "/late", "late")

    assert wsgi.crashes(request_id="late")[0].type == "ValueError"
