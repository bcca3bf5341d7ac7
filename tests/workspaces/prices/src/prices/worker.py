"""Answers requests over a ZeroMQ socket: ``python -m prices.worker``."""

import json
import os

import zmq

from prices import answers


def main() -> None:
    """Serve until stopped."""
    with zmq.Context() as context, context.socket(zmq.REP) as asked:
        asked.bind(os.environ["PRICES_AT"])
        while True:
            asked.send_multipart(answered(*asked.recv_multipart()))


def answered(headers: bytes, body: bytes) -> list[bytes]:
    """The frames of the reply, under the correlation id of its request."""
    told = {"content-type": "application/json", "correlation-id": correlation_of(headers)}
    try:
        reply, _ = answers.prices_asked(body)
    except ValueError:
        reply = b'{"refused": "the request cannot be read"}'
    return [json.dumps(told).encode(), reply]


def correlation_of(headers: bytes) -> str:
    """What the request is known by."""
    return str(json.loads(headers).get("correlation-id", ""))


if __name__ == "__main__":
    main()
