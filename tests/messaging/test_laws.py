"""The laws of the port, the same for every transport; what one cannot do, it refuses in words."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

import pytest

from harness.domain.errors import (
    AddressConflict,
    BrokerUnreachable,
    LoginRefused,
    MessagingFailed,
    NotCarried,
    NotDelivered,
    SettledTwice,
)
from harness.domain.message import Message
from harness.messaging.opening import open_transport
from harness.messaging.port import (
    Capabilities,
    Carried,
    DeadLetters,
    Delivery,
    Order,
    Payloads,
    Subscription,
    Transport,
)
from tests.messaging.stands import Stand

ADDRESS = "orders.placed"
SOON_S = 5.0
SILENCE_S = 0.3
PLAIN = Message(b'{"id": 1}')


def received(subscription: Subscription) -> Delivery:
    """The next delivery, which must come."""
    delivery = subscription.receive(SOON_S)
    assert delivery is not None, "nothing came"
    return delivery


def drained(subscription: Subscription, count: int) -> list[Message]:
    """So many messages, each acknowledged."""
    found = []
    for _ in range(count):
        delivery = received(subscription)
        found.append(delivery.message)
        delivery.ack()
    return found


def needs(can: bool, what: str) -> None:
    """Leave a law to those whom it binds."""
    if not can:
        pytest.skip(f"declared: no {what}")


def test_what_is_sent_is_what_comes(transport: Transport) -> None:
    """Payload, headers, key, content type and identifiers arrive as far as they are carried."""
    can = transport.capabilities
    sent = Message(
        b'{"id": 1, "sku": "A-1"}',
        headers={"ce-type": "order.placed", "version": "2"}
        if can.headers is not Carried.NOT
        else {},
        key="k-1" if can.key is not Carried.NOT else None,
        content_type="application/json" if can.content_type is not Carried.NOT else "",
        correlation_id="c-1" if can.correlation else "",
    )
    with transport.subscribe(ADDRESS) as subscription:
        transport.publish(ADDRESS, sent)
        delivery = received(subscription)
        delivery.ack()

    came = delivery.message
    assert came.payload == sent.payload
    assert dict(came.headers) == dict(sent.headers)
    assert (came.key, came.content_type, came.correlation_id) == (
        (sent.key, sent.content_type, sent.correlation_id)
    )
    assert delivery.address == ADDRESS
    assert not delivery.redelivered


def test_headers_keep_their_type_or_are_text(transport: Transport) -> None:
    """A number in a header is a number where types are carried, and its JSON where not."""
    needs(transport.capabilities.headers is not Carried.NOT, "headers")
    with transport.subscribe(ADDRESS) as subscription:
        transport.publish(ADDRESS, Message(b"{}", headers={"version": 2, "is_test": True}))
        (came,) = drained(subscription, 1)

    typed = transport.capabilities.typed_headers
    assert dict(came.headers) == (
        {"version": 2, "is_test": True} if typed else {"version": "2", "is_test": "true"}
    )


@pytest.mark.parametrize(
    ("payload", "is_carried"),
    [
        (bytes(range(256)), lambda can: can.payloads is Payloads.BYTES),
        (b"plain text", lambda can: can.payloads is not Payloads.JSON),
        (b"", lambda can: can.empty),
        (None, lambda can: can.tombstones),
    ],
    ids=["binary", "text", "empty", "tombstone"],
)
def test_every_payload_comes_whole_or_is_refused(
    transport: Transport, payload: bytes | None, is_carried: Callable[[Capabilities], bool]
) -> None:
    """Binary, empty and absent payloads arrive as they were, or are refused unsent."""
    with transport.subscribe(ADDRESS) as subscription:
        if not is_carried(transport.capabilities):
            with pytest.raises(NotCarried) as refused:
                transport.publish(ADDRESS, Message(payload))
            assert transport.broker.kind in refused.value.message
            return
        transport.publish(ADDRESS, Message(payload))
        (came,) = drained(subscription, 1)

    assert came.payload == payload


def test_what_is_acknowledged_is_gone(transport: Transport) -> None:
    """After an acknowledgement nobody of the group gets the message again."""
    with transport.subscribe(ADDRESS) as first:
        transport.publish(ADDRESS, PLAIN)
        received(first).ack()
    with transport.subscribe(ADDRESS) as second:
        assert second.receive(SILENCE_S) is None


def test_what_is_not_acknowledged_comes_back(transport: Transport) -> None:
    """A consumer that dies with a message in hand loses nothing: the next one gets it."""
    first = transport.subscribe(ADDRESS)
    transport.publish(ADDRESS, PLAIN)
    received(first)
    first.close()

    with transport.subscribe(ADDRESS) as second:
        if not transport.capabilities.acknowledges:
            assert second.receive(SILENCE_S) is None, "declared: what is received is gone"
            return
        again = received(second)
        again.ack()
    assert again.message.payload == PLAIN.payload
    assert again.redelivered == transport.capabilities.marks_redelivery


def test_what_is_given_back_comes_again(transport: Transport) -> None:
    """A rejection that asks for it brings the message back, and says so where it is told."""
    with transport.subscribe(ADDRESS) as subscription:
        transport.publish(ADDRESS, PLAIN)
        delivery = received(subscription)
        if not transport.capabilities.requeues:
            with pytest.raises(NotCarried):
                delivery.reject(requeue=True)
            return
        delivery.reject(requeue=True)
        again = received(subscription)
        again.ack()

    assert again.message.payload == PLAIN.payload
    assert again.redelivered == transport.capabilities.marks_redelivery


def test_what_is_refused_is_dead_once(transport: Transport) -> None:
    """A poison message lies in the dead-letter place once; those behind it are handled."""
    key = "k" if transport.capabilities.key is not Carried.NOT else None
    poison = Message(b'{"id": "poison"}', key=key)
    if transport.capabilities.dead_letters is DeadLetters.NOBODY:
        with transport.subscribe(ADDRESS) as subscription:
            transport.publish(ADDRESS, poison)
            with pytest.raises(NotCarried):
                received(subscription).reject()
            with pytest.raises(NotCarried):
                transport.dead_letters(ADDRESS)
        return
    with transport.subscribe(ADDRESS) as subscription:
        transport.publish(ADDRESS, poison)
        transport.publish(ADDRESS, Message(b'{"id": "behind it"}', key=key))
        received(subscription).reject()
        received(subscription).ack()
        assert subscription.receive(SILENCE_S) is None
    with transport.dead_letters(ADDRESS) as dead:
        delivery = received(dead)
        delivery.ack()
        assert dead.receive(SILENCE_S) is None

    assert (delivery.message.payload, delivery.message.key) == (poison.payload, poison.key)
    assert delivery.address == ADDRESS


def test_messages_of_a_key_keep_their_order(transport: Transport) -> None:
    """Of each key, messages come in the order in which they were sent."""
    needs(transport.capabilities.order is not Order.NOTHING, "order")
    keys = ("a", "b", "c")
    with transport.subscribe(ADDRESS) as subscription:
        for number in range(30):
            key = keys[number % 3] if transport.capabilities.key is not Carried.NOT else None
            transport.publish(ADDRESS, Message(b'{"id": %d}' % number, key=key))
        came = drained(subscription, 30)

    for key in {one.key for one in came}:
        numbers = [json.loads(one.payload or b"")["id"] for one in came if one.key == key]
        assert numbers == sorted(numbers)
    assert len({one.payload for one in came}) == 30


def test_each_group_has_each_message(transport: Transport) -> None:
    """Two groups each get a message; two consumers of one group share them."""
    with (
        transport.subscribe(ADDRESS, "shipping") as shipping,
        transport.subscribe(ADDRESS, "ledger") as ledger,
    ):
        transport.publish(ADDRESS, PLAIN)
        if transport.capabilities.fans_out:
            assert drained(shipping, 1)[0].payload == drained(ledger, 1)[0].payload
        else:
            drained(shipping, 1)
            assert ledger.receive(SILENCE_S) is None, "declared: all consumers share"
        assert shipping.receive(SILENCE_S) is None


def test_addresses_do_not_mix(transport: Transport) -> None:
    """What is sent to one address does not come at another."""
    with transport.subscribe(ADDRESS) as own, transport.subscribe("orders.cancelled") as other:
        transport.publish(ADDRESS, PLAIN)
        drained(own, 1)
        assert other.receive(SILENCE_S) is None


def test_who_comes_late(transport: Transport) -> None:
    """What nobody has read waits for the first group, where that is declared, and else is lost."""
    transport.publish(ADDRESS, PLAIN)
    with transport.subscribe(ADDRESS) as late:
        came = late.receive(SOON_S if transport.capabilities.keeps_unread else SILENCE_S)
        if came is not None:
            came.ack()
    assert (came is not None) == transport.capabilities.keeps_unread


def test_a_log_is_read_again(transport: Transport) -> None:
    """A second group reads what the first has acknowledged, of a log alone."""
    with transport.subscribe(ADDRESS, "first") as first:
        transport.publish(ADDRESS, PLAIN)
        drained(first, 1)
    with transport.subscribe(ADDRESS, "second") as second:
        came = second.receive(SOON_S if transport.capabilities.is_log else SILENCE_S)
    assert (came is not None) == transport.capabilities.is_log


def test_two_runs_do_not_see_each_other(stand: Stand) -> None:
    """Two transports at once on one broker, with the same addresses, stay apart."""
    with stand.open() as one, stand.open() as other:
        if not one.capabilities.separates_runs:
            with stand.open("") as same:
                assert same.wire_name(ADDRESS).endswith(ADDRESS), "declared: names are shared"
            return
        assert one.namespace != other.namespace
        with one.subscribe(ADDRESS) as mine, other.subscribe(ADDRESS) as theirs:
            one.publish(ADDRESS, PLAIN)
            drained(mine, 1)
            assert theirs.receive(SILENCE_S) is None


def test_nothing_is_left(stand: Stand) -> None:
    """What a run made on the broker is there while it runs, and gone once it is closed."""
    with stand.open() as transport:
        needs(transport.capabilities.separates_runs, "namespaces")
        with transport.subscribe(ADDRESS) as subscription:
            transport.publish(ADDRESS, PLAIN)
            received(subscription).reject() if _has_dead(transport) else received(subscription)
        there = stand.left(transport.namespace)
    transport.close()

    assert there
    assert stand.left(transport.namespace) == set()


def _has_dead(transport: Transport) -> bool:
    return transport.capabilities.dead_letters is not DeadLetters.NOBODY


def test_a_delivery_is_settled_once(transport: Transport) -> None:
    """Who acknowledges twice is told so, and the subscription goes on."""
    with transport.subscribe(ADDRESS) as subscription:
        transport.publish(ADDRESS, PLAIN)
        delivery = received(subscription)
        delivery.ack()
        with pytest.raises(SettledTwice, match=ADDRESS):
            delivery.ack()
        transport.publish(ADDRESS, PLAIN)
        drained(subscription, 1)


def test_nothing_is_settled_after_the_end(transport: Transport) -> None:
    """An acknowledgement after the subscription has given the message back is an error."""
    needs(transport.capabilities.acknowledges, "acknowledgement")
    subscription = transport.subscribe(ADDRESS)
    transport.publish(ADDRESS, PLAIN)
    delivery = received(subscription)
    subscription.close()

    with pytest.raises(MessagingFailed, match=ADDRESS):
        delivery.ack()
    assert subscription.receive(SILENCE_S) is None


def test_a_request_has_its_reply(transport: Transport) -> None:
    """A reply goes to who asked, with the correlation id of the request."""
    if not transport.capabilities.replies:
        with pytest.raises(NotCarried):
            transport.request("prices", PLAIN)
        return
    with transport.requests("prices") as requests:

        def answer() -> None:
            asked = received(requests)
            transport.reply(asked, Message(b"reply to " + (asked.message.payload or b"")))
            asked.ack()

        answering = threading.Thread(target=answer)
        answering.start()
        came = transport.request("prices", Message(b"A-1", correlation_id="c-7"), SOON_S)
        answering.join()

    assert (came.payload, came.correlation_id) == (b"reply to A-1", "c-7")


def test_a_request_without_a_reply_is_told(transport: Transport) -> None:
    """Who asks where nobody answers waits no longer than it said."""
    needs(transport.capabilities.replies, "replies")
    with pytest.raises(NotDelivered):
        transport.request("nobody", PLAIN, SILENCE_S)


def test_the_broker_is_named(transport: Transport) -> None:
    """A transport says which product really answers, where, and of which version if it is told."""
    used = transport.broker

    assert used.kind
    assert used.product
    assert used.address
    assert used.product in str(used)
    assert "guest" not in str(used)


def test_a_broker_that_is_down_is_told(stand: Stand) -> None:
    """Nothing that listens gives one error with the kind, the address and what to do."""
    needs(bool(stand.down), "connection")
    with pytest.raises(BrokerUnreachable) as told:
        open_transport(stand.down)

    assert told.value.address == "127.0.0.1:1"
    assert "127.0.0.1:1" in told.value.message
    assert told.value.hint


def test_a_refused_login_is_told(stand: Stand) -> None:
    """A wrong password is told as such, and is itself not told."""
    needs(bool(stand.refused), "login")
    with pytest.raises(LoginRefused) as told:
        open_transport(stand.refused)

    assert "wrong" not in told.value.message + told.value.hint
    assert told.value.hint


def test_a_name_with_other_arguments_is_told(stand: Stand) -> None:
    """What somebody else has put under the name is neither taken nor changed."""
    with stand.open() as transport, stand.occupied(transport, ADDRESS) as is_occupied:
        needs(is_occupied, "arguments")
        with pytest.raises(AddressConflict) as told:
            transport.subscribe(ADDRESS)
        assert told.value.hint
