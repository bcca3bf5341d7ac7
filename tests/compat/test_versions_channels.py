"""What differs between two versions of an AsyncAPI document, and whom it breaks."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from harness.compat.messages.messages import Channels
from harness.compat.versions import changes
from harness.compat.versions.affected import Reached, reached_by, uses_of_messages
from harness.documents.described import read_described
from harness.domain.change import Breaks, Part
from harness.domain.channel import MessagingDocument
from harness.domain.pact import Pact
from tests.compat.channelling import ADDRESS, ORDER, channelled, heard, message, of, order
from tests.compat.samples import INTEGER, TEXT, document, record

NULLABLE = {"type": ["integer", "null"]}
HEADERS = record({"version": INTEGER, "trace": TEXT}, "version")
BASE = of()


def told(base: MessagingDocument, head: MessagingDocument) -> dict[str, str]:
    """Map the rules of all changes to how grave they are."""
    return {one.rule: one.breaks.value for one in changes(base, head)}


@pytest.mark.parametrize(
    ("payload", "sent", "received", "grave"),
    [
        (order(quantity=NULLABLE), "became-nullable", "became-nullable", "send"),
        (order(quantity=TEXT), "type-changed", "type-changed", "both"),
        (order(required=("id",)), "became-optional", "became-optional", "send"),
        (order(gone=("state",)), "optional-removed", "optional-removed", "neither"),
        (
            order(note=TEXT, required=("id", "quantity", "note")),
            "required-added",
            "required-added",
            "receive",
        ),
        (order(note=TEXT), "optional-added", "optional-added", "neither"),
        (order(state={"enum": ["open"]}), "enum-value-removed", "enum-value-removed", "receive"),
    ],
)
def test_direction_decides(payload: Any, sent: str, received: str, grave: str) -> None:
    """What is sent must not grow, and what is received must not shrink."""
    out = told(of(action="send"), of(payload, action="send"))
    into = told(of(action="receive"), of(payload, action="receive"))

    assert (out[f"sent-property-{sent}"] == "breaks") is (grave in ("send", "both"))
    assert (into[f"received-property-{received}"] == "breaks") is (grave in ("receive", "both"))


@pytest.mark.parametrize("action", ["send", "receive"])
@pytest.mark.parametrize(
    "payload",
    [
        order(quantity=NULLABLE),
        order(required=("id", "quantity", "state")),
        order(quantity=TEXT),
        order(state={"enum": ["paid"]}),
    ],
)
def test_a_witness_tells_the_versions_apart(payload: Any, action: str) -> None:
    """By another validator, a shown message is of the writer's version and not of the reader's."""
    found = changes(of(action=action), of(payload, action=action))
    shown = [json.loads(one.witness) for one in found if one.witness]

    writer, reader = (payload, ORDER) if action == "send" else (ORDER, payload)
    assert bool(shown) is any(one.breaks is Breaks.BREAKS for one in found)
    for each in shown:
        jsonschema.validate(each, writer)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(each, reader)


def test_what_people_read_is_no_change() -> None:
    """A title, a description, an example and the version of the document change nothing."""
    head = channelled(
        messages={
            "OrderPlaced": message(
                {**ORDER, "title": "Order", "description": "an order", "examples": [{"id": "a"}]},
                title="Placed",
                summary="said",
                examples=[{"payload": {"id": "a", "quantity": 1}}],
            )
        },
        info={"title": "another", "version": "9.0.0", "description": "more"},
        channel={"description": "a channel", "title": "Placed"},
        operation={"summary": "an operation"},
    )

    assert changes(BASE, head) == ()


@pytest.mark.parametrize(
    ("head", "rule", "breaks"),
    [
        (channelled(address="orders.placed"), "channel-address-changed", "breaks"),
        (channelled("receive"), "channel-send-removed", "breaks"),
        (of(contentType="application/xml"), "sent-media-type-changed", "breaks"),
        (
            of(contentType="application/json; charset=utf-8"),
            "sent-media-type-renamed",
            "harmless",
        ),
        (
            of(correlationId={"location": "$message.header#/cid"}),
            "sent-correlation-moved",
            "breaks",
        ),
        (of(bindings={"kafka": {"key": INTEGER}}), "sent-key-widened", "breaks"),
        (of(bindings={"kafka": {"key": {"const": "a"}}}), "sent-key-changed", "harmless"),
        (
            of(headers=record({"version": TEXT, "trace": TEXT}, "version")),
            "sent-header-type-changed",
            "breaks",
        ),
        (
            of(headers=record({"version": INTEGER, "trace": TEXT})),
            "sent-header-became-optional",
            "breaks",
        ),
        (
            channelled(messages={"OrderPlaced": message(), "OrderSplit": message()}),
            "sent-message-added",
            "may-break",
        ),
        (
            channelled(channel={"bindings": {"amqp": {"queue": {"name": "b", "durable": True}}}}),
            "channel-place-changed",
            "breaks",
        ),
        (
            channelled(channel={"bindings": {"amqp": {"queue": {"name": "a", "durable": False}}}}),
            "channel-binding-changed",
            "may-break",
        ),
    ],
)
def test_what_is_beside_a_payload_is_part_of_the_contract(
    head: MessagingDocument, rule: str, breaks: str
) -> None:
    """Address, direction, media type, correlation, key, headers, kinds and bindings have rules."""
    base = channelled(
        messages={
            "OrderPlaced": message(
                contentType="application/json",
                correlationId={"location": "$message.header#/id"},
                headers=HEADERS,
                bindings={"kafka": {"key": TEXT, "bindingVersion": "0.4.0"}},
            )
        },
        channel={"bindings": {"amqp": {"queue": {"name": "a", "durable": True}}}},
    )

    assert told(base, head)[rule] == breaks


def test_a_version_of_a_binding_is_no_change() -> None:
    """What only tells which text describes a binding reaches nobody."""
    one, other = (
        channelled(channel={"bindings": {"kafka": {"topic": "t", "bindingVersion": version}}})
        for version in ("0.4.0", "0.5.0")
    )

    assert changes(one, other) == ()


def test_channels_meet_by_address_and_by_name() -> None:
    """Names of keys and of parameters do not count where the address is the same."""
    base = channelled(address="orders.{id}.placed")
    text = json.dumps(channelled(address="orders.{order}.placed").raw).replace("placed", "told")
    head = read_described(text.replace("{order}.told", "{order}.placed"))
    assert isinstance(head, MessagingDocument)

    assert told(base, head) == {}


def test_a_message_that_goes_reaches_its_consumers_alone() -> None:
    """A branch of several messages that is gone breaks who reads it, and who reads others not."""
    other = record({"reason": TEXT}, "reason")
    both = {"OrderPlaced": message(), "OrderLost": message(other)}
    base = channelled(messages=both)
    head = channelled(messages={"OrderPlaced": message()})
    reader = record({"reason": TEXT}, "reason")

    found = reached(
        base,
        head,
        heard("losing", {"reason": "r"}, reader),
        heard("placing", {"id": "a"}, record({"id": TEXT}, "id")),
    )

    assert becomes(found) == {"sent-message-removed": {"losing": "breaks"}}
    assert found.apart == ()


def reached(base: MessagingDocument, head: MessagingDocument, *pacts: Pact) -> Reached:
    """Compare two versions for some consumers."""
    return reached_by(changes(base, head), uses_of_messages(Channels(base), Channels(head), pacts))


def becomes(found: Reached) -> dict[str, dict[str, str]]:
    """Map each rule to what becomes of whom."""
    return {
        one.change.rule: {each.consumer: each.standing.value for each in one.reached}
        for one in found.changes
    }


def test_who_reads_the_field_breaks() -> None:
    """A field that may be null breaks who reads it and copes not, and nobody else."""
    found = reached(
        BASE,
        of(order(quantity=NULLABLE)),
        heard("counting", {"quantity": 1}, record({"quantity": INTEGER}, "quantity")),
        heard("coping", {"quantity": 1}, record({"quantity": NULLABLE}, "quantity")),
        heard("plain", {"id": "a", "quantity": 1}),
        heard("passing", {"id": "a"}, record({"id": TEXT}, "id")),
    )

    assert becomes(found) == {
        "sent-property-became-nullable": {
            "counting": "breaks",
            "plain": "may break, unconfirmed",
            "coping": "copes",
        }
    }


def test_a_channel_that_moves_breaks_all_who_name_it() -> None:
    """Who listens at the old address hears nothing more."""
    found = reached(BASE, channelled(address="orders.placed"), heard("any", {"id": "a"}))

    assert becomes(found) == {"channel-address-changed": {"any": "breaks"}}
    assert found.apart == ()


def test_a_header_reaches_who_reads_it() -> None:
    """A header that is gone is told to those whose contract holds it."""
    base = of(headers=HEADERS)
    head = of(headers=record({"trace": TEXT}))

    found = reached(
        base, head, heard("versed", {"id": "a"}, version="1"), heard("plain", {"id": "a"})
    )

    assert becomes(found)["sent-header-required-removed"] == {"versed": "may break, unconfirmed"}


@pytest.mark.parametrize("protocol", ["kafka", "pulsar"])
def test_a_key_reaches_who_names_one(protocol: str) -> None:
    """A key that may be another is laid at that change, and at none of the payload."""
    base, head = (
        of(each, bindings={protocol: {"key": key}})
        for each, key in (
            (ORDER, {"type": "string", "pattern": "^A-"}),
            (order(note=TEXT), {"type": "string", "pattern": "^B-"}),
        )
    )

    found = reached(base, head, heard("keyed", {"id": "a"}, key="A-1"), heard("plain", {"id": "a"}))

    assert becomes(found)["sent-key-widened"] == {"keyed": "breaks"}
    assert found.apart == ()


V2 = {
    "asyncapi": "2.6.0",
    "info": {"title": "orders", "version": "1"},
    "channels": {
        ADDRESS: {"subscribe": {"operationId": "place", "message": {"payload": ORDER}}},
        "order.asked": {"publish": {"message": {"payload": ORDER}}},
    },
}


def test_version_2_is_read_by_what_the_application_does() -> None:
    """Its `subscribe` is what the application sends, and its `publish` what it receives."""
    base = read_described(json.dumps(V2))
    head = read_described(json.dumps(V2).replace('"integer"', '["integer", "null"]'))
    assert isinstance(base, MessagingDocument)
    assert isinstance(head, MessagingDocument)

    found = {(one.operation, one.part): one.breaks for one in changes(base, head)}

    assert found == {
        (ADDRESS, Part.SENT): Breaks.BREAKS,
        ("order.asked", Part.RECEIVED): Breaks.HARMLESS,
    }


def test_a_document_that_is_written_anew_in_version_3_has_not_changed() -> None:
    """What the same application does is the same, whichever version says so."""
    only = {**V2, "channels": {ADDRESS: V2["channels"][ADDRESS]}}  # type: ignore[index]
    base = read_described(json.dumps(only))
    assert isinstance(base, MessagingDocument)

    assert {one.breaks for one in changes(base, BASE)} == {Breaks.HARMLESS}


def test_documents_of_two_kinds_are_no_versions_of_each_other() -> None:
    """Who compares them is told so."""
    with pytest.raises(ValueError, match="one kind"):
        changes(BASE, document({}))


def test_an_answer_goes_the_other_way() -> None:
    """What comes back for a message that is received is sent, and must not grow."""

    def asked(payload: Any) -> MessagingDocument:
        back = {"address": "back", "messages": {"Found": message(payload)}}
        said = channelled("receive").raw
        assert isinstance(said, dict)
        channels, operations = said["channels"], said["operations"]
        assert isinstance(channels, dict)
        assert isinstance(operations, dict)
        place = operations["place"]
        assert isinstance(place, dict)
        reply = {"reply": {"channel": {"$ref": "#/channels/back"}}}
        text = {
            **said,
            "channels": {**channels, "back": back},
            "operations": {"place": {**place, **reply}},
        }
        read = read_described(json.dumps(text))
        assert isinstance(read, MessagingDocument)
        return read

    found = told(asked(ORDER), asked(order(quantity=NULLABLE)))

    assert found == {"sent-property-became-nullable": "breaks"}


def test_messages_that_no_operation_handles_are_not_passed_over() -> None:
    """Where a document says nothing of directions, nobody can tell, and that is told."""
    base, head = (channelled(messages={"a": message(each)}) for each in (ORDER, order(note=TEXT)))
    texts = [json.dumps({**each.raw, "operations": {}}) for each in (base, head)]  # type: ignore[dict-item]
    was, now = map(read_described, texts)
    assert isinstance(was, MessagingDocument)
    assert isinstance(now, MessagingDocument)

    assert told(was, now) == {"channel-undirected-changed": "may-break"}
