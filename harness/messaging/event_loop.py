"""An event loop in a thread of its own, for clients that know no other way."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from concurrent.futures import TimeoutError as NotDone
from typing import Any, TypeVar

T = TypeVar("T")
END_WAIT_S = 5.0


class EventLoop:
    """Runs coroutines for code that waits; heartbeats go on while a handler works."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        # What fails is raised by whoever waits for it; clients' own tasks fail with it, unawaited.
        self._loop.set_exception_handler(lambda _loop, _context: None)
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._thread.start()

    @property
    def is_closed(self) -> bool:
        """Whether nothing runs here any more."""
        return self._loop.is_closed()

    def run(self, work: Coroutine[Any, Any, T], timeout_s: float) -> T:
        """
        Run a coroutine to its end.

        Raises: TimeoutError after the time, when the coroutine has been cancelled;
        ConnectionError when the loop is closed.
        """
        if self.is_closed:
            work.close()
            raise ConnectionError("the transport has been closed")
        limited = asyncio.wait_for(work, timeout_s)
        return asyncio.run_coroutine_threadsafe(limited, self._loop).result()

    def close(self) -> None:
        """End what still runs, and the thread; a second time does nothing."""
        if self.is_closed:
            return
        with contextlib.suppress(NotDone):
            asyncio.run_coroutine_threadsafe(_cancel_others(), self._loop).result(END_WAIT_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(END_WAIT_S)
        self._loop.close()


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for each in others:
        each.cancel()
    await asyncio.gather(*others, return_exceptions=True)
