"""How replies that nobody's example shows reach a client, however its contract test is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.domain.possible import Fault, Origin, PossibleReply
from tests.consumer.drives import PLAIN, offers, project, put

pytest_plugins = ["pytester"]

CLIENT = """
import asyncio
import json
from urllib.error import HTTPError
from urllib.request import urlopen


def look(url, path="/stock"):
    try:
        with urlopen(url + path, timeout=1) as reply:
            told = [reply.status, reply.headers["Content-Type"], reply.read().decode()]
    except HTTPError as error:
        told = [error.code, error.headers["Content-Type"], error.read().decode()]
    except Exception as error:
        told = [0, type(error).__name__, ""]
    with open("seen.jsonl", "a") as file:
        file.write(json.dumps(told) + "\\n")
    return told


async def look_later(url):
    return await asyncio.to_thread(look, url)


def retry(url):
    for _ in range(3):
        if look(url)[0] == 200:
            return


def pages(url):
    return [look(url), look(url)]
"""
HEAD = PLAIN.replace("Closed, get, on_hand, on_purpose", "look, look_later, pages, retry")
STYLES = {
    "context manager": """
def test_stock():
    pact = told()
    with pact.serve() as server:
        look(server.url)
    kept(pact)
""",
    "fixed port": """
import socket

def free():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

PORT = free()

def test_stock():
    pact = told()
    with pact.serve(port=PORT):
        look(f"http://localhost:{PORT}")
    kept(pact)
""",
    "session fixture": """
@pytest.fixture(scope="session")
def url():
    pact = told()
    with pact.serve() as server:
        yield server.url
    kept(pact)

def test_stock(url):
    look(url)
""",
    "unittest": """
import unittest

class TestStock(unittest.TestCase):
    def test_stock(self):
        pact = told()
        with pact.serve() as server:
            self.assertTrue(look(server.url))
        kept(pact)
""",
    "async": """
@pytest.fixture
def anyio_backend(): return "asyncio"

@pytest.mark.anyio
async def test_stock():
    pact = told()
    with pact.serve() as server:
        await look_later(server.url)
    kept(pact)
""",
    "declared": """
from harness.consumer import *

@Consumer("shop").of("till").expects(
    "stock", request=get("/stock"), response=reply(200, {"on_hand": 3}))
def test_stock(provider):
    look(provider.url)
""",
}
JSON, TEXT, HTML = "application/json", "text/plain", "text/html"
REPLIES = {
    # Each with what the client sees of it.
    PossibleReply("other", Origin.DOCUMENT, body='{"on_hand":0}'): [200, JSON, '{"on_hand":0}'],
    PossibleReply("created", Origin.DOCUMENT, 201, JSON, "{}"): [201, JSON, "{}"],
    PossibleReply("gone", Origin.REFUSAL, 404, JSON, '{"no":1}'): [404, JSON, '{"no":1}'],
    PossibleReply("500", Origin.NETWORK, 500, TEXT, "oh"): [500, TEXT, "oh"],
    PossibleReply("503", Origin.NETWORK, 503, "", ""): [503, None, ""],
    PossibleReply("null", Origin.NETWORK, 0, None, "null"): [200, JSON, "null"],
    PossibleReply("page", Origin.NETWORK, 0, HTML, "<p>"): [200, HTML, "<p>"],
    PossibleReply("closed", Origin.NETWORK, fault=Fault.CLOSED): [0, "RemoteDisconnected", ""],
    PossibleReply("cut", Origin.NETWORK, fault=Fault.CUT): [0, "IncompleteRead", ""],
    PossibleReply("silent", Origin.NETWORK, fault=Fault.SILENT): [0, "TimeoutError", ""],
}
MOVED = PossibleReply("moved", Origin.NETWORK, 302, HTML, "<p>", elsewhere="/sign-in/here")


def seen(path: Path) -> list[list[object]]:
    """What the client saw, in its order."""
    return [json.loads(line) for line in (path / "seen.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("style", STYLES)
def test_all_that_may_come_reaches_the_client(pytester: pytest.Pytester, style: str) -> None:
    """After what the contract shows comes each reply once: bodies, refusals and broken lines."""
    project(pytester, client=CLIENT, stock=HEAD + STYLES[style])
    asks = offers(pytester, {"stock": [*REPLIES, MOVED]})
    (pytester.path / "seen.jsonl").unlink()
    told = put(pytester, asks)
    first, *others, page = seen(pytester.path)

    assert first[:2] == [200, JSON]
    assert others == list(REPLIES.values())
    assert page[:2] == [200, "text/html; charset=utf-8"]
    assert "<h1>Sign in</h1>" in str(page[2])
    assert [one["what"] for one in told.answers["stock"]] == [
        one.what for one in asks.asks[0].replies
    ]
    assert {one["reception"] for one in told.answers["stock"]} == {"taken"}


@pytest.mark.parametrize(("client", "times"), [("retry", 3), ("pages", 2)])
def test_every_request_for_an_interaction_gets_the_reply(
    pytester: pytest.Pytester, client: str, times: int
) -> None:
    """A client that asks again, or for the next page, gets no better answer than at first."""
    body = f"""
def test_stock():
    pact = told()
    with pact.serve() as server:
        {client}(server.url)
    kept(pact)
"""
    project(pytester, client=CLIENT, stock=HEAD + body)
    busy = PossibleReply("503", Origin.NETWORK, 503, "", "")
    asks = offers(pytester, {"stock": [busy]})
    (pytester.path / "seen.jsonl").unlink()
    told = put(pytester, asks)

    assert [one[0] for one in seen(pytester.path)][-times:] == [503] * times
    assert told.received() == [("code", "taken")]
