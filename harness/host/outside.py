"""Exceptions that no framework hands over: in logs, in threads, in the interpreter itself."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

from .crashes import CrashBook, current_request

LOGGERS_OF_LOST_TASKS = ("asyncio", "concurrent.futures")


class RecordFactory:
    """
    Makes log records, and shows the book each exception that one carries.

    A factory sees what a handler on the root does not: loggers that do not propagate, and a logging
    configuration that replaces all handlers.
    """

    def __init__(self, book: CrashBook, make: Callable[..., logging.LogRecord]) -> None:
        self._book = book
        self.make = make

    def __call__(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        """Make one record."""
        record = self.make(*args, **kwargs)
        exception = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if exception is not None:
            if record.name in LOGGERS_OF_LOST_TASKS:
                # told when the task is collected, which may be in the middle of any request
                self._book.crashed(exception, "task", None)
            else:
                self._book.noticed(exception, "log", current_request())
        return record


def watch_logs(book: CrashBook) -> None:
    """Look at every log record; again after the application was imported, which may set its own."""
    make = logging.getLogRecordFactory()
    if not isinstance(make, RecordFactory):
        logging.setLogRecordFactory(RecordFactory(book, make))


def watch_threads(book: CrashBook) -> None:
    """Record what ends a thread, or the interpreter."""
    previous = threading.excepthook

    def in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            book.crashed(args.exc_value, "thread", current_request())
        previous(args)

    threading.excepthook = in_thread
    last = sys.excepthook

    def in_interpreter(
        kind: type[BaseException], value: BaseException, trace: TracebackType | None
    ) -> None:
        book.crashed(value, "interpreter", None)
        last(kind, value, trace)

    sys.excepthook = in_interpreter
