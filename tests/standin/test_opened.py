"""A stand-in within the process that opens it: what is answered instead, where, and its end."""

from __future__ import annotations

import http.client
import os
import socket
import threading
import time
from dataclasses import replace

import pytest

from harness.standin import Reply, StandIn, answers_from
from harness.standin.answers import Answers
from tests.standin.samples import asked, interaction, json_body, pact

USERS = interaction("users", asked("GET", "/users"), body=json_body({"n": 1}))
GONE = interaction("gone", asked("GET", "/gone"), status=404, body=json_body({"code": "gone"}))


def answers() -> Answers:
    """What a shop answers."""
    return answers_from("shop", [pact(USERS, GONE)])


def get(port: int, path: str) -> tuple[int, bytes]:
    """The status and body of one reply."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()


def test_another_body_may_be_put_in_place_of_a_contracts_own() -> None:
    """Status and headers stay, the length is that of the new body, and refusals are not varied."""
    seen: list[str] = []

    def instead(reply: Reply) -> Reply:
        seen.append(reply.interaction)
        return replace(reply, body=b'{"n": null, "more": "longer than before"}')

    with StandIn(answers(), instead=instead) as opened:
        users, gone = get(opened.port, "/users"), get(opened.port, "/gone")
        unknown, _ = get(opened.port, "/nothing")

    assert users == (200, b'{"n": null, "more": "longer than before"}')
    assert gone[0] == 404
    assert unknown == 501
    assert seen == [USERS.key, GONE.key]


def test_what_fails_instead_ends_its_own_connection_alone() -> None:
    """A fault of whoever varies replies does not take the stand-in with it."""
    told = iter([ZeroDivisionError()])

    def instead(reply: Reply) -> Reply:
        for error in told:
            raise error
        return reply

    with StandIn(answers(), instead=instead) as opened:
        with pytest.raises((http.client.HTTPException, OSError)):
            get(opened.port, "/users")
        assert get(opened.port, "/users") == (200, b'{"n":1}')


def test_a_port_may_be_asked_for_again_and_again() -> None:
    """A port is free as soon as its stand-in is closed, though a client held its connection."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for _ in range(3):
        with StandIn(answers(), port=port) as opened:
            held = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            held.request("GET", "/users")
            assert held.getresponse().read() == b'{"n":1}'
            assert (opened.port, opened.url) == (port, f"http://127.0.0.1:{port}")
        held.close()


def test_a_port_that_is_taken_is_told() -> None:
    """Two cannot answer at one place."""
    with StandIn(answers()) as opened, pytest.raises(OSError, match="in use"):
        StandIn(answers(), port=opened.port)


def test_what_nobody_answered_is_given_once_and_forgotten() -> None:
    """Each request is named once between two times of asking."""
    with StandIn(answers()) as opened:
        for path in ("/a", "/b?x=1", "/a"):
            get(opened.port, path)
        first = [one.request for one in opened.forget_unmatched()]
        then = opened.forget_unmatched()
        get(opened.port, "/a")
        last = [one.request for one in opened.forget_unmatched()]

    assert first == ["GET /a", "GET /b?x=1"]
    assert (then, last, opened.unmatched) == ((), ["GET /a"], ())


def test_nothing_of_a_closed_stand_in_is_left() -> None:
    """Threads and descriptors are gone when it is closed, also those of connections kept alive."""
    threads = threading.active_count()
    descriptors = len(os.listdir("/dev/fd"))
    for _ in range(5):
        with StandIn(answers()) as opened:
            held = [http.client.HTTPConnection("127.0.0.1", opened.port) for _ in range(3)]
            for one in held:
                one.request("GET", "/users")
                one.getresponse().read()
        for one in held:
            one.close()

    assert threading.active_count() == threads
    assert len(os.listdir("/dev/fd")) == descriptors


def test_a_stand_in_that_was_never_entered_can_be_left() -> None:
    """Its port is given back."""
    made = StandIn(answers())
    made.__exit__()

    with StandIn(answers(), port=made.port) as again:
        assert get(again.port, "/users")[0] == 200


def test_a_stand_in_closes_at_once() -> None:
    """Where each reply is put to a client by itself, waiting for an end would take the longest."""
    best = 1.0
    for _ in range(20):
        opened = StandIn(answers()).__enter__()
        get(opened.port, "/users")
        begin = time.perf_counter()
        opened.__exit__()
        best = min(best, time.perf_counter() - begin)

    assert best < 0.02
