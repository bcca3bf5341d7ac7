"""Other statuses than the one that a contract shows, and what networks make of a reply."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.compat.possible.contents import ReplySet
from harness.compat.possible.network import ELSEWHERE, network_replies
from harness.compat.possible.replies import PossibleReplies
from harness.domain.possible import Fault, Origin, PossibleReply
from tests.compat.samples import INTEGER, TEXT, document, interaction, record

PROBLEM = record({"detail": {"anyOf": [TEXT, {"type": "array", "items": TEXT}]}}, "detail")


def declared(responses: dict[str, Any], status: int = 200, body: Any = None) -> ReplySet:
    """What may come by a document with some responses."""
    written = {
        name: {"description": name, **({"content": content} if content else {})}
        for name, content in responses.items()
    }
    asked = PossibleReplies(document({"responses": written}), 20, 1)
    return asked.of(interaction(body, status=status))


def json_of(schema: Any, media_type: str = "application/json") -> dict[str, Any]:
    """A body of JSON."""
    return {media_type: {"schema": schema}}


def others(found: ReplySet) -> list[PossibleReply]:
    """The replies under another status that the document declares."""
    return [r for r in found.replies if r.origin is not Origin.NETWORK and r.status]


def test_each_other_status_comes_with_its_bodies() -> None:
    """A declared refusal is sent with each choice that its schema leaves."""
    found = others(declared({"200": json_of(INTEGER), "404": json_of(PROBLEM)}, body=1))
    bodies = [json.loads(reply.body or "")["detail"] for reply in found]

    assert {reply.status for reply in found} == {404}
    assert {type(detail) for detail in bodies} == {str, list}
    assert {reply.origin for reply in found} == {Origin.REFUSAL}


@pytest.mark.parametrize(
    ("names", "shown", "expected"),
    [
        (["200", "4XX"], 200, {418}),
        (["200", "4XX", "418"], 200, {418, 400}),
        (["200", "default"], 200, {500}),
        (["200", "500", "default"], 200, {500, 501}),
        (["200", "5XX", "default"], 200, {503, 400}),
        (["200", "201", "2XX"], 200, {201, 202}),
        (["2XX"], 202, set()),
        (["200", "404"], 404, {200}),
        (["default"], 500, {501}),
        (["100", "200"], 200, set()),
    ],
)
def test_classes_and_default_become_statuses_of_their_own(
    names: list[str], shown: int, expected: set[int]
) -> None:
    """A class stands for one status that falls under it and under no plainer name."""
    found = others(declared({name: json_of(INTEGER) for name in names}, status=shown))

    assert {reply.status for reply in found} == expected


@pytest.mark.parametrize(
    ("content", "media_type", "body"),
    [
        (json_of(INTEGER, "application/problem+json"), "application/problem+json", "1"),
        ({"text/plain": {}}, "text/plain", "text"),
        ({"image/png": {}}, "", ""),
        ({}, "", ""),
        ({"application/json": {}}, "application/json", "{}"),
    ],
)
def test_bodies_are_of_the_media_type_that_is_declared(
    content: Any, media_type: str, body: str
) -> None:
    """JSON of any name is made of its schema, a text is some text, and others are left out."""
    found = others(declared({"200": {}, "404": content}))

    assert [(each.media_type, each.body) for each in found] == [(media_type, body)]


def test_a_body_that_nobody_can_make_is_not_sent() -> None:
    """A declared status whose schema has no value stays away."""
    never = record({"a": {"type": "string", "enum": [1]}}, "a")

    assert others(declared({"200": {}, "404": json_of(never)})) == []


def test_statuses_without_a_body_have_none_and_redirects_lead_somewhere() -> None:
    """204 has no body whatever is declared, and a declared redirect has an address."""
    found = others(declared({"200": {}, "204": json_of(INTEGER), "302": {}}))

    assert [(r.status, r.body, r.elsewhere) for r in found] == [(204, "", ""), (302, "", ELSEWHERE)]


@pytest.mark.parametrize(
    ("media_type", "is_varied"),
    [("application/json", True), ("application/hal+json", True), ("text/plain", False)],
)
def test_bodies_of_json_are_varied_whatever_they_are_called(
    media_type: str, is_varied: bool
) -> None:
    """Any `+json` is varied; of other bodies it is told that they are not."""
    written = {"description": "ok", "content": json_of(TEXT, media_type)}
    asked = PossibleReplies(document({"responses": {"200": written}}), 20, 1)
    found = asked.of(interaction("a", media_type=media_type))

    assert bool(found.base) is is_varied
    assert bool(found.unknown) is not is_varied


def test_networks_do_what_networks_do() -> None:
    """Each of the faults that no document tells is there once, what takes time last."""
    found = list(network_replies('{"a":1}', is_json=True))
    statuses = {reply.status for reply in found}

    assert {500, 502, 503, 429, 204, 302} <= statuses
    assert [each.fault for each in found if each.fault] == [Fault.CLOSED, Fault.CUT, Fault.SILENT]
    assert {reply.elsewhere for reply in found if reply.status == 302} == {ELSEWHERE}
    assert any(r.media_type == "text/html" and r.status in (0, 502) for r in found)
    assert found[-1].fault is Fault.SILENT
    assert len({each.what for each in found}) == len(found)


@pytest.mark.parametrize("body", ['{"a":1}', "[1,2]", '"text"', "[]"])
def test_half_of_a_body_is_no_json(body: str) -> None:
    """A truncated body is one that no reader takes for a whole one."""
    half = next(r for r in network_replies(body, is_json=True) if r.what == "half of the body")

    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        json.loads(half.body or "")


@pytest.mark.parametrize("body", ["12", "true", "null", "1"])
def test_half_of_a_number_is_not_sent_as_a_broken_body(body: str) -> None:
    """What may be whole when it is cut is not called truncated."""
    assert all(r.what != "half of the body" for r in network_replies(body, is_json=True))


def test_a_reply_without_a_body_loses_none() -> None:
    """What is done to bodies is not done where there is none."""
    found = list(network_replies("", is_json=False))

    assert all(reply.fault is not Fault.CUT for reply in found)
    assert all(reply.status or reply.fault for reply in found)
