"""Refuses request bodies that are not JSON before anything else looks at them."""

import json
from typing import Never

from apiflask import abort
from flask import request


def require_json() -> None:
    """Answer 415 to other media types, and 400 to what is not JSON."""
    if request.routing_exception is not None or request.method not in {"POST", "PUT"}:
        return
    body = request.get_data()
    if not body:
        return
    if request.mimetype != "application/json":
        abort(415, "Send the body as application/json.")
    try:
        json.loads(body.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        abort(400, "The body is not JSON.")


def _refuse_constant(name: str) -> Never:
    """Refuse a number that JSON does not have."""
    raise ValueError(f"{name} is not JSON")
