"""The document that the broker gives of itself is true."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from harness.broker.semantics.scopes import Caller, Door, Scope
from harness.broker.server.access import create_token
from harness.broker.server.application import Application
from harness.broker.server.describing import document
from harness.broker.server.guard import Guard
from harness.broker.server.routes import API, ROUTES
from harness.broker.server.routing import Route, Router
from harness.documents.openapi import read_document
from tests.broker.server.broker import HAL, Broker
from tests.broker.server.described import own_document

ODD: tuple[Any, ...] = (None, True, 5, -1.5, "", " ", "a\0b", "\ud800", "é/ .%", "9" * 30)
ODD += ([], [[]], {}, {"a": {}}, [{}, 5, None], {"name": []}, 10**400)
NAMES = ("no such", "a/b", "%", "é", "5", "latest", "x" * 300, "a\nb", "a.svg")
TWO = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("broker", ["sqlite"], indirect=True)
def test_it_describes_every_route_and_nothing_else(broker: Broker) -> None:
    """Each once, with a summary, and without a problem to its readers."""
    given = broker.get("/openapi.json", accept="*/*")
    found = read_document(given.body)
    assert given.json == own_document()
    assert found.problems == ()
    assert {(each.method, each.path) for each in found.operations} == {
        (each.method, each.path) for each in API
    }
    assert all(each.handler.__doc__ for each in API)
    told = [each for path in given.json["paths"].values() for each in path.values()]
    assert len({each["operationId"] for each in told}) == len(told)


@pytest.mark.parametrize("broker", ["sqlite"], indirect=True)
def test_it_says_what_has_to_be_shown(broker: Broker) -> None:
    """Nothing while nobody is asked; else one of the route's scopes, but where a door is open."""
    open_to_all = broker.get("/openapi.json", accept="*/*").json
    assert broker.store is not None
    token = create_token(broker.store, "ci", Caller("", frozenset({Scope.READ})))
    shown = {"authorization": f"Bearer {token}"}
    guard = Guard(broker.store, frozenset({Door.BADGES}))
    asking = Broker(
        Application(broker.store, Router(ROUTES), broker.tick, guard=guard), broker.store
    )
    closed = asking.ask("GET", "/openapi.json", accept="*/*", headers=shown).json

    for route in API:
        before, now = (
            each["paths"][route.path][route.method.lower()]["security"]
            for each in (open_to_all, closed)
        )
        assert before == []
        scopes = [] if route.needs.door is Door.BADGES else sorted(route.needs.scopes)
        assert now == [{name: [each]} for each in scopes for name in ("password", "token")]
    assert {*closed["components"]["securitySchemes"]} == {"password", "token"}


@pytest.mark.parametrize(
    "broker",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)],
    indirect=True,
)
def test_whatever_is_asked_the_answer_is_declared(broker: Broker) -> None:
    """Odd names, queries and bodies on every route, whether something is there or not."""
    names = filled(broker)
    drawn = random.Random(1)
    reading, writing = (
        [each for each in API if (each.method == "GET") is is_get] for is_get in (True, False)
    )
    # What removes comes last, so that all others find something.
    for route in (*reading, *sorted(writing, key=lambda each: each.method == "DELETE")):
        told = own_document()["paths"][route.path][route.method.lower()]
        for path in paths(route, names, drawn):
            for query in queries(told, drawn):
                asked = f"{path}?{query}" if query else path
                for body in bodies(told, drawn):
                    broker.ask(route.method, asked, body, accept=drawn.choice((HAL, "*/*")))


def filled(broker: Broker) -> dict[str, str]:
    """A broker with something of everything; the names under which it is there."""
    sha = "0" * 40
    broker.publish("1", branch="main", tags=["t"])
    pact = broker.get("/pacts/provider/Bar/consumer/Foo/version/1")
    sha = pact.link("pb:publish-verification-results").split("/pact-version/")[1].split("/")[0]
    broker.verify("1", "1", branch="main")
    document = {"content": "e30=", "contentType": "application/json"}
    broker.put("/contracts/provider/Bar/version/1", document)
    place = broker.environment()
    uuid = broker.deploy("Foo", "1", place).json["uuid"]
    names = {"pacticipant": "Foo", "consumer": "Foo", "provider": "Bar", "version": "1"}
    names |= {"other": "1", "branch": "main", "tag": "t", "to": "t", "label": "l", "sha": sha}
    names |= {"environment": place, "uuid": uuid, "number": "1", "metadata": "e30"}
    return names | {"relation": "webhooks"}


def paths(route: Route, names: dict[str, str], drawn: random.Random) -> Iterator[str]:
    """Paths of a route: as it is there, and with an odd name in each place."""
    keys = TWO.findall(route.path)
    yield TWO.sub(lambda found: names[found[1]], route.path)
    for key in keys:
        odd = {**names, key: quote(drawn.choice(NAMES), safe="")}
        yield TWO.sub(lambda found, odd=odd: odd[found[1]], route.path)  # type: ignore[misc]


def queries(told: dict[str, Any], drawn: random.Random) -> Iterator[str]:
    """Queries of an operation: none, and some of its parameters with odd values."""
    yield ""
    listed = [each["name"] for each in told["parameters"] if each["in"] == "query"]
    for name in listed:
        values = ("", "1", "0", "-1", "Foo", "true", "é", "9" * 20, "\0")
        pairs = [(each, drawn.choice(values)) for each in drawn.sample(listed, len(listed) // 3)]
        yield urlencode([(name, drawn.choice(values)), *pairs], safe="[]")


def bodies(told: dict[str, Any], drawn: random.Random) -> Iterator[Any]:
    """Bodies of an operation: odd ones, and its own with an odd value in each place."""
    if "requestBody" not in told:
        yield None
        return
    content = next(iter(told["requestBody"]["content"].values()))
    schema = content["schema"]
    yield from (b"", b"{", b"\xff", b"[" * 100_000, drawn.choice(ODD))
    yield sample(schema, drawn)
    for _ in range(6):
        yield changed(sample(schema, drawn), drawn)


def changed(value: Any, drawn: random.Random) -> Any:
    """A value with an odd one in a place of it."""
    if isinstance(value, dict) and value and drawn.random() < 0.9:
        key = drawn.choice(sorted(value))
        return {**value, key: changed(value[key], drawn)}
    if isinstance(value, list) and value and drawn.random() < 0.8:
        return [changed(value[0], drawn), *value[1:]]
    return drawn.choice(ODD)


def sample(schema: dict[str, Any], drawn: random.Random) -> Any:
    """A value of a schema, as far as one can be had without search."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return sample(own_document()["components"]["schemas"][name], drawn)
    if "const" in schema or "enum" in schema:
        return schema.get("const", drawn.choice(schema.get("enum", [None])))
    kinds = schema.get("type", "object")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    if kind == "object":
        return {key: sample(each, drawn) for key, each in schema.get("properties", {}).items()}
    if kind == "array":
        return [sample(schema["items"], drawn)]
    if kind == "string":
        return "e30=" if "contentEncoding" in schema else drawn.choice(("1", "main", "Foo"))
    return True if kind == "boolean" else 1


TABLE = """
[project]
name = "broker"
version = "0"

[tool.contract-harness]
services = ["."]
budget = { examples = 1 }

[tool.contract-harness.service]
name = "broker"
"""
SERVED = """
command = [
    "{python}", "-m", "harness", "broker", "serve",
    "--port", "{port}", "--database", "sqlite:///{tmp}/broker.db",
]
documents = ["/openapi.json"]
"""
GUARDED = """
app = "guarded_service:app"
auth = "guarded_service:credentials"
env = { BROKER_DATABASE = "sqlite:///{tmp}/broker.db" }
documents = ["openapi.json"]
"""
# What writes, what reads it, and a question that is answered from it.
SOME = frozenset(
    {
        *("/contracts/publish", "/environments", "/environments/{environment}", "/dashboard"),
        *("/webhooks", "/webhooks/{uuid}"),
        "/pacts/provider/{provider}/consumer/{consumer}/latest/badge",
    }
)


@pytest.mark.slow
def test_the_gate_finds_no_fault_in_the_broker(tmp_path: Path) -> None:
    """Fuzzed as any service is: nothing crashes, nothing is answered or taken undeclared."""
    gated(tmp_path, SERVED)


@pytest.mark.parametrize("paths", [SOME, pytest.param(frozenset(), marks=pytest.mark.slow)])
def test_the_gate_finds_no_fault_in_a_broker_that_asks_everybody(
    tmp_path: Path, paths: frozenset[str]
) -> None:
    """Nor is anything open that the document says is closed; always of some paths, at times all."""
    told = json.loads(json.dumps(document(API, "http://broker.test", frozenset(Door))))
    kept = {path: each for path, each in told["paths"].items() if path in paths or not paths}
    assert paths <= kept.keys()
    (tmp_path / "openapi.json").write_text(json.dumps({**told, "paths": kept}), "utf-8")
    shutil.copy(Path(__file__).with_name("guarded_service.py"), tmp_path)

    found = gated(tmp_path, GUARDED)
    assert len(found["operations"]) == sum(map(len, kept.values()))


def gated(root: Path, service: str) -> Any:
    """
    What the gate says of a broker.

    What a document cannot say is left: that content is a pact, and that a name is taken already.
    """
    (root / "pyproject.toml").write_text(TABLE + service, "utf-8")
    report = root / "report.json"
    command = [sys.executable, "-m", "harness", "gate", "-q", "--output", f"json={report}"]
    ended = subprocess.run(
        command, cwd=root, capture_output=True, text=True, timeout=1500, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    found = json.loads(report.read_text("utf-8"))
    told = {each["check"] for each in found["findings"] if each["severity"] != "information"}
    assert told <= {"valid-request-rejected"}, json.dumps(found["findings"], indent=1)
    return found
