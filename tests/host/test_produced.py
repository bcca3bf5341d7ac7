"""The functions of a service that make its messages are called in its own process."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from harness.domain.crash import Crash
from harness.domain.errors import MessageNotMade, MessageUnnamed
from harness.domain.json import Json
from harness.domain.message import Message
from harness.domain.pact import State
from harness.domain.produced import Made, Produced, Wanted
from harness.host.desk import CallFailed, Desk
from harness.host.produced import Produced as Maker
from harness.services import RunningService, Services
from tests.services.samples import telling
from tests.services.support import sample

pytestmark = pytest.mark.tools


@pytest.fixture(scope="module")
def worker(services: Services) -> Iterator[RunningService]:
    """A service that answers nobody, and has functions that make its messages."""
    table = sample(None, states="telling", reset="telling:reset", messages="telling")
    with services.open(table) as running:
        yield running


def named(description: str, channel: str = "", **more: Any) -> Wanted:
    """What a contract with a description, and perhaps a channel, asks for."""
    names = (("description", description), *([("channel", channel)] if channel else []))
    return Wanted(description, names, **more)


def only(made: Made | Crash) -> Produced:
    """The one message that was made."""
    assert isinstance(made, Made)
    (one,) = made.messages
    return one


def test_a_message_is_made_in_its_states_by_the_services_own_function(
    worker: RunningService,
) -> None:
    """What its states name and give goes by name; all that the function says is kept."""
    state = State("a sku exists", {"sku": "A-1", "on_hand": 3})
    returned = worker.set_up_state(state.name, state.params)

    made = worker.produce(named("stock changed", states=(state,), returned=returned))

    assert isinstance(made, Made)
    assert (made.function, made.by) == ("telling.stock_changed", "description")
    headers: dict[str, Json | bytes] = {"trace": "c0ffee", "attempt": 1}
    body = b'{"sku": "A-1", "on_hand": 3}'
    assert only(made) == Produced(
        Message(body, headers, "7", "application/json"), "stock.changed", {"type": "StockChanged"}
    )


def test_a_function_may_have_the_name_of_its_channel_and_be_async(worker: RunningService) -> None:
    """Of several names the first that there is a function for counts."""
    made = worker.produce(named("an order was placed", "orders.placed"))

    assert isinstance(made, Made)
    assert (made.function, made.by) == ("telling.orders_placed", "channel")
    metadata = {"topic": "orders.placed", "contentType": "application/json"}
    placed = Message(b'{"id": 1}', content_type="application/json")
    assert only(made) == Produced(placed, metadata=metadata)


def test_who_answers_gets_the_request(worker: RunningService) -> None:
    """A handler of requests is called as it is in production, with bytes and headers."""
    request = Message(b"[1]", {"trace": "t"}, "A-1", "application/json")

    made = worker.produce(named("the price of a sku", request=request))

    assert only(made).message.payload == b'{"asked": [1], "by": "t", "key": "A-1"}'
    assert only(made).is_bare


@pytest.mark.parametrize("description", ["pages", "pages later"])
def test_several_messages_are_yielded(worker: RunningService, description: str) -> None:
    """Generators of both kinds give one message after another."""
    made = worker.produce(named(description))

    assert isinstance(made, Made)
    assert [one.message.payload for one in made.messages] == [b"1", b"2"]


def test_what_a_function_raises_is_told_with_its_place(worker: RunningService) -> None:
    """It is a crash of the service's code, and no failure to ask."""
    crash = worker.produce(named("lost"))

    assert isinstance(crash, Crash)
    assert (crash.type, crash.frames[-1].function) == ("KeyError", "lost")
    assert "telling.py" in crash.traceback


@pytest.mark.parametrize(
    ("description", "told"),
    [
        ("nothing", "the function telling.nothing makes no message: expected bytes, text, a dict"),
        ("an object", "headers, key, content_type and channel; seen a object"),
        ("no json", "or the bytes that are really sent; Object of type object is not JSON"),
        ("asks for more", "cannot be called: missing a required argument: 'clock'; at hand are"),
    ],
)
def test_what_is_no_message_is_told_with_what_is_expected(
    worker: RunningService, description: str, told: str
) -> None:
    """Each mistake in a function has one sentence."""
    with pytest.raises(MessageNotMade, match=r"makes no message|cannot be called") as raised:
        worker.produce(named(description))

    assert told in raised.value.message


def test_a_message_without_a_function_is_told_with_those_there_are(worker: RunningService) -> None:
    """The nearest name is among what is told."""
    with pytest.raises(MessageUnnamed) as raised:
        worker.produce(named("Stock has changed"))

    assert raised.value.message.startswith(
        "no function makes the message 'Stock has changed': expected 'stock_has_changed' in telling"
    )
    assert raised.value.message.endswith("did you mean 'stock_changed'?")


def made_here(name: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What the host makes in this process."""
    maker = Maker(f"{telling.__name__}{name}", Desk())
    return maker.make({"names": [], "given": {}, "request": None, **asked})


@pytest.mark.parametrize(
    ("names", "body", "by"),
    [
        ([["description", "an order was placed"], ["channel", "orders.placed"]], {"id": 1}, 0),
        ([["description", "it is gone"], ["channel", "orders.placed"]], None, 1),
        ([["message", "orders/OrderShipped"]], ["it is gone", {}], 0),
    ],
)
def test_a_mapping_has_names_as_they_are_written(
    names: list[list[str]], body: Any, by: int
) -> None:
    """Descriptions, channels, and a channel with a message of it."""
    description = names[0][1] if names[0][0] == "description" else "it is gone"

    told = made_here(":MESSAGES", {"description": description, "names": names})

    (message,) = told["messages"]
    written = message["body"] and json.loads(base64.b64decode(message["body"]))
    assert (written, told["by"]) == (body, names[by][0])
    assert told["function"] == f"{telling.__name__}:MESSAGES[{names[by][1]!r}]"


def test_one_function_may_make_all(worker: RunningService) -> None:
    """It is told the description, and may return what pact's own functions do."""
    told = made_here(":for_all", {"description": "whatever"})

    (message,) = told["messages"]
    assert base64.b64decode(message["body"]) == b"whatever"
    assert (message["metadata"], message["content_type"]) == ({"a": 1}, "text/plain")


def test_a_module_that_is_not_there_is_told() -> None:
    """What the interpreter says of it is in the sentence."""
    with pytest.raises(CallFailed, match="messages raised ModuleNotFoundError: No module named"):
        Maker("nowhere.messages", Desk()).make({"description": "x", "names": []})


@contextmanager
def answering(
    status: int, body: bytes, headers: Mapping[str, str]
) -> Iterator[tuple[str, list[Any]]]:
    """A program that speaks pact's own protocol for messages, and what it was asked."""
    asked: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()


def test_a_program_is_asked_in_the_words_of_pacts_own_verifier(services: Services) -> None:
    """What does not run under the host gives its messages at an address, in any language."""
    metadata = base64.b64encode(json.dumps({"topic": "t"}).encode()).decode()
    headers = {"Content-Type": "application/json", "Pact-Message-Metadata": metadata}
    request = Message(b'{"q": 1}', content_type="application/json")
    wanted = named("x", states=(State("s", {"a": 1}),), request=request, metadata={"topic": "in"})
    with answering(200, b'{"id": 1}', headers) as (url, asked):
        table = sample(None, url=url, messages="/_pact/messages")
        with services.open(table) as running:
            made = running.produce(wanted)

    assert only(made) == Produced(
        Message(b'{"id": 1}', content_type="application/json"), metadata={"topic": "t"}
    )
    contents = {"content": {"q": 1}, "contentType": "application/json", "encoded": False}
    assert asked == [
        {
            "description": "x",
            "providerStates": [{"name": "s", "params": {"a": 1}}],
            "request": {"contents": contents, "metadata": {"topic": "in"}},
        }
    ]


@pytest.mark.parametrize(
    ("status", "headers", "told"),
    [
        (404, {}, "nobody makes the message 'x' at http"),
        (500, {}, "seen status 500"),
        (200, {"Pact-Message-Metadata": "%%"}, "expected pact-message-metadata as JSON in base64"),
    ],
)
def test_a_program_that_gives_no_message_is_told(
    services: Services, status: int, headers: Mapping[str, str], told: str
) -> None:
    """Each way in which an address may fail has a sentence of its own."""
    with answering(status, b"", headers) as (url, _):
        table = sample(None, url=url, messages="/_pact/messages")
        with services.open(table) as running, pytest.raises(MessageNotMade, match=told):
            running.produce(named("x"))


def test_functions_of_a_program_are_refused_with_what_to_do(services: Services) -> None:
    """A module can be called under the host alone."""
    with answering(200, b"", {}) as (url, _):
        table = sample(None, url=url, messages="telling")
        with services.open(table) as running, pytest.raises(MessageNotMade) as raised:
            running.produce(named("x"))

    assert raised.value.hint == (
        'name an address that the service answers: messages = "/_pact/messages"'
    )
