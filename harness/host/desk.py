"""One thread for what the harness calls in a service, and how what fails there is told."""

from __future__ import annotations

import inspect
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any

from .loading import NotLoadable
from .requests_seen import FOR_HARNESS


class CallFailed(Exception):
    """What was asked for could not be done; `missing` where nobody does it."""

    def __init__(self, message: str, *, trace: str = "", missing: bool = False) -> None:
        super().__init__(message)
        self.trace = trace
        self.missing = missing


class Desk:
    """
    One thread that does what it is given, in turn.

    Set-up, tear-down, reset and the making of messages share its thread-locals, its event loop and
    its connections.
    """

    def __init__(self) -> None:
        self._queue: SimpleQueue[tuple[Callable[[], Any], Future[Any]]] = SimpleQueue()
        self._loop: Any = None
        threading.Thread(target=self._work, name="contract-harness-desk", daemon=True).start()

    def do(self, call: Callable[[], Any]) -> Any:
        """Have a function called there, and wait for what comes of it."""
        done: Future[Any] = Future()
        self._queue.put((call, done))
        return done.result()

    def settle(self, value: Any) -> Any:
        """Run a coroutine to its end, on the thread's own loop; anything else is what it is."""
        if not inspect.isawaitable(value):
            return value
        import asyncio  # not for every service: it takes longer to import than the host itself

        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self._loop)
        return self._loop.run_until_complete(_awaited(value))

    def _work(self) -> None:
        FOR_HARNESS.set(True)
        while True:
            call, done = self._queue.get()
            try:
                done.set_result(call())
            except BaseException as error:  # noqa: BLE001 - it belongs to the caller
                done.set_exception(error)
            finally:
                _close_django_connections()


def explained(what: str, call: Callable[[], Any]) -> Any:
    """Call, and turn whatever is raised into a sentence with its traceback."""
    try:
        return call()
    except CallFailed:
        raise
    except NotLoadable as error:
        raise CallFailed(f"{what}: {error}") from None
    except BaseException as error:  # noqa: BLE001 - sys.exit() is no state either
        message = f"{what} raised {type(error).__name__}: {error}"
        raise CallFailed(message, trace=traceback.format_exc()) from None


async def _awaited(value: Any) -> Any:
    return await value


def _close_django_connections() -> None:
    """A reset may have replaced the database's file under an open connection."""
    database = sys.modules.get("django.db")
    if database is not None:
        try:
            database.connections.close_all()
        except Exception:  # noqa: BLE001 - a lost connection must not fail the state
            traceback.print_exc()
