"""Brokers that answer over a socket, for clients that nobody here wrote."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn

ADDRESS = re.compile(r"http://\S+")


@dataclass
class Process:
    """`harness broker serve` as users start it."""

    url: str
    process: subprocess.Popen[str]

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait()


@contextmanager
def served(database: str, *options: str) -> Iterator[Process]:
    """A broker in a process of its own."""
    command = [sys.executable, "-m", "harness", "broker", "serve", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--database", database, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        told = process.stdout.readline()
        found = ADDRESS.search(told)
        assert found, told + process.stdout.read()
        yield Process(found.group(), process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        assert process.stdout is not None
        process.stdout.close()


@contextmanager
def listening(application: Any) -> Iterator[str]:
    """An ASGI application at an address, in a thread of this process."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        server = uvicorn.Server(uvicorn.Config(application, log_level="error", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive()
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(30)
