"""Asks pricing over ZeroMQ, and hears of its changes."""

import json
from collections.abc import Callable, Mapping
from uuid import uuid4

import zmq
from pydantic import ValidationError

from shipping.events import QUOTED, Quote
from shipping.quotes import NoQuote, QuoteRequest

TIMEOUT_MS = 2000
Carry = Callable[[bytes, Mapping[str, str]], bytes]
"""Brings a request and its headers to pricing, and the answer back."""


class PricingSilent(Exception):
    """Pricing does not answer now; it may later."""


class PricingClient:
    """Asks what a parcel costs."""

    def __init__(self, carry: Carry) -> None:
        self._carry = carry

    def quote(self, request: QuoteRequest) -> Quote:
        """What the cheapest carrier takes, or raise NoQuote."""
        headers = {"content-type": "application/json", "correlation-id": str(uuid4())}
        return read_quote(self._carry(request.model_dump_json().encode(), headers))


class Requests:
    """Carries each request on a socket of its own, so that a lost answer blocks no other."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context.instance()

    def carry(self, body: bytes, headers: Mapping[str, str]) -> bytes:
        """The body of the answer, or raise PricingSilent."""
        with self._context.socket(zmq.REQ) as socket:
            socket.linger = 0
            socket.connect(self._url)
            socket.send_multipart([json.dumps(dict(headers)).encode(), body])
            if not socket.poll(TIMEOUT_MS):
                raise PricingSilent(f"pricing does not answer at {self._url}")
            *_, answer = socket.recv_multipart()
        return answer


class PriceChanges:
    """The announcements of pricing, at the port behind that of its requests."""

    def __init__(self, url: str, prefix: str) -> None:
        host, _, port = url.rpartition(":")
        self._address = f"{prefix}price.changed".encode()
        context: zmq.Context[zmq.Socket[bytes]] = zmq.Context.instance()
        self._socket = context.socket(zmq.SUB)
        self._socket.linger = 0
        self._socket.subscribe(self._address)
        self._socket.connect(f"{host}:{int(port) + 1}")

    def waiting(self) -> list[bytes]:
        """The bodies of what has come since."""
        bodies = []
        while self._socket.poll(0):
            address, *_, body = self._socket.recv_multipart()
            if address == self._address:  # a subscription is to the beginning of an address
                bodies.append(body)
        return bodies


def read_quote(body: bytes) -> Quote:
    """Read an answer, or raise NoQuote."""
    try:
        answer = QUOTED.validate_json(body)
    except ValidationError as error:
        raise NoQuote("pricing's answer cannot be read") from error
    if not isinstance(answer, Quote):
        raise NoQuote(answer.reason)
    return answer
