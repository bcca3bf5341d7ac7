"""
Consumes from Kafka, and hears of prices over ZeroMQ: ``python -m shipping.worker``.

A record is handled, what follows of it is sent, and then its offset is committed. One that cannot
be read, or whose parcel nobody takes, goes to the dead letters. Where pricing is silent, the worker
ends: the record is not committed, and is handled when the worker is started again.
"""

import logging
import signal
from collections.abc import Callable, Mapping
from types import FrameType

from confluent_kafka import Message as Record
from pydantic import ValidationError

from shipping import handlers
from shipping.messages import Message
from shipping.parcels import Parcels
from shipping.pricing import PriceChanges, PricingClient, Requests
from shipping.quotes import NoQuote, Quotes, own_van
from shipping.settings import settings
from shipping.topics import Topics

POLL_S = 0.1
_log = logging.getLogger(__name__)
Handle = Callable[[bytes, Mapping[str, str]], list[Message]]


class Worker:
    """The loop, and whether it should end."""

    def __init__(self, topics: Topics, handles: Mapping[str, Handle]) -> None:
        self._topics = topics
        self._handles = handles
        self.is_leaving = False

    def turn(self) -> None:
        """Take one record of each address."""
        for address, handle in self._handles.items():
            record = self._topics.next(address, POLL_S)
            if record is not None:
                self._take(address, handle, record)

    def leave(self, _signal: int, _frame: FrameType | None) -> None:
        """End after the turn."""
        self.is_leaving = True

    def _take(self, address: str, handle: Handle, record: Record) -> None:
        try:
            following = handle(body_of(record), headers_of(record))
        except (ValidationError, NoQuote) as error:
            _log.warning("a message of %s cannot be handled: %s", address, error)
            self._topics.bury(address, record)
        else:
            self._topics.send(following)
        self._topics.acknowledge(address, record)


def main() -> None:
    """Consume until told to leave."""
    logging.basicConfig(level=logging.INFO)
    given = settings()
    parcels = Parcels(given.database)
    quotes, changes = Quotes(own_van), None
    if given.zeromq_url:
        quotes = Quotes(PricingClient(Requests(given.zeromq_url).carry).quote)
        changes = PriceChanges(given.zeromq_url, given.channel_prefix)
    handles: dict[str, Handle] = {
        "order.placed": lambda body, headers: handlers.on_order_placed(
            body, headers, parcels, quotes
        ),
        "order.cancelled": lambda body, _: handlers.on_order_cancelled(body, parcels),
        "notification.failed": lambda body, _: handlers.on_notification_failed(body, parcels),
    }
    topics = Topics(given.kafka_url, given.channel_prefix, handles)
    worker = Worker(topics, handles)
    signal.signal(signal.SIGTERM, worker.leave)
    try:
        while not worker.is_leaving:
            for body in changes.waiting() if changes is not None else ():
                _hear(body, quotes)
            worker.turn()
    finally:
        topics.close()


def body_of(record: Record) -> bytes:
    """A record's value; a tombstone is as good as nothing."""
    value = record.value()
    return value.encode() if isinstance(value, str) else value or b""


def headers_of(record: Record) -> dict[str, str]:
    """A record's headers as text; of a name that is repeated the last counts."""
    return {
        name: value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")
        for name, value in dict(record.headers() or ()).items()
    }


def _hear(body: bytes, quotes: Quotes) -> None:
    """ZeroMQ keeps nothing, so there is nothing to do about what cannot be read but to tell."""
    try:
        handlers.on_price_changed(body, quotes)
    except ValidationError as error:
        _log.warning("an announcement cannot be read: %s", error)


if __name__ == "__main__":
    main()
