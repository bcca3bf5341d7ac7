"""How Kafka's client is configured, and what its errors and records mean."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any, Final, TypeVar
from urllib.parse import SplitResult, unquote

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka import Message as Record

from harness.domain.errors import LoginRefused, MessagingFailed, NotDelivered
from harness.domain.message import Message, UsedBroker
from harness.messaging.envelope import from_headers, text_or_bytes
from harness.messaging.unreachable import LIMIT_S, unreachable

T = TypeVar("T")

KIND: Final = "kafka"
UNREACHED: Final = frozenset(
    {
        KafkaError._TRANSPORT,
        KafkaError._ALL_BROKERS_DOWN,
        KafkaError._TIMED_OUT,
        KafkaError._RESOLVE,
    }
)
GONE: Final = KafkaError._ALL_BROKERS_DOWN
REFUSED: Final = frozenset(
    {
        KafkaError._AUTHENTICATION,
        KafkaError.SASL_AUTHENTICATION_FAILED,
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.CLUSTER_AUTHORIZATION_FAILED,
        KafkaError.GROUP_AUTHORIZATION_FAILED,
    }
)

# librdkafka writes to standard error what is raised as well.
_SILENT = logging.getLogger("harness.messaging.kafka")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False


def settings(url: SplitResult, options: Mapping[str, str], at: str) -> dict[str, Any]:
    """Give what every client is configured with; `sasl` among the options is a mechanism."""
    found: dict[str, Any] = {
        "bootstrap.servers": at,
        "logger": _SILENT,
        "socket.connection.setup.timeout.ms": int(LIMIT_S * 1000),
        "topic.metadata.refresh.fast.interval.ms": 20,
    }
    security = "SSL" if options.get("tls") else "PLAINTEXT"
    if url.username:
        found |= {
            "sasl.mechanism": options.get("sasl", "PLAIN"),
            "sasl.username": unquote(url.username),
            "sasl.password": unquote(url.password or ""),
        }
        security = f"SASL_{security}"
    return found | {"security.protocol": security}


def told(
    error: KafkaException | KafkaError,
    trouble: KafkaError | None,
    broker: UsedBroker,
    was_reached: bool,
    is_silent: bool,
) -> MessagingFailed:
    """Say what a client's error means; `trouble` is what it said in the background."""
    what = error.args[0] if isinstance(error, KafkaException) else error
    if trouble is not None and (trouble.code() in REFUSED or trouble.code() == GONE):
        what = trouble
    where = broker.address
    kind: type[MessagingFailed] = NotDelivered
    said, hint = f"{broker.product} at {where}: {what.str()}", ""
    if what.code() in REFUSED:
        kind, hint = LoginRefused, "check the user and the password of the URL, and its rights"
    elif what.code() in UNREACHED:
        return unreachable(
            broker.product,
            KIND,
            where,
            what.str(),
            is_silent=is_silent,
            was_reached=was_reached,
            starts=KIND,
        )
    elif what.code() == KafkaError.MSG_SIZE_TOO_LARGE:
        hint = "the broker's message.max.bytes is the limit"
    return kind(said, kind=KIND, address=where, hint=hint)


def unpacked(record: Record, read: Callable[..., Message] = from_headers) -> Message:
    """Read a record, whoever wrote it."""
    key = record.key()
    text = key.decode("utf-8", "surrogateescape") if isinstance(key, bytes) else key
    headers: Any = record.headers() or []
    told = ((name, text_or_bytes(one) if isinstance(one, bytes) else one) for name, one in headers)
    return read(record.value(), told, text)


def done(work: Future[T]) -> T:
    """Wait for an administrator's work, whose time over is an error like any other."""
    try:
        return work.result(LIMIT_S)
    except TimeoutError:
        raise KafkaException(KafkaError(KafkaError._TIMED_OUT)) from None
