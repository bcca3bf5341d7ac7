"""An ASGI application under watch."""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from .crashes import CrashBook
from .requests_seen import CURRENT, ID_HEADERS, PROBE_HEADER, Request

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

LONGEST_HOLD_S = 0.3
IDS = tuple(name.encode() for name in ID_HEADERS)
PROBE = PROBE_HEADER.encode()


class TrackedAsgi:
    """Passes requests on, ties exceptions to them, and answers 500 where nobody else did."""

    def __init__(self, app: App, book: CrashBook) -> None:
        self._app = app
        self._book = book

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request; anything else goes through as it is."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        id, probed = _read(scope["headers"])
        if probed:
            await _answer(send, 204, b"")
            return
        request = Request(id, scope.get("method", "WS"), scope["path"])
        request.scope = scope
        await self._track(request, scope, receive, send)

    async def _track(self, request: Request, scope: Message, receive: Receive, send: Send) -> None:
        sender = _Sender(send, self._book, request)
        self._book.begin(request)
        token = CURRENT.set(request)
        try:
            await self._app(scope, receive, sender)
        except Exception as exception:  # noqa: BLE001 - whatever it raises is a crash
            self._book.crashed(exception, "raised", request)
            traceback.print_exc(file=sys.stderr)
            if scope["type"] == "http" and request.status is None:
                await _answer(sender, 500, b"Internal Server Error")
        finally:
            CURRENT.reset(token)
            self._book.end(request)
        await sender.release()


class _Sender:
    """
    Sends, but holds back the end of a server error until the application has returned.

    Frameworks answer 500 first and raise afterwards; whoever has read the answer must find the
    crash in the book.
    """

    def __init__(self, send: Send, book: CrashBook, request: Request) -> None:
        self._send = send
        self._book = book
        self._request = request
        self._held: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._book.answered(self._request, message["status"])
        elif (
            message["type"] == "http.response.body"
            and not message.get("more_body")
            and (self._request.status or 0) >= 500
        ):
            self._held = message
            loop = asyncio.get_running_loop()
            # an application may wait for its client to leave before it returns
            loop.call_later(LONGEST_HOLD_S, lambda: loop.create_task(self.release()))
            return
        await self._send(message)

    async def release(self) -> None:
        """Send what was held back."""
        message, self._held = self._held, None
        if message is not None:
            await self._send(message)


def _read(headers: list[tuple[bytes, bytes]]) -> tuple[str | None, bool]:
    """The request's id, and whether it only asks if the server answers."""
    id = None
    for name, value in headers:
        if name in IDS:
            id = value.decode("latin-1")
        elif name == PROBE:
            return None, True
    return id, False


async def _answer(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-length", b"%d" % len(body))] if body else []
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
