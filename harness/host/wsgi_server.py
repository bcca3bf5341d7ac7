"""A small threaded HTTP/1.1 server for WSGI applications, which keeps connections open."""

from __future__ import annotations

import io
import socket
import sys
import traceback
from collections.abc import Callable, Iterable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, BinaryIO
from urllib.parse import unquote_to_bytes

LARGEST_BODY = 64 * 1024 * 1024
MOST_DRAINED = 1024 * 1024
GONE = (BrokenPipeError, ConnectionError, TimeoutError)


class _Body(io.RawIOBase):
    """As much of a connection as one request's body."""

    def __init__(self, source: BinaryIO, size: int) -> None:
        self._source = source
        self.left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._source.read(min(len(buffer), self.left))
        self.left -= len(data)
        if not data:
            self.left = 0
        buffer[: len(data)] = data
        return len(data)


class _Response:
    """What the application answers, on its way to the wire."""

    def __init__(self, handler: _Handler) -> None:
        self._handler = handler
        self._status = ""
        self._headers: list[tuple[str, str]] = []
        self.sent = False
        self._chunked = False
        self._bodiless = False

    def start(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], None]:
        if exc_info is not None and self.sent:
            raise exc_info[1].with_traceback(exc_info[2])
        if exc_info is None and self._status:
            raise AssertionError("start_response was called twice")
        self._status, self._headers = status, list(headers)
        return self.write

    def write(self, data: bytes) -> None:
        if not self.sent:
            self._send_head()
        if not data or self._bodiless:
            return
        if self._chunked:
            data = b"%x\r\n%b\r\n" % (len(data), data)
        self._handler.wfile.write(data)

    def finish(self) -> None:
        self.write(b"")
        if self._chunked:
            self._handler.wfile.write(b"0\r\n\r\n")
        self._handler.wfile.flush()

    def _send_head(self) -> None:
        if not self._status:
            raise AssertionError("the application did not call start_response")
        self.sent = True
        handler, names = self._handler, {name.lower() for name, _ in self._headers}
        self._bodiless = handler.command == "HEAD" or self._status[:3] in ("204", "304")
        head = ["HTTP/1.1 " + self._status]
        head += ["{}: {}".format(*pair) for pair in self._headers]
        if "date" not in names:
            head.append("Date: " + handler.date_time_string())
        if "content-length" not in names and not self._bodiless:
            self._chunked = handler.request_version == "HTTP/1.1"
            handler.close_connection |= not self._chunked
            head += ["Transfer-Encoding: chunked"] if self._chunked else []
        if handler.close_connection:
            head.append("Connection: close")
        handler.wfile.write("\r\n".join([*head, "", ""]).encode("latin-1"))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.0"
    server_version = "contract-harness"
    disable_nagle_algorithm = True
    wbufsize = 65536
    app: Any = None

    def handle_one_request(self) -> None:
        """Answer the next request, whatever its method."""
        try:
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline:
                self.close_connection = True
            elif len(self.raw_requestline) > 65536:
                self.requestline = self.request_version = self.command = ""
                self.send_error(HTTPStatus.REQUEST_URI_TOO_LONG)
            elif self.parse_request():
                self._answer()
            self.wfile.flush()
        except GONE:
            self.close_connection = True

    def handle_expect_100(self) -> bool:
        """Ask for the body at once: the line must not wait in the buffer."""
        carry_on = super().handle_expect_100()
        self.wfile.flush()
        return carry_on

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the output belongs to the service."""

    def _answer(self) -> None:
        body = self._body()
        if body is None:
            return
        response = _Response(self)
        answer: Iterable[bytes] = ()
        try:
            answer = self.app(self._environ(body), response.start)
            for data in answer:
                if data:
                    response.write(data)
            response.finish()
        except GONE:
            raise
        except Exception:  # noqa: BLE001 - the server must outlive it
            traceback.print_exc()
            self._fail(response)
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()
        self._drain(body)

    def _fail(self, response: _Response) -> None:
        """Answer 500, or hang up in the middle where the answer has begun."""
        self.close_connection = True
        if not response.sent:
            response.start("500 Internal Server Error", [("Content-Length", "0")], (None,))
            response.finish()

    def _body(self) -> _Body | None:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            data = self._read_chunks()
            if data is None:
                self.close_connection = True
                self.send_error(HTTPStatus.BAD_REQUEST)
                return None
            return _Body(io.BytesIO(data), len(data))
        length = self.headers.get("Content-Length") or "0"
        if not (length.isascii() and length.isdigit()):
            self.close_connection = True
            self.send_error(HTTPStatus.BAD_REQUEST)
            return None
        return _Body(self.rfile, int(length))  # type: ignore[arg-type]

    def _read_chunks(self) -> bytes | None:
        """A chunked body, or None where it is malformed or beyond all measure."""
        body = b""
        try:
            while len(body) <= LARGEST_BODY:
                size = int(self.rfile.readline(1024).partition(b";")[0], 16)
                if size < 0:
                    return None
                if size == 0:
                    while self.rfile.readline(65537).strip():
                        continue
                    return body
                body += self.rfile.read(size)
                self.rfile.readline(3)
        except ValueError:
            return None
        return None

    def _drain(self, body: _Body) -> None:
        """What the application left unread stands before the next request."""
        if body.left > MOST_DRAINED:
            self.close_connection = True
        else:
            while body.left:
                body.read(65536)

    def _environ(self, body: _Body) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        host, port = self.connection.getsockname()[:2]
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "REQUEST_URI": self.path,
            "RAW_URI": self.path,
            "SERVER_NAME": str(host),
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": self.client_address[0],
            "REMOTE_PORT": str(self.client_address[1]),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BufferedReader(body),
            "wsgi.input_terminated": True,
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.headers.items():
            key = name.upper().replace("-", "_")
            if "_" in name:
                continue  # else it could be taken for another header
            if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
                key = "HTTP_" + key
            environ[key] = f"{environ[key]},{value}" if key in environ else value
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            environ["CONTENT_LENGTH"] = str(body.left)
        return environ


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep going: a connection that failed is reported where it was answered."""
        if not isinstance(sys.exc_info()[1], GONE):
            traceback.print_exc()


def run(app: Any, listening: socket.socket, announce: Callable[[], None]) -> None:
    """Serve on a listening socket until an exception ends the main thread."""
    handler = type("Handler", (_Handler,), {"app": staticmethod(app)})
    server = _Server(listening.getsockname(), handler, bind_and_activate=False)
    server.socket.close()
    server.socket = listening
    announce()
    server.serve_forever(poll_interval=0.5)
