"""Brokers for local runs: they answer, and nothing of them is left."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harness.domain.errors import Misused, ServiceNotStarted
from harness.messaging.local.recipes import RECIPES
from harness.messaging.local.starting import kinds, local_broker
from harness.messaging.opening import open_transport
from tests.messaging.stands import missing

pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("messaging-local")]


def listens(port: int) -> bool:
    """Whether something listens on this machine's port."""
    with socket.socket() as asking:
        asking.settimeout(1)
        return asking.connect_ex(("127.0.0.1", port)) == 0


def carriers(directory: Path) -> list[str]:
    """The processes whose environment names a directory below this one."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if str(directory).encode() in entry.read_bytes():
                found.append(entry.parent.name)
        except OSError:
            continue
    return found


@contextmanager
def command(kind: str, directory: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """`harness messaging up` in a process of its own, once it has told its URL."""
    if RECIPES[kind].found() is None:
        missing(f"{RECIPES[kind].program} is not here: {RECIPES[kind].install}")
    running = subprocess.Popen(
        [sys.executable, "-m", "harness", "messaging", "up", kind],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(directory)},
    )
    try:
        assert running.stdout
        told = [running.stdout.readline() for _ in range(2)]
        port = urlsplit(told[1].strip()).port
        assert port, told
        assert told[0].startswith(RECIPES[kind].product)
        yield running, port
    finally:
        running.kill()
        running.communicate(timeout=10)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 0), (signal.SIGKILL, -9)]
)
def test_nothing_is_left_however_it_ends(tmp_path: Path, number: signal.Signals, code: int) -> None:
    """After Ctrl-C, a polite kill or `kill -9` neither process, port nor file remains."""
    with command("redis", tmp_path) as (running, port):
        assert listens(port)
        running.send_signal(number)
        assert running.wait(20) == code
        deadline = time.monotonic() + 10
        while listens(port) or carriers(tmp_path) or any(tmp_path.iterdir()):
            assert time.monotonic() < deadline, carriers(tmp_path)
            time.sleep(0.05)


@pytest.mark.slow
def test_rabbitmq_takes_its_map_of_ports_along(tmp_path: Path) -> None:
    """A node of one's own answers, and its port mapper, which daemonises, ends with it."""
    with command("rabbitmq", tmp_path) as (running, port):
        with open_transport(f"amqp://guest:guest@127.0.0.1:{port}/") as transport:
            assert transport.broker.product == "RabbitMQ"
        assert len(carriers(tmp_path)) > 1
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == 0
    assert carriers(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_what_does_not_start_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An unknown kind, and a program that is not there, are told with what to do."""
    with pytest.raises(Misused, match="rabbitmq"), local_broker("rabbit"):
        pass
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ServiceNotStarted, match="redis-server") as told, local_broker("redis"):
        pass
    assert told.value.hint == RECIPES["redis"].install


def test_what_needs_no_broker_has_a_url() -> None:
    """Transports without a broker are opened in the same way."""
    assert "memory" in kinds()
    with local_broker("memory") as broker, open_transport(broker.url) as transport:
        assert transport.broker.product == "memory"
