"""
Round trips for each transport: publish with the broker's word, receive, acknowledge, one at a time.

    python -m benchmarks.messaging.round_trips [--seconds 2] [--waiting 10000] [KIND or URL ...]

With `--waiting`, so many messages are sent first, and received when all are there.

A kind is what `harness messaging up` starts; without any, all are taken that the machine has.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack

from harness.domain.errors import HarnessError
from harness.domain.message import Message
from harness.messaging.local.starting import kinds, local_broker
from harness.messaging.opening import open_transport
from harness.messaging.port import Carried, Transport

ADDRESS = "orders.placed"
PAYLOAD = b'{"id": 1, "sku": "A-1", "note": "%s"}' % (b"x" * 160)


def message_for(transport: Transport) -> Message:
    """Two hundred bytes, with as much beside them as the transport carries."""
    can = transport.capabilities
    return Message(
        PAYLOAD,
        headers={"ce-type": "order.placed"} if can.headers is not Carried.NOT else {},
        key="k" if can.key is not Carried.NOT else None,
        content_type="application/json" if can.content_type is not Carried.NOT else "",
    )


def round_trips(transport: Transport, seconds: float) -> list[float]:
    """How long each took, in seconds."""
    message = message_for(transport)
    took = []
    with transport.subscribe(ADDRESS) as subscription:
        end = time.perf_counter() + seconds
        while (began := time.perf_counter()) < end:
            transport.publish(ADDRESS, message)
            delivery = subscription.receive()
            assert delivery is not None, "a message was lost"
            delivery.ack()
            took.append(time.perf_counter() - began)
    return took


def backlog(transport: Transport, count: int) -> tuple[float, float]:
    """How long it took to send so many, and to receive and acknowledge them, in seconds."""
    message = message_for(transport)
    with transport.subscribe(ADDRESS) as subscription:
        began = time.perf_counter()
        for _ in range(count):
            transport.publish(ADDRESS, message)
        sent = time.perf_counter()
        for _ in range(count):
            delivery = subscription.receive()
            assert delivery is not None, "a message was lost"
            delivery.ack()
        return sent - began, time.perf_counter() - sent


def urls_of(asked: list[str], stack: ExitStack) -> Iterator[str]:
    """The URLs that are given, and those of brokers that are started here."""
    for one in asked:
        if "://" in one:
            yield one
            continue
        try:
            yield from stack.enter_context(local_broker(one)).urls
        except HarnessError as error:
            sys.stdout.write(f"| {one} | left out: {error.message} | | |\n")


def measured(transport: Transport, seconds: float, waiting: int) -> str:
    """The last two columns of a transport's line."""
    if waiting:
        sent_s, received_s = backlog(transport, waiting)
        return f"{sent_s:.1f} s | {received_s:.1f} s"
    took = round_trips(transport, seconds)
    return f"{len(took) / sum(took):,.0f} | {statistics.median(took) * 1000:.2f} ms"


def main() -> None:
    """Print a line for each transport."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("asked", nargs="*", default=list(kinds()))
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--waiting", type=int, default=0)
    given = parser.parse_args()
    told = ("sent", "received") if given.waiting else ("round trips a second", "median")
    sys.stdout.write(f"| transport | broker | {told[0]} | {told[1]} |\n|---|---|---|---|\n")
    with ExitStack() as stack:
        for url in urls_of(given.asked, stack):
            try:
                with open_transport(url) as transport:
                    line = measured(transport, given.seconds, given.waiting)
                    used = transport.broker
            except HarnessError as error:
                sys.stdout.write(f"| {url.partition(':')[0]} | left out: {error.message} | | |\n")
                continue
            product = str(used).replace(f" at {used.address}", "")
            sys.stdout.write(f"| {used.kind} | {product} | {line} |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
