"""A stand-in within the process that opens it: what is answered instead, where, and its end."""

from __future__ import annotations

import http.client
import os
import socket
import threading
import time
from dataclasses import replace

import pytest

from harness.domain.possible import Fault, Origin, PossibleReply
from harness.standin import Received, Reply, StandIn, answers_from, given
from harness.standin.answers import Answers
from tests.standin.samples import asked, interaction, json_body, pact

USERS = interaction("users", asked("GET", "/users"), body=json_body({"n": 1}))
GONE = interaction("gone", asked("GET", "/gone"), status=404, body=json_body({"code": "gone"}))


def answers() -> Answers:
    """What a shop answers."""
    return answers_from("shop", [pact(USERS, GONE)])


def _possible(
    *,
    status: int = 0,
    media_type: str | None = None,
    body: str | None = None,
    fault: Fault | None = None,
    elsewhere: str = "",
) -> PossibleReply:
    return PossibleReply("it", Origin.NETWORK, status, media_type, body, fault, elsewhere)


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
    """Status and headers stay, the length is that of the new body, and a refusal is put as well."""
    seen: list[str] = []

    def instead(received: Received, reply: Reply) -> Reply:
        seen.append(f"{received.path} {reply.interaction}".strip())
        if not reply.interaction:
            return reply
        return replace(reply, body=b'{"n": null, "more": "longer than before"}')

    with StandIn(answers(), instead=instead) as opened:
        users, gone = get(opened.port, "/users"), get(opened.port, "/gone")
        unknown, _ = get(opened.port, "/nothing")

    assert users == (200, b'{"n": null, "more": "longer than before"}')
    assert gone[0] == 404
    assert unknown == 501
    assert seen == [f"/users {USERS.key}", f"/gone {GONE.key}", "/nothing"]


def test_what_fails_instead_ends_its_own_connection_alone() -> None:
    """A fault of whoever varies replies does not take the stand-in with it."""
    told = iter([ZeroDivisionError()])

    def instead(_received: Received, reply: Reply) -> Reply:
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


@pytest.mark.parametrize("fault", [Fault.CLOSED, Fault.CUT, Fault.SILENT])
def test_a_faulty_connection_is_seen_as_one_by_its_client(fault: Fault) -> None:
    """A reply may not come, come in part, or never; the next connection is as any other."""
    told = iter([fault])

    def instead(_received: Received, reply: Reply) -> Reply:
        return replace(reply, fault=next(told, None))

    with StandIn(answers(), instead=instead) as opened:
        connection = http.client.HTTPConnection("127.0.0.1", opened.port, timeout=0.3)
        connection.request("GET", "/users")
        with pytest.raises(_SEEN_BY_CLIENTS[fault]):
            connection.getresponse().read()
        connection.close()
        assert get(opened.port, "/users") == (200, b'{"n":1}')


_SEEN_BY_CLIENTS = {
    Fault.CLOSED: http.client.RemoteDisconnected,
    Fault.CUT: http.client.IncompleteRead,
    Fault.SILENT: TimeoutError,
}


@pytest.mark.parametrize(
    ("possible", "expected"),
    [
        (_possible(body="[]"), Reply(200, (("Content-Type", "application/json"),), b"[]", "key")),
        (_possible(media_type="", body=""), Reply(200, (), b"", "key")),
        (
            _possible(status=502, media_type="text/html", body="<p>"),
            Reply(502, (("Content-Type", "text/html"),), b"<p>", "key"),
        ),
        (
            _possible(status=302, elsewhere="/in"),
            Reply(302, (("Location", "/in"),), b'{"n":1}', "key"),
        ),
        (
            _possible(fault=Fault.CUT),
            Reply(200, (("Content-Type", "application/json"),), b'{"n":1}', "key", Fault.CUT),
        ),
    ],
)
def test_what_may_come_differs_from_the_contract_as_it_says(
    possible: PossibleReply, expected: Reply
) -> None:
    """Another status comes without the contract's headers; what is not told stays as shown."""
    shown = Reply(200, (("Content-Type", "application/json"),), b'{"n":1}', "key")
    assert given(shown, possible) == expected
