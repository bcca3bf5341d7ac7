"""What the tests of services share: sample services, requests, and a look at what is left."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.domain.contradiction import Contradiction
from harness.domain.service import EnvValue, Service
from harness.services import RunningService

SAMPLES = Path(__file__).parent / "samples"
ON_LINUX = sys.platform.startswith("linux")


def sample(
    app: str | None, env: Mapping[str, str] | None = None, name: str = "sample", **more: Any
) -> Service:
    """A service of the samples' directory."""
    values = {key: EnvValue(text) for key, text in (env or {}).items()}
    return Service(name=name, directory=SAMPLES, app=app, env=values, **more)


def program(**more: Any) -> Service:
    """A service that is a program."""
    command = ("{python}", "command.py", "{host}", "{port}")
    return sample(None, command=command, **more)


@dataclass(frozen=True)
class Reply:
    """What a request got."""

    status: int
    body: bytes

    @property
    def json(self) -> Any:
        """The body's value."""
        return json.loads(self.body)


def ask(url: str, id: str | None = None, method: str = "GET", body: bytes | None = None) -> Reply:
    """Send one request, with an id to find it by."""
    headers = {} if id is None else {"X-Contract-Harness-Request": id}
    request = urllib.request.Request(url, data=body, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return Reply(answer.status, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Reply(error.code, error.read())


def wait_until(holds: Callable[[], bool], limit_s: float = 8.0) -> bool:
    """Whether something comes to hold in time."""
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.01)
    return holds()


def is_open(url: str) -> bool:
    """Whether anything listens at an address."""
    port = int(url.rpartition(":")[2])
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def alive(pid: int) -> bool:
    """Whether a process is there and not a zombie."""
    try:
        os.kill(pid, 0)
        status = Path(f"/proc/{pid}/stat")
        return not (ON_LINUX and ") Z " in status.read_text())
    except (ProcessLookupError, FileNotFoundError):
        return False


def processes_of(directory: Path) -> dict[int, str]:
    """Every process that belongs to a run's directory, by what it was started with."""
    if not ON_LINUX:
        pytest.skip("processes are told apart by /proc, which Linux alone has")
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                told = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if str(directory).encode() in told and command:
                found[int(entry.name)] = command
    return found


def services_of(directory: Path) -> dict[int, str]:
    """The same without the run's janitor."""
    found = processes_of(directory)
    return {pid: command for pid, command in found.items() if " janitor " not in command}


def seen_by(running: RunningService, path: str, method: str = "GET") -> list[Contradiction]:
    """What one request led to, of an observed service."""
    assert ask(running.url + path, f"id {path}", method=method).status in (200, 404)
    return [
        one
        for one in running.contradictions()
        if any(request.request_id == f"id {path}" for request in one.requests)
    ]
