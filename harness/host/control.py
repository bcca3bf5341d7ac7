"""The control channel: a small HTTP server on a loopback port of its own, behind a token."""

from __future__ import annotations

import hmac
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .crashes import CrashBook
from .desk import CallFailed, Desk
from .produced import Produced
from .publishing import Publications
from .sites import Sites
from .states import States

Answer = tuple[int, dict[str, Any]]


class Calls:
    """The functions of a service that the harness calls: for states, and for messages."""

    def __init__(self, order: dict[str, Any]) -> None:
        desk = Desk()
        self.states = States(order["states"], order["reset"], order["auth"], desk)
        self.produced = Produced(order["messages"], desk)


class Seen:
    """What was seen of the service's own code: its types, by whom, and what it published."""

    def __init__(self, sites: Sites) -> None:
        self.sites = sites
        self.publications = Publications()
        self.observation: Any = None


class Control:
    """What the channel can be asked for."""

    def __init__(
        self, token: str, calls: Calls, book: CrashBook, seen: Seen, info: dict[str, Any]
    ) -> None:
        self._token = token
        self._states = calls.states
        self._book = book
        self.info = info
        self._routes: dict[tuple[str, str], Callable[[dict[str, Any]], Any]] = {
            ("POST", "state"): self._state,
            ("POST", "reset"): self._reset,
            ("POST", "message"): calls.produced.make,
            ("GET", "auth"): lambda _: self._states.credentials(),
            ("GET", "info"): lambda _: self.info,
            ("GET", "crashes"): self._crashes,
            ("GET", "publications"): lambda _: seen.publications.all(),
            ("GET", "contradictions"): lambda _: {"contradictions": seen.sites.all()},
            ("GET", "observation"): lambda _: seen.observation.state() if seen.observation else {},
        }

    def answer(self, method: str, url: str, body: bytes) -> Answer:
        """Answer one request; a pact verifier stops at a 400 and tries again and again at a 500."""
        parts = urlsplit(url)
        _, token, *rest = parts.path.split("/")
        route = self._routes.get((method, "/".join(rest)))
        if not hmac.compare_digest(token.encode(), self._token.encode()) or route is None:
            return 404, {"error": "no such thing here"}
        try:
            asked = json.loads(body) if body else {}
            asked.update((name, values[-1]) for name, values in parse_qs(parts.query).items())
            return 200, route(asked)
        except CallFailed as error:
            return 400, {"error": str(error), "traceback": error.trace, "missing": error.missing}
        except Exception as error:  # noqa: BLE001 - a 500 would be asked again and again
            message = f"the request is not understood: {type(error).__name__}: {error}"
            return 400, {"error": message, "traceback": "", "missing": False}

    def _state(self, asked: dict[str, Any]) -> dict[str, Any]:
        state, action = asked.get("state") or "", asked.get("action") or "setup"
        return self._states.change(state, asked.get("params") or {}, action)

    def _reset(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._states.reset()
        return {}

    def _crashes(self, asked: dict[str, Any]) -> dict[str, Any]:
        return self._book.since(int(asked.get("since", 0)), asked.get("request_id"))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536
    control: Control | None = None

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        assert self.control is not None
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, value = self.control.answer(self.command, self.path, body)
        text = json.dumps(value, default=str).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the output belongs to the service."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away is its own affair."""


def serve_control(control: Control, listening: socket) -> None:
    """Answer on a listening socket, on threads of its own, for as long as the process lives."""
    handler = type("Handler", (_Handler,), {"control": control})
    server = _Server(listening.getsockname(), handler, bind_and_activate=False)
    server.socket.close()
    server.socket = listening
    threading.Thread(
        target=server.serve_forever, args=(0.5,), name="contract-harness-control", daemon=True
    ).start()
