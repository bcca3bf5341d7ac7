"""Where code stands at a moment: on the stack of its thread, and in the tasks of its loop."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
import traceback
from collections.abc import Iterator
from types import CoroutineType, FrameType

from harness.consumer.raised import Calls


def calls_to(frame: FrameType | None) -> Calls:
    """
    What leads to a frame, the innermost last.

    Shape: of a thread that works for another, what the main thread waits for stands before it, and
    of a loop that waits, what its tasks wait for behind it.
    """
    calls = _stack(frame)
    if threading.current_thread() is not threading.main_thread():
        main = sys._current_frames().get(threading.main_thread().ident or 0)
        return (*_stack(main), *_calls_of_tasks(), *calls)
    return (*calls, *_calls_of_tasks())


def _stack(frame: FrameType | None) -> Calls:
    return tuple(traceback.walk_stack(frame))[::-1]


def _calls_of_tasks() -> Iterator[tuple[FrameType, int]]:
    """Where tasks stand while their loop has nothing to run, the one begun last at the end."""
    # Only the collector knows the tasks of every thread's loop, whoever made the loop.
    tasks = [one for one in gc.get_objects() if issubclass(type(one), asyncio.Task)]
    waiting = [one for one in tasks if _is_idle(one.get_loop())]
    for task in sorted(waiting, key=lambda one: (len(one.get_name()), one.get_name())):
        step: object = task.get_coro()
        while isinstance(step, CoroutineType):
            if step.cr_frame is not None:
                yield step.cr_frame, step.cr_frame.f_lineno
            step = step.cr_await


def _is_idle(loop: asyncio.AbstractEventLoop) -> bool:
    return loop.is_running() and asyncio.current_task(loop) is None
