"""The parts of the fuzzer that need no service."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import schemathesis
from schemathesis.core.result import Ok

from harness.adapters.schema_fuzzer_judging import crashed, json_path
from harness.adapters.schema_fuzzer_links import substituted, taken_in
from harness.adapters.schema_fuzzer_masking import Masker, sent_of
from harness.adapters.schema_fuzzer_requests import Operation, named_in_rejection, request_errors
from harness.adapters.schema_fuzzer_samples import Sampler, singular
from harness.adapters.schema_fuzzer_shortening import candidates
from harness.adapters.schema_fuzzer_traffic import Sent
from harness.adapters.schema_fuzzer_values import harvest
from harness.domain.crash import Crash, Frame
from harness.domain.service import Service


def _operation(method: str = "post") -> Operation:
    body = {
        "type": "object",
        "required": ["name", "count"],
        "properties": {
            "name": {"type": "string", "maxLength": 5},
            "count": {"type": "integer", "minimum": 1},
            "at": {"type": "string", "format": "date-time"},
        },
    }
    coin = {"allOf": [{"$ref": "#/components/schemas/Coin"}], "default": "EUR"}
    tags = {"allOf": [{"$ref": "#/components/schemas/Tags"}]}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "components": {
            "schemas": {
                "Coin": {"type": "string", "enum": ["EUR", "USD"]},
                "Tags": {"type": "array", "items": {"type": "string"}},
            }
        },
        "paths": {
            "/shops/{shop_id}": {
                method: {
                    "parameters": [
                        {
                            "name": "shop_id",
                            "in": "path",
                            "required": True,
                            "schema": {"type": "integer"},
                        },
                        {"name": "page", "in": "query", "schema": {"type": "integer"}},
                        {"name": "kind", "in": "query", "schema": {"enum": ["a", "b"]}},
                        {"name": "coin", "in": "query", "schema": coin},
                        {"name": "tags", "in": "query", "schema": tags},
                    ],
                    "requestBody": {
                        "required": True,
                        "content": {"application/json": {"schema": body}},
                    },
                    "responses": {"200": {"description": "it"}},
                }
            }
        },
    }
    schema = schemathesis.openapi.from_dict(document, config=schemathesis.Config.from_dict({}))
    (operation,) = (one.ok() for one in schema.get_all_operations() if isinstance(one, Ok))
    return operation


def _sent(
    path: str = "/shops/1", body: object = None, status: int = 200, reply: object = None
) -> Sent:
    content = {"name": "a", "count": 1} if body is None else body
    return Sent(
        "1",
        "POST /shops/{shop_id}",
        "POST",
        path,
        (("content-type", "application/json"),),
        json.dumps(content).encode(),
        status,
        (),
        json.dumps(reply).encode(),
    )


@pytest.mark.parametrize(
    ("sent", "broken", "lenient"),
    [
        (_sent(), [], None),
        (_sent("/shops/1?page=2&kind=a"), [], None),
        (_sent(body={"name": "a"}), ["$"], False),
        (_sent(body={"name": "a", "count": 0}), ["$.count"], False),
        (_sent(body={"name": "too long", "count": 1}), ["$.name"], False),
        (_sent(body={"name": "a", "count": "1"}), ["$.count"], True),
        (_sent(body={"name": [], "count": 1}), ["$.name"], False),
        (_sent(body={"name": "a", "count": 1, "at": "2025-01-01T00:00:00"}), ["$.at"], True),
        (_sent("/shops/one"), ["path:shop_id"], False),
        (_sent("/shops/1?kind=c"), ["query:kind"], False),
        (_sent("/shops/1?coin=USD"), [], None),
        (_sent("/shops/1?coin=XYZ"), ["query:coin"], False),
        (_sent("/shops/1?tags=a,b"), ["query:tags"], True),
        (_sent("/shops/1?page=yes"), ["query:page"], True),
        (_sent("/shops/1?page=1&page=2"), ["query:page"], True),
        (_sent("/shops/1?page=2.0"), ["query:page"], True),
    ],
)
def test_a_request_is_judged_as_it_was_sent(
    sent: Sent, broken: list[str], lenient: bool | None
) -> None:
    """What a request breaks is told by place; what a lenient parser may take is marked so."""
    errors = request_errors(_operation(), sent)
    assert [error.where for error in errors] == broken
    if errors:
        assert errors[0].lenient is lenient


@pytest.mark.parametrize(
    ("reply", "named"),
    [
        ({"detail": [{"loc": ["body", "name"], "msg": "no"}]}, ["$.name"]),
        ({"detail": {"json": {"name": ["no"]}}}, ["$.name"]),
        ({"errors": [{"field": "query.page", "message": "no"}]}, ["query:page"]),
        ({"detail": "no such shop"}, []),
        ({"detail": [{"loc": ["body"], "msg": "it ends before it starts"}]}, []),
        ({"detail": [{"loc": ["body", "at"], "msg": "no such second"}]}, []),
    ],
)
def test_a_refusal_is_blamed_on_an_input_or_on_none(reply: object, named: list[str]) -> None:
    """A rule of the business names no input, and a format is wider than any library."""
    sent = _sent(status=422, reply=reply)
    assert named_in_rejection(_operation(), sent) == named


def test_literals_go_with_the_names_they_are_compared_with(tmp_path: Path) -> None:
    """Comparisons, memberships, cases and enums give values; docstrings and routes give none."""
    (tmp_path / "shop.py").write_text(
        '"""A docstring."""\n'
        "from enum import Enum\n"
        "class Size(Enum):\n    BIG = 'big'\n"
        "TABLE = {'loose': 1}\n"
        "def f(kind, order, args):\n"
        "    if kind == 'bulk' or kind in ('retail', 'gift'): pass\n"
        "    if order.total_count > 1000: pass\n"
        "    if args.get('mode') == 'dark': pass\n"
        "    match kind:\n        case 'rare' | 'odd': pass\n"
        "    return '/a/route'\n"
    )
    service = Service("shop", tmp_path, root=tmp_path, packages=("shop",))
    literals = harvest(service)
    assert set(literals.near("kind")) == {"bulk", "retail", "gift", "rare", "odd"}
    assert literals.near("totalCount") == (1000,)
    assert literals.near("mode") == ("dark",)
    assert literals.near("size") == ("big",)
    assert "loose" in literals.loose
    assert not {"A docstring.", "/a/route"} & set(literals.all)


def test_a_source_that_does_not_parse_gives_nothing(tmp_path: Path) -> None:
    """Broken source is the business of others."""
    (tmp_path / "shop.py").write_text("def f(:\n")
    assert harvest(Service("shop", tmp_path, root=tmp_path, packages=("shop",))).all == ()


def test_a_place_holds_no_index_and_no_free_key() -> None:
    """Two replies that break one rule of the document break it at one place."""
    schema = ["properties", "items", "items", "properties", "price", "type"]
    assert json_path(schema, ["items", 3, "price"]) == "$.items[*].price"
    free = ["properties", "stock", "additionalProperties", "type"]
    assert json_path(free, ["stock", "A-17"]) == "$.stock.*"


def test_a_crash_is_known_by_the_innermost_line_of_the_service() -> None:
    """Frames of libraries, line numbers and messages are no part of a crash's identity."""
    frames = (
        Frame("/x/shop/api.py", 10, "get", "shop.api", "return  price(\n kind)"),
        Frame("/lib/table.py", 99, "find", "table", "raise KeyError"),
    )
    moved = tuple(Frame("/y" + f.file, f.line + 5, f.function, f.module, f.code) for f in frames)
    one = Crash(1, None, "KeyError", "'a'", frames, "", (), "raised")
    other = Crash(9, None, "KeyError", "'b'", moved, "", (), "raised")
    causes = {crashed("GET /p", each, ["shop"]).look.cause for each in (one, other)}
    assert causes == {"KeyError in shop.api.get: return price( kind)"}


def test_names_that_were_given_out_are_replaced_whole() -> None:
    """A new name takes the place of the old one in path, query and body, and of nothing like it."""
    sent = _sent("/shops/7/a7?ref=7&x=77", {"shop_id": 7, "count": 7, "note": "7"})
    new = substituted(sent, {"7": 8})
    assert new.path == "/shops/8/a7?ref=8&x=77"
    assert json.loads(new.body or b"") == {"shop_id": 8, "count": 7, "note": "8"}
    assert {"8", "a7", "77"} <= taken_in(new)


def test_a_number_stays_a_number_wherever_its_new_name_was_read() -> None:
    """A location tells as text what a body holds as a number."""
    sent = Sent("", "op", "PUT", "/stock/4", body=b'{"shop_id": 4, "name": "4"}')
    again = substituted(sent, {"4": "17"})

    assert again.path == "/stock/17"
    assert json.loads(again.body or b"") == {"shop_id": 17, "name": "17"}


def test_secrets_are_masked_and_filled_in() -> None:
    """A masked header comes back with the service's own credential, and is left out without one."""
    masker = Masker.of({"staff": {"Authorization": "Bearer very-secret"}})
    sent = Sent("1", "", "GET", "/a?t=very-secret", (("authorization", "Bearer other"),), None, 200)
    exchange = masker.exchange(sent)
    assert "secret" not in repr(exchange)
    assert "other" not in repr(exchange)
    again = sent_of(exchange, "", {"authorization": "Bearer very-secret"})
    assert again.header("authorization") == "Bearer very-secret"
    assert sent_of(exchange, "", {}).headers == ()


def test_the_shortest_candidates_come_first() -> None:
    """The last request alone is tried before what it needs, and that before everything."""
    made = Sent("1", "", "POST", "/a", (), b"{}", 201, (), b'{"id": "0123456789abcdef"}')
    read = Sent("2", "", "GET", "/b", (), None, 200)
    other = Sent("3", "", "POST", "/c", (), b"{}", 201, (), b"{}")
    last = Sent("4", "", "GET", "/a/0123456789abcdef", (), None, 500)
    ways = list(candidates([made, read, other, last]))
    assert ways == [[last], [made, last], [made, other, last], [made, read, other, last]]


def test_a_sample_is_what_the_document_allows() -> None:
    """What is filled in breaks no rule, and uses what was made where a name asks for it."""
    operation = _operation()
    sampler = Sampler(made={"shopid": 17})
    for full in (True, False):
        sent = sampler.request(operation, "/base", {}, full=full)
        assert sent.path == "/base/shops/17"
        assert request_errors(operation, sent) == []


@pytest.mark.parametrize(
    ("many", "one"),
    [("categories", "category"), ("boxes", "box"), ("orders", "order"), ("address", "address")],
)
def test_one_of_a_collection_has_a_name(many: str, one: str) -> None:
    """Path segments are plural, references are singular."""
    assert singular(many) == one
