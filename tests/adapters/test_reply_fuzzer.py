"""The step that puts every reply that may come, with real tests in their own interpreter."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from harness.adapters.consumer_tests import ConsumerTestRunner
from harness.adapters.evidence_codec import decode, encode
from harness.adapters.reply_fuzzer import ReplyFuzzer
from harness.domain.config import Config
from harness.domain.contradiction import Contradicted
from harness.domain.coping import COPED, AddressRefused, RepliesPut, ReplyRefused
from harness.domain.evidence import DocumentRead, Evidence, Observed, Unobserved
from harness.domain.json import Json
from harness.domain.possible import Origin
from harness.domain.service import EnvValue, Service
from harness.domain.steps import ConsumerTests, FuzzReplies
from harness.domain.system import System
from harness.domain.typed import CodeContradicted, TypesObserved
from harness.stages.ports import StepContext
from tests.adapters.test_reply_driver import consumer

pytestmark = pytest.mark.tools

READ = """
import ctypes
import json
import os
import socket
import threading
import time
from urllib.request import urlopen


def read(url, path):
    return json.load(urlopen(url + path, timeout=0.5))


def coping(url, path="/stock"):
    try:
        return read(url, path)
    except (OSError, ValueError):
        return {"on_hand": 0, "note": ""}
"""
STOCK = """
def stock(url):
    found = coping(url) or {"on_hand": 0}
    return found["on_hand"] + 1
"""
TEST = """
from pathlib import Path

from pact import Pact
from shop import client


def test_till():
    pact = Pact("shop", "till")
    for name in ("stock", "label"):
        (pact.upon_receiving(name).with_request("GET", "/" + name).will_respond_with(200)
            .with_body({"on_hand": 3, "note": "ok"}))
    with pact.serve(raises=False) as server:
        CALLS
    pact.write_file(Path(__file__).parent / "pacts")
"""
WHOLE: Json = {"type": "integer"}
NULLABLE: Json = {"type": ["integer", "null"]}


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the plugins of the test environment out: importing them takes most of the time."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


def document(count: Json) -> str:
    """What the till says that it replies, with a 409 that it declares."""
    schema: Json = {
        "type": "object",
        "properties": {"on_hand": count, "note": {"type": "string"}},
        "required": ["on_hand", "note"],
    }
    refusal: Json = {"type": "object", "properties": {"code": {"enum": ["busy", "gone"]}}}
    responses = {
        status: {"description": "", "content": {"application/json": {"schema": one}}}
        for status, one in (("200", schema), ("409", refusal))
    }
    paths = {f"/{path}": {"get": {"responses": responses}} for path in ("stock", "label")}
    return json.dumps({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths})


def fuzzed(
    root: Path,
    client: str,
    *calls: str,
    count: Json = WHOLE,
    examples: int = 12,
    described: bool = True,
    service: Service | None = None,
    times: int = 1,
) -> list[list[Evidence]]:
    """What the step sees each time, as it comes out of the file that it goes through."""
    body = "\n        ".join(calls or ("client.stock(server.url)",))
    test = TEST.replace("CALLS", body)
    made = consumer(root, client=READ + client, plain=test)
    used = replace(made, env=service.env, raises=service.raises) if service else made
    gathered = tuple(ConsumerTestRunner()(ConsumerTests("shop"), context_of(root, used, "tests")))
    told = (DocumentRead("till", "/", document(count)),) if described else ()
    seen = Observed("consumer-tests:shop", (*gathered, *told))
    step = FuzzReplies("shop", ("till",), seed=7, examples=examples)
    return [
        [decode(encode(one)) for one in ReplyFuzzer()(step, context_of(root, used, f"f{at}", seen))]
        for at in range(times)
    ]


def context_of(root: Path, service: Service, name: str, *seen: Observed) -> StepContext:
    """The surroundings of a step, in which patience is short."""
    directory = root.parent / name
    directory.mkdir()
    services = (service, Service("till", root / "till"))
    config = Config(root, root / "pyproject.toml", services, patience_s=2.0)
    taken = {one.step: one for one in seen}
    return StepContext(System(config), directory, root.parent / "cache", root.parent, taken)


def refused(evidence: Sequence[Evidence]) -> list[ReplyRefused]:
    """What was refused."""
    return [one for one in evidence if isinstance(one, ReplyRefused)]


def put(evidence: Sequence[Evidence]) -> Iterator[RepliesPut]:
    """How many were put."""
    return (one for one in evidence if isinstance(one, RepliesPut))


MANY = """
def stock(url):
    return (coping(url) or {"on_hand": 0})["on_hand"] + 1


def label(url):
    return read(url, "/label").get("note", "").upper()
"""


def test_each_line_that_raises_is_told_once_by_its_smallest_reply(tmp_path: Path) -> None:
    """What the document allows comes before what networks do; the same seed tells the same."""
    first, again = fuzzed(
        tmp_path / "work",
        MANY,
        "client.stock(server.url)",
        "client.label(server.url)",
        count=NULLABLE,
        times=2,
    )
    sites = {
        (one.crash.type, one.crash.frames[-1].function if one.crash.frames else ""): one
        for one in refused(first)
        if one.crash
    }
    null = sites["TypeError", "stock"]

    assert len(sites) == len(refused(first))
    assert all(one.came_back for one in refused(first))
    assert (null.origin, null.place) == (Origin.DOCUMENT, "$.on_hand")
    assert null.what == "$.on_hand is null"
    assert null.reply == '200 application/json\n\n{"note":"ok","on_hand":null}'
    assert null.test.endswith("test_plain.py::test_till")
    assert null.error.startswith("TypeError: unsupported operand type")
    assert null.crash is not None
    assert null.crash.frames[-1].file == "shop/src/shop/client.py"
    assert null.occurrences >= 1
    pages = next(one for (kind, _), one in sites.items() if kind.endswith("JSONDecodeError"))
    assert pages.origin is Origin.NETWORK
    assert pages.occurrences > 1
    counts = list(put(first))
    assert len({one.interaction for one in counts}) == len(counts) == 2
    assert all(one.tried > 15 for one in counts)
    assert not [one for one in first if isinstance(one, Unobserved | AddressRefused)]
    assert timeless(again) == timeless(first)


def timeless(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Evidence without what a clock or a directory's name says."""
    return [
        replace(one, waited_s=0.0, crash=None) if isinstance(one, ReplyRefused) else one
        for one in evidence
    ]


FEW = """
def stock(url):
    found = coping(url)
    if found and 100 < found["on_hand"] < 2000:
        raise LookupError("not in stock")
"""


def test_a_body_by_chance_is_told_by_what_matters_in_it(tmp_path: Path) -> None:
    """What differs beside it is undone, and its place is named."""
    (evidence,) = fuzzed(tmp_path / "work", FEW, examples=60)
    (one,) = refused(evidence)

    assert one.error == "LookupError: not in stock"
    assert (one.origin, one.place, one.came_back) == (Origin.DOCUMENT, "$.on_hand", True)
    assert one.what.startswith("$.on_hand is ")
    assert '"note":"ok"' in one.reply


HALVES = """
def stock(url):
    try:
        text = urlopen(url + "/stock", timeout=0.5).read().decode()
    except Exception:
        return None
    return json.loads(text)["on_hand"] if text.startswith("{") else None
"""


def test_what_a_network_does_is_told_by_its_own_name(tmp_path: Path) -> None:
    """A body that is no JSON differs from the contract's in no place of it."""
    (evidence,) = fuzzed(tmp_path / "work", HALVES)
    (one,) = refused(evidence)

    assert (one.origin, one.what, one.place) == (Origin.NETWORK, "half of the body", "")
    assert one.reply.startswith("200 application/json\n\n{")


ENDS = {
    "os._exit(9)": "the interpreter ended with code 9",
    "os.abort()": "the interpreter was ended by SIGABRT",
    "ctypes.string_at(0)": "the interpreter was ended by SIGSEGV",
}


@pytest.mark.parametrize("end", ENDS)
def test_a_reply_that_ends_the_interpreter_is_told_and_the_others_are_put(
    tmp_path: Path, end: str
) -> None:
    """The run begins again without it, and what it leaves undone is done."""
    client = STOCK.replace(
        '    return found["on_hand"]',
        f'    if found["on_hand"] == 0 and "note" in found and found["note"] == "ok": {end}\n'
        '    return found["on_hand"]',
    )
    (evidence,) = fuzzed(tmp_path / "work", client)
    (one,) = refused(evidence)
    (count,) = put(evidence)

    assert (one.error, one.place, one.came_back) == (ENDS[end], "$.on_hand", True)
    assert one.what == "$.on_hand is 0"
    assert one.crash is not None
    assert one.crash.source == "interpreter"
    assert count.tried > 15
    assert not [one for one in evidence if isinstance(one, Unobserved) and "label" not in one.what]


HANGS = """
from urllib.error import HTTPError


def stock(url):
    while True:
        try:
            return read(url, "/stock")
        except HTTPError as error:
            if error.code != 503:
                return None
        except (OSError, ValueError):
            return None
        time.sleep(0.01)


def label(url):
    try:
        return json.load(urlopen(url + "/label"))
    except (OSError, ValueError):
        return None
"""


def test_what_hangs_is_told_and_comes_back_wherever_it_stands(tmp_path: Path) -> None:
    """Who waits or tries again for ever does so in a fresh process, at whichever line."""
    (evidence,) = fuzzed(
        tmp_path / "work", HANGS, "client.stock(server.url)", "client.label(server.url)"
    )
    found = {one.what: one for one in refused(evidence)}
    waits, retries = found.pop("no answer at all"), found.pop("a 503 without a body")

    assert found == {}
    assert waits.crash is not None
    assert 'urlopen(url + "/label")' in waits.crash.traceback
    assert re.fullmatch(r"it had not given up after \d+ s", waits.error)
    assert retries.crash is not None
    assert retries.crash.frames[-1].code == "def stock(url):"
    assert re.fullmatch(r"it had not given up after \d+ s and had asked \d+ times", retries.error)
    for one in (waits, retries):
        assert one.origin is Origin.NETWORK
        assert one.came_back
        assert one.waited_s > 1


SWALLOWS = """
def stock(url):
    while True:
        try:
            return read(url, "/stock")
        except BaseException as error:
            if getattr(error, "code", 0) != 503 and isinstance(error, Exception):
                return None
"""


def test_a_client_that_nothing_cuts_off_ends_its_run_and_no_other(tmp_path: Path) -> None:
    """What was put before it and what comes after it is answered all the same."""
    (evidence,) = fuzzed(tmp_path / "work", SWALLOWS)
    (one,) = refused(evidence)
    (count,) = put(evidence)

    assert (one.what, one.came_back) == ("a 503 without a body", True)
    assert one.waited_s > 1
    assert count.tried > 15
    assert not [one for one in evidence if isinstance(one, Unobserved) and "label" not in one.what]


CALLS = """
def stock(url):
    for host in ("sink.invalid", "metrics.invalid", "metrics.invalid"):
        try:
            socket.create_connection((host, 443), timeout=1)
        except OSError:
            pass
    return coping(url)
"""


def test_an_address_that_nobody_declared_is_told_once(tmp_path: Path) -> None:
    """What stands in the service's own environment may be called, and nothing else abroad."""
    declared = Service("shop", tmp_path, env={"SINK": EnvValue("https://sink.invalid/events")})
    (evidence,) = fuzzed(tmp_path / "work", CALLS, service=declared)
    (one,) = (each for each in evidence if isinstance(each, AddressRefused))

    assert (one.consumer, one.address) == ("shop", "metrics.invalid:443")
    assert one.crash is not None
    own = [frame for frame in one.crash.frames if frame.module == "shop.client"]
    assert (own[-1].file, own[-1].function) == ("shop/src/shop/client.py", "stock")
    assert own[-1].code.startswith("socket.create_connection(")
    assert refused(evidence) == []


FLAKY = """
SEEN = []

def stock(url):
    SEEN.append(coping(url))
    if len(SEEN) > 3:
        return {}["sku"]
"""


def test_what_an_earlier_reply_left_behind_does_not_come_back(tmp_path: Path) -> None:
    """A refusal that a fresh process does not show is told as such, for nothing to rest on."""
    (evidence,) = fuzzed(tmp_path / "work", FLAKY)
    (one,) = refused(evidence)

    assert one.error == "KeyError: 'sku'"
    assert (one.came_back, one.again) == (False, COPED)


def test_what_no_test_asks_for_is_unobserved(tmp_path: Path) -> None:
    """It is never counted: nothing was put."""
    (evidence,) = fuzzed(tmp_path / "work", STOCK)
    (lost,) = (one for one in evidence if isinstance(one, Unobserved))
    (count,) = put(evidence)

    assert lost.what == 'what shop makes of replies of till to "label"'
    assert lost.reason == "its test never asked the stand-in for this interaction"
    assert count.tried > 15
    assert refused(evidence) == []


def test_without_a_document_networks_still_do_what_they_do(tmp_path: Path) -> None:
    """Bodies are not varied, which is said, and all else comes all the same."""
    client = STOCK.replace("coping(url) or", "read(url, '/stock') or")
    (evidence,) = fuzzed(tmp_path / "work", client, described=False)
    (count,) = put(evidence)
    (one,) = refused(evidence)

    assert (count.reason, count.left_out) == ("its provider has no document", 0)
    assert one.origin is Origin.NETWORK
    assert one.error.startswith("JSONDecodeError: ")


LEAKY = """
def stock(url):
    found = coping(url)
    if found and found["on_hand"] == 0:
        raise LookupError(os.environ["KEY"])
    if found and found["on_hand"] == -1:
        print(os.environ["KEY"], flush=True)
        os._exit(9)
"""


def test_secrets_are_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither errors nor the last words of an interpreter spread what a service keeps secret."""
    monkeypatch.setenv("OUTER", "hush-hush")
    secret = Service("shop", tmp_path, env={"KEY": EnvValue(secret_from="OUTER")})
    (evidence,) = fuzzed(tmp_path / "work", LEAKY, service=secret)

    assert "LookupError: ***" in repr(evidence)
    assert "the interpreter ended with code 9" in repr(evidence)
    assert "hush-hush" not in repr(evidence)


LYING = """
from typing import Any, cast



def note(url: Any) -> str:
    found: Any = coping(url)
    return cast(str, found.get("on_hand") if found.get("on_hand") is None else "some")


def shown(url: Any) -> None:
    note(url)
"""


def test_a_consumers_annotations_are_held_against_what_replies_make_of_them(tmp_path: Path) -> None:
    """A `cast` that lies is told where it is handed on, with the reply; nothing is raised."""
    calls = ("client.coping(server.url)", "client.shown(server.url)")
    (seen,) = fuzzed(tmp_path / "work", LYING, *calls, count=NULLABLE)
    told = [one for one in seen if isinstance(one, CodeContradicted)]
    (observed,) = (one for one in seen if isinstance(one, TypesObserved))

    assert (observed.service, observed.why_not) == ("shop", "")
    (lie,) = told
    assert (lie.service, lie.contradiction.kind) == ("shop", Contradicted.ANNOTATION)
    assert (lie.contradiction.function, lie.contradiction.what) == ("note", "return")
    assert lie.contradiction.file == "shop/src/shop/client.py"
    assert lie.example == "a reply of till: $.on_hand is null"
    assert not refused(seen)
