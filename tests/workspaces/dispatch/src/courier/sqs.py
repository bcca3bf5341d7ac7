"""Consumes from Amazon SQS."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import boto3

from courier import handlers

PREFIX = os.environ.get("CHANNEL_PREFIX", "")
ADDRESSES = {"order-placed": handlers.on_placed, "order-cancelled": handlers.on_cancelled}


def take(client: Any, url: str, handle: Callable[[bytes], str], came: dict[str, Any]) -> None:
    try:
        handle(came["Body"].encode())
    except Exception:
        return  # it is shown again, and put away by the queue itself after three times
    client.delete_message(QueueUrl=url, ReceiptHandle=came["ReceiptHandle"])


def main() -> None:
    client: Any = boto3.client(
        "sqs",
        endpoint_url=os.environ["BROKER_URL"],
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    suffix = os.environ.get("QUEUE_SUFFIX", "")
    queues = {
        client.get_queue_url(QueueName=f"{PREFIX}{address}{suffix}")["QueueUrl"]: handle
        for address, handle in ADDRESSES.items()
    }
    while True:
        for url, handle in queues.items():
            told = client.receive_message(QueueUrl=url, WaitTimeSeconds=1)
            for came in told.get("Messages", ()):
                take(client, url, handle, came)


if __name__ == "__main__":
    main()
