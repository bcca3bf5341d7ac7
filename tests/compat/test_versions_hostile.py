"""Documents that are meant to hurt: the changes come all the same, within bounds."""

from __future__ import annotations

import json
import time
import tracemalloc
from typing import Any

import pytest

from harness.compat.versions import changes
from harness.documents.openapi import read_document
from harness.domain.change import Breaks, Change
from harness.domain.document import Content, Document, Operation, Response
from tests.compat.samples import INTEGER, TEXT, items, record, replying
from tests.compat.test_hostile import nested

LIMIT_S = 20


def timed(base: Document, head: Document) -> tuple[Change, ...]:
    """The changes, which must not take longer than the limit."""
    start = time.process_time()
    found = changes(base, head)

    assert time.process_time() - start < LIMIT_S
    return found


def bare(schema: Any) -> Document:
    """A document that no text holds: readers refuse what is nested too deeply."""
    content = {"application/json": Content("application/json", schema)}
    operation = Operation("GET", "/things", responses={"200": Response("200", content=content)})
    return Document("3.1.0", "things", (operation,))


@pytest.mark.parametrize("form", ["object", "array", "allOf", "anyOf", "oneOf", "not"])
def test_a_change_below_a_thousand_levels_is_never_harmless(form: str) -> None:
    """Another type at the bottom is told, and a schema that deep does not differ from itself."""
    base, same, head = (bare(nested(form, 1_000, leaf)) for leaf in (INTEGER, INTEGER, TEXT))

    assert timed(base, same) == ()
    found = timed(base, head)
    assert any(each.breaks is not Breaks.HARMLESS for each in found)


def test_a_chain_of_references_is_followed_to_its_end() -> None:
    """A thousand definitions, each a property of the one before, are walked without recursion."""

    def chain(leaf: Any) -> Document:
        step = {
            f"D{at}": record({"n": {"$ref": f"#/components/schemas/D{at + 1}"}}, "n")
            for at in range(1_000)
        }
        return replying({"$ref": "#/components/schemas/D0"}, schemas={**step, "D1000": leaf})

    found = timed(chain(INTEGER), chain(TEXT))

    assert [each.rule for each in found] == ["reply-property-type-changed"]
    assert found[0].path == "$" + ".n" * 1_000


def test_a_chain_of_bare_references_ends() -> None:
    """References to references, however many, are followed or given up, and raise nothing."""

    def chain(leaf: Any) -> Document:
        step = {f"D{at}": {"$ref": f"#/components/schemas/D{at + 1}"} for at in range(2_000)}
        return replying({"$ref": "#/components/schemas/D0"}, schemas={**step, "D2000": leaf})

    assert timed(chain(INTEGER), chain(INTEGER)) == ()
    timed(chain(INTEGER), chain(TEXT))


def test_recursive_schemas_are_walked_once() -> None:
    """Twenty-five schemas that all refer to each other end in one change for each that changed."""

    def web(leaf: Any) -> Document:
        names = [f"N{at}" for at in range(25)]
        links = {name: {"$ref": f"#/components/schemas/{name}"} for name in names}
        schemas = {name: record({**links, "leaf": leaf}) for name in names}
        return replying(links["N0"], schemas=schemas)

    found = timed(web(INTEGER), web(TEXT))

    assert len(found) <= 60
    assert "reply-property-type-changed" in {each.rule for each in found}
    assert all(len(each.also) <= 20 for each in found)


def test_circular_references_are_no_change() -> None:
    """A schema that is itself, with nothing between, does not differ from itself."""
    circle = {"A": {"$ref": "#/components/schemas/A"}, "B": {"allOf": [{"$ref": "#/x"}]}}
    schema = {"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in circle]}

    assert timed(replying(schema, schemas=circle), replying(schema, schemas=circle, x=1)) == ()


def test_remote_references_are_never_fetched() -> None:
    """What cannot be told is no change while it stays the same, and undecided when it comes."""
    remote = {"$ref": "http://192.0.2.1/a.json"}

    assert timed(replying(remote), replying({"anyOf": [remote]})) == ()
    found = timed(replying(record({"a": TEXT}, "a")), replying(record({"a": remote}, "a")))
    assert Breaks.HARMLESS not in {each.breaks for each in found}
    assert found


def _many(count: int, leaf: Any) -> Document:
    reference = {"$ref": "#/components/schemas/N0"}
    schemas = {
        f"N{at}": record(
            {f"p{i}": TEXT for i in range(20)}
            | {"leaf": leaf, "next": {"$ref": f"#/components/schemas/N{(at + 1) % 30}"}},
            "p0",
        )
        for at in range(30)
    }
    content = {"application/json": {"schema": reference}}
    operation = {
        "requestBody": {"content": content},
        "responses": {"200": {"description": "ok", "content": content}},
    }
    paths = {f"/things{at}/{{id}}": {"put": operation} for at in range(count)}
    info = {"title": "things", "version": "1"}
    root = {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": schemas}}
    return read_document(json.dumps(root))


def test_five_hundred_operations_are_compared_within_bounds() -> None:
    """Every operation tells the change of a schema that all share, in bounded time and memory."""
    base, head = _many(500, TEXT), _many(500, {"type": ["string", "null"]})
    tracemalloc.start()
    found = timed(base, head)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    nullable = [each for each in found if each.rule == "reply-property-became-nullable"]
    assert len({each.operation for each in nullable}) == 500
    assert peak < 200_000_000


def test_five_hundred_inline_schemas_are_compared_within_bounds() -> None:
    """Schemas that no operation shares are bounded as well, hard as each may be."""

    def document(leaf: Any) -> Document:
        union = {"oneOf": [record({f"a{i}": items(leaf), "n": INTEGER}, f"a{i}") for i in range(6)]}
        content = {"application/json": {"schema": record({"u": union}, "u")}}
        reply = {"responses": {"200": {"description": "ok", "content": content}}}
        paths = {f"/things{at}": {"get": reply} for at in range(500)}
        info = {"title": "things", "version": "1"}
        return read_document(json.dumps({"openapi": "3.1.0", "info": info, "paths": paths}))

    assert len(timed(document(TEXT), document({"type": "string", "maxLength": 5}))) >= 500


def test_an_enormous_enum_is_one_change() -> None:
    """Of a hundred thousand values one goes: one change, in a sentence that can be read."""
    values = [f"v{at}" for at in range(100_000)]
    found = timed(replying({"enum": values}), replying({"enum": values[:-1]}))

    assert [each.rule for each in found] == ["reply-body-enum-value-removed"]
    assert found[0].before == '"v99999"'
    assert len(found[0].message) < 500


@pytest.mark.parametrize("word", ["anyOf", "oneOf", "allOf"])
def test_a_thousand_branches_end_in_an_answer(word: str) -> None:
    """Branches are matched without trying every pair of them."""
    branches = [record({f"p{at}": TEXT}, f"p{at}") for at in range(1_000)]
    base = replying({word: branches})

    assert timed(base, replying({word: branches[::-1]})) == ()
    assert timed(base, replying({word: branches[1:]}))


@pytest.mark.parametrize(
    "odd",
    [
        {"type": 3, "properties": [1], "required": "x", "enum": 5, "allOf": {}},
        {"type": "integer", "minimum": 10**400, "multipleOf": 1e-300},
        {"const": "\ud800"},
        {"type": "string", "pattern": "^(a+)+$(?<n>x)\\k<n>", "format": 7},
        {"discriminator": {"propertyName": 5, "mapping": [1]}, "oneOf": [TEXT, 5]},
        {"x-extensible-enum": 5, "x-sunset": [1], "deprecated": "yes", "default": {"a": [1]}},
        False,
        True,
        None,
    ],
)
def test_odd_schemas_raise_nothing(odd: Any) -> None:
    """What means nothing is no change against itself, and some change against something else."""
    assert timed(replying(odd), replying(odd, x=1)) == ()
    timed(replying(record({"a": odd})), replying(record({"a": TEXT})))
    timed(replying(record({"a": TEXT})), replying(record({"a": odd})))
