"""Several looks are taken at once, told in their order, and none of them ends another."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from harness.adapters.worker_driver_beside import Sleep, side_by_side
from harness.domain.errors import HarnessError
from harness.domain.evidence import Evidence, Unobserved

LIMIT_S = 10.0


def test_looks_are_taken_at_once_and_told_in_their_order() -> None:
    """Each waits for the other, and the one that is told first ends last."""
    both, later = threading.Barrier(2, timeout=LIMIT_S), threading.Event()

    def first(_sleep: Sleep) -> Iterator[Evidence]:
        both.wait()
        assert later.wait(LIMIT_S)
        yield Unobserved("first", "seen")

    def second(_sleep: Sleep) -> Iterator[Evidence]:
        both.wait()
        yield Unobserved("second", "seen")
        later.set()

    seen = list(side_by_side([first, second], at_once=2))

    assert [one.evidence for one in seen] == [
        [Unobserved("first", "seen")],
        [Unobserved("second", "seen")],
    ]


def test_what_is_in_the_way_of_one_ends_no_other() -> None:
    """What it saw until then is kept, with the error."""

    def stopped(_sleep: Sleep) -> Iterator[Evidence]:
        yield Unobserved("stopped", "seen before")
        raise HarnessError("the broker was lost")

    def other(_sleep: Sleep) -> Iterator[Evidence]:
        yield Unobserved("other", "seen")

    first, second = side_by_side([stopped, other])

    assert first.evidence == [Unobserved("stopped", "seen before")]
    assert first.error is not None
    assert first.error.message == "the broker was lost"
    assert (second.evidence, second.error) == ([Unobserved("other", "seen")], None)


def test_a_look_that_nobody_waits_for_closes_what_it_has_opened() -> None:
    """An interruption ends the pauses of all looks, and comes back when they are over."""
    asleep, closed = threading.Event(), threading.Event()

    def quick(_sleep: Sleep) -> Iterator[Evidence]:
        assert asleep.wait(LIMIT_S)
        yield Unobserved("quick", "seen")

    def long(sleep: Sleep) -> Iterator[Evidence]:
        try:
            asleep.set()
            sleep(3600)
            yield Unobserved("long", "never")
        finally:
            time.sleep(0.05)
            closed.set()

    def interrupted() -> None:
        for _ in side_by_side([quick, long], at_once=2):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert closed.is_set()


def test_no_more_than_some_are_taken_at_once() -> None:
    """Each starts programs, so that all together would be in each other's way."""
    lock = threading.Lock()
    running: list[int] = []
    most = 0

    def look(sleep: Sleep) -> Iterator[Evidence]:
        nonlocal most
        with lock:
            running.append(1)
            most = max(most, len(running))
        sleep(0.02)
        with lock:
            running.pop()
        yield Unobserved("one", "seen")

    assert len(list(side_by_side([look] * 5, at_once=2))) == 5
    assert most == 2
