"""Consumes from Kafka."""

from __future__ import annotations

import os

from confluent_kafka import Consumer, Message, Producer

from courier import handlers

PREFIX = os.environ.get("CHANNEL_PREFIX", "")
ADDRESSES = {"order.placed": handlers.on_placed, "order.cancelled": handlers.on_cancelled}


def take(producer: Producer, record: Message) -> None:
    topic = record.topic() or ""
    try:
        ADDRESSES[topic.removeprefix(PREFIX)](record.value() or b"")
    except Exception:
        producer.produce(f"{topic}.courier.dead", value=record.value())
        producer.flush()


def main() -> None:
    servers = {"bootstrap.servers": os.environ["BROKER_URL"]}
    producer = Producer(servers)
    consumer = Consumer(
        {
            **servers,
            "group.id": f"{PREFIX}courier",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe([f"{PREFIX}{address}" for address in ADDRESSES])
    while True:
        record = consumer.poll(1)
        if record is None or record.error() is not None:
            continue
        take(producer, record)
        consumer.commit(record, asynchronous=False)


if __name__ == "__main__":
    main()
