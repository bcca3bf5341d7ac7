"""What was raised inside a service."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frame:
    """
    One frame of a traceback.

    Shape: `file` as the service's interpreter names it; `function` is qualified within `module`;
    `code` is the text of the statement.
    """

    file: str
    line: int
    module: str
    function: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Crash:
    """
    One exception that a service did not handle.

    Shape: `frames` innermost last; `request_id` is the id that the request carried, empty where it
    carried none; `in_flight` names the requests then running when it happened outside of any.
    """

    type: str
    message: str
    frames: tuple[Frame, ...]
    traceback: str
    request_id: str = ""
    method: str = ""
    path: str = ""
    seq: int = 0
    in_flight: tuple[str, ...] = ()
