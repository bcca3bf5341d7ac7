"""A server that answers in a provider's place, within the process that opens it."""

from __future__ import annotations

import selectors
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any, Final

from harness.domain.errors import HarnessError
from harness.domain.pact import Pact
from harness.domain.possible import Fault
from harness.standin.answers import Answers, Reply, Unmatched, problem_of
from harness.standin.crew import Crew, Job
from harness.standin.requests import Received

_MOST_BYTES: Final = 32 * 1024 * 1024
_MOST_KEPT: Final = 1000
_PIECE: Final = 64 * 1024
# Only an answer under way can keep a thread once its connection is shut.
_PATIENCE_S: Final = 1.0
_BODILESS: Final = frozenset({204, 205, 304})

Instead = Callable[[Received, Reply], Reply]


class StandIn:
    """
    What answers in one provider's place while it is open.

    Shape: `url` ends without a slash; `instead` may put another reply in the place of one that a
    contract gives, or of the refusal of what none answers; `port` 0 takes any that is free. Whoever
    opens one after another lends them a `crew`, which outlives them.
    """

    def __init__(
        self,
        answers: Answers,
        *,
        instead: Instead | None = None,
        port: int = 0,
        crew: Crew | None = None,
    ) -> None:
        self._answers = answers
        self._instead = instead
        self._unmatched: dict[Unmatched, None] = {}
        self._lock = threading.Lock()
        self._server = _Server(self, port, crew)
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    @property
    def unmatched(self) -> tuple[Unmatched, ...]:
        """The requests that no contract answered, each once, in the order in which they came."""
        with self._lock:
            return tuple(self._unmatched)

    def forget_unmatched(self) -> tuple[Unmatched, ...]:
        """Give the requests that no contract answered, and begin anew."""
        with self._lock:
            found = tuple(self._unmatched)
            self._unmatched.clear()
        return found

    def reply_to(self, received: Received) -> Reply:
        """Answer a request from the contracts, or refuse it and keep it in mind."""
        found = self._answers.to(received)
        reply = problem_of(self._answers.provider, found) if isinstance(found, Unmatched) else found
        given = self._instead(received, reply) if self._instead else reply
        if isinstance(found, Unmatched) and given is reply:
            with self._lock:
                if len(self._unmatched) < _MOST_KEPT:
                    self._unmatched.setdefault(found)
        return given

    def __enter__(self) -> StandIn:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()


def answers_from(name: str, pacts: Sequence[Pact], mounts: Sequence[str] = ()) -> Answers:
    """
    What the contracts with a provider answer.

    Raises: HarnessError where they hold no request at all.
    """
    answers = Answers.of(name, pacts, mounts)
    if not answers.candidates:
        raise HarnessError(
            f"expected contracts with {name} that hold a request, to answer from in its place; "
            + ("seen none" if not pacts else f"seen {len(pacts)} without any"),
            hint="run the contract tests of its consumers first, so that they give their pacts",
        )
    return answers


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(self, owner: StandIn, port: int, lent: Crew | None) -> None:
        self.owner = owner
        self._open: set[socket.socket] = set()
        self._at_work: list[Job] = []
        self._lent = lent
        self._crew = lent or Crew()
        self._is_on = False
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)
        # A connection that is gone again when it is to be taken up must not be waited for.
        self.socket.setblocking(False)

    def start(self) -> None:
        self._is_on = True
        self._crew.attend(self.socket, self._take_up)

    def _take_up(self) -> None:
        with self._lock:
            if not self._is_on:
                return
            try:
                connection, address = self.get_request()
            except OSError:
                # Its client went away before it was let in.
                return
            # Some systems let a connection take after the socket that it came in by.
            connection.setblocking(True)
            self.process_request(connection, address)

    def stop(self) -> None:
        """Answer nobody any more, not even on connections that are kept alive."""
        with self._lock:
            if self._is_on:
                self._crew.leave(self.socket)
            self._is_on = False
            self.server_close()
        for connection in tuple(self._open):
            _end(connection)
        for job in self._at_work:
            job.ended.wait(_PATIENCE_S)
        if self._lent is None:
            self._crew.dismiss(_PATIENCE_S)

    def wait_for_the_end_of(self, connection: socket.socket) -> None:
        """Until its client gives up, or we shut it down."""
        with selectors.DefaultSelector() as waiting:
            waiting.register(connection, selectors.EVENT_READ)
            waiting.select()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        working = self._crew.do(partial(self.process_request_thread, request, client_address))
        self._at_work = [each for each in self._at_work if not each.ended.is_set()] + [working]

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is no news."""


def _end(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        # Its client was faster.
        return


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def handle_one_request(self) -> None:
        """Answer one request, whatever its method."""
        self.raw_requestline = self.rfile.readline(_PIECE + 1)
        if not self.raw_requestline:
            self.close_connection = True
        elif len(self.raw_requestline) > _PIECE:
            self.requestline = self.request_version = self.command = ""
            self.send_error(HTTPStatus.REQUEST_URI_TOO_LONG)
        elif self.parse_request():
            self._answer()
        self.wfile.flush()

    def handle_expect_100(self) -> bool:
        """Let a client that asks first send its body."""
        going_on = super().handle_expect_100()
        self.wfile.flush()
        return going_on

    def _answer(self) -> None:
        try:
            body = self._body()
        except ValueError as fault:
            self.close_connection = True
            self._send(Reply(400, (("Content-Type", "text/plain"),), str(fault).encode()))
            return
        if body is None:
            self._send(Reply(413))
            return
        path, _, query = self.path.partition("?")
        if "://" in path:
            path = "/" + path.partition("://")[2].partition("/")[2]
        headers: dict[str, tuple[str, ...]] = {}
        for name, value in self.headers.items():
            headers[name.lower()] = (*headers.get(name.lower(), ()), value.strip())
        received = Received(self.command, path, query, headers, body)
        self._send(self.server.owner.reply_to(received))

    def _body(self) -> bytes | None:
        """Read the whole body, so that the next request begins where it ends; None if too long."""
        kept, size = [], 0
        for piece in self._pieces():
            size += len(piece)
            if size <= _MOST_BYTES:
                kept.append(piece)
        return b"".join(kept) if size <= _MOST_BYTES else None

    def _pieces(self) -> Iterator[bytes]:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            while size := int(self.rfile.readline(_PIECE).partition(b";")[0], 16):
                yield from self._exactly(size)
                self.rfile.readline(_PIECE)
            while self.rfile.readline(_PIECE).strip():
                """Trailers say nothing that a contract asks for."""
            return
        yield from self._exactly(int(self.headers.get("Content-Length") or 0))

    def _exactly(self, size: int) -> Iterator[bytes]:
        while size > 0:
            piece = self.rfile.read(min(size, _PIECE))
            if not piece:
                raise ValueError("the request ended before its body did")
            size -= len(piece)
            yield piece

    def _send(self, reply: Reply) -> None:
        """Send a reply in one piece, as far as its fault lets it come."""
        if reply.fault is Fault.SILENT:
            self.server.wait_for_the_end_of(self.connection)
        if reply.fault in (Fault.SILENT, Fault.CLOSED):
            self.close_connection = True
            return
        bodiless = reply.status in _BODILESS
        lines = [f"HTTP/1.1 {reply.status} {_phrase(reply.status)}"]
        lines += [f"{name}: {value}" for name, value in reply.headers]
        if not bodiless:
            lines.append(f"Content-Length: {len(reply.body)}")
        if self.close_connection:
            lines.append("Connection: close")
        head = "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogatepass")
        has_body = not bodiless and self.command != "HEAD"
        body = reply.body if has_body else b""
        if reply.fault is Fault.CUT:
            self.close_connection = True
            body = body[: len(body) // 2]
        self.wfile.write(head + body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: what was not answered is kept, the rest is as it should be."""


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
