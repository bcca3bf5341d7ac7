"""
Consumes from SQS: ``python -m ledger.worker``.

A message is handled, what follows of it is sent, and then it is deleted. One that cannot be read
goes to the dead letters; one at which the worker dies comes back, and is put there by SQS itself
when it has come back too often.
"""

import logging
import signal
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from threading import Event
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
    """A thread for each address, since each queue is waited at, and whether they should end."""

    def __init__(self, queues: Queues, database: str) -> None:
        self._queues = queues
        self._database = database
        self._leaving = Event()

    def work(self) -> None:
        """Consume until told to leave, or until a thread fails."""
        with ThreadPoolExecutor(len(HANDLES)) as pool:
            threads = [pool.submit(self._consume, address) for address in HANDLES]
            ended, _ = wait(threads, return_when=FIRST_EXCEPTION)
            self._leaving.set()
        for thread in ended:
            thread.result()

    def leave(self, _signal: int, _frame: FrameType | None) -> None:
        """End after what is in hand."""
        self._leaving.set()

    def _consume(self, address: str) -> None:
        books = Books(self._database)  # a connection belongs to its thread
        while not self._leaving.is_set():
            for message in self._queues.next(address):
                self._take(address, message, books)

    def _take(self, address: str, message: Received, books: Books) -> None:
        try:
            following = HANDLES[address](message.body, message.headers, books)
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
    worker = Worker(Queues(given.aws_url, given.channel_prefix, HANDLES), given.database)
    signal.signal(signal.SIGTERM, worker.leave)
    _log.info("reads %s", ", ".join(HANDLES))
    worker.work()


if __name__ == "__main__":
    main()
