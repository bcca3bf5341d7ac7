"""Pacts and documents that are meant to hurt, at the command line: an answer, an exit code."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from harness.cli.app import main
from tests.compat.effort import within

MOST_CALLS = 12_000_000
TEXT = {"type": "string"}
INTEGER = {"type": "integer"}
LIKE = {"$": {"matchers": [{"match": "type"}]}}


def record(properties: Any, *required: str) -> dict[str, Any]:
    """The schema of an object."""
    return {"type": "object", "properties": properties, "required": list(required)}


def document(schema: Any, schemas: Any = None, path: str = "/t/{id}", **more: Any) -> Any:
    """A document whose one operation replies with JSON of a schema."""
    reply = {"description": "", "content": {"application/json": {"schema": schema}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {path: {"get": {"responses": {"200": reply}, **more}}},
        "components": {"schemas": schemas or {}},
    }


def asking(body: Any, path: str = "/t/1", rules: Any = None, reader: Any = None) -> Any:
    """An interaction that expects a JSON body."""
    content = {"content": body, "contentType": "application/json", "encoded": False}
    reply = {"status": 200, "body": content, "matchingRules": {"body": rules or LIKE}}
    request = {"method": "GET", "path": path}
    kind = "Synchronous/HTTP"
    comments = {"contract-harness": {"v": 1, "reader": reader}} if reader is not None else {}
    return {"type": kind, "description": path, "request": request, "response": reply} | (
        {"comments": comments} if comments else {}
    )


def pact(*interactions: Any) -> Any:
    """A pact of version 4."""
    return {
        "consumer": {"name": "c"},
        "provider": {"name": "p"},
        "interactions": list(interactions),
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }


def nested(depth: int, leaf: Any) -> Any:
    """An object schema of many levels."""
    for _ in range(depth):
        leaf = {"properties": {"a": leaf}}
    return leaf


def text_of(value: Any) -> str:
    """A value as JSON, however deep: a text is taken as it stands."""
    return value if isinstance(value, str) else json.dumps(value)


@pytest.fixture
def ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Any:
    """Compare two texts within the limit of work: the exit code and all that was printed."""
    monkeypatch.chdir(tmp_path)

    def compare(consumer: Any, provider: Any) -> tuple[int, str]:
        Path("pact.json").write_text(text_of(consumer), "utf-8")
        Path("openapi.json").write_text(text_of(provider), "utf-8")
        code = within(MOST_CALLS, lambda: main(["compat", "pact.json", "openapi.json"]))
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return code, printed.out + printed.err

    return compare


DEEP = '{"a":' * 1_000 + "1" + "}" * 1_000
BOMB = "openapi: 3.1.0\npaths: {}\nx0: &x0 {a: 1}\n" + "".join(
    f"x{at}: &x{at} {{" + ", ".join(f"k{key}: *x{at - 1}" for key in range(10)) + "}\n"
    for at in range(1, 12)
)
SLOW = "^(?=(a+)+$)(a|aa)+\\1$"
ODD = {"type": 3, "properties": [1], "required": "x", "pattern": "(", "items": 5, "allOf": []}
A_TO_B = {"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}}
MANY = {"oneOf": [record({f"k{at}": TEXT}) for at in range(5)]}
BIG = {"match": "type", "min": 10**9, "max": 10**10}
READ = asking({"a": 1})


@pytest.mark.parametrize(
    ("consumer", "provider", "code", "said"),
    [
        (pact(READ), DEEP, 2, "nesting of at most"),
        (text_of(pact(READ)).replace('{"a": 1}', DEEP), document(INTEGER), 2, "nesting of at most"),
        (pact(READ), document(nested(40, INTEGER)), 1, "$.a: impossible"),
        (pact(READ), BOMB, 2, "anchors expanded"),
        (pact(READ), "\0\1", 2, "expected"),
        (pact(READ), document(ODD), 3, "1 unknown"),
        (pact(READ), document({"$ref": "#/components/schemas/A"}, A_TO_B), 3, "1 unknown"),
        (pact(READ), document({"allOf": [MANY] * 20}), 3, "more than 128 ways"),
        (
            pact(asking([1], rules={"$": {"matchers": [BIG]}})),
            document({"type": "array", "minItems": 10**9}),
            3,
            "1 unknown",
        ),
        (
            pact(
                asking(
                    {"a": "a" * 60 + "!"},
                    rules={"$.a": {"matchers": [{"match": "regex", "regex": SLOW}]}},
                )
            ),
            document(record({"a": {"type": "string", "pattern": SLOW}}, "a")),
            3,
            "1 unknown",
        ),
        (
            pact(asking({"a": "v1"})),
            document(record({"a": {"enum": [f"v{at}" for at in range(100_000)]}}, "a")),
            0,
            "1 proven",
        ),
    ],
    ids=[
        *("a deep document", "a deep pact", "a deep schema", "a bomb", "bytes", "odd words"),
        *("circles", "a product", "a thousand million items", "a slow pattern", "a large enum"),
    ],
)
def test_what_is_hostile_ends_in_an_answer(
    ended: Any, consumer: Any, provider: Any, code: int, said: str
) -> None:
    """Whatever is read, the command says what it came to, with its exit code and no traceback."""
    found, printed = ended(consumer, provider)

    assert (found, said in printed) == (code, True), printed[-2_000:]


def test_a_thousand_interactions_with_five_hundred_operations_are_compared(ended: Any) -> None:
    """Each interaction costs a few thousand calls, however many operations there are."""
    fields = {f"p{at}": INTEGER for at in range(20)}
    schemas = {
        f"S{at}": record({**fields, "next": {"$ref": f"#/components/schemas/S{(at + 1) % 50}"}})
        for at in range(50)
    }
    provider = document(TEXT, schemas)
    for at in range(499):
        schema = {"$ref": f"#/components/schemas/S{at % 50}"}
        provider["paths"] |= document(schema, path=f"/r{at}/{{id}}")["paths"]
    asked = [asking({}, f"/r{at % 499}/{at}") for at in range(1_000)]
    code, printed = ended(pact(*asked), provider)

    assert (code, printed.splitlines()[-1]) == (
        0,
        "passed: 1,000 proven, 0 broken, 0 unknown · exit 0",
    )


def test_what_lies_outside_is_never_fetched(ended: Any) -> None:
    """References to another host open no connection, wherever they stand, and prove nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        there = f"http://127.0.0.1:{server.getsockname()[1]}"
        schemas = {
            "A": {"$ref": f"{there}/a.json#/A"},
            "B": {"$id": f"{there}/b", "$schema": f"{there}/meta", "$ref": "c"},
        }
        provider = document(record({"a": {"$ref": f"{there}/x.json"}}, "a"), schemas)
        reader = record({"a": {"$ref": f"{there}/r.json"}}, "a")
        told = [ended(pact(asking({"a": 1}, reader=each)), provider) for each in (reader, None)]

        assert [code for code, _ in told] == [3, 3]
        assert all("is not fetched" in printed for _, printed in told)
        with pytest.raises(BlockingIOError):
            server.accept()
