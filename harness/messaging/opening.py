"""From a URL to a connected transport; a broker's client is imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from harness.domain.errors import Misused
from harness.messaging.memory import MemoryBroker
from harness.messaging.naming import fresh_namespace
from harness.messaging.port import Transport

# Scheme of the URL: module, its transport, and the extra that brings the client.
TRANSPORTS: Final = {
    "amqp": ("rabbitmq", "RabbitMQ", "messaging-rabbitmq"),
    "amqps": ("rabbitmq", "RabbitMQ", "messaging-rabbitmq"),
    "kafka": ("kafka", "Kafka", "messaging-kafka"),
    "amqp1": ("amqp1", "Amqp1", "messaging-amqp1"),
    "ibmmq+amqp": ("amqp1", "Amqp1", "messaging-amqp1"),
    "ibmmq+https": ("ibmmq_rest", "IbmMqRest", "gate"),
    "ibmmq+http": ("ibmmq_rest", "IbmMqRest", "gate"),
    "ibmmq": ("ibmmq_native", "IbmMqNative", "messaging-ibmmq"),
    "zmq": ("zeromq", "ZeroMQ", "messaging-zeromq"),
    "redis": ("redis_streams", "RedisStreams", "messaging-redis"),
    "rediss": ("redis_streams", "RedisStreams", "messaging-redis"),
    "nats": ("nats_jetstream", "NatsJetStream", "messaging-nats"),
    "sqs": ("aws_sqs", "Sqs", "messaging-aws"),
    "sns": ("aws_sns", "Sns", "messaging-aws"),
    "eventbridge": ("aws_eventbridge", "EventBridge", "messaging-aws"),
    "kinesis": ("aws_kinesis", "Kinesis", "messaging-aws"),
}
MEMORY: Final = "memory"


def open_transport(url: str, namespace: str | None = None) -> Transport:
    """
    Connect to the broker of a URL.

    Shape: `namespace` is a fresh one where it is None and the transport can make names; with an
    empty one, names are the services' own, and what the transport makes under them is removed all
    the same when it is closed.

    Raises: Misused for a URL of no transport, or one whose client is not installed;
    BrokerUnreachable, LoginRefused.
    """
    parts = urlsplit(url)
    if parts.scheme == MEMORY:
        return MemoryBroker().open(namespace)
    if parts.scheme not in TRANSPORTS:
        known = ", ".join((MEMORY, *TRANSPORTS))
        said = f"expected the URL of a broker, with a scheme of {known}; got {parts.scheme!r}"
        raise Misused(said, hint="docs/messaging.md tells each transport's URL")
    module, name, extra = TRANSPORTS[parts.scheme]
    try:
        found = getattr(import_module(f"harness.messaging.{module}"), name)
    except ImportError as error:
        said = f"{parts.scheme}:// needs a client that cannot be imported here: {error}"
        raise Misused(said, hint=f'pip install "contract-harness[{extra}]"') from None
    separates = found.capabilities.separates_runs
    own = (fresh_namespace() if separates else "") if namespace is None else namespace
    opened: Transport = found(parts, own, dict(parse_qsl(parts.query, keep_blank_values=True)))
    return opened
