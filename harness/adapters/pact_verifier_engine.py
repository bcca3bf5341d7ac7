"""Pact's own verifier, given one interaction at a time."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from harness.domain.json import Json

if TYPE_CHECKING:
    from pact import Verifier

REQUEST_LIMIT_S = 15.0
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_CERTIFICATE = Path(__file__).with_name("pact_verifier_certificate.pem")


@dataclass(frozen=True, slots=True)
class Reply:
    """
    How the verifier judged one reply.

    Shape: `judged` is false where it did not replay the interaction at all; `mismatches` are as it
    tells them; `error` says why there was no reply, or no judgement.
    """

    judged: bool
    passed: bool = False
    mismatches: tuple[Mapping[str, Json], ...] = ()
    error: str = ""


class Engine:
    """
    Replays interactions against one address; `of_messages` against one that gives messages.

    One interaction a call: what is raised, counted and timed belongs to that one, and the cost that
    grows with the size of a pact is not paid.
    """

    def __init__(
        self, provider: str, url: str, directory: Path, *, of_messages: bool = False
    ) -> None:
        self._provider = provider
        self._url = url
        self._of_messages = of_messages
        self._directory = directory
        self._count = 0
        self._printed = _Printed(directory)
        self._aside = _Aside()
        self._empty = directory / "no-certificates"
        self._empty.mkdir(exist_ok=True)

    def replay(self, pact: Mapping[str, Json], headers: Mapping[str, str]) -> Reply:
        """Ask for the one reply or message of a pact, with further headers, and judge it."""
        with self._written(pact) as source, self._surroundings(), self._printed.kept():
            verifier = self._verifier(source, headers)
            failure = self._aside.do(lambda: _run(verifier))
            results = verifier.results
        return _reply(results, failure, self._printed)

    @contextlib.contextmanager
    def _written(self, pact: Mapping[str, Json]) -> Iterator[Path]:
        """
        Give a file for the verifier to read.

        A new one each time: some file systems make one that is written over wait for the disk.
        """
        self._count += 1
        source = self._directory / f"interaction-{self._count}.json"
        source.write_text(json.dumps(pact), encoding="utf-8")
        yield source
        source.unlink()

    def _verifier(self, source: Path, headers: Mapping[str, str]) -> Verifier:
        verifier = _new_verifier(self._provider, urlsplit(self._url).hostname or "")
        address = urlsplit(self._url)
        if self._of_messages:
            verifier.add_transport(
                protocol="message", scheme="http", port=address.port, path=address.path
            )
        else:
            verifier.add_transport(url=self._url)
        verifier.set_coloured_output(enabled=False)
        verifier.set_request_timeout(round(REQUEST_LIMIT_S * 1000))
        for name, value in headers.items():
            verifier.add_custom_header(name, value)
        return verifier.add_source(source)

    @contextlib.contextmanager
    def _surroundings(self) -> Iterator[None]:
        """
        What the verifier's HTTP client finds in the environment, for this call only.

        It reads every certificate of the machine for each interaction, though plain HTTP needs
        none; none at all it refuses. A proxy is not for loopback.
        """
        address = urlsplit(self._url)
        changes: dict[str, str] = {}
        if address.hostname in _LOOPBACK:
            changes |= {"NO_PROXY": address.hostname or "", "no_proxy": address.hostname or ""}
            if address.scheme == "http":
                changes |= {"SSL_CERT_FILE": str(_CERTIFICATE), "SSL_CERT_DIR": str(self._empty)}
        before = {name: os.environ.get(name) for name in changes}
        os.environ.update(changes)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


def _new_verifier(provider: str, host: str) -> Verifier:
    """
    Make pact's verifier, silent to the world.

    It reports its use to its makers unless the variable is exactly this before the import; its log
    level is fixed when it is first loaded.
    """
    os.environ["PACT_DO_NOT_TRACK"] = "true"
    logging.getLogger("pact.ffi").setLevel(logging.ERROR)
    from pact import Verifier

    return Verifier(provider, host=host)


def _run(verifier: Verifier) -> str:
    try:
        verifier.verify()
    except RuntimeError as error:
        return str(error) if not verifier.results["errors"] else ""
    return ""


def _reply(results: Mapping[str, Json], failure: str, printed: _Printed) -> Reply:
    judged = results.get("interactionResults")
    if not isinstance(judged, list) or len(judged) != 1:
        said = [*_errors(results), failure, printed.text()]
        return Reply(judged=False, error="\n".join(filter(None, said)))
    (result,) = judged
    if result["result"] == "OK":
        return Reply(judged=True, passed=True)
    mismatch = result.get("mismatch") or {}
    if mismatch.get("type") == "mismatches":
        return Reply(judged=True, mismatches=tuple(mismatch["mismatches"]))
    return Reply(judged=True, error=str(mismatch.get("message") or printed.text()))


def _errors(results: Mapping[str, Json]) -> Iterator[str]:
    errors = results.get("errors")
    for one in errors if isinstance(errors, list) else []:
        mismatch = one.get("mismatch") if isinstance(one, dict) else None
        if isinstance(mismatch, dict):
            yield str(mismatch.get("message") or mismatch)


class _Aside:
    """
    A thread that does what it is given, in turn.

    While the verifier works there, a signal to the thread that waits is dealt with at once.
    """

    def __init__(self) -> None:
        self._given: SimpleQueue[tuple[Callable[[], str], Future[str]]] = SimpleQueue()
        threading.Thread(target=self._work, daemon=True, name="pact-verifier").start()

    def do(self, call: Callable[[], str]) -> str:
        """Have a function called there, and wait for what comes of it."""
        done: Future[str] = Future()
        self._given.put((call, done))
        return done.result()

    def _work(self) -> None:
        while True:
            call, done = self._given.get()
            try:
                done.set_result(call())
            except BaseException as error:  # noqa: BLE001 - it belongs to the caller
                done.set_exception(error)


class _Printed:
    """What is printed below Python, where `sys.stdout` cannot be replaced."""

    def __init__(self, directory: Path) -> None:
        # without a name: what a provider echoes of its credentials is printed too
        self._file = tempfile.TemporaryFile("w+b", buffering=0, dir=directory)  # noqa: SIM115
        self._begin = 0

    @contextlib.contextmanager
    def kept(self) -> Iterator[None]:
        """Keep what is printed in this block."""
        sys.stdout.flush()
        sys.stderr.flush()
        self._begin = self._file.seek(0, os.SEEK_END)
        before = os.dup(1), os.dup(2)
        os.dup2(self._file.fileno(), 1)
        os.dup2(self._file.fileno(), 2)
        try:
            yield
        finally:
            for number, descriptor in enumerate(before, start=1):
                os.dup2(descriptor, number)
                os.close(descriptor)

    def text(self) -> str:
        """What was printed last."""
        self._file.seek(self._begin)
        return self._file.read().decode("utf-8", "replace").strip()
