"""
Where each framework hands over the exceptions that its users' handlers hide.

Only what the application has imported is looked at, and nothing is imported for it. What is hooked
are the places that every exception of a view passes before a handler can turn it into an answer.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from .crashes import CrashBook, current_request

ANSWERS = ("HTTPException", "RequestValidationError", "WebSocketException")


def watch_frameworks(app: Any, book: CrashBook) -> None:
    """Hook into whatever the application is made of."""
    loaded = sys.modules
    if "flask" in loaded:
        _watch_flask(app, loaded["flask"], book)
    if "django.core.signals" in loaded:
        _watch_django(book)
    if "starlette.applications" in loaded:
        for part in _starlette_apps(app, set()):
            _watch_starlette(part, book)


def _watch_flask(app: Any, flask: Any, book: CrashBook) -> None:
    flask.got_request_exception.connect(_signalled(book), weak=False)
    # an extension may have put its own function on the instance: take that one
    owner = app if isinstance(app, flask.Flask) else flask.Flask
    owner.handle_user_exception = _noticing(owner.handle_user_exception, book)


def _watch_django(book: CrashBook) -> None:
    loaded = sys.modules
    loaded["django.core.signals"].got_request_exception.connect(
        _signalled(book), weak=False, dispatch_uid="contract-harness"
    )
    handlers = loaded.get("django.core.handlers.base")
    _hook(handlers, "BaseHandler.process_exception_by_middleware", book)
    _hook(loaded.get("ninja.main"), "NinjaAPI.on_exception", book)
    _hook(loaded.get("rest_framework.views"), "APIView.handle_exception", book)


def _hook(module: Any, path: str, book: CrashBook) -> None:
    """Look at the exceptions that one method of one class is called with."""
    class_name, _, name = path.partition(".")
    owner = getattr(module, class_name, None)
    if hasattr(owner, name):
        setattr(owner, name, _noticing(getattr(owner, name), book))


def _signalled(book: CrashBook) -> Callable[..., None]:
    def receive(sender: Any, exception: Any = None, **_: Any) -> None:
        crash = exception or sys.exc_info()[1]
        if crash is not None:
            book.crashed(crash, "signal", current_request())

    return receive


def _noticing(call: Callable[..., Any], book: CrashBook) -> Callable[..., Any]:
    """The same function, which first shows the book any exception among its arguments."""

    @wraps(call)
    def looked_at(*args: Any, **kwargs: Any) -> Any:
        for value in (*args, *kwargs.values()):
            if isinstance(value, Exception):
                book.noticed(value, "handler", current_request())
        return call(*args, **kwargs)

    @wraps(call)
    async def looked_at_async(*args: Any, **kwargs: Any) -> Any:
        for value in (*args, *kwargs.values()):
            if isinstance(value, Exception):
                book.noticed(value, "handler", current_request())
        return await call(*args, **kwargs)

    return looked_at_async if _is_async(call) else looked_at


def _is_async(call: Any) -> bool:
    return inspect.iscoroutinefunction(call) or inspect.iscoroutinefunction(type(call).__call__)


def _starlette_apps(app: Any, seen: set[int]) -> Iterator[Any]:
    """The application, and those mounted in it or wrapped by it."""
    if app is None or id(app) in seen:
        return
    seen.add(id(app))
    if isinstance(app, sys.modules["starlette.applications"].Starlette):
        yield app
    inner: list[Any] = [getattr(app, "app", None)]
    inner += [getattr(route, "app", None) for route in getattr(app, "routes", None) or ()]
    for part in inner:
        yield from _starlette_apps(part, seen)


def _watch_starlette(app: Any, book: CrashBook) -> None:
    """Stand innermost, before any middleware of the user, and in front of every error handler."""
    for key, handler in list(app.exception_handlers.items()):
        if getattr(key, "__name__", "") not in ANSWERS:
            app.exception_handlers[key] = _noticing(handler, book)
    if getattr(app, "middleware_stack", None) is None:
        make = sys.modules["starlette.middleware"].Middleware
        app.user_middleware.append(make(_Innermost, book=book))


class _Innermost:
    """ASGI middleware that shows the book what passes on its way out."""

    def __init__(self, app: Any, book: CrashBook) -> None:
        self._app = app
        self._book = book

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await self._app(scope, receive, send)
        except Exception as exception:
            self._book.noticed(exception, "handler", current_request())
            raise
