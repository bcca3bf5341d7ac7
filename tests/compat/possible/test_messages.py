"""Which messages are worth trying where a contract shows one."""

from __future__ import annotations

from typing import Any

from harness.compat.possible.contents import ReplySet
from harness.compat.possible.messages import PossibleMessages, message_text
from harness.documents.described import read_described
from harness.documents.pacts import read_pact
from harness.domain.channel import MessagingDocument
from harness.domain.json import Json, canonical
from harness.domain.pact import Body
from harness.domain.possible import Origin

PAYLOAD = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "integer"}, "note": {"type": ["string", "null"]}},
}
HEADERS = {
    "type": "object",
    "required": ["tenant"],
    "properties": {"tenant": {"type": "string"}, "trace": {"type": "string"}},
}


def found(
    metadata: dict[str, Any],
    *,
    headers: Any = HEADERS,
    examples: int = 20,
    payload: Any = PAYLOAD,
    is_earlier: bool = False,
) -> ReplySet:
    """What may come for a message with an id and a note, beside some metadata."""
    message = {"contentType": "application/json", "headers": headers, "payload": payload}
    document = read_described(
        canonical(
            {
                "asyncapi": "3.0.0",
                "info": {"title": "orders", "version": "1"},
                "channels": {"placed": {"address": "placed", "messages": {"Placed": message}}},
                "operations": {
                    "placed": {"action": "send", "channel": {"$ref": "#/channels/placed"}}
                },
            }
        ),
        "asyncapi.json",
    )
    assert isinstance(document, MessagingDocument)
    content: Json = {"id": 7, "note": "x"}
    contents: dict[str, Json] = {"content": content, "contentType": "application/json"}
    interaction: dict[str, Json] = {
        "type": "Asynchronous/Messages",
        "description": "placed",
        "contents": {**contents, "encoded": False},
        "metadata": {"contentType": "application/json", **metadata},
    }
    pact = read_pact(
        canonical(
            {
                "consumer": {"name": "shipping"},
                "provider": {"name": "orders"},
                "interactions": [interaction],
                "metadata": {"pactSpecification": {"version": "4.0"}},
            }
        )
    )
    (one,) = pact.interactions
    return PossibleMessages(document, examples, 0, is_earlier=is_earlier).of(one)


def test_payloads_vary_as_the_document_allows() -> None:
    """Nullable is null, optional is absent, and each differs in one place with its name."""
    told = found({"channel": "placed", "tenant": "t", "trace": "c0"})
    bodies = {one.body for one in told.replies if one.origin is Origin.DOCUMENT}
    assert told.operation == "send placed"
    assert {canonical({"id": 7}), canonical({"id": 7, "note": None})} <= bodies


def test_a_header_is_left_out_where_it_need_not_be_there() -> None:
    """A required header is kept; one of which no document tells is nobody's to leave out."""
    told = found({"channel": "placed", "tenant": "t", "trace": "c0"})
    left = [(one.what, one.headers) for one in told.replies if one.what.startswith("the header")]
    assert left == [("the header trace is absent", canonical({"tenant": "t"}))]
    silent = found({"channel": "placed", "trace": "c0"}, headers=None)
    assert not [one for one in silent.replies if one.what.startswith("the header")]


def test_what_comes_through_every_channel() -> None:
    """Broken bodies come with any document or none; a tombstone where there is a key."""
    unknown = found({"channel": "elsewhere"})
    names = [one.what for one in unknown.replies]
    assert unknown.operation == ""
    assert {"a text that is not JSON", "half of the body", "an empty body"} <= set(names)
    assert "a tombstone" not in names
    keyed = found({"channel": "placed", "key": "7"})
    assert "a tombstone" in [one.what for one in keyed.replies]


def test_headers_are_lost_and_lengths_are_lies() -> None:
    """All headers may be gone, and one may announce what nobody sends."""
    told = {one.what: one for one in found({"channel": "placed", "tenant": "t"}).replies}
    assert told["no headers at all"].headers == "{}"
    announced = told["a gigabyte is announced"].headers
    assert announced == canonical({"content-length": str(2**30), "tenant": "t"})
    assert "no headers at all" not in {one.what for one in found({"channel": "placed"}).replies}


def test_bytes_that_are_no_text_are_shown_in_signs_that_are() -> None:
    """A report can be written of what cannot be read."""
    (one,) = (one for one in found({"channel": "placed"}).replies if "no text" in one.what)
    shown = message_text(Body(content_type="application/json"), one)
    assert shown == "application/json\n\n\\xff\\xfe\\x80"


def test_an_earlier_version_sends_what_the_contract_does_not_show() -> None:
    """What it does not allow of the example is replaced or left out, and the rest is kept."""
    properties: dict[str, Json] = {"id": {"type": "integer"}, "unit": {"enum": ["g", "kg"]}}
    closed: Json = {"type": "object", "required": ["id", "unit"], "properties": properties}
    for payload, base in (
        (closed, '{"id":7,"unit":"g"}'),
        ({"type": "object", "properties": {"id": {"type": "string"}}}, '{"id":"a"}'),
        ({"type": "array", "items": closed, "minItems": 1}, '[{"id":1,"unit":"g"}]'),
    ):
        before = found({"channel": "placed"}, payload=payload, is_earlier=True)
        assert (before.base, before.replies[0].body) == (base, base)
