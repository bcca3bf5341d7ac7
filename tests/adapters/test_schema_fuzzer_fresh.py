"""The ordered pass over a shop that is held in memory: conflicts, deletions and large numbers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest
import schemathesis
from schemathesis.core.result import Ok

from harness.adapters.schema_fuzzer_documents import Surface
from harness.adapters.schema_fuzzer_fresh import other_names, renewed
from harness.adapters.schema_fuzzer_probes import Probes
from harness.adapters.schema_fuzzer_requests import request_errors
from harness.adapters.schema_fuzzer_run import Crashes, Run
from harness.adapters.schema_fuzzer_samples import Sampler
from harness.adapters.schema_fuzzer_sequences import OrderedPass
from harness.adapters.schema_fuzzer_traffic import Instance, Sender, Sent
from harness.adapters.schema_fuzzer_values import EDGE_INTEGERS, Literals
from harness.domain.traffic import Fault

SHELF = "7d0f7f0e-6f0b-4f0e-8a7e-0d9c2b1a4f55"
ANSWERS = {str(code): {"description": "an answer"} for code in (200, 201, 204, 404, 409)}


def _surface(*, makes: bool = True) -> Surface:
    product = {
        "type": "object",
        "required": ["sku", "state"],
        "properties": {
            "sku": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{2}$", "examples": ["AB-12"]},
            "state": {"type": "string", "enum": ["new"]},
            "shelf_id": {"type": "string", "format": "uuid"},
        },
    }
    shelf = {"type": "object", "required": ["label"], "properties": {"label": {"type": "string"}}}
    sku = {"name": "sku", "in": "path", "required": True, "schema": {"type": "string"}}
    pages = [
        {"name": name, "in": "query", "schema": {"type": "integer", **bounds}}
        for name, bounds in (("page", {}), ("size", {"maximum": 100}))
    ]
    paths: dict[str, Any] = {
        "/products": {"get": {"parameters": pages, "responses": ANSWERS}},
        "/products/{sku}": {
            method: {"parameters": [sku], "responses": ANSWERS} for method in ("get", "delete")
        },
        "/shelves": {"post": {"requestBody": _body(shelf), "responses": ANSWERS}},
    }
    if makes:
        paths["/products"]["post"] = {"requestBody": _body(product), "responses": ANSWERS}
    document = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": paths}
    schema = schemathesis.openapi.from_dict(document, config=schemathesis.Config.from_dict({}))
    operations = tuple(one.ok() for one in schema.get_all_operations() if isinstance(one, Ok))
    return Surface(schema, "", operations, ())


def _body(schema: object) -> dict[str, object]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


@dataclass
class _Shop:
    """Stands for the sender and for the service: keeps products and deletes them, or pretends."""

    deletes: bool = False
    serves_all: bool = False
    skus: set[str] = field(default_factory=lambda: {"AB-12"})
    sent: list[Sent] = field(default_factory=list)

    def send(self, request: Sent) -> Sent:
        """Answer as the shop would."""
        status, reply = self._answer(request)
        answered = replace(
            request,
            id=str(len(self.sent)),
            status=status,
            reply_headers=(("content-type", "application/json"),),
            reply_body=json.dumps(reply).encode(),
        )
        self.sent.append(answered)
        return answered

    def _answer(self, request: Sent) -> tuple[int, object]:
        body = json.loads(request.body or b"{}")
        path, _, name = request.path.partition("?")[0].rpartition("/")
        if request.method == "POST" and name == "shelves":
            return 201, {"id": SHELF}
        if request.method == "POST":
            if body["sku"] in self.skus or body.get("shelf_id", SHELF) != SHELF:
                return 409, {}
            self.skus.add(body["sku"])
            return 201, {"sku": body["sku"]}
        if not path:
            return 200, []
        if name not in self.skus and not self.serves_all:
            return 404, {}
        if request.method == "DELETE" and self.deletes:
            self.skus.discard(name)
        return (204 if request.method == "DELETE" else 200), {}


def _run(shop: _Shop, surface: Surface) -> Run:
    crashes = Crashes(cast("Instance", shop))
    return Run(
        "shop", cast("Instance", shop), cast("Sender", shop), [surface], ["shop"], {}, crashes
    )


def _faults(run: Run) -> list[tuple[Fault, str]]:
    return [(one.seen.look.fault, one.seen.look.operation) for one in run.worth_telling()]


def _bodies(sent: Sequence[Sent], path: str) -> list[Any]:
    return [json.loads(one.body or b"{}") for one in sent if one.path == path and one.body]


@pytest.mark.parametrize("deletes", [False, True])
def test_a_conflict_is_got_round_so_that_deleting_is_seen(deletes: bool) -> None:
    """What exists already is made under another name, then deleted, then read."""
    shop = _Shop(deletes)
    run = _run(shop, _surface())
    OrderedPass(run, Sampler(), ())()
    told = [] if deletes else [(Fault.DELETED_SERVED, "DELETE /products/{sku}")]
    assert _faults(run) == told
    first, second = _bodies(shop.sent, "/products")[:2]
    assert first["sku"] == "AB-12"
    assert second["sku"] != "AB-12"


@pytest.mark.parametrize(
    ("shop", "told"),
    [
        (_Shop(), [(Fault.DELETED_SERVED, "DELETE /products/{sku}")]),
        (_Shop(deletes=True), []),
        (_Shop(serves_all=True), []),
    ],
    ids=["stays", "goes", "answers-to-any-name"],
)
def test_what_was_not_made_here_is_read_after_it_was_deleted(
    shop: _Shop, told: list[tuple[Fault, str]]
) -> None:
    """A deletion is followed by a read even where the document makes nothing."""
    run = _run(shop, _surface(makes=False))
    OrderedPass(run, Sampler(known={"sku": ("AB-12",)}), ())()
    assert _faults(run) == told


def test_a_thing_is_renewed_within_the_document() -> None:
    """The name changes, a choice stays, and a reference that nobody gave out is left out."""
    operation = _surface().operation("POST /products")
    assert operation is not None
    body = {"sku": "AB-12", "state": "new", "shelf_id": SHELF}
    refused = Sent(
        "1", operation.label, "POST", "/products", (("content-type", "application/json"),),
        json.dumps(body).encode(), 409,
    )  # fmt: skip
    again = renewed(operation, refused, {"sku"}, {}, 7)
    assert again is not None
    assert json.loads(again.body or b"") == {"sku": "AB-07", "state": "new"}
    assert request_errors(operation, again) == []
    with_shelf = renewed(operation, refused, {"sku"}, {"shelfid": SHELF}, 7)
    assert with_shelf is not None
    assert json.loads(with_shelf.body or b"")["shelf_id"] == SHELF


@pytest.mark.parametrize("value", ["AB-12", "abc", "a@example.com", SHELF, 7, "7"])
def test_other_names_are_others(value: object) -> None:
    """No name is given for another that is the same, and two renewals differ."""
    assert value not in list(other_names(value, 3))
    assert next(other_names(value, 3)) != next(other_names(value, 4))


def test_whole_numbers_without_a_maximum_are_counted_to_their_edges() -> None:
    """Where the document names no bound, the bounds of databases and parsers are tried."""
    shop = _Shop()
    run = _run(shop, _surface())
    Probes(run, Sampler(), Literals())()
    asked = {one.path for one in shop.sent}
    assert {f"/products?page={number}" for number in EDGE_INTEGERS} <= asked
    assert not any("size=" in path for path in asked)


def test_a_number_beyond_counting_is_not_judged() -> None:
    """Services may refuse what parsers do not agree on, whatever the document says."""
    operation = _surface().operation("GET /products")
    assert operation is not None
    for number in EDGE_INTEGERS:
        sent = Sent("1", operation.label, "GET", f"/products?page={number}", status=422)
        keywords = [error.keyword for error in request_errors(operation, sent)]
        assert keywords == (["unjudged"] if number >= 2**53 else [])
