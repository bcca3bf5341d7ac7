"""
Interactions a second: this adapter against a plain pact-python Verifier, on the same pact.

Each runs in a process of its own, in turn and several times, against one threaded server. The
figure is the ratio of the best rates; absolute figures say as much about the machine.

    python benchmarks/verification.py [--interactions 100] [--rounds 5]
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ["PACT_DO_NOT_TRACK"] = "true"  # before anything imports pact

from harness.adapters.pact_verifier_contracts import Contract
from harness.adapters.pact_verifier_engine import Engine
from harness.adapters.pact_verifier_messages import Messages
from harness.adapters.pact_verifier_relay import Relay
from harness.adapters.pact_verifier_session import Session
from harness.documents.pacts import read_pact
from harness.domain.crash import Crash
from harness.domain.edge import Pair
from harness.domain.errors import MessageUnnamed
from harness.domain.evidence import InteractionVerified, Outcome
from harness.domain.produced import Made, Wanted
from harness.domain.service import Service

SERVER = """
import json, logging
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

logging.getLogger("werkzeug").setLevel(logging.ERROR)

@Request.application
def app(request):
    body = {"id": int(request.path.rpartition("/")[2]), "name": "Ann", "tags": ["a", "b"]}
    return Response(json.dumps(body), content_type="application/json")

server = make_server("127.0.0.1", 0, app, threaded=True)
print(server.port, flush=True)
server.serve_forever()
"""


class Standing:
    """A provider that runs elsewhere, without states."""

    def __init__(self, url: str) -> None:
        self.service = Service("users", Path("/"), url=url)

    def set_up_state(self, name: str, params: object) -> dict[str, object]:
        return {}

    def tear_down_state(self, name: str, params: object) -> None:
        return None

    def produce(self, wanted: Wanted) -> Made:
        raise MessageUnnamed(f"its pact holds requests alone, seen {wanted.description!r}")

    def reset(self) -> None:
        return None

    def crashes(self, since: int = 0, request_id: str | None = None) -> tuple[Crash, ...]:
        return ()

    def credentials(self) -> dict[str, dict[str, str]]:
        return {}

    def alive(self) -> bool:
        return True

    def exit_reason(self) -> str:
        return ""

    def output(self) -> str:
        return ""

    def secrets(self) -> frozenset[str]:
        return frozenset()


def pact_text(count: int) -> str:
    """A pact of many small interactions, as real ones are."""
    interactions = [
        {
            "type": "Synchronous/HTTP",
            "description": f"user {number}",
            "request": {"method": "GET", "path": f"/users/{number}"},
            "response": {
                "status": 200,
                "headers": {"Content-Type": ["application/json"]},
                "body": {
                    "content": {"id": number, "name": "Bo", "tags": ["x"]},
                    "contentType": "application/json",
                    "encoded": False,
                },
                "matchingRules": {
                    "body": {
                        "$.name": {"combine": "AND", "matchers": [{"match": "type"}]},
                        "$.tags": {"combine": "AND", "matchers": [{"match": "type", "min": 1}]},
                    }
                },
            },
        }
        for number in range(count)
    ]
    return json.dumps(
        {
            "consumer": {"name": "web"},
            "provider": {"name": "users"},
            "interactions": interactions,
            "metadata": {"pactSpecification": {"version": "4.0"}},
        }
    )


def plain(url: str, file: Path) -> int:
    """What a user of pact-python writes."""
    from pact import Verifier

    verifier = Verifier("users", host="127.0.0.1").add_transport(url=url).add_source(file)
    with _silent():
        verifier.verify()
    return sum(1 for one in verifier.results["interactionResults"] if one["result"] == "OK")


def ours(url: str, text: str, directory: Path) -> int:
    """The adapter, states and reset apart."""
    pact = read_pact(text)
    contract = Contract(Pair("web", "users"), pact, json.loads(text))
    standing = Standing(url)
    with Relay() as relay:
        judge = Engine("users", relay.url, directory, of_messages=True)
        messages = Messages(standing, judge, relay)
        session = Session(standing, Engine("users", url, directory), messages)
        seen = [session.verify(contract, one) for one in pact.interactions]
    return sum(
        1 for one in seen if isinstance(one, InteractionVerified) and one.outcome is Outcome.PASSED
    )


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


@contextlib.contextmanager
def _server() -> Iterator[str]:
    process = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.terminate()
        process.wait()


@dataclass(frozen=True, slots=True)
class Figure:
    """How one side fared; the processor's time is its own, without the server's."""

    per_s: float
    cpu_ms: float


def _measured(who: str, url: str, file: Path) -> Figure:
    """Measure one side in a process of its own: pact fixes its log level when it is first used."""
    command = [sys.executable, __file__, "--side", who, url, str(file)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Figure(*json.loads(done.stdout))


def _side(who: str, url: str, file: Path) -> tuple[float, float]:
    text = file.read_text()
    expected = len(read_pact(text).interactions)
    importlib.import_module("pact")
    started, cpu_before = time.perf_counter(), time.process_time()
    seen = plain(url, file) if who == "plain" else ours(url, text, file.parent)
    elapsed_s, cpu_s = time.perf_counter() - started, time.process_time() - cpu_before
    if seen != expected:
        raise SystemExit(f"expected {expected} interactions to be honoured, seen {seen}")
    return expected / elapsed_s, cpu_s * 1000 / expected


def measure(interactions: int, rounds: int) -> tuple[Figure, Figure]:
    """Give the best figures of the plain verifier and of the adapter."""
    with tempfile.TemporaryDirectory() as name, _server() as url:
        file = Path(name) / "web-users.json"
        file.write_text(pact_text(interactions))
        pairs = [
            (_measured("plain", url, file), _measured("ours", url, file)) for _ in range(rounds)
        ]
    theirs, own = zip(*pairs, strict=True)
    return _best(theirs), _best(own)


def _best(figures: Sequence[Figure]) -> Figure:
    return Figure(max(f.per_s for f in figures), min(f.cpu_ms for f in figures))


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    options.add_argument("--interactions", type=int, default=100)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--side", nargs=3, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.side:
        who, url, file = chosen.side
        sys.stdout.write(json.dumps(_side(who, url, Path(file))))
        return
    theirs, own = measure(chosen.interactions, chosen.rounds)
    told = (
        ("plain pact-python Verifier", theirs.per_s, theirs.cpu_ms),
        ("this adapter", own.per_s, own.cpu_ms),
        ("ratio", own.per_s / theirs.per_s, theirs.cpu_ms / own.cpu_ms),
    )
    sys.stdout.write(f"{'':28}{'interactions/s':>16}{'CPU ms each':>14}\n")
    for name, per_s, cpu_ms in told:
        sys.stdout.write(f"{name:28}{per_s:16.1f}{cpu_ms:14.2f}\n")


if __name__ == "__main__":
    main()
