"""
Replies a second by how a client is made: what one reply costs, and of what that is made up.

Three consumers with the same client functions and the same document: declared tests, plain tests
with a client each, plain tests with one client for all. Each is driven twice, with few replies and
with many: what the second takes longer is what replies cost, and the rest is the start.

    python benchmarks/reply_kinds.py [--rounds 3] [--examples 400] [--against CHECKOUT]

`--against` names another checkout of the harness, which is driven in turn with this one.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.adapters.consumer_tests import ConsumerTestRunner
from harness.adapters.reply_fuzzer import ReplyFuzzer
from harness.documents.pacts import read_pact
from harness.domain.config import Config
from harness.domain.coping import RepliesPut
from harness.domain.evidence import DocumentRead, Observed
from harness.domain.service import Service
from harness.domain.steps import ConsumerTests, FuzzReplies
from harness.domain.system import System
from harness.stages.ports import StepContext
from harness.standin import StandIn, answers_from

HERE = Path(__file__).parents[1]
FEW = 5
CLIENT = '''
import httpx

TIMEOUT = httpx.Timeout(0.3)


def read(client, path):
    """Total and names of some things, or nothing where the till cannot tell."""
    try:
        reply = client.get(path)
        reply.raise_for_status()
        found = reply.json()
    except (httpx.HTTPError, ValueError):
        return None
    total = sum(one["count"] for one in found["things"])
    return total, [one["name"].upper() for one in found["things"]], found.get("note") or ""


def things(url, path):
    with httpx.Client(base_url=url, timeout=TIMEOUT) as client:
        return read(client, path)


_SHARED = httpx.Client(timeout=TIMEOUT)


def things_shared(url, path):
    return read(_SHARED, url + path)
'''
DECLARED = """
from shop.client import things
from harness.consumer import Consumer, MockProvider, get, reply

till = Consumer("shop").of("till")
"""
DECLARED_TEST = """

@till.expects("things {at}", request=get("/{at}/things"), response=reply(200, {body}))
def test_{at}(provider: MockProvider) -> None:
    assert things(provider.url, "/{at}/things")
"""
PLAIN = """
from pathlib import Path

import pytest
from pact import Pact, match
from shop.client import things, things_shared
"""
PLAIN_TEST = """

def test_{at}():
    pact = Pact("shop", "till")
    (pact.upon_receiving("things {at}").with_request("GET", "/{at}/things")
        .will_respond_with(200).with_body(match.like({body}), "application/json"))
    with pact.serve() as server:
        assert {client}(server.url, "/{at}/things")
    pact.write_file(Path(__file__).parent / "pacts")
"""
BODY = {
    "id": 7,
    "note": "ok",
    "things": [{"name": "desk", "count": 3, "price": 9.5, "tags": ["a"]}],
}
PATHS = range(6)
KINDS = {
    "declared": ("declared, a client each", DECLARED, DECLARED_TEST, "things"),
    "plain": ("plain pact, a client each", PLAIN, PLAIN_TEST, "things"),
    "shared": ("plain pact, one client", PLAIN, PLAIN_TEST, "things_shared"),
}


@dataclass(frozen=True, slots=True)
class Cost:
    """
    What the replies of one consumer cost.

    Units: processor seconds; `start_s` is the start of pytest and of the harness's step,
    `made_ms` of the generation of one reply, `put_ms` of putting one.
    """

    replies: int
    total_s: float
    start_s: float
    made_ms: float
    put_ms: float


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--examples", type=int, default=400)
    options.add_argument("--against", type=Path)
    options.add_argument("--one", choices=KINDS, help=argparse.SUPPRESS)
    options.add_argument("--checkout", type=Path, default=HERE, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.one:
        sys.stdout.write(json.dumps(measured(asked.one, asked.checkout, asked.examples)) + "\n")
        return
    sides = [HERE, *filter(None, [asked.against])]
    _say(f"{'client':26} {'':8} replies  start s  made ms  put ms  replies/s  beyond the start")
    for kind in KINDS:
        best = [
            min(side, key=lambda one: one.made_ms + one.put_ms)
            for side in zip(*_rounds(kind, sides, asked), strict=True)
        ]
        for side, one in zip(("here", "against"), best, strict=False):
            _say(_row(KINDS[kind][0], side, one))
        if len(best) > 1:
            ours, theirs = (one.made_ms + one.put_ms for one in best)
            _say(f"{'':26} {'ratio':8} {theirs / ours:.2f} as many replies a second")
    for kind in ("plain", "shared"):
        _say(f"{KINDS[kind][0]:26} without pytest and pact: {alone_ms(kind):.2f} ms a reply")


def _rounds(
    kind: str, sides: Sequence[Path], asked: argparse.Namespace
) -> Iterator[tuple[Cost, ...]]:
    for _ in range(asked.rounds):
        yield tuple(_apart(kind, side, asked.examples) for side in sides)


def _row(kind: str, side: str, one: Cost) -> str:
    each = one.made_ms + one.put_ms
    return (
        f"{kind:26} {side:8} {one.replies:7,} {one.start_s:8.1f} {one.made_ms:8.2f} "
        f"{one.put_ms:7.2f} {one.replies / one.total_s:10.0f} {1000 / each:17.0f}"
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _apart(kind: str, checkout: Path, examples: int) -> Cost:
    """Measure in a process of its own, whose harness is that of a checkout."""
    told = subprocess.run(
        [
            *(sys.executable, __file__, f"--one={kind}", f"--checkout={checkout}"),
            f"--examples={examples}",
        ],
        env={**os.environ, "PYTHONPATH": str(checkout), "PACT_DO_NOT_TRACK": "true"},
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    return Cost(**json.loads(told.splitlines()[-1]))


def measured(kind: str, checkout: Path, examples: int) -> Mapping[str, float]:
    """Drive one consumer with few replies and with many."""
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        written(root, kind, checkout)
        gathered = _gathered(root)
        few, few_own, few_s = _driven(root, gathered, FEW)
        many, many_own, many_s = _driven(root, gathered, examples)
    own_ms = (many_own - few_own) / (many - few) * 1000
    each_ms = (many_s - few_s) / (many - few) * 1000
    return {
        "replies": many,
        "total_s": many_s,
        "start_s": many_s - each_ms * many / 1000,
        "made_ms": own_ms,
        "put_ms": each_ms - own_ms,
    }


def written(root: Path, kind: str, checkout: Path) -> None:
    """A consumer whose interpreter finds the harness of a checkout."""
    _, head, test, client = KINDS[kind]
    package = root / "src" / "shop"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "client.py").write_text(CLIENT)
    (root / "src" / "harness").symlink_to(checkout / "harness", target_is_directory=True)
    (root / "contracts").mkdir()
    tests = (test.format(at=at, body=BODY, client=client) for at in PATHS)
    (root / "contracts" / "test_till.py").write_text(head + "".join(tests))


def document() -> str:
    """What the till says that it replies."""
    thing = _object(
        name={"type": "string"},
        count={"type": "integer", "minimum": 0},
        price={"type": ["number", "null"]},
        tags={"type": "array", "items": {"type": "string"}},
    )
    whole = _object(
        id={"type": "integer"},
        note={"type": ["string", "null"]},
        things={"type": "array", "items": thing},
    )
    replies = {"200": {"description": "", "content": {"application/json": {"schema": whole}}}}
    paths = {f"/{at}/things": {"get": {"responses": replies}} for at in PATHS}
    return json.dumps({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths})


def _object(**properties: object) -> Mapping[str, object]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _context(root: Path, *seen: Observed) -> StepContext:
    shop = Service(
        "shop",
        root,
        root=root / "src",
        packages=("shop",),
        contract_tests=(root / "contracts",),
    )
    config = Config(root, root / "pyproject.toml", (shop, Service("till", root / "till")))
    place = Path(tempfile.mkdtemp(dir=root))
    return StepContext(System(config), place, place, place, {one.step: one for one in seen})


def _gathered(root: Path) -> Observed:
    """What the consumer's tests give, beside the document."""
    gathered = tuple(ConsumerTestRunner()(ConsumerTests("shop"), _context(root)))
    return Observed("consumer-tests:shop", (*gathered, DocumentRead("till", "/", document())))


def _driven(root: Path, gathered: Observed, examples: int) -> tuple[int, float, float]:
    """How many replies were put, and the processor time of this process and of all."""
    step = FuzzReplies("shop", ("till",), seed=0, examples=examples)
    own, all_of = time.process_time(), _spent()
    seen = list(ReplyFuzzer()(step, _context(root, gathered)))
    own, all_of = time.process_time() - own, _spent() - all_of
    put = [one for one in seen if isinstance(one, RepliesPut)]
    assert len(put) == len(PATHS), seen
    assert len(seen) == len(put) + 1, seen
    return sum(one.tried for one in put), own, all_of


def _spent() -> float:
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def alone_ms(kind: str, times: int = 1000) -> float:
    """One reply put in a loop, to the client on a stand-in of its own: the least that it takes."""
    from harness.consumer.sharing import SharedContexts
    from harness.standin import Crew

    response = {"status": 200, "headers": {"Content-Type": ["application/json"]}}
    interaction = {
        "type": "Synchronous/HTTP",
        "description": "things",
        "request": {"method": "GET", "path": "/0/things"},
        "response": {**response, "body": {"contentType": "application/json", "content": BODY}},
    }
    pact = {
        "consumer": {"name": "shop"},
        "provider": {"name": "till"},
        "interactions": [interaction],
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }
    answers, crew = answers_from("till", [read_pact(json.dumps(pact))]), Crew()
    SharedContexts().install()
    client = _client(kind)
    before = time.process_time()
    for _ in range(times):
        with StandIn(answers, crew=crew) as opened:
            client(opened.url, "/0/things")
    return (time.process_time() - before) / times * 1000


def _client(kind: str) -> Callable[[str, str], object]:
    """The function that a kind of consumer tests."""
    held: dict[str, object] = {}
    exec(CLIENT, held)
    found = held[KINDS[kind][3]]
    assert callable(found)
    return found


if __name__ == "__main__":
    main()
