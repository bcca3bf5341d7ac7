"""Reads and writes topics of Kafka."""

from collections.abc import Iterable

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
from confluent_kafka import Message as Record
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from shipping.messages import Message

LIMIT_S = 10.0
Headers = dict[str, str | bytes | None] | list[tuple[str, str | bytes | None]]
PARTITIONS = 3
SESSION_MS = 6000  # how long the partitions of a worker that was killed wait for another
Settings = dict[str, str | int | float | bool]


class Topics:
    """The topics of this service: of each address a group of its own, and its dead letters."""

    def __init__(self, url: str, prefix: str, addresses: Iterable[str]) -> None:
        self._prefix = prefix
        settings: Settings = {"bootstrap.servers": url}
        self._producer = Producer(settings | {"enable.idempotence": True, "linger.ms": 0})
        self._consumers = {}
        names = {address: prefix + address for address in addresses}
        _make(settings, [*names.values(), *(f"{name}.shipping.dead" for name in names.values())])
        for address, name in names.items():
            consumer = Consumer(
                settings
                | {
                    "group.id": f"{name}.shipping",
                    "auto.offset.reset": "earliest",
                    "enable.auto.commit": False,
                    "session.timeout.ms": SESSION_MS,
                }
            )
            consumer.subscribe([name])
            self._consumers[address] = consumer

    def next(self, address: str, timeout_s: float) -> Record | None:
        """The next record of an address; an error of the client is raised."""
        record = self._consumers[address].poll(timeout_s)
        if record is None:
            return None
        if (error := record.error()) is not None:
            if error.code() in (KafkaError._PARTITION_EOF, KafkaError.UNKNOWN_TOPIC_OR_PART):
                return None
            raise KafkaException(error)
        return record

    def send(self, messages: Iterable[Message]) -> None:
        """Send messages, and wait until the brokers have them."""
        for message in messages:
            headers = {"content-type": message.content_type, **message.headers}
            self._produce(
                self._prefix + message.channel,
                message.body,
                message.key.encode(),
                [(name, value.encode()) for name, value in headers.items()],
            )

    def bury(self, address: str, record: Record) -> None:
        """Put what cannot be handled into the dead letters, as it came."""
        name = f"{self._prefix}{address}.shipping.dead"
        self._produce(name, record.value(), record.key(), record.headers() or [])

    def acknowledge(self, address: str, record: Record) -> None:
        """Commit that a record is handled."""
        self._consumers[address].commit(message=record, asynchronous=False)

    def close(self) -> None:
        """Leave the groups, so that others take over at once."""
        for consumer in self._consumers.values():
            consumer.close()

    def _produce(
        self,
        topic: str,
        value: bytes | str | None,
        key: bytes | str | None,
        headers: Headers,
    ) -> None:
        failed: list[KafkaError] = []
        self._producer.produce(
            topic,
            value=value,
            key=key,
            headers=headers,
            on_delivery=lambda error, _record: failed.append(error) if error else None,
        )
        left = self._producer.flush(LIMIT_S)
        if failed or left:
            raise KafkaException(failed[0] if failed else KafkaError(KafkaError._TIMED_OUT))


def _make(settings: Settings, names: list[str]) -> None:
    wanted = [NewTopic(name, num_partitions=PARTITIONS) for name in names]
    admin = AdminClient(settings)  # what it was asked for ends with it
    for made in admin.create_topics(wanted).values() if wanted else ():
        try:
            made.result(LIMIT_S)
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise
