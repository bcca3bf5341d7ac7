"""What a courier does about orders."""

from __future__ import annotations

import json


def on_placed(body: bytes) -> str:
    order = json.loads(body)
    return f"to {order['street']} with {order['id']}"


def on_cancelled(body: bytes) -> str:
    order = json.loads(body)
    return f"{order['id']} stays here"
