"""Threads that stand-ins share: how many there are, what ends them, and who is let in."""

from __future__ import annotations

import functools
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from harness.standin import Crew, StandIn
from tests.standin.test_opened import answers, get

PATIENCE_S = 5.0


def _pass(gate: threading.Barrier) -> None:
    gate.wait(PATIENCE_S)


@contextmanager
def crew() -> Iterator[Crew]:
    """A crew that is dismissed in the end."""
    made = Crew()
    try:
        yield made
    finally:
        made.dismiss(PATIENCE_S)


def test_one_thread_does_one_thing_after_another() -> None:
    """What is begun when all else is over starts no thread."""
    names: list[int] = []
    with crew() as hired:
        before = threading.active_count()
        for _ in range(20):
            job = hired.do(lambda: names.append(threading.get_ident()))
            assert job.ended.wait(PATIENCE_S)

        assert threading.active_count() == before + 1
    assert len(names) == 20
    assert len(set(names)) == 1


def test_nothing_waits_for_the_end_of_something_else() -> None:
    """What is begun meanwhile is done beside, however much there is."""
    gate = threading.Barrier(8)
    with crew() as hired:
        jobs = [hired.do(functools.partial(_pass, gate)) for _ in range(8)]

        assert all(one.ended.wait(PATIENCE_S) for one in jobs)
        assert not gate.broken


def test_what_fails_is_told_and_ends_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread goes on with the next, and the failure goes where those of threads go."""
    told: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lambda failed: told.append(failed.exc_type))
    done: list[str] = []
    with crew() as hired:
        hired.do(functools.partial(done.remove, "never there")).ended.wait(PATIENCE_S)
        hired.do(functools.partial(done.append, "after")).ended.wait(PATIENCE_S)

    assert told == [ValueError]
    assert done == ["after"]


def test_whoever_is_dismissed_leaves_nothing() -> None:
    """Threads and descriptors are gone."""
    threads, descriptors = threading.active_count(), len(os.listdir("/dev/fd"))
    for _ in range(3):
        with crew() as hired, socket.create_server(("127.0.0.1", 0)) as door:
            hired.attend(door, lambda: None)
            hired.leave(door)
            hired.do(lambda: None).ended.wait(PATIENCE_S)

    assert threading.active_count() == threads
    assert len(os.listdir("/dev/fd")) == descriptors


def test_stand_ins_one_after_another_start_no_thread() -> None:
    """Each is closed for good when it is closed, though the threads stay."""
    with crew() as hired:
        with StandIn(answers(), crew=hired) as first:
            get(first.port, "/users")
        threads = threading.active_count()
        for _ in range(10):
            with StandIn(answers(), crew=hired) as opened:
                assert get(opened.port, "/users") == (200, b'{"n":1}')

        assert threading.active_count() <= threads + 1
        with pytest.raises(OSError):  # noqa: PT011 - refused or reset, as the system has it
            get(first.port, "/users")


def test_stand_ins_beside_each_other_share_a_crew() -> None:
    """Each answers at its own place, and one that is closed takes no other with it."""
    with crew() as hired, StandIn(answers(), crew=hired) as stays:
        with StandIn(answers(), crew=hired) as goes:
            assert get(goes.port, "/users") == get(stays.port, "/users") == (200, b'{"n":1}')

        assert get(stays.port, "/users") == (200, b'{"n":1}')
