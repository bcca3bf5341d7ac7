"""What the exceptions of RabbitMQ's client mean."""

from __future__ import annotations

from typing import Final

from aio_pika.exceptions import (
    ChannelNotFoundEntity,
    ChannelPreconditionFailed,
    DeliveryError,
    ProbableAuthenticationError,
)
from aiormq.exceptions import ChannelAccessRefused, InvalidFrameError

from harness.domain.errors import (
    AddressConflict,
    LoginRefused,
    MessagingFailed,
    NotDelivered,
)
from harness.messaging.unreachable import unreachable

KIND: Final = "rabbitmq"


def meaning_of(error: Exception, where: str, was_reached: bool) -> MessagingFailed:
    """Say what an exception means, before the broker at a place was reached or after it."""
    kind: type[MessagingFailed]
    said = str(error) or type(error).__name__
    if isinstance(error, (ProbableAuthenticationError, ChannelAccessRefused, InvalidFrameError)):
        kind, said = LoginRefused, f"RabbitMQ at {where} refuses the login: {said}"
        hint = "check the user, the password and the virtual host of the URL"
    elif isinstance(error, ChannelPreconditionFailed):
        kind, said = (
            AddressConflict,
            f"RabbitMQ at {where} has this with other arguments: {said}",
        )
        hint = "remove the queue or the exchange, or use a namespace of your own"
    elif isinstance(error, (DeliveryError, ChannelNotFoundEntity)):
        kind, said = NotDelivered, f"RabbitMQ at {where} did not deliver: {said}"
        hint = "is there a queue that is bound to this routing key?"
    else:
        is_silent = isinstance(error, TimeoutError)
        return unreachable(
            "RabbitMQ",
            KIND,
            where,
            said,
            is_silent=is_silent,
            was_reached=was_reached,
            starts=KIND,
        )
    return kind(said, kind=KIND, address=where, hint=hint)
