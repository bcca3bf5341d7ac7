"""The rules without which pact's verifier says yes to nothing, or takes minutes to say no."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.wrappers import Request, Response

from harness.domain.evidence import Outcome, PactRefused
from harness.domain.json import Json
from harness.domain.service import Service
from harness.domain.system import FoundPact
from tests.adapters.pact_provider import (
    LocalProvider,
    context_of,
    interaction,
    pact,
    reply,
    till,
    unobserved,
    verified,
    verify,
)

pytestmark = pytest.mark.tools


def good(directory: Path, **handlers: object) -> LocalProvider:
    """A provider that honours everything that these pacts ask."""
    return LocalProvider(till(directory), lambda _: reply({}), handlers=handlers)  # type: ignore[arg-type]


TELEMETRY = """
import json, os, sys, time
from pathlib import Path
url, directory, text = sys.argv[1:]
if directory:
    from harness.adapters.pact_verifier_engine import Engine
    assert "pact" not in sys.modules
    assert Engine("till", url, Path(directory)).replay(json.loads(text), {}).passed
    assert os.environ["PACT_DO_NOT_TRACK"] == "true"
else:
    from pact import Verifier
    Verifier("till", host="127.0.0.1").add_transport(url=url).add_source(sys.argv[3]).verify()
time.sleep(1.0)
"""


class Tap:
    """Counts who connects; stands where every HTTPS request of a child must pass."""

    def __init__(self) -> None:
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()

    def close(self) -> None:
        """Stop counting."""
        self._socket.close()


@pytest.fixture
def tap() -> Iterator[Tap]:
    """A proxy that counts."""
    made = Tap()
    yield made
    made.close()


@pytest.mark.parametrize("ours", [True, False])
def test_1_nothing_is_told_to_anybody(tmp_path: Path, tap: Tap, ours: bool) -> None:
    """The variable is set before pact is imported: no request leaves, as one does without it."""
    env = {name: value for name, value in os.environ.items() if name != "PACT_DO_NOT_TRACK"}
    env |= {"HTTPS_PROXY": tap.address, "PYTHONPATH": os.getcwd()}
    (tmp_path / "pact.json").write_text(pact(interaction()))
    told = [str(tmp_path), pact(interaction())] if ours else ["", str(tmp_path / "pact.json")]
    with good(tmp_path).serve() as provider:
        command = [sys.executable, "-c", TELEMETRY, provider.url, *told]
        subprocess.run(command, env=env, check=True, capture_output=True, timeout=60)

    assert (tap.connections == 0) is ours


def test_2_a_pact_without_interactions_is_no_success(tmp_path: Path) -> None:
    """Zero interactions verified is zero evidence."""
    seen = verify(good(tmp_path), context_of(tmp_path, pact()))

    assert not verified(seen)
    assert [one.what for one in unobserved(seen)] == ["shop → till"]


def test_2_no_pact_at_all_is_no_success(tmp_path: Path) -> None:
    """Nor is an empty directory."""
    (seen,) = verify(good(tmp_path), context_of(tmp_path))

    assert "there is no pact" in unobserved([seen])[0].reason


def test_2_each_interaction_that_gets_lost_is_told(tmp_path: Path) -> None:
    """Fewer results than the file has interactions: the difference is named one by one."""
    lost: Json = {"type": "Other", "description": "lost"}
    text = pact(interaction("seen"), lost, "no object")
    seen = verify(good(tmp_path), context_of(tmp_path, text))

    assert [one.description for one in verified(seen)] == ["seen"]
    assert [one.what for one in unobserved(seen)] == [
        "shop → till: $.interactions[1]",
        "shop → till: $.interactions[2]",
    ]


def test_2_what_the_verifier_passes_over_is_told(tmp_path: Path) -> None:
    """A text that we can read and the verifier cannot is not verified by it."""
    text = pact(interaction("\ud800 lone"), interaction("seen"))
    seen = verify(good(tmp_path), context_of(tmp_path, text))

    assert [one.description for one in verified(seen)] == ["seen"]
    (lost,) = unobserved(seen)
    assert lost.reason == "pact's verifier did not replay it"
    assert lost.detail


def test_2_a_pending_failure_is_still_a_failure_that_is_told(tmp_path: Path) -> None:
    """The verifier calls the run a success; whoever judges must know."""
    text = pact(interaction(status=404, pending=True))
    (seen,) = verified(verify(good(tmp_path), context_of(tmp_path, text)))

    assert (seen.outcome, seen.pending) == (Outcome.FAILED, True)


def test_3_another_providers_pact_is_not_verified(tmp_path: Path) -> None:
    """A file of somebody else's interactions proves nothing about this provider."""
    context = context_of(tmp_path, pact(interaction("foreign"), provider="kiosk"))
    seen = verify(good(tmp_path), context)

    assert not verified(seen)
    assert len(unobserved(seen)) == 1


def test_3_a_state_without_a_handler_is_missing(tmp_path: Path) -> None:
    """The verifier goes on with a warning; the request would meet a provider in no state."""
    provider = good(tmp_path)
    text = pact(interaction("a", states=["open", "full"]), interaction("b"))
    provider.handlers = {"open": lambda: None}
    seen = verified(verify(provider, context_of(tmp_path, text)))

    assert [one.outcome for one in seen] == [Outcome.STATE_MISSING, Outcome.PASSED]
    assert "full" in seen[0].detail
    assert provider.log.count("GET /till") == 1
    assert provider.log.count("tear down open") == 1


def test_3_a_provider_that_handles_no_state_misses_it(tmp_path: Path) -> None:
    """A table without `states` is told as a missing handler."""
    service = Service("till", tmp_path, app="a:b")
    provider = LocalProvider(service, lambda _: reply({}))
    text = pact(interaction(states=["open"]))
    (seen,) = verified(verify(provider, context_of(tmp_path, text, service=service)))

    assert seen.outcome is Outcome.STATE_MISSING


def test_4_a_handler_that_raises_fails_at_once_with_its_traceback(tmp_path: Path) -> None:
    """The verifier's own callback would be tried for two minutes, and tell nothing."""

    def broken(sku: str) -> None:
        raise ValueError(f"no shelf for {sku}")

    provider = good(tmp_path)
    provider.handlers = {"open": broken}
    text = pact(interaction(states=[{"name": "open", "params": {"sku": "A-1"}}]))
    started = time.monotonic()
    (seen,) = verified(verify(provider, context_of(tmp_path, text)))

    assert time.monotonic() - started < 20
    assert seen.outcome is Outcome.STATE_FAILED
    assert "in broken" in seen.detail
    assert seen.detail.rstrip().endswith("ValueError: no shelf for A-1")


APP = """\
import asyncio, os

shelf = {}


def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/crash":
        raise KeyError(path)
    if path == "/die":
        os._exit(3)
    known = path.lstrip("/") in shelf
    start_response("200 OK" if known else "404 Not Found", [("Content-Type", "application/json")])
    return [b"{}"]


async def a_sku_exists(sku):
    await asyncio.sleep(0)
    shelf[sku] = True


def reset():
    shelf.clear()
"""


@pytest.fixture
def real(tmp_path: Path) -> Service:
    """A service with asynchronous states, started for real."""
    (tmp_path / "tillapp.py").write_text(APP)
    return Service(
        "till",
        tmp_path,
        app="tillapp:app",
        root=tmp_path,
        states="tillapp",
        reset="tillapp:reset",
    )


def test_5_asynchronous_handlers_run(tmp_path: Path, real: Service) -> None:
    """The verifier would call it, drop the coroutine and go on; crashes are tied besides."""
    from harness.adapters.pact_verifier import PactVerifier
    from harness.domain.steps import VerifyPacts
    from harness.services import RunDirectory

    state: Json = {"name": "a sku exists", "params": {"sku": "A-1"}}
    text = pact(
        interaction("there", path="/A-1", states=[state]),
        interaction("reset between", path="/A-1", status=404),
        interaction("crash", path="/crash"),
        interaction("missing", states=["no such state"]),
        interaction("dies", path="/die"),
        interaction("never", path="/A-1"),
    )
    with RunDirectory.create(tmp_path) as run_directory:
        context = context_of(tmp_path, text, service=real, run_directory=run_directory.path)
        seen = list(PactVerifier()(VerifyPacts("till"), context))

    told = {one.description: one for one in verified(seen)}
    assert {name: one.outcome for name, one in told.items()} == {
        "there": Outcome.PASSED,
        "reset between": Outcome.PASSED,
        "crash": Outcome.FAILED,
        "missing": Outcome.STATE_MISSING,
        "dies": Outcome.ERROR,
    }
    crash = told["crash"].crash
    assert crash is not None
    assert (crash.type, crash.frames[-1].function) == ("KeyError", "app")
    assert "exited with status 3" in told["dies"].detail
    (never,) = unobserved(seen)
    assert "exited with status 3" in never.reason


def test_6_nothing_is_printed_and_nothing_is_lost(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The verifier prints below Python; what it says is in the evidence instead."""
    provider = LocalProvider(till(tmp_path), lambda _: reply({"id": "x"}))
    (seen,) = verified(verify(provider, context_of(tmp_path, pact(interaction(body={"id": 1})))))
    printed = capfd.readouterr()

    assert (printed.out, printed.err) == ("", "")
    assert [one.where for one in seen.mismatches] == ["$.id"]


HANGING = """
import json, sys
from pathlib import Path
from harness.adapters.pact_verifier_engine import Engine
import signal

def leave(*_):
    raise SystemExit(7)

signal.signal(signal.SIGTERM, leave)
url, directory, text = sys.argv[1:]
print("begun", flush=True)
Engine("till", url, Path(directory)).replay(json.loads(text), {})
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_7_a_verification_that_hangs_can_be_ended(tmp_path: Path, number: int) -> None:
    """A signal is dealt with while the verifier waits, not when its call ends."""

    def hang(_: Request) -> Response:
        time.sleep(5)
        return reply({})

    with LocalProvider(till(tmp_path), hang).serve() as provider:
        child = subprocess.Popen(
            [sys.executable, "-c", HANGING, provider.url, str(tmp_path), pact(interaction())],
            env={**os.environ, "PYTHONPATH": os.getcwd()},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        while not provider.requests:
            time.sleep(0.05)
        started = time.monotonic()
        child.send_signal(number)
        child.communicate(timeout=10)

    assert time.monotonic() - started < 10
    assert child.returncode == (7 if number == signal.SIGTERM else -signal.SIGINT)


def test_8_a_truncated_pact_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    """A file that nobody can read is a finding of its own, told where the workspace was read."""
    context = context_of(tmp_path, pact(interaction("seen")))
    broken = FoundPact("broken.json", '{"consumer":', refused="expected JSON")
    context = context_of(tmp_path, pact(interaction("seen")), extra=(broken,))
    seen = verify(good(tmp_path), context)

    assert [one.description for one in verified(seen)] == ["seen"]
    assert not [one for one in seen if isinstance(one, PactRefused)]


def test_9_a_big_pact_is_verified_whole_and_in_order(tmp_path: Path) -> None:
    """Cost grows with the interactions, not with their square, and none is skipped."""
    text = pact(*(interaction(f"number {n}", path=f"/{n}") for n in range(150)))
    provider = good(tmp_path)
    seen = verified(verify(provider, context_of(tmp_path, text)))

    assert [one.description for one in seen] == [f"number {n}" for n in range(150)]
    assert [request.path for request in provider.requests] == [f"/{n}" for n in range(150)]
    assert all(one.outcome is Outcome.PASSED for one in seen)


def test_9_no_certificate_of_the_machine_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loopback over plain HTTP works where the machine has none at all."""
    monkeypatch.setenv("SSL_CERT_FILE", os.devnull)
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    seen = verified(verify(good(tmp_path), context_of(tmp_path, pact(interaction()))))

    assert [one.outcome for one in seen] == [Outcome.PASSED]


def test_10_what_passed_is_told_as_examples(tmp_path: Path) -> None:
    """A key beyond the example passes: evidence is one interaction at a time, and no more."""
    provider = LocalProvider(till(tmp_path), lambda _: reply({"id": 1, "new": None}))
    seen = verified(verify(provider, context_of(tmp_path, pact(interaction(body={"id": 1})))))

    assert [(one.description, one.outcome) for one in seen] == [("a till", Outcome.PASSED)]
