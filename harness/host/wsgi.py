"""A WSGI application under watch."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .crashes import CrashBook
from .requests_seen import CURRENT, ID_HEADERS, PROBE_HEADER, Request

StartResponse = Callable[..., Any]
App = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def _key(header: str) -> str:
    return "HTTP_" + header.upper().replace("-", "_")


IDS = tuple(_key(name) for name in ID_HEADERS)
PROBE = _key(PROBE_HEADER)


class TrackedWsgi:
    """Passes requests on, ties exceptions to them, and answers 500 where nobody else did."""

    def __init__(self, app: App, book: CrashBook) -> None:
        self._app = app
        self._book = book

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if PROBE in environ:
            start_response("204 No Content", [])
            return []
        id = next((environ[key] for key in IDS if key in environ), None)
        path = environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace")
        request = Request(id, environ["REQUEST_METHOD"], path)
        return _Answer(self._app, self._book, request).start(environ, start_response)


class _Answer:
    """One answer under way: the application's iterable, and its end."""

    def __init__(self, app: App, book: CrashBook, request: Request) -> None:
        self._app = app
        self._book = book
        self._request = request
        self._body: Iterable[bytes] = []
        self._start_response: StartResponse = lambda *_: None

    def start(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        self._start_response = start_response
        self._book.begin(self._request)
        CURRENT.set(self._request)
        try:
            self._body = self._app(environ, self._started)
        except Exception as exception:  # noqa: BLE001 - whatever it raises is a crash
            self._body = self._failed(exception)
        return self

    def _started(self, status: str, headers: Any, exc_info: Any = None) -> Any:
        self._book.answered(self._request, int(status[:3]))
        return self._start_response(status, headers, exc_info)

    def _failed(self, exception: Exception) -> Iterable[bytes]:
        """Record it and answer in its place; where that is too late, the server hangs up."""
        self._book.crashed(exception, "raised", self._request)
        traceback.print_exc(file=sys.stderr)
        headers = [("Content-Type", "text/plain"), ("Content-Length", "21")]
        self._started("500 Internal Server Error", headers, sys.exc_info())
        return [b"Internal Server Error"]

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._body
        except Exception as exception:  # noqa: BLE001 - whatever it raises is a crash
            yield from self._failed(exception)

    def close(self) -> None:
        try:
            close: Callable[[], None] | None = getattr(self._body, "close", None)
            if close is not None:
                close()
        except Exception as exception:
            self._book.crashed(exception, "raised", self._request)
            raise
        finally:
            CURRENT.set(None)
            self._book.end(self._request)
