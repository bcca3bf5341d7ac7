"""A small HTTP/1.1 server for ASGI applications, on nothing but asyncio."""

from __future__ import annotations

import asyncio
import signal
import socket
import traceback
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote_to_bytes

Message = dict[str, Any]
LARGEST_HEAD = 64 * 1024
GRACEFUL_S = 0.5
REASONS = {400: b"Bad Request", 431: b"Request Header Fields Too Large"}


class Malformed(Exception):
    """What was sent is not HTTP/1.1."""


class Lifespan:
    """The application's own start and end, where it wants to know of them."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._started: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._ended = asyncio.Event()
        self.state: dict[str, Any] = {}
        self._task: asyncio.Future[None] | None = None

    async def start(self) -> None:
        """Start the application; one that does not know of lifespans just starts."""
        self._inbox.put_nowait({"type": "lifespan.startup"})
        self._task = asyncio.ensure_future(self._run())
        failure = await self._started
        if failure is not None:
            raise SystemExit(f"the application's start failed: {failure}")

    async def stop(self) -> None:
        """Let the application end by itself, if it does so soon."""
        if self._task is not None and not self._task.done():
            self._inbox.put_nowait({"type": "lifespan.shutdown"})
            try:
                await asyncio.wait_for(self._ended.wait(), GRACEFUL_S)
            except asyncio.TimeoutError:  # noqa: UP041 - another class before 3.11
                self._task.cancel()

    async def _run(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": self.state}
        try:
            await self._app(scope, self._inbox.get, self._send)
        except Exception:  # noqa: BLE001 - it may not know of lifespans
            if self._started.done():
                traceback.print_exc()
        finally:
            self._settle(None)
            self._ended.set()

    async def _send(self, message: Message) -> None:
        if message["type"] == "lifespan.startup.failed":
            self._settle(message.get("message") or "no reason given")
        elif message["type"] == "lifespan.startup.complete":
            self._settle(None)
        else:
            self._ended.set()

    def _settle(self, failure: str | None) -> None:
        if not self._started.done():
            self._started.set_result(failure)


class Exchange:
    """One request and its answer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._answered = asyncio.Event()
        self._status = 0
        self._headers: list[tuple[bytes, bytes]] = []
        self._head_sent = False
        self._chunked = False
        self._bodiless = False
        self.scope: Message = {}
        self.keep_alive = True
        self._left = 0
        self._in_chunks = False
        self._expects = False

    async def read_head(self, state: dict[str, Any]) -> bool:
        """Read the request's head; False where the client has nothing more to ask."""
        try:
            head = await self._reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return False
        except asyncio.LimitOverrunError:
            raise Malformed(431) from None
        line, *fields = head[:-4].split(b"\r\n")
        parts = line.split(b" ")
        if len(parts) != 3 or not parts[2].startswith(b"HTTP/1."):
            raise Malformed(400)
        self._read_fields([_field(field) for field in fields], parts)
        self.scope["state"] = state.copy()
        return True

    def _read_fields(self, headers: list[tuple[bytes, bytes]], parts: list[bytes]) -> None:
        method, target, version = parts
        named = dict(headers)
        length = named.get(b"content-length", b"0")
        if not length.isdigit():
            raise Malformed(400)
        self._left = int(length)
        self._in_chunks = b"chunked" in named.get(b"transfer-encoding", b"").lower()
        self._expects = named.get(b"expect", b"").lower() == b"100-continue"
        asked = named.get(b"connection", b"").lower()
        self.keep_alive = asked == b"keep-alive" if version == b"HTTP/1.0" else asked != b"close"
        path, _, query = target.partition(b"?")
        self.scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": version[5:].decode("latin-1"),
            "method": method.decode("latin-1").upper(),
            "scheme": "http",
            "path": unquote_to_bytes(path).decode("utf-8", "replace"),
            "raw_path": path,
            "query_string": query,
            "root_path": "",
            "headers": headers,
            "client": self._writer.get_extra_info("peername")[:2],
            "server": self._writer.get_extra_info("sockname")[:2],
        }

    async def receive(self) -> Message:
        """The next piece of the body; behind its end, the client's leave."""
        if self._expects and not self._head_sent:
            self._expects = False
            self._writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if self._in_chunks:
            data = await self._next_chunk()
            return {"type": "http.request", "body": data, "more_body": self._in_chunks}
        if self._left or not self.scope.get("asked"):
            self.scope["asked"] = True
            data = await self._reader.read(min(self._left, 65536)) if self._left else b""
            self._left = self._left - len(data) if data else 0
            return {"type": "http.request", "body": data, "more_body": self._left > 0}
        await self._answered.wait()
        return {"type": "http.disconnect"}

    async def _next_chunk(self) -> bytes:
        try:
            size = int((await self._reader.readline()).partition(b";")[0], 16)
            data = await self._reader.readexactly(size)
            await self._reader.readline()
        except (ValueError, asyncio.IncompleteReadError):
            size, data, self.keep_alive = 0, b"", False
        self._in_chunks = size > 0
        self.scope["asked"] = True
        return data

    async def send(self, message: Message) -> None:
        """Send a piece of the answer."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = [
                (bytes(name), bytes(value)) for name, value in message.get("headers", ())
            ]
        elif message["type"] == "http.response.body":
            last = not message.get("more_body", False)
            self._writer.write(self._pieces(bytes(message.get("body", b"")), last))
            await self._writer.drain()
            if last:
                self._answered.set()

    def _pieces(self, body: bytes, last: bool) -> bytes:
        head = b"" if self._head_sent else self._head(len(body) if last else None)
        if self._bodiless:
            return head
        if self._chunked:
            body = (b"%x\r\n%b\r\n" % (len(body), body) if body else b"") + b"0\r\n\r\n" * last
        return head + body

    def _head(self, length: int | None) -> bytes:
        self._head_sent = True
        self._bodiless = self.scope["method"] == "HEAD" or self._status in (204, 304)
        names = {name.lower() for name, _ in self._headers}
        if not self._bodiless and b"content-length" not in names:
            if length is not None:
                self._headers.append((b"content-length", b"%d" % length))
            elif self.scope["http_version"] == "1.1":
                self._chunked = True
                self._headers.append((b"transfer-encoding", b"chunked"))
            else:
                self.keep_alive = False
        if not self.keep_alive:
            self._headers.append((b"connection", b"close"))
        lines = [b"HTTP/1.1 %d " % self._status] + [b"%b: %b" % pair for pair in self._headers]
        return b"\r\n".join([*lines, b"", b""])

    async def finish(self) -> None:
        """Read what the application left, so that the next request can be told from it."""
        if not self._answered.is_set() or self._expects or self._left > 1024 * 1024:
            self.keep_alive = False
        self._answered.set()
        while self.keep_alive and (self._left or self._in_chunks):
            await self.receive()


def _field(line: bytes) -> tuple[bytes, bytes]:
    name, colon, value = line.partition(b":")
    if not colon or not name or name != name.strip():
        raise Malformed(400)
    return name.lower(), value.strip()


async def _converse(app: Any, state: dict[str, Any], reader: Any, writer: Any) -> None:
    """Answer one connection's requests, one after another."""
    try:
        keep_alive = True
        while keep_alive:
            exchange = Exchange(reader, writer)
            if not await exchange.read_head(state):
                return
            await app(exchange.scope, exchange.receive, exchange.send)
            await exchange.finish()
            keep_alive = exchange.keep_alive
    except Malformed as error:
        status = error.args[0]
        head = b"HTTP/1.1 %d %b\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
        writer.write(head % (status, REASONS[status]))
    except ConnectionError:
        return
    finally:
        writer.close()


async def run(app: Any, listening: socket.socket, announce: Callable[[], None]) -> None:
    """Serve on a listening socket until SIGTERM."""
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    lifespan = Lifespan(app)
    await lifespan.start()

    def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Awaitable[None]:
        return _converse(app, lifespan.state, reader, writer)

    server = await asyncio.start_server(answer, sock=listening, limit=LARGEST_HEAD)
    announce()
    await told.wait()
    server.close()
    await lifespan.stop()
