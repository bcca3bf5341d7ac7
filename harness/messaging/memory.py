"""Messages in one process: what needs no broker, with a broker's manners."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from uuid import uuid4

from harness import __version__
from harness.domain.errors import BrokerUnreachable, NotDelivered, SettledTwice
from harness.domain.message import Message, UsedBroker
from harness.messaging.naming import fresh_namespace
from harness.messaging.port import (
    OWN_GROUP,
    PATIENCE_S,
    Capabilities,
    Carried,
    Delivery,
    Outcome,
    Subscription,
    Transport,
)

KIND = "memory"
ADDRESS = "this process"
DEAD = ".dead"
REQUESTS = "requests"
CAPABILITIES = Capabilities(key=Carried.NATIVE, typed_headers=True, tombstones=True, replies=True)
USED = UsedBroker(kind=KIND, address=ADDRESS, product="memory", version=__version__)


@dataclass(slots=True)
class _Letter:
    """A message in a queue."""

    message: Message
    attempt: int = 0


@dataclass(slots=True)
class _Queue:
    """What waits for one group of an address, oldest first."""

    name: str
    address: str
    waiting: deque[_Letter] = field(default_factory=deque)


class MemoryBroker:
    """Queues that several transports of one process share."""

    def __init__(self) -> None:
        self._queues: dict[str, _Queue] = {}
        self._changed = threading.Condition()

    def open(self, namespace: str | None = None) -> MemoryTransport:
        """Connect to it, with a fresh namespace where none is given."""
        return MemoryTransport(self, fresh_namespace() if namespace is None else namespace)

    def names(self) -> frozenset[str]:
        """Name all queues that are there."""
        with self._changed:
            return frozenset(self._queues)

    def declare(self, name: str, address: str) -> None:
        """Make a queue that gets what is sent to an address, if it is not there."""
        with self._changed:
            self._queues.setdefault(name, _Queue(name, address))

    def send(self, address: str, message: Message) -> int:
        """Put a message into every queue of an address, and count them."""
        with self._changed:
            to = [each for each in self._queues.values() if each.address == address]
            for queue in to:
                queue.waiting.append(_Letter(message))
            self._changed.notify_all()
            return len(to)

    def take(self, name: str, timeout_s: float, is_closed: Callable[[], bool]) -> _Letter | None:
        """Take the oldest message of a queue out of it, as soon as there is one."""

        def is_ready() -> bool:
            return is_closed() or bool(self._queue(name).waiting)

        with self._changed:
            if not self._changed.wait_for(is_ready, timeout_s) or is_closed():
                return None
            letter = self._queue(name).waiting.popleft()
            letter.attempt += 1
            return letter

    def give_back(self, name: str, letters: list[_Letter]) -> None:
        """Put messages at the head of their queue again, in the order in which they were taken."""
        with self._changed:
            queue = self._queues.get(name)
            if queue is not None:  # else the namespace is gone, and they with it
                queue.waiting.extendleft(reversed(letters))
            self._changed.notify_all()

    def remove(self, namespace: str) -> None:
        """Remove all queues of a namespace."""
        with self._changed:
            for name in [one for one in self._queues if one.startswith(namespace)]:
                del self._queues[name]
            self._changed.notify_all()

    def wake(self) -> None:
        """Let whoever waits look again whether it still should."""
        with self._changed:
            self._changed.notify_all()

    def _queue(self, name: str) -> _Queue:
        try:
            return self._queues[name]
        except KeyError:
            raise BrokerUnreachable(
                f"the queue {name!r} is gone: its transport was closed", kind=KIND, address=ADDRESS
            ) from None


class MemoryTransport(Transport):
    """The default transport: at least once, in order, with dead letters and replies."""

    capabilities = CAPABILITIES
    broker = USED

    def __init__(self, shared: MemoryBroker, namespace: str) -> None:
        self.namespace = namespace
        self._shared = shared

    def publish(self, address: str, message: Message) -> None:
        """Put the message into the queue of every group; with no group it is lost, as elsewhere."""
        self._shared.send(self.wire_name(address), message)

    def subscribe(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """Join a group, whose queue is made if it is not there."""
        to = self.wire_name(address)
        return self._queue(address, to, f"{to}.{group}")

    def dead_letters(self, address: str, group: str = OWN_GROUP) -> Subscription:
        """Read what a group has rejected for good."""
        name = f"{self.wire_name(address)}.{group}{DEAD}"
        return self._queue(address, name, name)

    def request(self, address: str, message: Message, timeout_s: float = PATIENCE_S) -> Message:
        """Send with a reply address of its own, and wait there."""
        back = f"{self.namespace}reply.{uuid4().hex}"
        asked = replace(
            message, reply_to=back, correlation_id=message.correlation_id or uuid4().hex
        )
        with self._queue(address, back, back) as replies:
            if not self._shared.send(self.wire_name(address), asked):
                raise self._no_reply(address, "nobody takes requests there")
            delivery = replies.receive(timeout_s)
        self._shared.remove(back)
        if delivery is None:
            raise self._no_reply(address, f"no reply came within {timeout_s:g} s")
        return delivery.message

    def requests(self, address: str) -> Subscription:
        """Take requests to an address."""
        return self.subscribe(address, REQUESTS)

    def reply(self, asked: Delivery, message: Message) -> None:
        """Send to where the request wants its reply."""
        to = asked.message.reply_to
        correlated = replace(message, correlation_id=asked.message.correlation_id)
        if not self._shared.send(to, correlated):
            raise self._no_reply(asked.address, "nobody waits for the reply")

    def close(self) -> None:
        """Remove the namespace; without one, nothing is removed, since all is shared."""
        if self.namespace:
            self._shared.remove(self.namespace)

    def _queue(self, address: str, bound_to: str, name: str) -> MemorySubscription:
        self._shared.declare(name, bound_to)
        if not name.endswith(DEAD):
            self._shared.declare(name + DEAD, name + DEAD)
        return MemorySubscription(self._shared, name, address)

    def _no_reply(self, address: str, why: str) -> NotDelivered:
        said = f"a request to {address!r} has no reply: {why}"
        return NotDelivered(said, kind=KIND, address=ADDRESS)


class MemorySubscription(Subscription):
    """One consumer of a queue."""

    def __init__(self, shared: MemoryBroker, name: str, address: str) -> None:
        self._shared = shared
        self._name = name
        self._address = address
        self._held: list[_Letter] = []
        self._is_closed = False

    def receive(self, timeout_s: float = PATIENCE_S) -> Delivery | None:
        """Take the oldest message; until it is settled, nobody else has it."""
        letter = self._shared.take(self._name, timeout_s, lambda: self._is_closed)
        if letter is None:
            return None
        self._held.append(letter)
        return Delivery(
            letter.message,
            self._address,
            lambda outcome: self._settle(letter, outcome),
            USED,
            redelivered=letter.attempt > 1,
            attempt=letter.attempt,
        )

    def close(self) -> None:
        """Give back what is not settled."""
        self._is_closed = True
        held, self._held = self._held, []
        self._shared.give_back(self._name, held)
        self._shared.wake()

    def _settle(self, letter: _Letter, outcome: Outcome) -> None:
        # By identity: two equal messages are two.
        still = [each for each in self._held if each is not letter]
        if len(still) == len(self._held):
            raise SettledTwice(
                f"a delivery of {self._address!r} was to be {outcome.value}, and was given back "
                "when its subscription was closed",
                kind=KIND,
                address=ADDRESS,
            )
        self._held = still
        if outcome is Outcome.REQUEUED:
            self._shared.give_back(self._name, [letter])
        elif outcome is Outcome.REJECTED:
            self._shared.send(self._name + DEAD, letter.message)
