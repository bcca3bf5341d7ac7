"""AsyncAPI documents as channels, operations and messages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.documents.described import read_described
from harness.domain.channel import Action, MessagingDocument
from harness.domain.document import Document, ProblemKind
from harness.domain.errors import DocumentUnreadable
from tests.documents.messaging import SOLD, TEXT, channel, messaging, operation, read, refer


def test_an_operation_holds_what_it_does_with_which_messages_where() -> None:
    """Action, address, messages, schemas and media type are told, and none is a reference."""
    document = messaging(defaultContentType="application/json")
    found = document.operation("sell")

    assert found is not None
    assert (found.action, found.channel.address, found.label) == (
        Action.SEND,
        "orders.sold",
        "send orders.sold",
    )
    message = found.messages[0]
    assert (message.name, message.payload.media_type) == ("sold", "application/json")
    assert (message.payload.schema, message.headers.schema) == (SOLD, None)
    assert message.location == "$.channels.orders.messages.sold"
    assert document.problems == ()


def test_references_are_followed_through_as_many_hops_as_there_are() -> None:
    """A message by way of its channel and of the components is one message, under its last name."""
    document = messaging(
        {"orders": channel(gone=refer("components", "messages", "alias"))},
        {"sell": operation(messages=["gone"])},
        components={
            "messages": {
                "alias": refer("components", "messages", "Sold"),
                "Sold": {"payload": refer("components", "schemas", "Sold"), "title": "Gone"},
            },
            "schemas": {"Sold": SOLD},
        },
    )
    message = document.operations[0].messages[0]

    assert (message.name, message.aliases) == ("gone", ("Gone",))
    assert message.location == "$.components.messages.Sold"
    assert document.closed(message.payload.schema) == {
        "$ref": "#/$defs/Sold",
        "$defs": {"Sold": SOLD},
    }


def test_an_operation_without_a_list_handles_all_messages_of_its_channel() -> None:
    """No list means all, an empty list means none, and so it is for replies."""
    channels = {"orders": channel(a={"payload": SOLD}, b={"payload": SOLD}), "back": channel()}
    reply = {"channel": refer("channels", "back")}
    document = messaging(
        channels,
        {
            "all": operation("receive", reply=reply),
            "none": operation("receive", messages=[], reply={**reply, "messages": []}),
        },
    )
    names = [[each.name for each in one.messages] for one in document.operations]
    replies = [one.reply.messages if one.reply else None for one in document.operations]

    assert names == [["a", "b"], []]
    assert [[each.name for each in found or ()] for found in replies] == [["sold"], []]


def test_a_reply_may_go_where_the_request_says() -> None:
    """The runtime expression of a reply's address is kept, with or without a channel."""
    reply = {"address": {"location": "$message.header#/replyTo"}}
    found = messaging(operations={"ask": operation("receive", reply=reply)}).operations[0].reply

    assert found is not None
    assert (found.channel, found.address) == (None, "$message.header#/replyTo")


def test_what_brokers_and_later_readers_need_is_kept_as_it_is_written() -> None:
    """Bindings, extensions, parameters and the place of the correlation id are not interpreted."""
    message = {
        "payload": SOLD,
        "name": "order.sold",
        "correlationId": {"location": "$message.header#/correlation"},
        "bindings": {"kafka": {"key": TEXT}},
        "x-team": "a",
    }
    described = {
        **channel("orders.{shop}", sold=message),
        "parameters": {"shop": {}},
        "bindings": {"amqp": {"is": "queue"}},
    }
    document = messaging({"orders": described})
    found = document.operations[0].messages[0]

    assert found.aliases == ("order.sold",)
    assert found.correlation == "$message.header#/correlation"
    assert (found.bindings, found.extensions) == ({"kafka": {"key": TEXT}}, {"x-team": "a"})
    assert document.channels["orders"].parameters == {"shop": {}}
    assert document.channels["orders"].bindings == {"amqp": {"is": "queue"}}


def test_traits_lie_under_what_a_message_says_itself() -> None:
    """Of several traits the later outweighs the earlier, and the message both."""
    traits: list[Any] = [
        {"contentType": "text/plain", "headers": {"type": "object", "properties": {"a": TEXT}}},
        {"contentType": "application/xml", "headers": {"required": ["a"]}},
    ]
    own = {"payload": SOLD, "contentType": "application/json", "traits": traits}
    found = messaging({"orders": channel(sold=own)}).operations[0].messages[0]

    assert found.payload.media_type == "application/json"
    assert found.headers.schema == {
        "type": "object",
        "properties": {"a": TEXT},
        "required": ["a"],
    }


@pytest.mark.parametrize(
    "language",
    [
        "application/vnd.aai.asyncapi;version=3.0.0",
        "application/vnd.aai.asyncapi+json;version=2.6.0",
        "application/schema+json;version=draft-07",
        "application/schema+yaml;version=draft-07",
        "application/vnd.oai.openapi;version=3.1.0",
    ],
)
@pytest.mark.parametrize("is_named", [True, False])
def test_a_schema_may_name_its_language(language: str, is_named: bool) -> None:
    """Where the language is JSON Schema, the schema below is read, named or in its place."""
    written = {"schemaFormat": language, "schema": SOLD}
    payload = refer("components", "schemas", "Sold") if is_named else written
    document = messaging(
        {"orders": channel(sold={"payload": payload})}, components={"schemas": {"Sold": written}}
    )
    content = document.operations[0].messages[0].payload

    assert content.unknown == ""
    assert json.dumps(document.closed(content.schema)).count('"required": ["sku"]') == 1


@pytest.mark.parametrize("language", ["application/vnd.apache.avro;version=1.9.0", "x", 5])
@pytest.mark.parametrize("is_named", [True, False])
def test_a_language_that_is_not_read_makes_the_payload_unknown(
    language: Any, is_named: bool
) -> None:
    """Avro, Protobuf and the like are told as such, and never as a schema that accepts all."""
    written = {"schemaFormat": language, "schema": {"type": "record"}}
    payload = refer("components", "schemas", "Sold") if is_named else written
    document = messaging(
        {"orders": channel(sold={"payload": payload})}, components={"schemas": {"Sold": written}}
    )
    text = json.dumps(document.closed(document.operations[0].messages[0].payload.schema))

    assert "a schema of the format" in text
    assert "x-unknown-because" in text


def version_2(**verbs: Any) -> MessagingDocument:
    """A document of version 2 with one channel."""
    root = {"asyncapi": "2.6.0", "info": {}, "channels": {"orders/{shop}": verbs}}
    return read(json.dumps(root), "old.json")


def test_version_2_tells_what_others_do() -> None:
    """What others publish the application receives, and what they subscribe to it sends."""
    document = version_2(
        publish={"operationId": "take", "message": {"name": "taken", "payload": SOLD}},
        subscribe={"message": {"oneOf": [{"payload": SOLD}, {"name": "b", "payload": TEXT}]}},
    )
    found = {each.name: each for each in document.operations}

    assert found["take"].action is Action.RECEIVE
    assert found["subscribe orders/{shop}"].action is Action.SEND
    assert {each.channel.address for each in document.operations} == {"orders/{shop}"}
    assert [each.name for each in found["take"].messages] == ["taken"]
    sent = found["subscribe orders/{shop}"].messages
    assert [each.name for each in sent] == ["message 1", "b"]
    place = '$.channels["orders/{shop}"].subscribe.message.oneOf'
    assert len({each.location for each in sent if each.location.startswith(place)}) == 2


def test_version_2_names_the_language_beside_the_payload() -> None:
    """A payload in another language is unknown, whatever version says so."""
    message = {"schemaFormat": "application/vnd.apache.avro+json;version=1.9.0", "payload": {}}
    found = version_2(publish={"message": message}).operations[0].messages[0]

    assert "is not read" in found.payload.unknown


@pytest.mark.parametrize(
    ("channels", "operations", "said", "unknown"),
    [
        (None, {"a": {"action": "shout", "channel": refer("channels", "orders")}}, "action", []),
        (None, {"a": {"action": "send", "channel": refer("channels", "b")}}, "not exist", [True]),
        (None, {"a": operation(messages=["b"])}, "does not exist", [True]),
        ({"orders": channel(a=refer("channels", "orders", "messages", "a"))}, None, "itself", []),
        ({"orders": channel(a={"$ref": "http://x.test/a.json"})}, None, "not fetched", []),
        ({"orders": 5}, None, "expected a channel", [True]),
        ([], None, "expected an object as `channels`", [True]),
        (None, [], "expected an object as `operations`", []),
    ],
)
def test_a_fault_is_told_and_the_rest_is_read(
    channels: Any, operations: Any, said: str, unknown: list[bool]
) -> None:
    """What cannot be read is a problem with its place; an operation that rests on it is unknown."""
    document = messaging(channels, operations)
    lost = [bool(each.unknown) for each in document.operations if each.unknown]

    assert [said in each.message for each in document.problems][:1] == [True]
    assert all(each.path.startswith("$") for each in document.problems)
    assert lost == unknown


def test_a_key_that_stands_twice_is_told() -> None:
    """The last of two equal keys counts, and that is said."""
    written = '{"asyncapi": "3.0.0", "channels": {}, "channels": {"a": {"address": "b"}}}'
    document = read(written)

    assert [each.kind for each in document.problems] == [ProblemKind.DUPLICATE_KEY]
    assert document.channels["a"].address == "b"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('{"asyncapi": "1.2.0"}', "AsyncAPI 2.x or 3.x"),
        ('{"asyncapi": "4.0.0"}', "AsyncAPI 2.x or 3.x"),
        ('{"asyncapi": true}', "AsyncAPI 2.x or 3.x"),
        ('{"asyncapi": null}', "AsyncAPI 2.x or 3.x"),
        ("[]", "OpenAPI"),
        ("{}", "OpenAPI"),
    ],
)
def test_what_is_no_such_document_is_refused_in_a_sentence(written: str, said: str) -> None:
    """The versions that are read are named."""
    with pytest.raises(DocumentUnreadable, match=said):
        read_described(written, "a.json")


def test_documents_of_both_kinds_are_told_apart_by_looking() -> None:
    """The same reader gives what is written."""
    openapi = '{"openapi": "3.1.0", "info": {"title": "a"}, "paths": {}}'

    assert isinstance(read_described(openapi), Document)
    assert isinstance(read_described("asyncapi: 3.0.0\n"), MessagingDocument)
    assert isinstance(read_described("asyncapi: 2.6\n"), MessagingDocument)


def test_circles_and_great_numbers_end() -> None:
    """Schemas that hold themselves and thousands of channels are read once each."""
    tree: Any = {"type": "object", "properties": {"below": refer("components", "schemas", "Tree")}}
    many = {
        f"c{at}": channel(sold={"payload": refer("components", "schemas", "Tree")})
        for at in range(2000)
    }
    document = messaging(many, {}, components={"schemas": {"Tree": tree}})

    assert len(document.channels) == 2000
    assert list(document.definitions) == ["Tree"]
