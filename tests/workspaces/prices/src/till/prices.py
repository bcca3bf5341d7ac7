"""How the till asks what a product costs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass
class Price:
    """What a product costs, and until when."""

    sku: str
    cents: int
    until: str | None = None


def price(ask: Callable[[bytes], bytes | None], sku: str) -> str:
    """The line of a receipt."""
    told: object = json.loads(ask(json.dumps({"sku": sku}).encode()) or b"")
    found = read(told)
    ends = date.fromisoformat(found.until).isoformat() if found.until else "on"
    return f"{found.sku} {found.cents / 100:.2f} {ends}"


def read(told: object) -> Price:
    """
    The price in a reply.

    Raises: ValueError where there is none.
    """
    match told:
        case {"sku": str(sku), "cents": int(cents), **rest}:
            until = rest.get("until")
            return Price(sku, cents, until if isinstance(until, str) else None)
    raise ValueError(f"expected a price, seen {told!r}")
