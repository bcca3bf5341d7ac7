"""Where pact's verifier asks for messages: an address on loopback that gives what was made."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

from harness.domain.json import Json
from harness.services.messages import METADATA_HEADER

_PATH = "/message"


class Relay:
    """Gives one message, whoever asks, until it is another's turn."""

    def __init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), name="pact-messages", daemon=True
        )

    @property
    def url(self) -> str:
        """Where messages are given."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{_PATH}"

    def put(self, body: bytes | None, content_type: str, metadata: Mapping[str, Json]) -> None:
        """Give this one from now on, in the words of pact's protocol for messages."""
        written = base64.b64encode(json.dumps(dict(metadata)).encode()).decode()
        self._server.headers = {METADATA_HEADER: written}
        if content_type:
            self._server.headers["Content-Type"] = content_type
        self._server.body = body or b""

    def __enter__(self) -> Relay:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    body = b""
    headers: dict[str, str] = {}  # noqa: RUF012 - replaced whole, never changed


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        assert isinstance(self.server, _Server)
        self.send_response(200)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: what is printed meanwhile is taken for the verifier's words."""
