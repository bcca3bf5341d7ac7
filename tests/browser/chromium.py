"""A browser, driven over its own pipe."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def installed() -> str:
    """The path of a browser of this machine, empty where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), "")


class Chromium:
    """
    One tab.

    Shape: `events` are those since the last page was asked for.
    """

    def __init__(self, requests: int, replies: int) -> None:
        self._requests = requests
        self._replies = os.fdopen(replies, "rb")
        self._read = b""
        self._sent = 0
        self._session = ""
        self.events: list[dict[str, Any]] = []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        attached = self.send("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask for something, and wait for the answer."""
        self._sent += 1
        message: dict[str, Any] = {"id": self._sent, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._requests, json.dumps(message).encode() + b"\0")
        while True:
            told = self._next()
            if told.get("id") == self._sent:
                assert "error" not in told, told
                answer: dict[str, Any] = told["result"]
                return answer
            self.events.append(told)

    def open(self, address: str) -> None:
        """Load a page anew, and wait until it is there."""
        for each in ("about:blank", address):
            self.events = []
            self.send("Page.navigate", url=each)
            while not any(one["method"] == "Page.loadEventFired" for one in self.events):
                self.events.append(self._next())

    def evaluate(self, expression: str) -> Any:
        """Give the value of an expression of the page."""
        answer = self.send(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def look(self, width: int, height: int = 900, *, dark: bool = False, media: str = "") -> None:
        """Be a screen of a size, light or dark, or paper."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", media=media, features=[scheme])
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 500,
        )

    def press(self, key: str, text: str = "") -> None:
        """Press a key and let it go."""
        code = {"Tab": 9, "Enter": 13}.get(key, 0)
        given = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self.send("Input.dispatchKeyEvent", type="keyDown", text=text, **given)
        self.send("Input.dispatchKeyEvent", type="keyUp", **given)

    def paper(self) -> bytes:
        """Print the page as PDF."""
        return base64.b64decode(self.send("Page.printToPDF")["data"])

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._read:
            more = os.read(self._replies.fileno(), 1 << 16)
            assert more, "the browser has ended"
            self._read += more
        message, _, self._read = self._read.partition(b"\0")
        told: dict[str, Any] = json.loads(message)
        return told


@contextmanager
def running(profile: Path) -> Iterator[Chromium]:
    """Start a browser with a profile of its own, and end it."""
    theirs, requests = os.pipe()
    replies, their_replies = os.pipe()
    # Beyond the two numbers that the browser expects, so that neither is overwritten.
    theirs_high, their_replies_high = (
        fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, 10) for one in (theirs, their_replies)
    )
    pid = os.posix_spawn(
        installed(),
        [
            "chromium",
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--remote-debugging-pipe",
            "--no-first-run",
            f"--user-data-dir={profile}",
            "about:blank",
        ],
        os.environ,
        file_actions=[
            (os.POSIX_SPAWN_DUP2, theirs_high, 3),
            (os.POSIX_SPAWN_DUP2, their_replies_high, 4),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ],
    )
    for one in (theirs, their_replies, theirs_high, their_replies_high):
        os.close(one)
    try:
        yield Chromium(requests, replies)
    finally:
        os.close(requests)
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)
