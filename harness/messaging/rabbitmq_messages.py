"""A message as AMQP 0-9-1 carries it: properties, a table of headers, a payload."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from harness.domain.message import Header, Message
from harness.messaging.envelope import KEY_HEADER


def packed(message: Message) -> aio_pika.Message:
    """Give a message as the client sends it."""
    headers = {name: _to_amqp(value) for name, value in message.headers.items()}
    if message.key is not None:
        headers[KEY_HEADER] = message.key
    return aio_pika.Message(
        message.payload or b"",
        headers=headers,
        content_type=message.content_type or None,
        correlation_id=message.correlation_id or None,
        message_id=message.message_id or None,
        reply_to=message.reply_to or None,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )


def unpacked(came: AbstractIncomingMessage) -> Message:
    """Give what came, with its properties, as a message of the port."""
    headers = {name: _from_amqp(value) for name, value in came.headers.items()}
    key = headers.pop(KEY_HEADER, None)
    return Message(
        came.body,
        headers,
        key=key if isinstance(key, str) else None,
        content_type=came.content_type or "",
        correlation_id=came.correlation_id or "",
        message_id=came.message_id or "",
        reply_to=came.reply_to or "",
    )


def _to_amqp(value: Header) -> Any:
    """The client writes a byte array as bytes, and refuses bytes."""
    return bytearray(value) if isinstance(value, bytes) else value


def _from_amqp(value: Any) -> Any:
    """Only what JSON has, and bytes: times and decimals become text."""
    if isinstance(value, bytearray):
        return bytes(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list):
        return [_from_amqp(each) for each in value]
    if isinstance(value, dict):
        return {str(name): _from_amqp(each) for name, each in value.items()}
    return value
