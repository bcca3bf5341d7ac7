"""The book of crashes: which exception, raised where, while which request was answered."""

from __future__ import annotations

import threading
import traceback
from collections import deque
from types import FrameType
from typing import Any

from .addresses import AddressRefused
from .requests_seen import CURRENT, Request
from .statements import statement_at

UNHANDLED = ("raised", "signal")
MOST_CRASHES = 2000
MOST_FRAMES = 120
LONGEST_MESSAGE = 2_000
LONGEST_CHAIN = 20
LONGEST_TRACEBACK = 20_000


class CrashBook:
    """
    What crashed, numbered from 1.

    An exception is a crash at once where nobody dealt with it (`crashed`). Where somebody did
    (`noticed`: a catch-all handler, a log line), it is one only if the request is answered with a
    server error that the exception itself did not ask for.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._crashes: deque[dict[str, Any]] = deque(maxlen=MOST_CRASHES)
        self._in_flight: set[Request] = set()
        self._last = 0

    def begin(self, request: Request) -> None:
        """Note that a request is being answered."""
        with self._lock:
            self._in_flight.add(request)

    def answered(self, request: Request, status: int) -> None:
        """Note the status before any of it is sent: whoever reads it may ask for the crash."""
        request.status = status
        if status >= 500:
            held, request.held = request.held, []
            for exception, source in held:
                self.noticed(exception, source, request)

    def end(self, request: Request) -> None:
        """Note that nothing works on the request any more."""
        with self._lock:
            self._in_flight.discard(request)

    def noticed(self, exception: BaseException, source: str, request: Request | None) -> None:
        """An exception that somebody dealt with."""
        if request is None:
            return
        if request.status is None:
            request.held.append((exception, source))
        elif request.status >= 500 and not _asks_for(exception, request.status):
            self.crashed(exception, source, request)

    def crashed(self, exception: BaseException, source: str, request: Request | None) -> None:
        """
        An exception that nobody dealt with; one cause is recorded once for a request.

        What comes of a call that was refused is no doing of the service's: it is told as that.
        """
        exception = _only_member(exception)
        if any(isinstance(link, AddressRefused) for link in _chain(exception)):
            return
        known = _same_cause(exception, request)
        if known is None:
            crash = self._record(described(exception), source, request)
            if request is not None:
                request.seen.append((exception, crash))
        elif source in UNHANDLED:
            known["source"] = source

    def in_flight(self) -> list[Any]:
        """The requests that are being answered."""
        with self._lock:
            return [request.as_json() for request in self._in_flight]

    def since(self, number: int, request_id: str | None = None) -> dict[str, Any]:
        """The crashes after one number, of one request or of all."""
        with self._lock:
            found = [
                crash
                for crash in self._crashes
                if crash["seq"] > number and request_id in (None, crash["request_id"])
            ]
            return {"crashes": found, "last": self._last}

    def _record(
        self, crash: dict[str, Any], source: str, request: Request | None
    ) -> dict[str, Any]:
        crash["source"] = source
        crash.update((request or Request(None, "", "")).as_json())
        with self._lock:
            self._last += 1
            crash["seq"] = self._last
            crash["in_flight"] = [other.as_json() for other in self._in_flight]
            self._crashes.append(crash)
        return crash


def current_request() -> Request | None:
    """The request that the running code answers, if any."""
    return CURRENT.get()


def _same_cause(exception: BaseException, request: Request | None) -> dict[str, object] | None:
    """What is on record of an exception, of what it was raised from, or of what it led to."""
    chain = _chain(exception)
    for known, crash in request.seen if request is not None else ():
        if any(link is known for link in chain) or any(exception is link for link in _chain(known)):
            return crash
    return None


def _chain(exception: BaseException) -> list[BaseException]:
    links = [exception]
    while len(links) < LONGEST_CHAIN:
        before = links[-1].__cause__ or links[-1].__context__
        if before is None:
            break
        links.append(before)
    return links


def _asks_for(exception: BaseException, status: int) -> bool:
    """Whether an exception is an answer: HTTP errors of every framework name their own status."""
    return status in (getattr(exception, "status_code", None), getattr(exception, "code", None))


def _only_member(exception: BaseException) -> BaseException:
    """What a task group wrapped, if that is one exception."""
    while True:
        members = getattr(exception, "exceptions", None)
        if not isinstance(members, tuple) or len(members) != 1:
            return exception
        exception = members[0]


def described(exception: BaseException) -> dict[str, Any]:
    kind = type(exception)
    lines = traceback.format_exception(kind, exception, exception.__traceback__)
    return {
        "type": kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}",
        "message": _text(exception)[:LONGEST_MESSAGE],
        "frames": told_frames(list(traceback.walk_tb(exception.__traceback__))),
        "traceback": "".join(lines)[-LONGEST_TRACEBACK:],
    }


def _text(exception: BaseException) -> str:
    try:
        return str(exception)
    except Exception as error:  # noqa: BLE001 - a broken __str__ must not hide the crash
        return f"<its __str__ raised {type(error).__name__}>"


def told_frames(stack: list[tuple[FrameType, int]]) -> list[dict[str, Any]]:
    """A stack of frames and lines, innermost last; of a very deep one, its two ends."""
    if len(stack) > MOST_FRAMES:
        stack = stack[: MOST_FRAMES // 4] + stack[-3 * MOST_FRAMES // 4 :]
    return [_frame(frame, line) for frame, line in stack]


def _frame(frame: FrameType, line: int) -> dict[str, Any]:
    code = frame.f_code
    return {
        "file": code.co_filename,
        "line": line,
        "function": getattr(code, "co_qualname", code.co_name),
        "module": str(frame.f_globals.get("__name__", "")),
        "code": statement_at(code.co_filename, line),
    }
