"""
Consumes from a queue of IBM MQ: ``python -m settlement.worker``.

A message is browsed, handled, what follows of it is put, and then it is deleted. One that cannot be
read goes to the dead letters, as does one at which the worker has died too often.
"""

import logging
import signal
import time
from types import FrameType

from pydantic import ValidationError

from settlement import handlers
from settlement.payments import Payments
from settlement.queues import Browsed, Queues
from settlement.settings import settings

REQUESTED = "settlement.requested"
PAUSE_S = 0.2
MAX_ATTEMPTS = 3
_log = logging.getLogger(__name__)


class Worker:
    """The loop, and whether it should end."""

    def __init__(self, queues: Queues, payments: Payments) -> None:
        self._queues = queues
        self._payments = payments
        self.is_leaving = False

    def turn(self) -> None:
        """Take the next message, or wait a little where there is none."""
        message = self._queues.browse(REQUESTED)
        if message is None:
            time.sleep(PAUSE_S)
        else:
            self._take(message)

    def leave(self, _signal: int, _frame: FrameType | None) -> None:
        """End after the turn."""
        self.is_leaving = True

    def _take(self, message: Browsed) -> None:
        if self._payments.attempted(message.message_id) > MAX_ATTEMPTS:
            _log.warning("message %s was tried %s times", message.message_id, MAX_ATTEMPTS)
            self._queues.bury(REQUESTED, message)
        else:
            self._handle(message)
        self._queues.delete(REQUESTED, message.message_id)
        self._payments.done(message.message_id)

    def _handle(self, message: Browsed) -> None:
        try:
            following = handlers.on_settlement_requested(message.body, self._payments)
        except ValidationError as error:
            _log.warning("message %s cannot be read: %s", message.message_id, error)
            self._queues.bury(REQUESTED, message)
        else:
            self._queues.send(following)


def main() -> None:
    """Consume until told to leave."""
    logging.basicConfig(level=logging.INFO)
    given = settings()
    login = (given.user, given.password)
    queues = Queues(
        given.mq_url, given.queue_manager, login, given.certificates, given.channel_prefix
    )
    worker = Worker(queues, Payments(given.database))
    signal.signal(signal.SIGTERM, worker.leave)
    while not worker.is_leaving:
        worker.turn()


if __name__ == "__main__":
    main()
