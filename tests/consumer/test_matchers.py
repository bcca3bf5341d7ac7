"""Matchers are judged by pact's own verifier: what they let through, and what they refuse."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import pydantic
import pytest

from harness.consumer import Consumer, get, reply
from harness.consumer.declaration import Declaration, declared_on
from harness.consumer.mocking import pact_of
from harness.domain.json import Json
from tests.consumer import models

pytestmark = pytest.mark.tools
AT = datetime(2024, 5, 1, 12, tzinfo=UTC)
ID = str(UUID(int=7))


class Provider:
    """A provider that answers one body to everything."""

    def __init__(self, server: ThreadingHTTPServer, directory: Path) -> None:
        self.server = server
        self.directory = directory
        self.body = b""
        self.count = 0

    def honours(self, example: object, reads: object, seen: Json) -> bool:
        """Whether the verifier accepts `seen` from a provider, given a declared example."""
        from pact import Verifier

        self.count += 1
        self.body = json.dumps(seen).encode()
        path = self.directory / str(self.count)
        path.mkdir()
        _pact(example, reads).write_file(path)
        verifier = (
            Verifier("provider", host="127.0.0.1")
            .add_transport(url=f"http://127.0.0.1:{self.server.server_port}")
            .add_source(path / "consumer-provider.json")
        )
        with _silent(), contextlib.suppress(RuntimeError):
            verifier.verify()
        (result,) = verifier.results["interactionResults"]
        return bool(result["result"] == "OK")


def _pact(example: object, reads: object) -> Any:
    @(
        Consumer("consumer")
        .of("provider")
        .expects("it", request=get("/"), response=reply(200, example, reads=reads))
    )
    def told() -> None: ...

    return pact_of([each for each in declared_on(told) if isinstance(each, Declaration)])


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """The verifier prints from Rust, to the descriptor itself."""
    logging.getLogger("pact").setLevel(logging.CRITICAL)
    kept, nothing = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nothing)


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """A provider on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(made.body)))
            self.end_headers()
            self.wfile.write(made.body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Provider(server, tmp_path_factory.mktemp("pacts"))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


CASES: list[tuple[str, object, object, list[Json], list[Json]]] = [
    ("int", 3, int, [4, -1], [2.5, "3", True, None]),
    ("float", 1.5, float, [2.5, 2], ["1.5", True]),
    ("bool", True, bool, [False], ["true", 1]),
    ("str", "a", str, ["b", ""], [1, None]),
    ("null or str", "a", str | None, ["b", None], [1, ["a"]]),
    ("null or int, null shown", None, int | None, [4, None], ["a"]),
    ("null or enum, null shown", None, models.Colour | None, ["blue", None], ["green"]),
    ("int enum", 1, models.Grade, [2], ["1"]),
    ("enum", "red", models.Colour, ["blue"], ["green", "redblue", None]),
    ("const", "card", Literal["card"], ["card"], ["cash"]),
    ("decimal", Decimal("1.50"), Decimal, ["2", "-0.5", 3, 2.5], ["x", "1,5"]),
    (
        "aware datetime",
        AT,
        datetime,
        ["2024-05-01T12:00:00Z", "2024-05-01T12:00:00.123+00:00", "2031-12-31T23:59:59-05:30"],
        ["2024-05-01T12:00:00", "2024-05-01", "2024-13-01T12:00:00Z", "soon"],
    ),
    (
        "naive datetime",
        AT.replace(tzinfo=None),
        datetime,
        ["2031-01-01T00:00:00.5"],
        ["2031-01-01"],
    ),
    ("date", date(2024, 5, 1), date, ["2031-12-31"], ["2031-13-01", "2031-1-1"]),
    ("time", time(9, 30), time, ["23:59:59.5"], ["25:00"]),
    ("uuid", UUID(int=7), UUID, [str(UUID(int=8)), str(UUID(int=8)).upper()], ["7", ID[:-1]]),
    ("pattern", "AB", Annotated[str, pydantic.Field(pattern="^[A-Z]+$")], ["X"], ["x", ""]),
    ("pattern within", "xABx", Annotated[str, pydantic.Field(pattern="AB")], ["AB", "0AB"], ["A"]),
    ("list", [1, 2], list[int], [[3], [1, 2, 3]], [[], ["a"], None]),
    ("empty list", [], list[int], [[], [1]], [None, {}]),
    ("list of nullable", ["a"], list[str | None], [["a", None], [None]], [[1]]),
    ("tuple", ["a", 1], tuple[str, int], [["b", 2]], [["b"], ["b", "2"], ["b", 2, 3]]),
    ("map", {"a": 1}, dict[str, int], [{"b": 2, "c": 3}, {}], [{"b": "2"}, [1]]),
    ("map of enum", {"red": 1}, dict[models.Colour, int], [{"blue": 2}], [{"green": 2}]),
    ("empty map", {}, dict[str, int], [{}, {"b": 2}], [[]]),
    ("anything", None, object, [None, 1, "a", [1], {"a": 1}], []),
    (
        "map of objects",
        {"a": {"id": ID, "note": "x"}},
        dict[str, models.PartDict],
        [{"b": {"id": ID, "note": None}, "c": {"id": ID, "note": "y", "more": 1}}],
        [{"b": {"id": 1, "note": "x"}}, {"b": {"id": ID}}],
    ),
    (
        "fields",
        {"id": ID, "note": None},
        models.PartData,
        [{"id": ID, "note": "x"}, {"id": ID, "note": None, "weight": 2, "more": []}],
        [{"id": ID}, {"id": "x", "note": None}, None],
    ),
    (
        "tree",
        {"name": "a", "children": [{"name": "b", "children": []}]},
        models.Tree,
        [{"name": "x", "children": [{"name": "y", "children": [{"name": "z"}]}]}],
        [{"name": "x", "children": [{"name": 1, "children": []}]}, {"name": "x"}],
    ),
    (
        "branch of a union",
        {"kind": "card", "number": "1"},
        models.Card | models.Cash,
        [{"kind": "card", "number": "2"}],
        [{"kind": "cash", "given": "1"}, {"kind": "card", "number": 2}],
    ),
    (
        "names of any kind",
        {"a-b": 1, "c d": "x", "é.f": None},
        dict,
        [{"a-b": 1, "c d": "x", "é.f": None}],
        [],
    ),
]


@pytest.mark.parametrize(
    ("example", "reads", "taken", "refused"),
    [case[1:] for case in CASES],
    ids=[c[0] for c in CASES],
)
def test_what_a_type_lets_through(
    provider: Provider, example: object, reads: object, taken: list[Json], refused: list[Json]
) -> None:
    """A provider may send what the consumer's type accepts, near the example, and nothing else."""
    if example is None or reads is Decimal:  # pact knows no body that is null
        fields: Any = {"held": (reads, ...)}
        model: Any = pydantic.create_model("Held", **fields)
        example, reads = model(held=example), None
        taken, refused = [{"held": each} for each in taken], [{"held": each} for each in refused]
    wrongly_refused = [each for each in taken if not provider.honours(example, reads, each)]
    wrongly_taken = [each for each in refused if provider.honours(example, reads, each)]
    assert (wrongly_refused, wrongly_taken) == ([], [])


def test_plain_values_tell_their_own_types(provider: Provider) -> None:
    """A reply without a type is matched by the types of its example, and has no reader."""
    example = {"detail": "no such sku", "errors": [{"code": 1}], "hint": None}
    other: Json = {"detail": "gone", "errors": [{"code": 2}, {"code": 3}], "hint": "x"}
    assert provider.honours(example, None, other)
    assert not provider.honours(example, None, {"detail": 1, "errors": [], "hint": None})
