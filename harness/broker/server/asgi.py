"""The broker as an ASGI application."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from ipaddress import ip_address
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

from harness.broker.server.answers import Answer, error
from harness.broker.server.application import Application
from harness.broker.server.asking import Asked

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

MAX_BODY_BYTES: Final = 64 * 1024 * 1024
THREADS: Final = 16


class Served:
    """
    An application, asked over ASGI; the work is done in threads.

    Shape: `base_url` is how clients call the broker, where it stands behind a proxy; else the
    request's own host is believed. Where nobody is asked who they are, it must be one of this
    machine's: a page on the web that has its own name lead here must not get at such a broker.
    """

    def __init__(
        self, application: Application, base_url: str = "", max_body_bytes: int = MAX_BODY_BYTES
    ) -> None:
        self._application = application
        self._max_body_bytes = max_body_bytes
        self._base_url = base_url.rstrip("/")
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="broker")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request, or follow the life of the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                self._threads.shutdown()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        run = asyncio.get_running_loop().run_in_executor
        asked = self._asked(scope)
        answer: Answer | None = None
        if self._application.is_asking and _has_body(asked):
            # A stranger's body takes no memory.
            answer = await run(self._threads, self._application.refusal, asked)
        if answer is None:
            body = await _body(receive, _told_size(asked), self._max_body_bytes)
            if body is None:
                answer = error(f"a body may have at most {self._max_body_bytes:,} bytes", 413)
            else:
                asked = replace(asked, body=body)
                answer = await run(self._threads, self._application.answer, asked)
        await _sent(answer, send)

    def _is_called(self, name: str) -> bool:
        return is_own(name) or name == urlsplit(self._base_url).hostname

    def _asked(self, scope: Message) -> Asked:
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1")
            headers[key] = f"{headers[key]}, {text}" if key in headers else text
        raw = scope.get("raw_path") or scope["path"].encode()
        base = self._base_url or f"{scope['scheme']}://{headers.get('host', 'localhost')}"
        return Asked(
            scope["method"],
            raw.partition(b"?")[0].decode("latin-1"),
            scope["query_string"].decode("latin-1"),
            headers,
            b"",
            base,
            self._is_called(_host(scope)),
        )


def is_own(name: str) -> bool:
    """Whether a host's name is one of this machine alone."""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name in ("", "localhost") or name.endswith(".localhost")


def _host(scope: Message) -> str:
    """The name by which a request calls this host, in lower case."""
    named = next((value for name, value in scope["headers"] if name == b"host"), b"")
    try:
        return urlsplit(f"//{named.decode('latin-1')}").hostname or ""
    except ValueError:
        return "?"


def _has_body(asked: Asked) -> bool:
    return "transfer-encoding" in asked.headers or _told_size(asked) > 0


def _told_size(asked: Asked) -> int:
    """The size that a request says its body has, 0 where it says none."""
    told = asked.headers.get("content-length", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else 0


async def _body(receive: Receive, told: int, limit: int) -> bytes | None:
    """The whole body, none where it is too large."""
    body, more = bytearray(), told <= limit
    if not more:
        return None
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > limit:
            return None
    return bytes(body)


async def _sent(answer: Answer, send: Send) -> None:
    headers = {**answer.headers, "content-length": str(len(answer.body))}
    encoded = [
        (name.encode("latin-1"), value.encode("latin-1", "replace"))
        for name, value in headers.items()
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": encoded})
    await send({"type": "http.response.body", "body": answer.body})
