"""What holds of every body that may come, as another's judge sees it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from harness.compat.possible.contents import ReplySet
from harness.compat.possible.replies import PossibleReplies
from harness.compat.schemas.bounds import Bounds, Exhausted, Work
from harness.compat.schemas.directions import Directed, Direction
from harness.compat.schemas.expanding import Expander
from harness.compat.schemas.sampling import NoValue, Sampler
from harness.domain.document import Document
from harness.domain.json import Json
from tests.compat import drawing
from tests.compat.possible.making import bodies, judge_of, made, varied
from tests.compat.samples import INTEGER, TEXT, interaction, items, record, replying

SECRET = {"type": "string", "writeOnly": True}


def drawn(seed: int) -> Iterator[tuple[Document, Json]]:
    """Documents of schemas that were drawn, each with a value that it allows."""
    draw = random.Random(seed)
    for _ in range(25):
        document = replying(drawing.schema(draw, 3))
        content = document.operations[0].responses["200"].content["application/json"]
        sampler = Sampler(Expander(Work(Bounds())))
        try:
            node = (Directed(document, Direction.REPLY).side(content.schema).part,)
            yield document, sampler.random(node, draw)
        except (NoValue, Exhausted):
            continue


def held_at(value: Any, place: str) -> str:
    """Everything that a body holds at a place, any item of a list for each."""
    found: list[Any] = [value]
    for step in place.removeprefix("$").replace("[*]", ".[*]").split(".")[1:]:
        if step == "[*]":
            found = [each for held in found if isinstance(held, list) for each in held]
        else:
            found = [held[step] for held in found if isinstance(held, dict) and step in held]
    return json.dumps(found, sort_keys=True)


@pytest.mark.parametrize("seed", range(12))
def test_every_body_is_allowed_and_differs_at_the_place_that_it_names(seed: int) -> None:
    """The law itself: valid by another's judge, another than the base, and named once."""
    count = 0
    for document, value in drawn(seed):
        found = PossibleReplies(document, 30, seed).of(interaction(value))
        judge, base = judge_of(document), json.loads(found.base or "null")
        names = [reply.what for reply in found.replies]
        assert len(names) == len(set(names))
        for reply in varied(found):
            body = json.loads(reply.body or "")
            assert judge.accepts(body), (reply.what, body, document.raw)
            if reply.body != found.base:
                count += 1
                assert "[" in reply.place[1:] or held_at(base, reply.place) != held_at(
                    body, reply.place
                )
    assert count > 100


@pytest.mark.parametrize("seed", range(4))
def test_one_seed_gives_one_set_whatever_was_asked_before(seed: int) -> None:
    """A set depends on document, interaction, budget and seed alone."""
    for document, value in drawn(seed):
        asked, fresh = (PossibleReplies(document, 60, 1) for _ in range(2))
        one, other = interaction(value), interaction(value, request={"query": {"a": ["1"]}})
        for _ in range(2):
            asked.of(other)
            asked.answer("GET", "/things/1")
            list(asked.simpler(one, "[]"))
        assert asked.of(one) == fresh.of(one)


def test_another_seed_gives_other_bodies_by_chance_and_the_same_plain_ones() -> None:
    """Chance is all that a seed decides."""
    schema, body = record({"a": TEXT, "b": INTEGER}), {"a": "x", "b": 1}
    one, other = (made(schema, body, seed=seed, examples=60) for seed in (1, 2))

    assert bodies(one) == bodies(other)
    assert {r.body for r in varied(one)} != {r.body for r in varied(other)}
    assert len(varied(one)) > len(bodies(one))


def test_bodies_by_chance_fill_the_budget_and_no_more() -> None:
    """Few examples leave the plain ones alone; many add some by chance, never beyond them."""
    schema, body = record({"a": TEXT, "b": INTEGER}), {"a": "x", "b": 1}
    few, many = (made(schema, body, examples=examples) for examples in (5, 80))

    assert len(varied(few)) == len(bodies(few))
    assert len(bodies(many)) < len(varied(many)) <= 80


def test_what_a_provider_never_sends_is_in_no_body() -> None:
    """A write-only field is gone from replies, also where it is required."""
    account = record({"name": TEXT, "password": SECRET}, "name", "password")
    found = made(account, {"name": "a"})

    assert found.unknown == ""
    assert bodies(found)
    assert all("password" not in body for body in bodies(found))


@pytest.mark.parametrize(
    ("schema", "example", "whole"),
    [
        (record({"a": TEXT, "b": INTEGER}, "a", "b"), {"a": "x"}, {"a": "x", "b": 1}),
        (items(record({"a": TEXT, "b": INTEGER}, "a", "b")), [{"a": "x"}], [{"a": "x", "b": 1}]),
        (
            {"oneOf": [record({"k": {"const": k}, k: INTEGER}, "k", k) for k in "pq"]},
            {"k": "q"},
            {"k": "q", "q": 1},
        ),
        (
            record({"in": record({"a": TEXT, "b": items(TEXT, minItems=1)}, "a", "b")}, "in"),
            {"in": {"a": "x"}},
            {"in": {"a": "x", "b": ["a"]}},
        ),
    ],
)
def test_what_an_example_leaves_out_is_completed(schema: Any, example: Any, whole: Any) -> None:
    """A contract shows what its consumer reads; the reply around it is made whole and sent."""
    found = made(schema, example)

    assert json.loads(found.base) == whole
    assert varied(found)[0].body == found.base
    assert varied(found)[0].what == "the contract's example made whole"


@pytest.mark.parametrize(
    ("schema", "example"),
    [
        (record({"a": INTEGER}, "a"), {"a": "x"}),
        (record({"a": INTEGER}, additionalProperties=False), {"b": 1}),
        ({"enum": [1, 2]}, 3),
    ],
)
def test_an_example_that_the_schema_forbids_is_told_and_not_varied(
    schema: Any, example: Any
) -> None:
    """Without a body to begin with there is a reason, and no body."""
    found = made(schema, example)

    assert found.unknown
    assert not varied(found)
    assert found.replies


def between(schema: Any, base: Any, body: Any) -> list[Any]:
    """The bodies on the way from one to another."""
    asked = PossibleReplies(replying(schema), 10, 1)
    return [json.loads(text) for text in asked.simpler(interaction(base), json.dumps(body))]


def test_simpler_bodies_are_allowed_and_come_with_the_fewest_differences_first() -> None:
    """One change alone, then two; never the body itself, and never one that is forbidden."""
    schema = record({"a": INTEGER, "b": INTEGER, "c": INTEGER}, dependentRequired={"a": ["b"]})
    found = between(schema, {"a": 1, "b": 2, "c": 3}, {"c": 4})

    assert found == [{"b": 2, "c": 3}, {"a": 1, "b": 2, "c": 4}, {"c": 3}, {"b": 2, "c": 4}]


@pytest.mark.parametrize("body", ["", "{", "<p>", "null", '{"a":1}', '[{"a":2}]'])
def test_what_is_no_body_of_the_document_has_nothing_simpler(body: str) -> None:
    """Broken texts, the base itself and single changes have nothing between."""
    asked = PossibleReplies(replying(record({"a": INTEGER})), 10, 1)

    assert asked.simpler(interaction({"a": 1}), body) == ()


def test_every_body_of_a_set_can_be_made_simpler() -> None:
    """What lies between is allowed, is shorter of differences, and is not the body."""
    for document, value in drawn(99):
        asked = PossibleReplies(document, 20, 1)
        judge, shown = judge_of(document), interaction(value)
        for reply in varied(asked.of(shown)):
            nearer = asked.simpler(shown, reply.body or "")
            assert reply.body not in nearer
            assert len(nearer) == len(set(nearer)) <= 60
            assert all(judge.accepts(json.loads(text)) for text in nearer)


def test_an_answer_is_the_plainest_success() -> None:
    """A request that no contract shows is answered by the document, or not at all."""
    asked = PossibleReplies(replying(record({"a": INTEGER, "b": TEXT}, "a")), 10, 1)
    found = asked.answer("GET", "/things/7")

    assert found is not None
    assert (found.status, found.media_type, found.body) == (200, "application/json", '{"a":1}')
    assert asked.answer("GET", "/nowhere") is None


def test_nothing_is_known_of_what_is_not_over_http_or_not_declared() -> None:
    """A path that no document has gets what networks do, and the reason why that is all."""
    asked = PossibleReplies(replying(TEXT), 10, 1)
    found: ReplySet = asked.of(interaction("a", request={"path": "/other"}))

    assert (found.operation, found.unknown) == ("", "its document has no such operation")
    assert {reply.origin.value for reply in found.replies} == {"network"}
