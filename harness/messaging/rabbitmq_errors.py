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
    BrokerUnreachable,
    LoginRefused,
    MessagingFailed,
    NotDelivered,
)

KIND: Final = "rabbitmq"
LIMIT_S: Final = 10.0


def meaning_of(error: Exception, where: str, was_reached: bool) -> MessagingFailed:
    """Say what an exception means, before the broker at a place was reached or after it."""
    kind: type[MessagingFailed]
    said = str(error) or type(error).__name__
    hint = ""
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
    elif isinstance(error, TimeoutError) and was_reached:
        kind, said = (
            BrokerUnreachable,
            f"RabbitMQ at {where} does not answer any more: nothing came in {LIMIT_S:g} s",
        )
        hint = "is it overloaded, or out of memory or disk? its log says so"
    elif was_reached:
        kind, said = BrokerUnreachable, f"RabbitMQ at {where} was lost in the middle: {said}"
        hint = "did it end, or restart? once it stays, run this again"
    elif isinstance(error, TimeoutError):
        kind, said = BrokerUnreachable, f"no answer from RabbitMQ at {where} in {LIMIT_S:g} s"
        hint = "is it RabbitMQ that listens there? `harness messaging up rabbitmq` starts one"
    else:
        kind, said = BrokerUnreachable, f"RabbitMQ at {where} is not reached: {said}"
        hint = "is it running? `harness messaging up rabbitmq` starts one"
    return kind(said, kind=KIND, address=where, hint=hint)
