"""An exception that a service did not deal with, as its host saw it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frame:
    """
    One call of a stack.

    Shape: `function` is qualified from Python 3.11 on, a bare name before; `code` is the whole
    statement on one line (of a compound one its head), "" where there is no source.
    """

    file: str
    line: int
    function: str
    module: str
    code: str


@dataclass(frozen=True, slots=True)
class RequestSeen:
    """A request that a service was answering."""

    request_id: str | None
    method: str
    path: str


@dataclass(frozen=True, slots=True)
class Crash:
    """
    One exception.

    Shape: `seq` counts up from 1 in each start of a service; `request` is None outside of any, and
    `in_flight` then tells what was being answered; `frames` end with the innermost; `source` tells
    how it was seen: "raised" (it left the application), "signal" (the framework's own), "handler"
    and "log" (a handler or a log line dealt with it, and the answer was a server error), "thread",
    "task" and "interpreter" (outside requests).
    """

    seq: int
    request: RequestSeen | None
    type: str
    message: str
    frames: tuple[Frame, ...]
    traceback: str
    in_flight: tuple[RequestSeen, ...]
    source: str

    @property
    def request_id(self) -> str | None:
        """The id that the request's sender gave it."""
        return None if self.request is None else self.request.request_id
