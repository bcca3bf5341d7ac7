"""AMQP 1.0: what IBM MQ's AMQP channel speaks, and RabbitMQ by a plugin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final, TypeVar
from urllib.parse import SplitResult, unquote

from proton import Delivery as State
from proton import LinkException, ProtonException, symbol
from proton import Message as Packed
from proton import Timeout as ProtonTimeout
from proton.reactor import AtLeastOnce, LinkOption
from proton.utils import BlockingConnection, LinkDetached, SendException

from harness.domain.errors import (
    BrokerUnreachable,
    LoginRefused,
    MessagingFailed,
    NotDelivered,
)
from harness.domain.message import Message, UsedBroker
from harness.messaging.envelope import KEY_HEADER, as_text
from harness.messaging.naming import shown
from harness.messaging.port import (
    OWN_GROUP,
    PATIENCE_S,
    Capabilities,
    DeadLetters,
    Delivery,
    Outcome,
    Subscription,
    Transport,
)

KIND: Final = "amqp1"
DEFAULT_PORT: Final = 5672
LIMIT_S: Final = 10.0
FLUSH_S: Final = 0.02
DEAD: Final = ".dead"
FAULTS: Final = (ProtonException, OSError)
REFUSED: Final = ("unauthorized", "authentication", "access-refused", "not-allowed", "sasl")

T = TypeVar("T")


class _AsQueue(LinkOption):  # type: ignore[misc]
    """Ask for a queue: IBM MQ takes a link that does not for one of a topic."""

    def apply(self, link: Any) -> None:
        end = link.target if link.is_sender else link.source
        end.capabilities.put_object(symbol("queue"))


class Amqp1(Transport):
    """
    A connection by AMQP 1.0 to queues that are there.

    Shape: `prefix` in the URL stands before every address (`/queue/` for RabbitMQ). The protocol
    makes and removes no queue, so that runs share those of the administrator, and a rejected
    message is put into ADDRESS.dead by this client.
    """

    capabilities = Capabilities(
        marks_redelivery=False,
        dead_letters=DeadLetters.CLIENT,
        typed_headers=True,
        fans_out=False,
        keeps_unread=True,
        separates_runs=False,
    )

    def __init__(self, url: SplitResult, namespace: str, options: Mapping[str, str]) -> None:
        self.namespace = namespace
        self._prefix = options.get("prefix", "")
        self._stands_for = "IBM MQ" if url.scheme.startswith("ibmmq") else ""
        self.broker = UsedBroker(KIND, shown(url, DEFAULT_PORT), "an AMQP 1.0 broker")
        scheme = "amqps" if options.get("tls") else "amqp"
        self._url = f"{scheme}://{shown(url, DEFAULT_PORT)}"
        self._login: dict[str, Any] = {"allowed_mechs": "ANONYMOUS"}
        if url.username:
            self._login = {
                "allowed_mechs": "PLAIN",
                "allow_insecure_mechs": True,
                "user": unquote(url.username),
                "password": unquote(url.password or ""),
            }
        self._senders: dict[str, Any] = {}
        self._connection = self.connected()
        told = self._connection.conn.remote_properties or {}
        product = str(told.get("product", "")) or self._connection.conn.remote_container
        self.broker = UsedBroker(
            KIND,
            self.broker.address,
            product or self.broker.product,
            str(told.get("version", "")),
            "" if "MQ" in product and "Rabbit" not in product else self._stands_for,
        )

    def wire_name(self, address: str) -> str:
        """Give the address of the link."""
        return f"{self._prefix}{self.namespace}{address}"

    def publish(self, address: str, message: Message) -> None:
        """Send, and wait until the broker has settled it."""
        if message.payload is None:
            raise self.not_carried("tombstones", "send an empty payload, or a header that says so")
        self.send(self.wire_name(address), _packed(message))

    def subscribe(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """Read the queue, which all consumers share."""
        return _Receiver(self, self.wire_name(address), address)

    def dead_letters(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """Read the queue into which this client puts what was rejected."""
        return _Receiver(self, self.wire_name(address) + DEAD, address)

    def close(self) -> None:
        """Hang up."""
        with suppress(*FAULTS):  # a broker that is gone has hung up itself
            self._connection.close()

    def connected(self) -> BlockingConnection:
        """Connect anew: each consumer has a connection, whose end gives back what it holds."""
        return self.telling(
            lambda: BlockingConnection(self._url, timeout=LIMIT_S, reconnect=False, **self._login)
        )

    def send(self, name: str, packed: Packed) -> None:
        """Send to a queue by its whole name."""

        def do() -> None:
            if name not in self._senders:
                self._senders[name] = self._connection.create_sender(
                    name, options=[_AsQueue(), AtLeastOnce()]
                )
            self._senders[name].send(packed)

        self.telling(do)

    def telling(self, work: Callable[[], T]) -> T:
        """Do something with the client, and say what its exceptions mean."""
        try:
            return work()
        except FAULTS as error:
            raise self._told(error) from None

    def _told(self, error: Exception) -> MessagingFailed:
        where, said = self.broker.address, str(error) or type(error).__name__
        kind: type[MessagingFailed] = BrokerUnreachable
        hint = "is it running, and does it speak AMQP 1.0?"
        if any(word in said.lower() for word in REFUSED):
            kind, hint = LoginRefused, "check the user and the password of the URL, and its rights"
        elif isinstance(error, (LinkDetached, LinkException, SendException)):
            kind, hint = NotDelivered, "is there a queue of this name?"
        return kind(f"AMQP 1.0 at {where}: {said}", kind=KIND, address=where, hint=hint)


class _Receiver(Subscription):
    """A receiver on a connection of its own, with no message in advance."""

    def __init__(self, owner: Amqp1, name: str, address: str) -> None:
        self._owner = owner
        self._name = name
        self._address = address
        self._is_closed = False
        self._connection = owner.connected()
        self._receiver = owner.telling(
            lambda: self._connection.create_receiver(name, options=[_AsQueue()])
        )

    def receive(self, timeout_s: float = PATIENCE_S) -> Delivery | None:
        """Ask for one message."""
        if self._is_closed:
            return None

        def do() -> Any:
            try:
                return self._receiver.receive(timeout=max(timeout_s, FLUSH_S))
            except ProtonTimeout:
                return None

        came = self._owner.telling(do)
        if came is None:
            return None
        # The client settles in order of arrival alone; by its own object it can be any of them.
        held = self._receiver.fetcher.unsettled.pop()
        return Delivery(
            _unpacked(came),
            self._address,
            lambda outcome: self._settle(held, came, outcome),
            self._owner.broker,
            redelivered=bool(came.delivery_count),
            attempt=None,
        )

    def close(self) -> None:
        """Hang up, which gives back what is not settled."""
        if not self._is_closed:
            self._is_closed = True
            with suppress(*FAULTS):  # a broker that is gone has hung up itself
                self._connection.close()

    def _settle(self, held: Any, came: Packed, outcome: Outcome) -> None:
        if self._is_closed:
            said = f"a delivery of {self._address!r} was to be {outcome.value}, and was given back"
            raise NotDelivered(said, kind=KIND, address=self._owner.broker.address)
        if outcome is Outcome.REJECTED:
            self._owner.send(self._name + DEAD, came)

        def do() -> None:
            held.update(State.RELEASED if outcome is Outcome.REQUEUED else State.ACCEPTED)
            held.settle()
            before = self._connection.container.timeout
            self._connection.container.do_work(FLUSH_S)  # else it goes out with the next receive
            self._connection.container.timeout = before

        self._owner.telling(do)


def _packed(message: Message) -> Packed:
    properties = {
        name: value if isinstance(value, (str, bool, int, float, bytes)) else as_text(value)
        for name, value in message.headers.items()
    }
    if message.key is not None:
        properties[KEY_HEADER] = message.key
    return Packed(
        body=message.payload,
        inferred=True,  # bytes go as data, and not as a value that is bytes
        durable=True,
        properties=properties or None,
        content_type=message.content_type or None,
        correlation_id=message.correlation_id or None,
        id=message.message_id or None,
        reply_to=message.reply_to or None,
    )


def _unpacked(came: Packed) -> Message:
    body = came.body
    payload = body.encode() if isinstance(body, str) else bytes(body or b"")
    headers = {str(name): _plain(value) for name, value in (came.properties or {}).items()}
    key = headers.pop(KEY_HEADER, None)
    return Message(
        payload,
        headers,
        key=key if isinstance(key, str) else None,
        content_type=str(came.content_type or ""),
        correlation_id=str(came.correlation_id or ""),
        message_id=str(came.id or ""),
        reply_to=str(came.reply_to or ""),
    )


def _plain(value: Any) -> Any:
    """The client's own kinds of numbers as Python's."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (bytes, memoryview)):
        return bytes(value)
    for kind in (int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return str(value)
