"""IBM MQ by its own client, where the vendor's library is installed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final, TypeVar
from urllib.parse import SplitResult, unquote

import ibmmq

from harness.domain.errors import (
    BrokerUnreachable,
    LoginRefused,
    MessagingFailed,
    Misused,
    NotDelivered,
)
from harness.domain.message import Message, UsedBroker
from harness.messaging.naming import shown
from harness.messaging.port import (
    OWN_GROUP,
    PATIENCE_S,
    Capabilities,
    Carried,
    DeadLetters,
    Delivery,
    Outcome,
    Subscription,
    Transport,
)

KIND: Final = "ibmmq"
DEFAULT_PORT: Final = 1414
CHANNEL: Final = "DEV.APP.SVRCONN"
DEAD: Final = ".dead"
CORRELATION_BYTES: Final = 24
UTF_8: Final = 1208
MQ: Final = ibmmq.CMQC
UNREACHED: Final = frozenset(
    {
        MQ.MQRC_CONNECTION_BROKEN,
        MQ.MQRC_Q_MGR_NAME_ERROR,
        MQ.MQRC_Q_MGR_NOT_AVAILABLE,
        MQ.MQRC_CHANNEL_NOT_AVAILABLE,
        MQ.MQRC_HOST_NOT_AVAILABLE,
        MQ.MQRC_UNKNOWN_CHANNEL_NAME,
    }
)

T = TypeVar("T")


class IbmMqNative(Transport):
    """
    A queue manager, with queues that its administrator has made.

    Shape: ibmmq://user:password@host:1414/QM1?channel=DEV.APP.SVRCONN. A get is part of a unit of
    work that the acknowledgement commits, so that a consumer holds one message at a time. A
    rejected one is put into ADDRESS.dead within the same unit. Properties are not carried.
    """

    capabilities = Capabilities(
        dead_letters=DeadLetters.CLIENT,
        key=Carried.NOT,
        headers=Carried.NOT,
        content_type=Carried.NOT,
        fans_out=False,
        keeps_unread=True,
        separates_runs=False,
    )

    def __init__(self, url: SplitResult, namespace: str, options: Mapping[str, str]) -> None:
        self.namespace = namespace
        manager = url.path.strip("/")
        if not manager:
            raise Misused("expected ibmmq://user:password@host:1414/QUEUE_MANAGER, got no manager")
        self.broker = UsedBroker(KIND, shown(url, DEFAULT_PORT), "IBM MQ")
        host, _, port = self.broker.address.rpartition(":")
        self._given: tuple[Any, ...] = (
            manager,
            options.get("channel", CHANNEL),
            f"{host}({port})",
            unquote(url.username) if url.username else None,
            unquote(url.password) if url.password else None,
        )
        self._manager = self.connected()
        level = self.telling(lambda: self._manager.inquire(MQ.MQIA_COMMAND_LEVEL))
        self.broker = UsedBroker(
            KIND,
            self.broker.address,
            options.get("broker", "IBM MQ"),
            f"level {level}",
            "IBM MQ" if "broker" in options else "",
        )

    def publish(self, address: str, message: Message) -> None:
        """Put, outside of any unit of work."""
        if message.payload is None:
            raise self.not_carried("tombstones", "send an empty payload")
        if message.headers or message.content_type or message.key is not None:
            raise self.not_carried("headers, keys and content types", "put them into the payload")
        described = self._described(message)
        name = self.wire_name(address)
        self.telling(lambda: self.put(self._manager, name, message.payload or b"", described))

    def subscribe(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """Get from the queue, which all consumers share."""
        return _Getter(self, self.wire_name(address), address)

    def dead_letters(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """Get from the queue into which this client puts what was rejected."""
        return _Getter(self, self.wire_name(address) + DEAD, address)

    def close(self) -> None:
        """Disconnect."""
        with suppress(ibmmq.MQMIError, ibmmq.PYIFError):  # one that is gone has done so itself
            self._manager.disconnect()

    def connected(self) -> Any:
        """Connect anew: each consumer has a unit of work of its own."""
        name, channel, where, user, password = self._given
        return self.telling(
            lambda: ibmmq.connect(name, channel, where, user=user, password=password)
        )

    def put(
        self, manager: Any, name: str, payload: bytes, described: Any, *, in_unit: bool = False
    ) -> None:
        """Put bytes into a queue, in a unit of work or at once."""
        options = ibmmq.PMO()
        scope = MQ.MQPMO_SYNCPOINT if in_unit else MQ.MQPMO_NO_SYNCPOINT
        options.Options = scope | MQ.MQPMO_NEW_MSG_ID | MQ.MQPMO_FAIL_IF_QUIESCING
        queue = ibmmq.Queue(manager, name, MQ.MQOO_OUTPUT | MQ.MQOO_FAIL_IF_QUIESCING)
        try:
            queue.put(payload, described, options)
        finally:
            queue.close()

    def telling(self, work: Callable[[], T]) -> T:
        """Do something with the client, and say what its exceptions mean."""
        try:
            return work()
        except ibmmq.MQMIError as error:
            raise self.told(error) from None

    def _described(self, message: Message) -> Any:
        described = ibmmq.MD()
        described.Persistence = MQ.MQPER_PERSISTENT
        described.CodedCharSetId = UTF_8
        described.Format = MQ.MQFMT_STRING if _is_text(message.payload or b"") else MQ.MQFMT_NONE
        identity = message.correlation_id.encode()
        if len(identity) > CORRELATION_BYTES:
            raise self.not_carried(f"a correlation id of more than {CORRELATION_BYTES} bytes")
        if identity:
            described.CorrelId = identity.ljust(CORRELATION_BYTES, b"\0")
        return described

    def told(self, error: Any) -> MessagingFailed:
        """Say what a reason of the queue manager means."""
        where = self.broker.address
        kind: type[MessagingFailed] = NotDelivered
        hint = ""
        if error.reason == MQ.MQRC_NOT_AUTHORIZED:
            kind, hint = LoginRefused, "check the user, the password and the rights to the queue"
        elif error.reason in UNREACHED:
            kind, hint = BrokerUnreachable, "check host, port, channel and queue manager"
        elif error.reason == MQ.MQRC_UNKNOWN_OBJECT_NAME:
            hint = "the administrator makes the queues, and the one for dead letters beside each"
        return kind(f"IBM MQ at {where}: {error}", kind=KIND, address=where, hint=hint)


class _Getter(Subscription):
    """A consumer with a connection, and thereby a unit of work, of its own."""

    def __init__(self, owner: IbmMqNative, name: str, address: str) -> None:
        self._owner = owner
        self._name = name
        self._address = address
        self._is_closed = False
        self._is_holding = False
        self._manager = owner.connected()
        flags = MQ.MQOO_INPUT_SHARED | MQ.MQOO_FAIL_IF_QUIESCING
        self._queue = owner.telling(lambda: ibmmq.Queue(self._manager, name, flags))

    def receive(self, timeout_s: float = PATIENCE_S) -> Delivery | None:
        """Get the next message within a unit of work."""
        if self._is_closed:
            return None
        if self._is_holding:
            raise self._owner.not_carried(
                "a second message in one unit of work", "settle the first"
            )
        described, options = ibmmq.MD(), ibmmq.GMO()
        options.Options = MQ.MQGMO_WAIT | MQ.MQGMO_SYNCPOINT | MQ.MQGMO_FAIL_IF_QUIESCING
        options.WaitInterval = int(timeout_s * 1000)
        try:
            payload = self._queue.get(None, described, options)
        except ibmmq.MQMIError as error:
            if error.reason == MQ.MQRC_NO_MSG_AVAILABLE:
                return None
            raise self._owner.told(error) from None
        self._is_holding = True
        attempt = int(described.BackoutCount) + 1
        return Delivery(
            _unpacked(payload, described),
            self._address,
            lambda outcome: self._settle(payload, described, outcome),
            self._owner.broker,
            redelivered=attempt > 1,
            attempt=attempt,
        )

    def close(self) -> None:
        """Give back what is held, and disconnect."""
        if self._is_closed:
            return
        self._is_closed = True
        with suppress(ibmmq.MQMIError, ibmmq.PYIFError):  # one that is gone has backed out itself
            if self._is_holding:
                self._manager.backout()
            self._manager.disconnect()

    def _settle(self, payload: bytes, described: Any, outcome: Outcome) -> None:
        if self._is_closed:
            said = f"a delivery of {self._address!r} was to be {outcome.value}, and was given back"
            raise NotDelivered(said, kind=KIND, address=self._owner.broker.address)

        def do() -> None:
            if outcome is Outcome.REQUEUED:
                self._manager.backout()
                return
            if outcome is Outcome.REJECTED:
                dead = self._name + DEAD
                self._owner.put(self._manager, dead, payload, described, in_unit=True)
            self._manager.commit()

        self._owner.telling(do)
        self._is_holding = False


def _is_text(payload: bytes) -> bool:
    try:
        payload.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _unpacked(payload: bytes, described: Any) -> Message:
    correlation = bytes(described.CorrelId).rstrip(b"\0")
    return Message(
        payload,
        correlation_id=correlation.decode() if _is_text(correlation) else correlation.hex(),
        message_id=bytes(described.MsgId).hex(),
    )
