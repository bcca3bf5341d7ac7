"""What is waited for when something is to be removed, and for how long."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from harness.domain.errors import BrokerUnreachable, NotDelivered
from harness.messaging.leaving import BACK_S, Leaving
from harness.messaging.tripwire import FRESH_FOR_S, Tripwire

AWAY = BrokerUnreachable("nobody", kind="k", address="a")
HELD = NotDelivered("somebody holds it", kind="k", address="a")


class Clock:
    """Time that passes when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """What time it is, in seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let it pass."""
        self.now += seconds


class Broker:
    """Takes calls from some time on; each that it does not take costs a second."""

    def __init__(self, clock: Clock, back_at: float, error: Exception = AWAY) -> None:
        self.calls = 0
        self._clock = clock
        self._back_at = back_at
        self._error = error

    def remove(self) -> None:
        """Remove something, where it is there."""
        self.calls += 1
        if self._clock() < self._back_at:
            self._clock.sleep(1)
            raise self._error


@pytest.fixture
def clock() -> Clock:
    """Time of a test's own."""
    return Clock()


def leaving_of_a_service(clock: Clock) -> Leaving:
    """What leaves after a service was looked at."""
    made = Leaving(clock, clock.sleep)
    made.is_watched = True
    return made


def test_a_broker_that_comes_back_is_waited_for(clock: Clock) -> None:
    """All is removed then."""
    leaving, broker = leaving_of_a_service(clock), Broker(clock, clock() + BACK_S - 2)
    leaving.remove(["one"], broker.remove)
    leaving.remove(["two"], broker.remove)

    assert not leaving.left


def test_a_broker_that_stays_away_is_waited_for_once(clock: Clock) -> None:
    """Nothing is tried for what comes after the time is over, and all of it is named."""
    leaving, broker = leaving_of_a_service(clock), Broker(clock, float("inf"))
    began = clock()
    leaving.remove(["one"], broker.remove)
    tried = broker.calls
    leaving.remove(["three", "two"], broker.remove)

    assert list(leaving.left) == ["one", "three", "two"]
    assert broker.calls == tried > 3
    assert BACK_S < clock() - began < BACK_S + 3


def test_nobody_waits_where_no_service_was_looked_at(clock: Clock) -> None:
    """A contract author's own connection is closed at once."""
    leaving, broker = Leaving(clock, clock.sleep), Broker(clock, clock() + 2)
    leaving.remove(["one"], broker.remove)

    assert (list(leaving.left), broker.calls) == (["one"], 1)


def test_what_is_refused_is_not_asked_for_again(clock: Clock) -> None:
    """The broker is there, and says no; what comes next is removed."""
    leaving, broker = leaving_of_a_service(clock), Broker(clock, clock() + 2, HELD)
    leaving.remove(["one"], broker.remove)
    clock.sleep(2)
    leaving.remove(["two"], broker.remove)

    assert (list(leaving.left), broker.calls) == (["one"], 2)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A place that can be connected to."""
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


def test_a_wire_that_is_cut_once_stays_broken(listener: socket.socket) -> None:
    """Who hangs up was away, whoever is there now."""
    host, port = listener.getsockname()
    wire = Tripwire(host, port)
    theirs, _ = listener.accept()
    before = wire.is_broken()
    theirs.shutdown(socket.SHUT_RDWR)
    theirs.close()

    assert (before, wire.is_broken(), wire.is_broken()) == (False, True, True)
    wire.close()


def test_a_wire_is_replaced_before_brokers_hang_up_on_it(
    listener: socket.socket, clock: Clock
) -> None:
    """A new one takes its place; where there is nobody any more, it is broken."""
    host, port = listener.getsockname()
    wire = Tripwire(host, port, clock)
    first, _ = listener.accept()
    clock.sleep(FRESH_FOR_S + 1)

    assert not wire.is_broken()
    assert first.recv(1) == b""
    first.close()
    second, _ = listener.accept()
    assert not wire.is_broken()

    listener.close()
    clock.sleep(FRESH_FOR_S + 1)
    assert wire.is_broken()
    second.close()
    wire.close()
