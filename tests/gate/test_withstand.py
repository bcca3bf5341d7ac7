"""What happens to a broker, or to a worker on it, ends in a finding or in a reason."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import aio_pika
import pytest
from aio_pika.exceptions import ChannelClosed

from harness.messaging.local.starting import local_broker
from tests.gate.test_on_the_wire import ADDRESSES, CHECKS, HOME, WORKER, none_started
from tests.gate.workspaces import Ended, Place, wait_until
from tests.messaging.stands import RabbitStand, stand_of

pytestmark = [
    pytest.mark.tools,
    pytest.mark.slow,
    pytest.mark.xdist_group("messaging-amqp"),
]

VARIABLE = "HARNESS_BROKER_RABBITMQ"
HANDLERS = "src/courier/handlers.py"
PLACED = '    order = json.loads(body)\n    return f"to'
ACKNOWLEDGES = "        await message.ack()\n"
REJECTS = "        await message.reject(requeue=False)\n"
DIES = "        os._exit(3)\n"
TWICE = """        for _ in range(2):
            await message.channel.basic_{}
"""
ENDS_LATE = """        await message.ack()
        PREFIXES.append("")
        if len(PREFIXES) > 4:
            os._exit(3)
"""


class Between:
    """Stands between clients and a broker: slow, silent, or gone for a while."""

    def __init__(self, broker_port: int, delay_s: float = 0.0) -> None:
        self.delay_s = delay_s
        self.is_silent = False
        self._to = ("127.0.0.1", broker_port)
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"amqp://guest:guest@127.0.0.1:{self._listener.getsockname()[1]}/"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End all connections, as a broker does that restarts; new ones are taken."""
        while self._open:
            _end(self._open.pop())

    def close(self) -> None:
        """Take no more."""
        _end(self._listener)
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client = self._listener.accept()[0]
            except OSError:  # closed
                return
            broker = socket.create_connection(self._to)
            self._open += [client, broker]
            for one, other in ((client, broker), (broker, client)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):  # cut
            while came := one.recv(65536):
                time.sleep(self.delay_s)
                if not self.is_silent:
                    other.sendall(came)
        _end(one)
        _end(other)


def _end(one: socket.socket) -> None:
    with contextlib.suppress(OSError):  # ended already
        one.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def rabbit() -> RabbitStand:
    """The RabbitMQ of this machine."""
    found = stand_of("rabbitmq", none_started)
    assert isinstance(found, RabbitStand)
    return found


@pytest.fixture
def between(rabbit: RabbitStand) -> Iterator[Between]:
    """Something that cuts or slows what goes to it."""
    made = Between(int(rabbit.url.rstrip("/").rpartition(":")[2].partition("/")[0]))
    yield made
    made.close()


@pytest.fixture
def place(tmp_path: Path, rabbit: RabbitStand) -> Place:
    """A copy of the system, whose worker notes its prefix, and when a handler is at work."""
    place = Place.copied(HOME, tmp_path)
    place.variables[VARIABLE] = rabbit.url
    table = 'pacts = "pacts"\n'
    place.edit("contract-harness.toml", table, table + "budget = { patience_s = 2 }\n")
    begins = 'PREFIX = os.environ.get("CHANNEL_PREFIX", "")\n'
    notes = f'{begins}PREFIXES = [PREFIX]\nopen("prefixes", "a").write(PREFIX + "\\n")\n'
    place.edit(WORKER, begins, notes)
    place.edit(HANDLERS, PLACED, '    open("reached", "w").close()\n' + PLACED)
    return place


def kept(place: Place, url: str) -> list[str]:
    """Name what is on the broker still of the last run."""
    prefixes = set((place.root / "prefixes").read_text("utf-8").split())
    assert prefixes
    return asyncio.run(_kept(prefixes, url))


async def _kept(prefixes: set[str], url: str) -> list[str]:
    names = [f"{one}.courier{dead}" for one in ADDRESSES for dead in ("", ".dead")]
    asked = [("get_queue", prefix + name) for prefix in prefixes for name in names]
    asked += [("get_exchange", one + name) for one in prefixes for name in ("shop", "exchange")]
    found = []
    async with await aio_pika.connect(url) as connection:
        for ask, name in asked:
            with contextlib.suppress(ChannelClosed):  # there is none of this name
                await getattr(await connection.channel(), ask)(name)
                found.append(name)
    return found


def gate(place: Place) -> Ended:
    """Run the gate for what is carried on the wire."""
    return place.run("gate", *CHECKS, COLUMNS="160")


def test_a_broker_that_restarts_in_the_middle(
    place: Place, between: Between, rabbit: RabbitStand
) -> None:
    """It is told, and what was made is removed over a new connection."""
    running = place.start("gate", *CHECKS, **{VARIABLE: between.url})
    assert wait_until((place.root / "reached").exists, 60)
    between.cut()
    ended = running.wait()

    assert (ended.code, ended.findings) == (3, []), ended.text
    assert "was lost in the middle" in ended.reasons["wire:courier"]
    assert (place.left(), kept(place, rabbit.url)) == ([], [])


def test_a_broker_that_ends_in_the_middle(place: Place) -> None:
    """A real broker that goes and does not come back."""
    with contextlib.ExitStack() as opened:
        broker = opened.enter_context(local_broker("rabbitmq"))
        running = place.start("gate", *CHECKS, **{VARIABLE: broker.url})
        assert wait_until((place.root / "reached").exists, 60)
    ended = running.wait()

    assert (ended.code, ended.findings) == (3, []), ended.text
    assert "was lost in the middle" in ended.reasons["wire:courier"]
    assert place.left() == []


def test_a_broker_that_says_nothing(place: Place, between: Between, rabbit: RabbitStand) -> None:
    """Silent from the beginning, or from the middle on: each wait has an end."""
    running = place.start("gate", *CHECKS, **{VARIABLE: between.url})
    assert wait_until((place.root / "reached").exists, 60)
    between.is_silent = True
    ended = running.wait()

    assert (ended.code, ended.findings) == (3, []), ended.text
    assert "does not answer any more" in ended.reasons["wire:courier"]
    assert place.left() == []

    ended = place.run("gate", *CHECKS, **{VARIABLE: between.url})

    assert (ended.code, ended.findings) == (3, []), ended.text
    assert "no answer from RabbitMQ" in ended.reasons["wire:courier"]


def test_a_broker_that_is_slow(place: Place, between: Between, rabbit: RabbitStand) -> None:
    """Answers that take their time are waited for."""
    between.delay_s = 0.03
    ended = place.run("gate", *CHECKS, **{VARIABLE: between.url})

    assert (ended.code, ended.findings, ended.reasons) == (0, [], {}), ended.text
    assert (place.left(), kept(place, rabbit.url)) == ([], [])


def test_a_login_that_is_refused(place: Place, rabbit: RabbitStand) -> None:
    """The reason says so, and what to look at."""
    ended = place.run("gate", *CHECKS, **{VARIABLE: rabbit.refused})

    assert (ended.code, ended.findings) == (3, []), ended.text
    assert "refuses the login" in ended.reasons["wire:courier"]


def test_a_queue_with_other_arguments(place: Place, rabbit: RabbitStand) -> None:
    """The worker cannot declare it; what the broker said stands in the reason."""
    begins = "        for address, handle in ADDRESSES.items():\n"
    other = '        await channel.declare_queue(f"{PREFIX}order.placed.courier", durable=True)\n'
    place.edit(WORKER, begins, other + begins)
    ended = gate(place)

    assert (ended.code, ended.findings) == (3, []), ended.text
    assert "PRECONDITION_FAILED - inequivalent arg" in ended.reasons["wire:courier"]
    assert (place.left(), kept(place, rabbit.url)) == ([], [])


def test_a_worker_that_dies_at_its_start(place: Place, rabbit: RabbitStand) -> None:
    """Its status and its last words are told."""
    begins = "    connection = await aio_pika.connect("
    place.edit(WORKER, begins, '    raise SystemExit("no licence")\n' + begins)
    ended = gate(place)

    assert (ended.code, ended.findings) == (3, []), ended.text
    told = ended.reasons["wire:courier"]
    assert "exited with status 1" in told
    assert "no licence" in told
    assert (place.left(), kept(place, rabbit.url)) == ([], [])


@pytest.mark.parametrize(
    ("file", "old", "new", "check", "told", "addresses"),
    [
        pytest.param(
            *(WORKER, ACKNOWLEDGES, ACKNOWLEDGES + DIES),
            *("message-lost", "is not handled: the worker exited with status 3", ADDRESSES),
            id="dies after the first",
        ),
        pytest.param(
            *(WORKER, REJECTS, REJECTS + DIES),
            *("poison-message-loops", "ends the worker of courier, which exited", ADDRESSES),
            id="dies of what it has put away",
        ),
        pytest.param(
            *(WORKER, ACKNOWLEDGES, TWICE.format("ack(message.delivery_tag)")),
            *("message-lost", "is not handled", ADDRESSES),
            id="acknowledges twice",
        ),
        pytest.param(
            *(WORKER, REJECTS, TWICE.format("reject(message.delivery_tag, requeue=False)")),
            *("poison-message-loops", "consumes no more", ADDRESSES),
            id="rejects twice",
        ),
        pytest.param(
            *(HANDLERS, PLACED, "    __import__('time').sleep(3600)\n" + PLACED),
            *("message-lost", "a handler has begun, and does not return", ["order.placed"]),
            id="blocks",
        ),
    ],
)
def test_a_worker_that_does_not_go_on(
    file: str,
    old: str,
    new: str,
    check: str,
    told: str,
    addresses: list[str],
    place: Place,
    rabbit: RabbitStand,
) -> None:
    """Each is one finding for each channel, which says what stopped it."""
    place.edit(file, old, new)
    ended = gate(place)

    found = [(one["check"], one["operation"]) for one in ended.findings]
    assert sorted(found) == [(check, one) for one in addresses], ended.text
    assert all(told in one["message"] for one in ended.findings), ended.text
    assert (place.left(), kept(place, rabbit.url)) == ([], [])


def test_a_worker_that_ends_when_all_is_done(place: Place, rabbit: RabbitStand) -> None:
    """Nothing was lost, and nobody takes what comes later: a reason."""
    place.edit(WORKER, ACKNOWLEDGES, ENDS_LATE)
    ended = gate(place)

    assert (ended.code, ended.findings) == (3, []), ended.text
    for address in ADDRESSES:
        assert "by itself" in ended.reasons[f"the worker of courier on {address}"]
    assert (place.left(), kept(place, rabbit.url)) == ([], [])


def test_a_run_that_is_interrupted(place: Place, rabbit: RabbitStand) -> None:
    """Ctrl-C while all addresses are looked at: what each has made is removed."""
    running = place.start("gate", *CHECKS, COLUMNS="160")
    prefixes = place.root / "prefixes"
    assert wait_until(lambda: prefixes.exists() and len(prefixes.read_text().split()) > 1, 60)
    running.press_ctrl_c()
    ended = running.wait()

    assert ended.report["status"] == "interrupted", ended.text
    assert wait_until(lambda: not kept(place, rabbit.url), 15)
    assert place.left() == []


def test_two_runs_at_once_on_one_broker(place: Place, rabbit: RabbitStand) -> None:
    """Neither meets the other's messages, even in one workspace."""
    running = [place.start("gate", *CHECKS, COLUMNS="160") for _ in range(2)]
    for one in running:
        ended = one.wait()
        assert (ended.code, ended.findings, ended.reasons) == (0, [], {}), ended.text
    assert (place.left(), kept(place, rabbit.url)) == ([], [])
