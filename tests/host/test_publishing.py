"""The one function by which a service publishes is watched in the service's own process."""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import types
from pathlib import Path
from typing import Any

import pytest
import requests

from harness.adapters.publications import published_by_requests
from harness.adapters.schema_fuzzer_masking import Masker
from harness.domain.errors import ServiceNotStarted
from harness.domain.evidence import Unobserved
from harness.domain.message import Message
from harness.domain.produced import Produced, PublisherWatched
from harness.domain.service import Publisher, Service
from harness.host.loading import NotLoadable
from harness.host.publishing import Publications, watch_publisher
from harness.services import Services
from tests.services.support import ask

pytestmark = pytest.mark.tools

EVENTS = """
import sys
def publish(topic, body, headers=None, key=None):
    print("sent", topic, file=sys.stderr, flush=True)
    return "sent"
"""
APP = """
import os
from wire import publish  # by name: the function that is watched must be there by now
def app(environ, start_response):
    got = publish("orders", b'{"id": 1}', {"trace": "t"}, key="7")
    publish(topic="orders", body=object())
    if environ["PATH_INFO"] == "/end":
        os._exit(3)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(got).encode()]
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A service that publishes while it answers."""
    (tmp_path / "wire.py").write_text(EVENTS)
    (tmp_path / "shop.py").write_text(APP)
    return tmp_path


def service(home: Path, function: str = "wire:publish", *, sends: bool = False) -> Service:
    """Its table."""
    return Service("shop", home, app="shop:app", publisher=Publisher(function, sends))


@pytest.mark.parametrize(("sends", "reply"), [(False, b"None"), (True, b"sent")])
def test_what_is_published_is_kept_with_its_request(
    services: Services, home: Path, sends: bool, reply: bytes
) -> None:
    """It is sent only where that is asked for, and outlives a restart."""
    with services.open(service(home, sends=sends)) as running:
        assert ask(running.url + "/orders", "r-1").body == reply
        before = [one for one in running.published() if one.request and one.request.request_id]
        running.reset()
        after = [one for one in running.published() if one.request and one.request.request_id]

    good, bad = before
    assert good.request is not None
    assert (good.request.request_id, good.request.path) == ("r-1", "/orders")
    assert good.produced == Produced(
        Message(b'{"id": 1}', {"trace": "t"}, "7"), "orders", metadata=None
    )
    assert (bad.produced, bad.fault.rpartition("; ")[2]) == (None, "seen a object")
    assert after[:2] == before


def test_what_a_service_took_with_it_is_told(services: Services, home: Path) -> None:
    """The book lives in the process: of one that ended, that something is not known."""
    shop = service(home)
    with services.open(shop) as running:
        with pytest.raises(requests.ConnectionError):
            requests.get(running.url + "/end", timeout=10)
        told = list(published_by_requests(shop, running, (), Masker()))

    watched, lost = told
    assert watched == PublisherWatched("shop", "wire:publish", calls=None)
    assert isinstance(lost, Unobserved)
    assert lost.what == "what shop publishes by wire:publish"
    assert "ended before it was asked" in lost.reason


@pytest.mark.parametrize(
    ("function", "told"),
    [
        ("wire:tell", "has no attribute 'tell'"),
        ("nowhere:publish", "No module named 'nowhere'"),
        ("builtins:str.upper", "cannot be watched"),
    ],
)
def test_a_publisher_that_cannot_be_watched_keeps_the_service_from_starting(
    services: Services, home: Path, function: str, told: str
) -> None:
    """What is wrong with the name is told, and nothing is published unseen."""
    with pytest.raises(ServiceNotStarted) as raised, services.open(service(home, function)):
        pass

    assert f"the publisher {function!r} does not load" in raised.value.message
    assert told in raised.value.message


class Client:
    """How clients of brokers publish, in several ways."""

    async def send(
        self, message: Any, queue: Any = "", *, exchange: Any = None, **more: Any
    ) -> int:
        return 1

    @staticmethod
    def emit(topic: str, value: bytes | None, headers: list[tuple[str, bytes]]) -> int:
        return 1

    def tell(self, what: str) -> None:
        raise AssertionError(what)


class Model:
    """As pydantic writes itself."""

    def model_dump_json(self) -> str:
        return '{"id": 1}'


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> type[Client]:
    """A class in a module of its own, for the time of a test."""
    fresh = type("Client", (), dict(vars(Client)))
    module = types.ModuleType("clients_of_brokers")
    vars(module)["Client"] = fresh
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return fresh


def kept(book: Publications) -> dict[str, Any]:
    """The only thing that is written down."""
    (one,) = book.all()["publications"]
    assert one["request"] is None
    return dict(one)


def body_of(message: dict[str, Any]) -> Any:
    """The body as it is sent."""
    return json.loads(base64.b64decode(message["body"]))


def test_methods_are_watched_whatever_they_are(client: Any) -> None:
    """An async method stays one, and a queue is known by its name."""
    book = Publications()
    watch_publisher("clients_of_brokers:Client.send", book, sends=True)
    queue = types.SimpleNamespace(name="orders")

    assert asyncio.run(client().send(Model(), queue, headers={"a": b"b"}, priority=3)) == 1

    message = kept(book)["message"]
    assert (body_of(message), message["channel"], message["of_json"]) == ({"id": 1}, "orders", True)
    assert (message["headers"], message["properties"]) == ({"a": "b"}, {"priority": 3})


def test_a_static_method_and_a_tombstone(client: Any) -> None:
    """Headers may be pairs of bytes, and a value of None is no body."""
    book = Publications()
    watch_publisher("clients_of_brokers:Client.emit", book, sends=False)

    assert client.emit("orders", None, [("trace", b"t")]) is None

    message = kept(book)["message"]
    assert (message["body"], message["channel"]) == (None, "orders")
    assert message["headers"] == {"trace": "t"}


def test_what_takes_no_message_is_told_with_its_parameters(client: Any) -> None:
    """To look at a call never fails it."""
    book = Publications()
    watch_publisher("clients_of_brokers:Client.tell", book, sends=False)

    client().tell("x")

    told = kept(book)
    assert told["message"] is None
    assert told["fault"].startswith("expected a parameter body, payload")
    assert told["fault"].endswith("seen self, what")


def test_a_name_that_is_nothing_is_refused() -> None:
    """The module is there, and what it should hold is not."""
    with pytest.raises(NotLoadable, match="has no attribute 'gone'"):
        watch_publisher("tests.host.test_publishing:Client.gone", Publications(), sends=False)
