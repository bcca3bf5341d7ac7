"""What a contract's own example holds where something does not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.checks import examples
from harness.checks.facts import Contract, Facts
from harness.domain.config import Config
from harness.domain.edge import Edge, Pair
from harness.domain.fit import Code, Kind, Misfit
from harness.domain.pact import (
    Body,
    HttpRequest,
    HttpResponse,
    Interaction,
    InteractionKind,
    Message,
    Presence,
)
from harness.domain.system import System

PAIR = Pair("orders", "inventory")


def json_body(value: object) -> Body:
    """A body of JSON."""
    return Body(Presence.PRESENT, value, "application/json", is_json=True)  # type: ignore[arg-type]


HTTP = Interaction(
    "over HTTP",
    InteractionKind.HTTP,
    "http",
    request=HttpRequest("POST", "/a", {"unit": ("kg", None)}, body=json_body({"größe": 1})),
    response=HttpResponse(201, body=json_body({"on_hand": None})),
)
PLAIN = Interaction(
    "text",
    InteractionKind.HTTP,
    "text",
    request=HttpRequest(),
    response=HttpResponse(200, body=Body(Presence.PRESENT, "all well", "text/plain")),
)
BYTES = Interaction(
    "bytes",
    InteractionKind.HTTP,
    "bytes",
    request=HttpRequest(),
    response=HttpResponse(204, body=Body(Presence.PRESENT, b"\x00", "image/png")),
)
ASKED = Interaction(
    "a question",
    InteractionKind.SYNC,
    "sync",
    messages=(Message(json_body({"asked": 1})),),
    replies=(Message(json_body({"told": 2})),),
)
SENT = Interaction(
    "sent", InteractionKind.ASYNC, "async", messages=(Message(json_body({"sent": 3})),)
)
NONE = Interaction("nothing", InteractionKind.ASYNC, "none")
ALL = (HTTP, PLAIN, BYTES, ASKED, SENT, NONE)
FACTS = Facts(
    System(Config(Path("/w"), Path("/w/x"), ())),
    (),
    contracts=tuple(Contract(Edge(PAIR, "x"), one) for one in ALL),
)


@pytest.mark.parametrize(
    ("key", "code", "name", "shown"),
    [
        ("http", Code.REPLY_BODY, "", '{"on_hand": null}'),
        ("http", Code.REQUEST_BODY, "", '{"größe": 1}'),
        ("http", Code.REQUEST_QUERY, "unit", '["kg", null]'),
        ("http", Code.REQUEST_QUERY, "other", ""),
        ("http", Code.REPLY_HEADER, "etag", ""),
        ("text", Code.REPLY_BODY, "", "all well"),
        ("text", Code.REQUEST_BODY, "", ""),
        ("bytes", Code.REPLY_BODY, "", ""),
        ("sync", Code.MESSAGE_PAYLOAD, "", '{"told": 2}'),
        ("sync", Code.MESSAGE_REQUEST_PAYLOAD, "", '{"asked": 1}'),
        ("async", Code.MESSAGE_PAYLOAD, "", '{"sent": 3}'),
        ("none", Code.MESSAGE_PAYLOAD, "", ""),
        ("nobody", Code.REPLY_BODY, "", ""),
    ],
)
def test_the_example_of_a_misfit(key: str, code: Code, name: str, shown: str) -> None:
    """The part of the example that the misfit is about, as its witness is written."""
    assert examples.of_misfit(FACTS, PAIR, key, Misfit(code, Kind.MAY_BREAK, name)) == shown


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("http", '201 application/json  {"on_hand": null}'),
        ("text", "200 text/plain  all well"),
        ("bytes", "204 image/png"),
        ("sync", ""),
        ("nobody", ""),
    ],
)
def test_the_reply_of_an_example(key: str, shown: str) -> None:
    """Status, type and body in a line, as a reply that was put is told."""
    assert examples.of_reply(FACTS, PAIR, key) == shown
    assert examples.of_reply(FACTS, Pair("storefront", "inventory"), key) == ""
