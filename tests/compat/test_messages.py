"""Messages of a pact against an AsyncAPI document: what fits, and how sure that is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.compat.messages.messages import Channels
from harness.documents.pacts import read_pact
from harness.domain.channel import MessagingDocument
from harness.domain.fit import Code, InteractionCompat, Kind
from harness.domain.pact import Interaction
from tests.compat.samples import INTEGER, LIKE, TEXT, record, rule
from tests.documents.messaging import channel, messaging, operation, refer

SOLD = record({"sku": TEXT, "count": INTEGER}, "sku", "count")
READ = {"sku": "A-1", "count": 3}
HEADER_UNSAID = Code.MESSAGE_HEADER_UNDECLARED


def contents(
    body: Any = None, rules: Any = None, media_type: str = "application/json", **more: Any
) -> dict[str, Any]:
    """A message as a pact of version 4 writes it."""
    made: dict[str, Any] = {**more}
    if body is not None:
        made["contents"] = {"content": body, "contentType": media_type, "encoded": False}
    if rules is not None:
        made["matchingRules"] = {"body": rules}
    return made


def received(
    body: Any = None, rules: Any = None, reader: Any = None, to: str | None = "sell", **more: Any
) -> Interaction:
    """An interaction whose consumer receives one message."""
    return _read({"type": "Asynchronous/Messages", **contents(body, rules, **more)}, reader, to)


def exchanged(
    request: Any, *replies: Any, reader: Any = None, to: str | None = "ask"
) -> Interaction:
    """An interaction whose consumer asks and waits for replies."""
    written = {"type": "Synchronous/Messages", "request": request, "response": list(replies)}
    return _read(written, reader, to)


def _read(written: dict[str, Any], reader: Any, to: str | None) -> Interaction:
    comments: dict[str, Any] = {}
    if to is not None:
        comments["references"] = {"AsyncAPI": {"operationId": to}}
    if reader is not None:
        comments["contract-harness"] = {"v": 1, "reader": reader}
    pact = {
        "consumer": {"name": "stock"},
        "provider": {"name": "orders"},
        "interactions": [{"description": "a thing", "comments": comments, **written}],
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }
    return read_pact(json.dumps(pact)).interactions[0]


def sending(payload: Any = SOLD, action: str = "send", **message: Any) -> MessagingDocument:
    """A document whose one operation sends, or receives, one kind of message."""
    described = {**({"payload": payload} if payload is not None else {}), **message}
    return messaging({"orders": channel(sold=described)}, {"sell": operation(action)})


def asking(request: Any = SOLD, reply: Any = SOLD, action: str = "receive") -> MessagingDocument:
    """A document whose one operation answers a message with another."""
    channels = {
        "orders": channel(asked={"payload": request}),
        "back": channel("orders.back", answered={"payload": reply}),
    }
    back = {"channel": refer("channels", "back")}
    return messaging(channels, {"ask": operation(action, reply=back)})


def told(found: InteractionCompat) -> list[tuple[Code, Kind, str, bool]]:
    """The misfits in short, each with whether it is a hypothesis."""
    return [
        (each.code, each.kind, each.path or each.name, each.hypothesis) for each in found.misfits
    ]


def compared(document: MessagingDocument, interaction: Interaction) -> InteractionCompat:
    """What one interaction comes to."""
    return Channels(document).compared(interaction)


def test_a_message_that_its_consumer_takes_is_proven() -> None:
    """A reader that covers the payload is proven, declared or derived, and the message is named."""
    derived = compared(sending(), received(READ, {"$": LIKE}))
    declared = compared(sending(), received(READ, {"$": LIKE}, SOLD))

    assert derived == InteractionCompat("send orders.sold (sold)", proven=True)
    assert declared == InteractionCompat("send orders.sold (sold)", declared=True, proven=True)


NULLABLE = {"type": ["integer", "null"]}


def test_a_nullable_field_breaks_a_declared_reader_and_is_a_hypothesis_for_a_derived_one() -> None:
    """The witness is a whole payload; what one example shows is less than what the code takes."""
    document = sending(record({"sku": TEXT, "count": NULLABLE}, "sku", "count"))
    declared = compared(document, received(READ, {"$": LIKE}, SOLD))
    derived = compared(document, received(READ, {"$": LIKE}))

    assert told(declared) == [(Code.MESSAGE_PAYLOAD, Kind.MAY_BREAK, "$.count", False)]
    assert json.loads(declared.misfits[0].witnesses[0])["count"] is None
    assert told(derived) == [(Code.MESSAGE_PAYLOAD, Kind.MAY_BREAK, "$.count", True)]
    assert not derived.proven


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("send", (Code.MESSAGE_PAYLOAD, Kind.UNDECLARED, "$.ghost", False)),
        ("receive", (Code.MESSAGE_PAYLOAD, Kind.MAY_BREAK, "$.ghost", True)),
    ],
)
def test_what_the_application_sends_is_closed_and_what_it_receives_is_not(
    action: str, expected: Any
) -> None:
    """A field that is never mentioned is never sent; but what comes in may hold more."""
    found = compared(sending(action=action), received({"ghost": "x"}, {"$": LIKE}))

    assert told(found) == [expected]


@pytest.mark.parametrize("action", ["send", "receive"])
def test_a_value_that_can_never_come_is_certain(action: str) -> None:
    """Another type fits in neither direction."""
    found = compared(sending(action=action), received({"sku": 5}, {"$": LIKE}))

    assert told(found) == [(Code.MESSAGE_PAYLOAD, Kind.IMPOSSIBLE, "$.sku", False)]


@pytest.mark.parametrize("action", ["send", "receive"])
def test_a_consumer_need_not_read_what_is_required(action: str) -> None:
    """Who reads less than the schema demands of the sender is content."""
    assert compared(sending(action=action), received({"sku": "A"}, {"$": LIKE})).proven


def test_an_operation_that_is_not_there_is_certain() -> None:
    """The pact names an operation that the document does not have; those that it has are told."""
    found = compared(sending(), received(READ, to="gone"))

    assert told(found) == [
        (Code.MESSAGE_OPERATION_UNKNOWN, Kind.UNDECLARED, "gone", False),
    ]
    assert (found.operation, found.misfits[0].sent) == ("", "sell")


TWO = {
    "orders": channel("orders.{shop}", sold={"payload": SOLD}),
    "stock": channel("stock", low={"payload": SOLD, "name": "stock.low"}, out={"payload": SOLD}),
}
BOTH = {"sell": operation(), "warn": operation(at="stock"), "hear": operation("receive", "stock")}


@pytest.mark.parametrize(
    ("metadata", "name"),
    [
        ({"topic": "stock"}, "send stock"),
        ({"kafka_topic": "stock", "key": "1"}, "send stock"),
        ({"routing-key": "orders.north"}, "send orders.{shop}"),
        ({"destination": "orders"}, "send orders.{shop}"),
        ({"ce-type": "stock.low"}, "send stock"),
        ({"topic": "stock", "type": "out"}, "send stock"),
    ],
)
def test_an_operation_is_found_by_the_metadata_where_the_pact_names_none(
    metadata: Any, name: str
) -> None:
    """A place or a kind that one sending operation has alone is enough, and it is said so."""
    found = compared(messaging(TWO, BOTH), received(READ, {"$": LIKE}, to=None, metadata=metadata))

    assert found.operation.startswith(name)
    assert found.found_by.startswith("its metadata ")
    assert not found.gaps


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"topic": "elsewhere"},
        {"topic": "orders.a.b"},
        {"key": "stock"},
        {"topic": 5},
        {"topic": "orders", "type": "low"},
    ],
)
def test_what_names_no_single_operation_is_unknown(metadata: Any) -> None:
    """Nothing is guessed: no place, another one, or two that disagree leave all open."""
    found = compared(messaging(TWO, BOTH), received(READ, {"$": LIKE}, to=None, metadata=metadata))

    assert (found.operation, found.misfits, found.proven) == ("", (), False)
    assert [each.code for each in found.gaps] == [Code.MESSAGE_UNREFERENCED]


@pytest.mark.parametrize("name", ["channel", "address"])
def test_a_channel_that_is_named_and_not_there_is_certain(name: str) -> None:
    """What a pact itself calls its channel, and no channel of the document is, is no guess."""
    pact = received(READ, {"$": LIKE}, to=None, metadata={name: "stocks"})
    found = compared(messaging(TWO, BOTH), pact)

    assert told(found) == [(Code.MESSAGE_CHANNEL_UNKNOWN, Kind.UNDECLARED, "stocks", False)]
    assert found.misfits[0].sent == "stock"


def test_a_channel_without_an_address_may_be_any() -> None:
    """Where an address is known at run time alone, nobody can tell that a channel is not there."""
    document = messaging({**TWO, "late": {"messages": {}}}, BOTH)
    found = compared(document, received(READ, to=None, metadata={"channel": "stocks"}))

    assert (found.misfits, [each.code for each in found.gaps]) == ((), [Code.MESSAGE_UNREFERENCED])


def test_any_message_of_an_operation_may_be_meant_unless_one_is_named() -> None:
    """The message that fits best is taken; the metadata's own word outweighs that."""
    other = record({"sku": INTEGER}, "sku")
    document = messaging(
        {"orders": channel(gone={"payload": other}, sold={"payload": SOLD})}, {"sell": operation()}
    )
    best = compared(document, received(READ, {"$": LIKE}))
    named = compared(document, received(READ, {"$": LIKE}, metadata={"type": "gone"}))

    assert (best.operation, best.proven) == ("send orders.sold (sold)", True)
    assert named.operation == "send orders.sold (gone)"
    assert (Code.MESSAGE_PAYLOAD, Kind.IMPOSSIBLE, "$.sku", False) in told(named)


def test_an_operation_without_messages_promises_none() -> None:
    """What the consumer waits for is never sent."""
    document = messaging(operations={"sell": operation(messages=[])})

    assert told(compared(document, received(READ))) == [
        (Code.MESSAGE_UNDECLARED, Kind.UNDECLARED, "sell", False)
    ]


HEADERS = record({"kind": {"enum": ["sold", "gone"]}, "tries": INTEGER}, "kind", "tries")


@pytest.mark.parametrize(
    ("metadata", "rules", "expected"),
    [
        ({"kind": "sold"}, {"kind": rule({"match": "regex", "regex": "sold|gone"})}, []),
        ({"tries": 5}, {"tries": LIKE}, []),
        ({"tries": "5"}, {"tries": LIKE}, []),
        ({"contentType": "application/json", "topic": "orders.sold"}, {}, []),
        ({"kind": "lost"}, {}, [(Code.MESSAGE_HEADER, Kind.IMPOSSIBLE, "$.kind", False)]),
        ({"tries": "many"}, {}, [(Code.MESSAGE_HEADER, Kind.IMPOSSIBLE, "$.tries", False)]),
        ({"kind": "sold"}, {}, [(Code.MESSAGE_HEADER, Kind.MAY_BREAK, "$.kind", True)]),
        ({"trace": "x"}, {}, [(Code.MESSAGE_HEADER_UNDECLARED, Kind.UNDECLARED, "trace", True)]),
    ],
)
def test_metadata_is_compared_with_headers(metadata: Any, rules: Any, expected: Any) -> None:
    """Each member that the consumer reads is a header, but for the media type and the address."""
    rules_ = {"body": {"$": LIKE}, "metadata": rules}
    interaction = received(READ, metadata=metadata, matchingRules=rules_)

    assert told(compared(sending(headers=HEADERS), interaction)) == expected


def test_metadata_beside_a_document_without_headers_is_a_hypothesis() -> None:
    """Nobody promises them, and nobody denies them."""
    found = compared(sending(), received(READ, {"$": LIKE}, metadata={"trace": "x"}))

    assert told(found) == [(Code.MESSAGE_HEADER_UNDECLARED, Kind.UNDECLARED, "trace", True)]


def keyed(schema: Any) -> MessagingDocument:
    """A document that says what the key of its message is."""
    return sending(bindings={"kafka": {"key": schema}})


IMPOSSIBLE_KEY = (Code.MESSAGE_KEY, Kind.IMPOSSIBLE, "key", False)
UNSURE_KEY = (Code.MESSAGE_KEY, Kind.MAY_BREAK, "key", True)


@pytest.mark.parametrize(
    ("document", "metadata", "regex", "expected"),
    [
        (sending(), {"key": "A-1"}, None, []),
        (sending(headers=HEADERS), {"key": "A-1"}, None, []),
        (keyed(TEXT), {"key": "A-1"}, None, []),
        (keyed(TEXT), {"kafka_key": "A-1"}, None, []),
        (keyed(INTEGER), {"key": "7"}, None, []),
        (keyed({**TEXT, "pattern": "^A-"}), {"key": "A-1"}, None, []),
        (keyed({**TEXT, "pattern": "^B-"}), {"key": "A-1"}, None, [IMPOSSIBLE_KEY]),
        (keyed(INTEGER), {"key": "A-1"}, None, [IMPOSSIBLE_KEY]),
        (keyed({"enum": ["A-1", "A-2"]}), {"key": "A-1"}, "A-[0-9]", []),
        (keyed({"enum": ["A-1", "B-2"]}), {"key": "A-1"}, "A-[0-9]", [UNSURE_KEY]),
        (keyed({"enum": ["B-2"]}), {"key": "A-1"}, "A-[0-9]", [IMPOSSIBLE_KEY]),
    ],
)
def test_a_key_is_compared_with_the_binding_and_is_no_header(
    document: MessagingDocument, metadata: Any, regex: str | None, expected: Any
) -> None:
    """Without a rule a key is one of many; a document without a binding says nothing of keys."""
    varying = {name: rule({"match": "regex", "regex": regex}) for name in metadata if regex}
    rules = {"body": {"$": LIKE}, "metadata": varying}
    found = compared(document, received(READ, metadata=metadata, matchingRules=rules))

    assert told(found) == expected
    assert found.proven is not bool(expected)


def test_a_header_that_is_called_key_stays_a_header() -> None:
    """Where the document has one of that name, nothing else is meant."""
    document = sending(headers=record({"key": INTEGER}, "key"))
    found = compared(document, received(READ, {"$": LIKE}, metadata={"key": "many"}))

    assert told(found) == [(Code.MESSAGE_HEADER, Kind.IMPOSSIBLE, "$.key", False)]


def test_a_key_whose_schema_lies_elsewhere_is_not_judged() -> None:
    """It is said, and nothing is proven."""
    document = keyed({"$ref": "#/components/schemas/Key"})
    found = compared(document, received(READ, {"$": LIKE}, metadata={"key": "A-1"}))

    assert (told(found), found.proven) == ([], False)
    assert "not followed" in found.gaps[0].reason


@pytest.mark.parametrize(("key", "codes"), [("7", []), ("A-1", [Code.MESSAGE_REQUEST_KEY])])
def test_the_key_of_a_request_is_held_against_the_binding(key: str, codes: list[Code]) -> None:
    """A request is sent as it is shown, and its key is no header either."""
    asked = {"payload": SOLD, "bindings": {"kafka": {"key": INTEGER}}}
    headers = {"type": "object", "additionalProperties": False}
    channels = {
        "orders": channel(asked={**asked, "headers": headers}),
        "back": channel("orders.back", answered={"payload": SOLD}),
    }
    answers = {"channel": refer("channels", "back")}
    document = messaging(channels, {"ask": operation("receive", reply=answers)})
    request = {**contents(READ), "metadata": {"key": key}}
    found = compared(document, exchanged(request, contents(READ, {"$": LIKE})))

    assert [each.code for each in found.misfits] == codes


@pytest.mark.parametrize(
    ("document", "interaction", "said"),
    [
        (sending(None), received(READ), "says nothing of this payload"),
        (sending({}), received(READ), "says nothing of this payload"),
        (sending(), received("<a/>", media_type="application/xml"), "application/xml"),
        (sending(contentType="application/x-protobuf"), received(READ), "is not compared"),
        (sending({"schemaFormat": "avro", "schema": {}}), received(READ), "is not read"),
        (sending({"$ref": "http://x.test/a.json"}), received(READ), "not fetched"),
        (sending(headers={"$ref": "http://x.test/a.json"}), received(metadata={"a": 1}), "fetched"),
        (messaging(operations={"sell": operation(at="gone")}), received(READ), "does not exist"),
    ],
    ids=["no schema", "an empty one", "xml", "protobuf", "avro", "remote", "headers", "no channel"],
)
def test_what_cannot_be_judged_is_never_proven(
    document: MessagingDocument, interaction: Interaction, said: str
) -> None:
    """A gap says why, and nothing is certain."""
    found = compared(document, interaction)

    assert any(said in each.reason for each in found.gaps)
    assert not found.proven
    assert all(each.hypothesis for each in found.misfits)


def test_another_media_type_is_a_hypothesis() -> None:
    """Consumers of queues seldom look at it."""
    document = sending(contentType="application/vnd.sold+json")
    found = compared(document, received(READ, {"$": LIKE}))

    assert told(found) == [(Code.MESSAGE_MEDIA_TYPE, Kind.IMPOSSIBLE, "application/json", True)]


@pytest.mark.parametrize("action", ["send", "receive"])
def test_a_request_and_its_reply_are_compared_each_in_its_direction(action: str) -> None:
    """The document may be the asking application's or the answering one's."""
    asked, answered = contents(READ), contents(READ, {"$": LIKE})
    found = compared(asking(action=action), exchanged(asked, answered))

    assert found.proven
    assert found.operation == f"{action} orders.sold (asked, answered)"


def test_a_request_that_lacks_what_is_demanded_is_certain() -> None:
    """What the consumer sends must be whole, unlike what it reads."""
    found = compared(asking(), exchanged(contents({"sku": 5}), contents({"sku": "A"}, {"$": LIKE})))

    assert {(each.code, each.path) for each in found.misfits} == {
        (Code.MESSAGE_REQUEST_PAYLOAD, "$.sku"),
        (Code.MESSAGE_REQUEST_PAYLOAD, "$.count"),
    }
    assert not any(each.hypothesis for each in found.misfits)


def test_what_rules_let_a_request_vary_is_a_hypothesis() -> None:
    """A rule wider than the document's schema may break, where the example does not."""
    document = asking(record({"size": {"enum": ["s", "l"]}}))
    varied = contents({"size": "s"}, {"$.size": rule({"match": "regex", "regex": "s|l|xl"})})
    found = compared(document, exchanged(varied, contents(READ, {"$": LIKE})))

    assert told(found) == [(Code.MESSAGE_REQUEST_PAYLOAD, Kind.MAY_BREAK, "$.size", True)]


@pytest.mark.parametrize(
    ("document", "replies", "expected"),
    [
        (
            messaging(operations={"ask": operation("receive")}),
            [contents(READ)],
            (Code.MESSAGE_REPLY_UNDECLARED, False),
        ),
        (asking(), [], (Code.MESSAGE_REPLY_UNREAD, True)),
    ],
    ids=["no reply is described", "no reply is read"],
)
def test_a_reply_that_one_side_does_not_know_is_told(
    document: MessagingDocument, replies: Any, expected: tuple[Code, bool]
) -> None:
    """A reply that never comes is certain; one that nobody waits for harms nobody."""
    found = compared(document, exchanged(contents({"sku": "A", "count": 1}), *replies))

    assert expected in [(each.code, each.hypothesis) for each in found.misfits]


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"kind": "sold", "tries": "3"}, []),
        ({"kind": "lost", "tries": 3}, [(Code.MESSAGE_REQUEST_HEADER, False)]),
        ({"kind": "sold"}, [(Code.MESSAGE_REQUEST_HEADER, False)]),
        (None, [(Code.MESSAGE_REQUEST_HEADER, True)]),
    ],
)
def test_a_request_carries_the_headers_that_are_demanded(metadata: Any, expected: Any) -> None:
    """A pact without metadata says nothing of headers, so what is missing is a hypothesis."""
    asked = {"payload": SOLD, "headers": HEADERS}
    back = {"messages": [refer("components", "messages", "answered")]}
    document = messaging(
        {"orders": channel(asked=asked)},
        {"ask": operation("receive", reply=back)},
        components={"messages": {"answered": {"payload": SOLD}}},
    )
    sent = contents(READ, **({"metadata": metadata} if metadata else {}))
    found = compared(document, exchanged(sent, contents(READ, {"$": LIKE})))

    assert [(each.code, each.hypothesis) for each in found.misfits] == expected


def test_the_same_interactions_give_the_same_answers() -> None:
    """A document that is kept answers as a fresh one."""
    pairs = [received(READ, {"$": LIKE}), received({"ghost": "x"}, {"$": LIKE})]
    kept = Channels(sending())
    twice = [kept.compared(each) for each in (*pairs, *pairs)]

    assert twice[:2] == twice[2:] == [compared(sending(), each) for each in pairs]


def test_a_message_of_which_the_pact_says_nothing_is_not_proven() -> None:
    """Where nothing was compared, nothing is shown, and nobody is to blame."""
    bare = compared(sending(), received())
    asked = compared(asking(), exchanged({}, contents(READ, {"$": LIKE})))
    answered = compared(asking(), exchanged(contents(READ), {}))

    for found in (bare, asked, answered):
        assert (found.misfits, found.proven) == ((), False)
        assert [each.silent for each in found.gaps] == [True]


def test_metadata_alone_is_enough_to_be_compared() -> None:
    """A consumer that reads nothing but a header has its header proven."""
    rules_ = {"metadata": {"tries": LIKE}}
    found = compared(
        sending(headers=HEADERS), received(metadata={"tries": 5}, matchingRules=rules_)
    )

    assert found.proven


def test_a_request_of_which_the_document_says_nothing_is_taken() -> None:
    """A missing schema accepts every payload, and none."""
    for asked in ({}, contents(READ)):
        found = compared(asking({}), exchanged(asked, contents(READ, {"$": LIKE})))

        assert found.proven, found


@pytest.mark.parametrize(("said", "codes"), [("sold", []), ("other", [HEADER_UNSAID])])
def test_what_names_a_message_is_no_header_of_it(said: str, codes: list[Code]) -> None:
    """Metadata that says which message it is, and says it right, needs no mention."""
    metadata = {"topic": "orders.sold", "type": said}
    found = compared(sending(), received(READ, {"$": LIKE}, metadata=metadata))

    assert [each.code for each in found.misfits] == codes
    assert {each.message for each in found.misfits} <= {"sold"}


def test_a_document_answers_what_it_has_an_operation_for() -> None:
    """By the operation that is named, or else by what the metadata names."""
    channels = Channels(sending())
    by_metadata = received(READ, to=None, metadata={"topic": "orders.sold"})

    assert channels.answers(received(READ))
    assert channels.answers(by_metadata)
    assert not channels.answers(received(READ, to="gone"))
    assert not channels.answers(received(READ, to=None))
