"""
A loopback server that answers as the documentation of IBM MQ's messaging REST API 3 says.

It was written from that documentation, and has never been held against a queue manager.
"""

from __future__ import annotations

import base64
import threading
from collections import defaultdict, deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit
from uuid import uuid4

LOGIN = "Basic " + base64.b64encode(b"app:secret").decode()
PREFIX = "/ibmmq/rest/v3/messaging/qmgr/QM%2E1/queue/"


class MqWeb(ThreadingHTTPServer):
    """The server, with the queues that an administrator has made."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.queues: set[str] = set()
        self.held: dict[str, deque[tuple[bytes, str, str]]] = defaultdict(deque)
        self.changed = threading.Condition()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """What the transport is given."""
        return f"ibmmq+http://app:secret@127.0.0.1:{self.server_port}/QM.1?broker=mqweb-of-tests"


class _Handler(BaseHTTPRequestHandler):
    server: MqWeb
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Browse a message; of the installation an ordinary user is not told."""
        if not urlsplit(self.path).path.startswith(PREFIX):
            if self._is_known():
                self._refuse(403)
            return
        name = self._queue()
        if name is not None:
            with self.server.changed:
                found = self._found(name)
            self._give(found)

    def do_POST(self) -> None:
        """Put a message."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        name = self._queue()
        if name is None:
            return
        if self.headers.get_content_maintype() not in ("text", "application"):
            self._refuse(415)
            return
        correlation = self.headers.get("ibm-mq-md-correlationId", "")
        identity = f"ID:{uuid4().hex}{'0' * 16}"
        with self.server.changed:
            self.server.held[name].append((body, correlation, identity))
            self.server.changed.notify_all()
        self._answer(201, b"", {"ibm-mq-md-messageId": identity})

    def do_DELETE(self) -> None:
        """Get a message for good, waiting as long as is asked."""
        name = self._queue()
        if name is None:
            return
        wait_s = int(self._asked().get("wait", "0")) / 1000
        with self.server.changed:
            self.server.changed.wait_for(lambda: self._found(name) is not None, wait_s)
            found = self._found(name)
            if found is not None:
                self.server.held[name].remove(found)
        self._give(found)

    def _found(self, name: str) -> tuple[bytes, str, str] | None:
        """The first message of a queue, or the one whose id is asked for."""
        wanted = self._asked().get("messageId")
        return next((one for one in self.server.held[name] if wanted in (None, one[2])), None)

    def _asked(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.path).query))

    def _give(self, found: tuple[bytes, str, str] | None) -> None:
        if found is None:
            self._answer(204, b"", {})
            return
        body, correlation, identity = found
        told = {"ibm-mq-md-messageId": identity, "Content-Type": "text/plain; charset=utf-8"}
        self._answer(200, body, told | {"ibm-mq-md-correlationId": correlation})

    def _queue(self) -> str | None:
        if not self._is_known():
            return None
        if self.command != "GET" and "ibm-mq-rest-csrf-token" not in self.headers:
            self._refuse(403)
            return None
        path = urlsplit(self.path).path
        name = unquote(path.removeprefix(PREFIX).removesuffix("/message"))
        if not path.startswith(PREFIX) or name not in self.server.queues:
            self._refuse(404)
            return None
        return name

    def _is_known(self) -> bool:
        if self.headers.get("Authorization") == LOGIN:
            return True
        self._refuse(401)
        return False

    def _refuse(self, status: int) -> None:
        self._answer(status, b'{"error": [{"message": "MQWB0000E: as documented"}]}', {})

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 204:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
