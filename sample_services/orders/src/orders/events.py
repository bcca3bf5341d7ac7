"""
What orders tells the other services, by way of an outbox.

A message is written in the transaction of what it tells, and sent once that is committed. What
cannot be sent stays in the outbox, and goes with the next one: each message is sent at least once.
"""

import asyncio
import logging
from datetime import UTC, datetime

from aio_pika.exceptions import AMQPError
from sqlalchemy import select
from sqlalchemy.orm import Session

from orders import rabbitmq
from orders.messages import Message
from orders.settings import settings
from orders.tables import Unsent

_log = logging.getLogger(__name__)


def record(message: Message, session: Session) -> None:
    """Put a message into the outbox, in the caller's transaction."""
    session.add(
        Unsent(
            id=message.message_id,
            channel=message.channel,
            body=message.body,
            key=message.key,
            headers=dict(message.headers),
            recorded_at=datetime.now(UTC),
        )
    )


def deliver(session: Session) -> None:
    """Publish what the outbox holds, the oldest first; what fails is logged, and waits there."""
    for unsent in session.scalars(select(Unsent).order_by(Unsent.recorded_at)).all():
        message = Message(unsent.id, unsent.channel, unsent.body, unsent.key, unsent.headers)
        try:
            publish(message)
        except (AMQPError, OSError) as error:
            _log.warning("%s waits in the outbox: %s", message.message_id, error)
            return
        session.delete(unsent)
        session.commit()


def publish(message: Message) -> None:
    """Send one message; a service that runs alone, without a broker, has nobody to tell."""
    url = settings().rabbitmq_url
    if url:
        asyncio.run(rabbitmq.send(url, settings().channel_prefix, message))
