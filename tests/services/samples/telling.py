"""What a worker publishes: a module of functions, and a mapping beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

STOCK: dict[str, int] = {}


@dataclass
class Event:
    """A message as a client of a broker holds it."""

    body: bytes
    headers: dict[str, object] = field(default_factory=dict)
    key: str | None = None
    content_type: str | None = None
    topic: str | None = None
    type: str | None = None


def a_sku_exists(sku: str, on_hand: int) -> dict[str, object]:
    STOCK[sku] = on_hand
    return {"id": 7}


def reset() -> None:
    STOCK.clear()


def stock_changed(sku: str, id: int) -> Event:
    """Made in a state, by what it named and gave."""
    body = b'{"sku": "%s", "on_hand": %d}' % (sku.encode(), STOCK[sku])
    headers: dict[str, object] = {"trace": b"c0ffee", "attempt": 1}
    return Event(body, headers, str(id), "application/json", "stock.changed", "StockChanged")


async def orders_placed() -> tuple[dict[str, object], dict[str, object]]:
    return {"id": 1}, {"topic": "orders.placed", "contentType": "application/json"}


def the_price_of_a_sku(request: bytes, headers: dict[str, str], key: str) -> bytes:
    return b'{"asked": %s, "by": "%s", "key": "%s"}' % (
        request,
        headers["trace"].encode(),
        key.encode(),
    )


def pages() -> Iterator[bytes]:
    yield b"1"
    yield b"2"


async def pages_later() -> AsyncIterator[str]:
    yield "1"
    yield "2"


def nothing() -> None:
    """Publishes by itself, and returns what nobody can judge."""


def an_object() -> object:
    return object()


def no_json() -> dict[str, object]:
    return {"at": object()}


def lost() -> bytes:
    raise KeyError("lost")


def asks_for_more(clock: object) -> bytes:
    return repr(clock).encode()


def for_all(description: str) -> dict[str, Any]:
    return {"contents": description.encode(), "metadata": {"a": 1}, "content_type": "text/plain"}


MESSAGES: dict[str, Any] = {
    "an order was placed": lambda: {"id": 1},
    "orders.placed": lambda: (None, {"key": "1"}),
    "orders/OrderShipped": lambda name, metadata: [name, metadata],
}
