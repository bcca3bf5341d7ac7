"""The one way in which messages are sent and received, whatever broker carries them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import TracebackType
from typing import Protocol, TypeVar

from harness.domain.errors import HarnessError, NotCarried, SettledTwice
from harness.domain.json import Json
from harness.domain.message import Message, UsedBroker

OWN_GROUP = "harness"
PATIENCE_S = 5.0

S = TypeVar("S", bound="Closing")


class Carried(Enum):
    """How a part of a message travels."""

    NATIVE = "by the broker's own means"
    AS_HEADER = "as a header of ours"
    NOT = "not at all"


class DeadLetters(Enum):
    """Who puts a rejected message into the dead-letter place."""

    BROKER = "the broker"
    CLIENT = "the consumer's client"
    NOBODY = "nobody"


class Payloads(Enum):
    """What a payload may be."""

    BYTES = "any bytes"
    TEXT = "text"
    JSON = "JSON objects"


class Order(Enum):
    """What keeps its order on the way."""

    ADDRESS = "all messages of an address"
    KEY = "messages of one key"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """
    What a transport can do, so that what it cannot is known and not hidden.

    Shape: `acknowledges`: an unsettled message comes back; `requeues`: by reject(requeue=True);
    `marks_redelivery`: a message that comes back says so; `typed_headers`: values keep their type,
    else they travel as text; `correlation`: correlation ids travel; `tombstones`: None differs from
    an empty payload; `empty`: a payload may be empty; `fans_out`: every group gets every message;
    `keeps_unread`: what was sent before anybody subscribed is not lost; `is_log`: what is
    acknowledged stays, and a new group reads it; `replies`: requests are answered;
    `separates_runs`: namespaces keep runs apart, and are removed.
    """

    acknowledges: bool = True
    requeues: bool = True
    marks_redelivery: bool = True
    dead_letters: DeadLetters = DeadLetters.BROKER
    order: Order = Order.ADDRESS
    key: Carried = Carried.AS_HEADER
    headers: Carried = Carried.NATIVE
    content_type: Carried = Carried.NATIVE
    typed_headers: bool = False
    correlation: bool = True
    payloads: Payloads = Payloads.BYTES
    tombstones: bool = False
    empty: bool = True
    fans_out: bool = True
    keeps_unread: bool = False
    is_log: bool = False
    replies: bool = False
    separates_runs: bool = True


class Outcome(Enum):
    """What becomes of a delivery."""

    ACKNOWLEDGED = "acknowledged"
    REQUEUED = "rejected, to be delivered again"
    REJECTED = "rejected for good"


class Delivery:
    """
    A message in the hands of a consumer, who settles it once.

    Shape: `address` is where it was sent to, without the namespace; `attempt` counts from one, and
    is None where the broker does not count.
    """

    def __init__(
        self,
        message: Message,
        address: str,
        settle: Callable[[Outcome], None],
        broker: UsedBroker,
        *,
        redelivered: bool = False,
        attempt: int | None = None,
    ) -> None:
        self.message = message
        self.address = address
        self.redelivered = redelivered
        self.attempt = attempt
        self.outcome: Outcome | None = None
        self._settle = settle
        self._broker = broker

    def ack(self) -> None:
        """
        Say that the work is done.

        Raises: SettledTwice; BrokerUnreachable where the broker has gone meanwhile.
        """
        self._settle_once(Outcome.ACKNOWLEDGED)

    def reject(self, *, requeue: bool = False) -> None:
        """
        Refuse the message: to the dead-letter place, or back to where it came from.

        Raises: SettledTwice; NotCarried where the transport cannot.
        """
        self._settle_once(Outcome.REQUEUED if requeue else Outcome.REJECTED)

    def _settle_once(self, outcome: Outcome) -> None:
        if self.outcome is not None:
            raise SettledTwice(
                f"a delivery of {self.address!r} was to be {outcome.value}, and had been "
                f"{self.outcome.value} before",
                kind=self._broker.kind,
                address=self._broker.address,
                hint="settle each delivery once: brokers close the channel of who does not",
            )
        self._settle(outcome)
        self.outcome = outcome


class Closing(Protocol):
    """Something that is left behind by `close`."""

    def close(self) -> None:
        """Let go of all that is held; a second time does nothing."""
        ...

    def __enter__(self: S) -> S:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Subscription(Closing, Protocol):
    """One consumer of a group; closing it gives back what is not settled."""

    def receive(self, timeout_s: float = PATIENCE_S) -> Delivery | None:
        """
        Wait for a message; None when the time is over.

        Raises: BrokerUnreachable where the broker has gone.
        """
        ...


@dataclass(frozen=True, slots=True)
class Inbox:
    """
    Where a service takes the messages of one address, by the names that the broker knows.

    Shape: `sent_to` is what producers send to: a queue, topic, stream or subject, or a routing key
    of `exchange` where one is named; `group` is the service's own queue or consumer group, and
    `dead_letters` the place of what it refuses. What holds `namespace` is the run's own. Of SQS,
    `topic` is that of SNS which feeds the queue, and says whether it puts its own JSON around.
    """

    sent_to: str
    group: str
    dead_letters: str
    namespace: str
    exchange: str = ""
    topic: str = ""
    is_wrapped: bool = False


@dataclass(frozen=True, slots=True)
class Outlets:
    """
    Where a service sends messages to, by the names that the broker knows.

    Shape: `places` maps what its document says that it sends to (queues, topics, streams, subjects,
    or routing keys of `exchange` where one is named) to the addresses of channels; either may hold
    `{parameters}`. All else that is the run's own is heard as well, but for the names of `apart`,
    which are its inboxes.
    """

    namespace: str
    places: Mapping[str, str] = field(default_factory=dict)
    exchange: str = ""
    apart: frozenset[str] = frozenset()

    def hears(self, name: str) -> bool:
        """Whether what is sent to a place of the broker is the service's word."""
        return (bool(self.exchange) or self.namespace in name) and name not in self.apart

    def address_of(self, name: str) -> str:
        """Give the channel's address of a place of the broker."""
        return self.places.get(name, name.removeprefix(self.namespace))

    def made(self) -> tuple[str, ...]:
        """Name the places that can be made before the service starts."""
        return tuple(one for one in self.places if "{" not in one and one not in self.apart)


class Watch(Closing, Protocol):
    """
    Looks on while a service consumes from an inbox of its own.

    Shape: closing it removes what the service and the run have made there. `tries` says after how
    many deliveries the broker itself puts a message away; None where it does not.
    Units: `commits_after_s` is the time after which clients acknowledge by themselves what they
    were given, where that is their habit; `puts_away_after_s` that after which the broker has.
    """

    commits_after_s: float = 0.0
    puts_away_after_s: float = 0.0
    tries: int | None = None

    def is_taken(self) -> bool | None:
        """Say whether somebody consumes there now; None where the broker tells nobody."""
        ...

    def has_let_go(self) -> bool:
        """
        Say whether a consumer that has ended is forgotten, and what it held another's to take.

        Shape: asked again and again after the end. Most brokers see a connection that is gone.
        """
        return True

    def send(self, message: Message) -> None:
        """
        Send as producers do, and wait until the broker has it.

        Raises: NotDelivered, where nobody would ever get it.
        """
        ...

    def waiting(self) -> int:
        """
        Count what is not settled.

        Shape: what a living consumer holds may not be counted; once it is gone, it is.
        """
        ...

    def refused(self) -> tuple[Message, ...]:
        """Give all that has come to the dead-letter place so far, oldest first."""
        ...


class Announcing(Closing, Protocol):
    """Sends to whoever listens, and keeps nothing."""

    def is_heard(self) -> bool:
        """Say whether somebody listens now."""
        ...

    def send(self, message: Message) -> None:
        """Send to whoever listens; who does not gets it never."""
        ...


class Question(Closing, Protocol):
    """A request that was sent; closing it before its reply has come is going away."""

    def reply(self, timeout_s: float) -> Message | None:
        """Wait for the reply; None when the time is over."""
        ...


class Asking(Closing, Protocol):
    """
    Asks a service that takes requests at an inbox of its own.

    Shape: `correlates` says that clients know a reply by its correlation id, and always send one.
    """

    correlates: bool = False

    def is_taken(self) -> bool | None:
        """Say whether somebody takes requests there now; None where a request alone tells."""
        ...

    def ask(self, message: Message) -> Question:
        """
        Send a request as clients do, and go on once it is on its way.

        Shape: it carries a correlation id where the message has one, and none of our own.
        Raises: NotDelivered, where nobody would ever get it.
        """
        ...


@dataclass(frozen=True, slots=True)
class Heard:
    """
    A message as it came to a broker.

    Shape: `address` is the channel's; `beside` are properties that have names of their own; `fault`
    says why it could not be read as a message, and is empty where it could.
    """

    address: str
    message: Message
    beside: Mapping[str, Json] = field(default_factory=dict)
    fault: str = ""


class Hearing(Closing, Protocol):
    """
    Hears what a service sends.

    Shape: closing it removes what the service has made to send to. From a queue it takes, since
    there is nobody else; of all other places everybody gets the same.
    """

    def heard(self) -> tuple[Heard, ...]:
        """Give all that has come so far, of each place oldest first."""
        ...


class Transport(Closing, Protocol):
    """
    A connection to a broker, with a namespace of its own that is gone when it is closed.

    Shape: `address` everywhere is a channel's, without the namespace; `namespace` is a prefix, and
    empty where the names are the services' own. `left` names what could not be removed when it was
    closed, as of a broker that has gone and stays away.
    """

    capabilities: Capabilities
    broker: UsedBroker
    namespace: str
    left: tuple[str, ...] = ()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        if self.left and isinstance(error, HarnessError):
            error.hint = f"{error.hint}; {self.stays()}" if error.hint else self.stays()

    def stays(self) -> str:
        """Say what could not be removed."""
        return f"what was made at {self.broker.address} stays there: {', '.join(self.left)}"

    def wire_name(self, address: str) -> str:
        """Give the name by which the broker knows an address: what a service is configured with."""
        return self.namespace + address

    def publish(self, address: str, message: Message) -> None:
        """
        Send, and wait until the broker has it.

        Raises: NotDelivered, NotCarried, BrokerUnreachable.
        """
        ...

    def subscribe(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """
        Join a group, of which every message is delivered to one consumer.

        Shape: what the group needs (a queue, a durable consumer, its dead-letter place) is made,
        and stays until the transport is closed.

        Raises: AddressConflict, LoginRefused, BrokerUnreachable.
        """
        ...

    def dead_letters(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """
        Read what a group has rejected for good.

        Raises: NotCarried where the transport knows no such place.
        """
        ...

    def request(self, address: str, message: Message, timeout_s: float = PATIENCE_S) -> Message:
        """
        Send a message and wait for its reply.

        Raises: NotDelivered where no reply comes; NotCarried where the transport knows none.
        """
        raise self.not_carried("request and reply")

    def requests(self, address: str) -> Subscription:
        """
        Take requests to an address, to be answered by `reply`.

        Raises: NotCarried where the transport knows none.
        """
        raise self.not_carried("request and reply")

    def reply(self, asked: Delivery, message: Message) -> None:
        """
        Answer a request; it is then acknowledged as any delivery is.

        Raises: NotDelivered where the request names nowhere to reply to.
        """
        raise self.not_carried("request and reply")

    def watch(self, inbox: Inbox) -> Watch:
        """
        Look on while a service consumes; what must be there before it starts is made.

        Raises: NotCarried where that cannot be done.
        """
        raise NotCarried(
            f"what a service consumes from {self.broker.kind} by itself is not looked at in this "
            "version",
            kind=self.broker.kind,
            address=self.broker.address,
            hint="leave `worker` out of its table",
        )

    def asking(self, inbox: Inbox) -> Asking:
        """
        Ask a service that takes requests by itself.

        Raises: NotCarried where that cannot be done.
        """
        raise self.not_carried("requests to a service's own worker")

    def announcing(self, inbox: Inbox) -> Announcing:
        """
        Take the place that a service listens to, before it starts.

        Raises: NotCarried where what is sent is kept, and others are in that place.
        """
        raise self.not_carried("what only those who listen get")

    def hear(self, outlets: Outlets) -> Hearing:
        """
        Hear what a service sends; what must be there before it starts is made.

        Raises: NotCarried where that cannot be done.
        """
        raise self.not_carried("what somebody else sends to whoever listens")

    def not_carried(self, what: str, hint: str = "") -> NotCarried:
        """Say that this transport has no way to do something."""
        return NotCarried(
            f"{self.broker.kind} does not carry {what}",
            kind=self.broker.kind,
            address=self.broker.address,
            hint=hint,
        )
