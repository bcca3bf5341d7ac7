"""
Consumes from SQS: ``python -m ledger.worker``.

A message is handled, what follows of it is sent, and then it is deleted. One that cannot be read
goes to the dead letters; one at which the worker dies comes back, and is put there by SQS itself
when it has come back too often.
"""

import logging
import signal
from collections.abc import Callable, Mapping
from types import FrameType

from pydantic import ValidationError

from ledger import handlers
from ledger.books import Books
from ledger.messages import Message
from ledger.queues import Queues, Received
from ledger.settings import settings

_log = logging.getLogger(__name__)
Handle = Callable[[bytes, Mapping[str, str], Books], list[Message]]
HANDLES: Mapping[str, Handle] = {
    "order.placed": handlers.on_order_placed,
    "order.cancelled": handlers.on_order_cancelled,
    "shipment.delivered": handlers.on_shipment_delivered,
    "notification.sent": handlers.on_notification_sent,
    "settlement.settled": handlers.on_settlement_settled,
    "settlement.rejected": handlers.on_settlement_rejected,
}


class Worker:
    """The loop, and whether it should end."""

    def __init__(self, queues: Queues, books: Books) -> None:
        self._queues = queues
        self._books = books
        self.is_leaving = False

    def turn(self) -> None:
        """Take what has come to each address."""
        for address, handle in HANDLES.items():
            for message in self._queues.next(address):
                self._take(address, handle, message)

    def leave(self, _signal: int, _frame: FrameType | None) -> None:
        """End after the turn."""
        self.is_leaving = True

    def _take(self, address: str, handle: Handle, message: Received) -> None:
        try:
            following = handle(message.body, message.headers, self._books)
        except ValidationError as error:
            _log.warning("a message of %s cannot be read: %s", address, error)
            self._queues.bury(address, message)
        else:
            self._queues.send(following)
        self._queues.acknowledge(address, message)


def main() -> None:
    """Consume until told to leave."""
    logging.basicConfig(level=logging.INFO)
    given = settings()
    worker = Worker(Queues(given.aws_url, given.channel_prefix, HANDLES), Books(given.database))
    signal.signal(signal.SIGTERM, worker.leave)
    while not worker.is_leaving:
        worker.turn()


if __name__ == "__main__":
    main()
