"""Whose an exception is that a client's test ends with, by where the reply came from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.domain.possible import Origin, PossibleReply
from tests.consumer.drives import CLIENT as SHOP
from tests.consumer.drives import PLAIN, offers, project, put

pytest_plugins = ["pytester"]

LIBRARY = """
class ClientError(Exception): pass
class ContentTypeError(ClientError): pass

def read(text):
    if "on_hand" not in text:
        raise ContentTypeError("not what was asked for")
"""
CLIENT = """
import json

import far
import httpx
import msgspec
import pydantic
import requests
from urllib.request import urlopen


class Closed(Exception): pass
class Wrong(ValueError): pass
class Named(Exception): pass


class Model(pydantic.BaseModel):
    on_hand: int


class Struct(msgspec.Struct):
    on_hand: int


def text(url):
    return requests.get(url).text


def key_error(url): json.loads(text(url))["on_hand"]
def decode_error(url): json.loads(text(url).replace("{}", "{"))
def of_requests(url): requests.Response.json(cut(requests.get(url)))
def of_pydantic(url): Model.model_validate_json(text(url))
def of_msgspec(url): msgspec.json.decode(text(url), type=Struct)
def content_type(url): far.read(text(url))
def status_of_requests(url): requests.get(url).raise_for_status()
def status_of_httpx(url): httpx.get(url).raise_for_status()
def status_of_urllib(url): urlopen(url).read()
def closed(url): own(url, Closed)
def wrong(url): own(url, Wrong)
def named(url): own(url, Named)
def nothing(url): return json.loads(text(url))


def own(url, kind):
    if text(url) == "{}":
        raise kind("on purpose")


def cut(reply):
    reply._content = reply.content.replace(b"{}", b"{")
    return reply
"""
REFUSED, TAKEN = "refused", "taken"
ALWAYS = (REFUSED, REFUSED, REFUSED)
OF_A_CONTRACT = (REFUSED, TAKEN, TAKEN)
NEVER = (TAKEN, TAKEN, TAKEN)
WHOSE = {
    # What becomes of a reply of the document, of a refusal, and of what networks do.
    "key_error": ALWAYS,
    "decode_error": ALWAYS,
    "of_requests": ALWAYS,
    "of_pydantic": ALWAYS,
    "of_msgspec": ALWAYS,
    "content_type": ALWAYS,
    "status_of_requests": OF_A_CONTRACT,
    "status_of_httpx": OF_A_CONTRACT,
    "status_of_urllib": OF_A_CONTRACT,
    "closed": OF_A_CONTRACT,
    "wrong": OF_A_CONTRACT,
    "named": NEVER,
    "nothing": NEVER,
}
TEST = """
def test_NAME():
    pact = told("NAME")
    with pact.serve() as server:
        body = client.NAME(server.url + "/NAME")
        assert body is None or body["on_hand"] == 3
    kept(pact)
"""
HEAD = PLAIN.replace(
    "from shop.client import Closed, get, on_hand, on_purpose", "from shop import client"
)


def test_whose_an_exception_is(
    pytester: pytest.Pytester, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Clients may tell in their own way of what their provider or the network failed at.

    Shape: an HTTP library's own errors and the client's own classes tell of it; what says that code
    met what it was not made for does not, whichever library raises it; the body of a test and what
    the service's table names refuse nothing.
    """
    (tmp_path / "far.py").write_text(LIBRARY)
    monkeypatch.syspath_prepend(tmp_path)
    tests = "".join(TEST.replace("NAME", name) for name in WHOSE)
    project(pytester, client=CLIENT, all=HEAD + tests)
    origins = (Origin.DOCUMENT, Origin.REFUSAL, Origin.NETWORK)
    replies = [PossibleReply(one.value, one, 500, "application/json", "{}") for one in origins]
    asks = offers(pytester, dict.fromkeys(WHOSE, replies), raises=("shop.client.Named",))
    told = put(pytester, asks)

    assert {
        name: tuple(one["reception"] for one in answers) for name, answers in told.answers.items()
    } == WHOSE


BODY = """
def test_stock():
    pact = told()
    with pact.serve() as server:
        url = server.url
        BODY
    kept(pact)
"""


def only(pytester: pytest.Pytester, body: str, client: str, *bodies: str) -> list[dict[str, Any]]:
    """What becomes of bodies at a client by a test with this body."""
    head = PLAIN.replace("Closed, get, on_hand, on_purpose", "*")
    test = BODY.replace("BODY", body)
    project(pytester, client=client, stock=head + test)
    replies = [PossibleReply(one, Origin.DOCUMENT, body=one) for one in bodies]
    told = put(pytester, offers(pytester, {"stock": replies}))
    return [dict(one) for one in told.answers["stock"]]


def test_what_a_test_raises_by_itself_tells_nothing_of_replies(pytester: pytest.Pytester) -> None:
    """Where the contract's own reply makes the same line raise, no other reply is to blame."""
    client = SHOP + "\ndef bad(url):\n    return get(url)['on_hand'] + int(os.environ['ADDED'])\n"
    (pytester.path / "conftest.py").write_text(
        "import os\n\ndef pytest_configure(config):\n"
        "    os.environ['ADDED'] = 'one' if config.getoption('--harness-asks') else '1'\n"
    )
    (told,) = only(pytester, "bad(url)", f"import os\n{client}", '{"on_hand":4}')

    assert told["reception"] == "unasked"
    assert told["detail"].startswith("the test raises this as well when it is given its contract's")


def test_a_site_is_told_with_its_exception_once(pytester: pytest.Pytester) -> None:
    """Each refusal names the line that raised, and the first at a line brings all its frames."""
    bodies = ('{"on_hand":null}', '{"on_hand":[]}', "{}")
    told = only(pytester, "on_hand(url)", SHOP, *bodies)
    line = 'in shop.client.on_hand: return get(url, path)["on_hand"] + 1'

    assert [one["site"] for one in told] == [f"TypeError {line}"] * 2 + [f"KeyError {line}"]
    assert [one["crash"] is not None for one in told] == [True, False, True]
