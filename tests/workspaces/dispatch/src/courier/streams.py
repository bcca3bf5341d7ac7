"""Consumes from Redis streams."""

from __future__ import annotations

import os
from typing import Any

import redis

from courier import handlers

PREFIX = os.environ.get("CHANNEL_PREFIX", "")
ADDRESSES = {"order.placed": handlers.on_placed, "order.cancelled": handlers.on_cancelled}
GROUP = "courier"


def take(client: Any, stream: str, identity: bytes, fields: dict[bytes, bytes]) -> None:
    address = stream.removeprefix(PREFIX)
    try:
        ADDRESSES[address](fields[b"payload"])
    except Exception:
        client.xadd(f"{stream}.courier.dead", fields)
    client.xack(stream, GROUP, identity)


def main() -> None:
    client: Any = redis.Redis.from_url(os.environ["BROKER_URL"])
    streams = [f"{PREFIX}{address}" for address in ADDRESSES]
    for stream in streams:
        try:
            client.xgroup_create(stream, GROUP, id="0", mkstream=True)
        except redis.ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise
    start = "0"  # what a former life did not finish comes first
    while True:
        asked = {stream: start for stream in streams}
        came = client.xreadgroup(GROUP, "courier", asked, count=1, block=1000)
        found = [(stream, entry) for stream, entries in came for entry in entries]
        for stream, (identity, fields) in found:
            take(client, stream.decode(), identity, fields)
        if not found:
            start = ">"


if __name__ == "__main__":
    main()
