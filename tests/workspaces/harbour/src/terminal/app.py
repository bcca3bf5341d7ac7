"""Lets lorries through the gate: the one request that this service answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from terminal import events
from terminal.wire import publish

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

DOCUMENT = Path(__file__).with_name("openapi.json").read_bytes()
NUMBER = re.compile("[A-Z]{4}[0-9]{7}")


def collect(numbers: list[str]) -> None:
    """Release containers to the lorry that comes for them, and tell that they are gone."""
    for number in numbers:
        publish("container.released", events.released(number))
    for number in numbers:
        publish("container.collected", events.collected(number))


def numbers_of(body: bytes) -> list[str] | None:
    """What is asked for, if anybody can read it."""
    try:
        asked = json.loads(body)
    except ValueError:
        return None
    if not isinstance(asked, dict) or asked.keys() != {"containers"}:
        return None
    numbers = asked["containers"]
    if not isinstance(numbers, list) or not 1 <= len(numbers) <= 2:
        return None
    if not all(isinstance(one, str) and NUMBER.fullmatch(one) for one in numbers):
        return None
    return numbers


def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer one request."""
    status, body = "404 Not Found", b"{}"
    if environ["PATH_INFO"] == "/openapi.json":
        status, body = "200 OK", DOCUMENT
    elif environ["PATH_INFO"] == "/collections":
        status = "405 Method Not Allowed"
        if environ["REQUEST_METHOD"] == "POST":
            length = int(environ.get("CONTENT_LENGTH") or 0)
            numbers = numbers_of(environ["wsgi.input"].read(length))
            status = "422 Unprocessable Content"
            if numbers is not None:
                collect(numbers)
                status, body = "202 Accepted", json.dumps({"containers": numbers}).encode()
    headers = [("Content-Type", "application/json")]
    if status.startswith("405"):
        headers.append(("Allow", "POST"))
    start_response(status, headers)
    return [body]
