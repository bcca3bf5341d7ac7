"""Which replies in messages are worth trying where a contract shows one."""

from __future__ import annotations

from harness.compat.possible.contents import ReplySet
from harness.compat.possible.messages import PossibleMessages
from harness.documents.described import read_described
from harness.documents.pacts import read_pact
from harness.domain.channel import MessagingDocument
from harness.domain.json import Json, canonical
from harness.domain.possible import Origin

ASKED: Json = {"type": "object", "required": ["sku"], "properties": {"sku": {"type": "string"}}}
TOLD: Json = {
    "type": "object",
    "required": ["cents"],
    "properties": {"cents": {"type": "integer"}, "note": {"type": ["string", "null"]}},
}
BACK: Json = {"channel": {"$ref": "#/channels/told"}}


def found(reply: Json = BACK, *, action: str = "receive", replies: int = 1) -> ReplySet:
    """What may come back for a request, by a document with this reply."""
    operation: dict[str, Json] = {"action": action, "channel": {"$ref": "#/channels/asked"}}
    channels: Json = {
        name: {"address": name, "messages": {name: {"payload": payload}}}
        for name, payload in (("asked", ASKED), ("told", TOLD))
    }
    document = read_described(
        canonical(
            {
                "asyncapi": "3.0.0",
                "info": {"title": "prices", "version": "1"},
                "channels": channels,
                "operations": {"price": {**operation, **({"reply": reply} if reply else {})}},
            }
        ),
        "asyncapi.json",
    )
    assert isinstance(document, MessagingDocument)
    shown: dict[str, Json] = {"contentType": "application/json", "encoded": False}
    interaction: Json = {
        "type": "Synchronous/Messages",
        "description": "a price",
        "comments": {"references": {"AsyncAPI": {"operationId": "price"}}},
        "request": {"contents": {**shown, "content": {"sku": "A"}}},
        "response": [{"contents": {**shown, "content": {"cents": 9}}}] * replies,
    }
    pact: Json = {
        "consumer": {"name": "till"},
        "provider": {"name": "prices"},
        "interactions": [interaction],
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }
    (one,) = read_pact(canonical(pact)).interactions
    return PossibleMessages(document, 20, 0).of(one)


def test_replies_vary_as_the_document_says_of_the_reply() -> None:
    """Not the request's schema but the reply's, from whichever side the document is written."""
    for action in ("receive", "send"):
        replies = found(action=action).replies
        bodies = {one.body for one in replies if one.origin is Origin.DOCUMENT}
        assert {'{"cents":9,"note":null}', '{"cents":0}'} <= bodies
        assert "a text that is not JSON" in [one.what for one in replies]


def test_of_several_replies_the_first_is_varied() -> None:
    """The others come as the contract shows them."""
    assert found(replies=2) == found()


def test_what_is_not_known_of_a_reply_is_told() -> None:
    """Garbage is put all the same, and the reason why bodies do not vary is kept."""
    silent = found(None)
    assert silent.unknown == "its document says of no reply to it"
    assert {one.origin for one in silent.replies} == {Origin.NETWORK}
    nothing = found(replies=0)
    assert (nothing.replies, nothing.unknown) == ((), "its contract shows no reply")
