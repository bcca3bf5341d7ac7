"""Pact's own verifier, given one interaction at a time."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from harness.domain.json import Json

if TYPE_CHECKING:
    from pact import Verifier

T = TypeVar("T")

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
    Replays interactions against one address.

    One interaction a call: what is raised, counted and timed belongs to that one, and the cost that
    grows with the size of a pact is not paid.
    """

    def __init__(self, provider: str, url: str, directory: Path) -> None:
        self._provider = provider
        self._url = url
        self._directory = directory
        self._empty = directory / "no-certificates"
        self._empty.mkdir(exist_ok=True)

    def replay(self, pact: Mapping[str, Json], headers: Mapping[str, str]) -> Reply:
        """Send the one request of a pact, with these headers beside its own; judge the reply."""
        source = self._directory / "interaction.json"
        source.write_text(json.dumps(pact), encoding="utf-8")
        printed = self._directory / "verifier.out"
        with self._surroundings(), _printing_to(printed):
            verifier = self._verifier(source, headers)
            failure = _aside(lambda: _run(verifier))
            results = verifier.results
        return _reply(results, failure or printed.read_text("utf-8", "replace").strip())

    def _verifier(self, source: Path, headers: Mapping[str, str]) -> Verifier:
        verifier = _new_verifier(self._provider, urlsplit(self._url).hostname or "")
        verifier.add_transport(url=self._url).set_coloured_output(enabled=False)
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


def _reply(results: Mapping[str, Json], said: str) -> Reply:
    judged = results.get("interactionResults")
    if not isinstance(judged, list) or len(judged) != 1:
        return Reply(judged=False, error="\n".join(filter(None, [*_errors(results), said])))
    (result,) = judged
    if result["result"] == "OK":
        return Reply(judged=True, passed=True)
    mismatch = result.get("mismatch") or {}
    if mismatch.get("type") == "mismatches":
        return Reply(judged=True, mismatches=tuple(mismatch["mismatches"]))
    return Reply(judged=True, error=str(mismatch.get("message") or said))


def _errors(results: Mapping[str, Json]) -> Iterator[str]:
    errors = results.get("errors")
    for one in errors if isinstance(errors, list) else []:
        mismatch = one.get("mismatch") if isinstance(one, dict) else None
        if isinstance(mismatch, dict):
            yield str(mismatch.get("message") or mismatch)


def _aside(call: Callable[[], T]) -> T:
    """Call on another thread: a signal to this one is dealt with while the verifier works."""
    done: Future[T] = Future()

    def work() -> None:
        try:
            done.set_result(call())
        except BaseException as error:  # noqa: BLE001 - it belongs to the caller
            done.set_exception(error)

    threading.Thread(target=work, daemon=True, name="pact-verifier").start()
    return done.result()


@contextlib.contextmanager
def _printing_to(path: Path) -> Iterator[None]:
    """Keep what is printed below Python, where `sys.stdout` cannot be replaced."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = os.dup(1), os.dup(2)
    with path.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        for number, before in enumerate(kept, start=1):
            os.dup2(before, number)
            os.close(before)
