"""A real broker carries messages to a worker, and the gate tells what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.domain.errors import ServiceNotStarted
from harness.messaging.local.starting import LocalBroker
from tests.gate.workspaces import Place
from tests.messaging.stands import RabbitStand, RedisStand, UrlStand, stand_of

pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("messaging-amqp")]

HOME = Path(__file__).parents[1] / "workspaces" / "dispatch"
WIRE = ("message-lost", "poison-message-loops", "acknowledged-before-done")
CHECKS = tuple(word for check in WIRE for word in ("--check", check))
WORKER = "src/courier/rabbitmq.py"
ADDRESSES = ["order.cancelled", "order.placed"]

TAKES = """    try:
        handle(message.body)
    except Exception:
        await message.reject(requeue=False)
    else:
        await message.ack()
"""


# By kind: the module that consumes there, and its line that puts away what fails.
OTHERS = {
    "nats": (
        "jetstream",
        '            await stream.publish(f"{subject}.courier.dead", came.data)\n',
    ),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Another way in which a worker takes messages, and what is found of it on each channel."""

    named: str
    takes: str
    check: str
    told: str


FAULTS = (
    Fault(
        "acknowledges first",
        "    await message.ack()\n    handle(message.body)\n",
        "acknowledged-before-done",
        "had been acknowledged before the work was done",
    ),
    Fault(
        "requeues for ever",
        "    try:\n        handle(message.body)\n    except Exception:\n"
        "        await message.reject(requeue=True)\n    else:\n        await message.ack()\n",
        "poison-message-loops",
        "times in ",
    ),
    Fault(
        "drops what fails",
        "    try:\n        handle(message.body)\n    except Exception:\n        pass\n"
        "    await message.ack()\n",
        "message-lost",
        "that nobody can read is gone",
    ),
)
RUNG = tuple((fault.check, "courier:shop") for fault in FAULTS)


def none_started(kind: str) -> LocalBroker:
    """These run already, or the test is left out."""
    raise ServiceNotStarted(f"{kind} is to run already")


@pytest.fixture(scope="module")
def rabbit() -> RabbitStand:
    """The RabbitMQ of this machine."""

    found = stand_of("rabbitmq", none_started)
    assert isinstance(found, RabbitStand)
    return found


@pytest.fixture
def place(tmp_path: Path, rabbit: RabbitStand) -> Place:
    """A copy of the system, whose broker runs already."""
    place = Place.copied(HOME, tmp_path)
    place.variables["HARNESS_BROKER_RABBITMQ"] = rabbit.url
    place.edit(
        "contract-harness.toml",
        'pacts = "pacts"\n',
        'pacts = "pacts"\nbudget = { patience_s = 2 }\n',
    )
    return place


def test_a_worker_that_does_it_right_is_silent(place: Place) -> None:
    """What it agreed to is handled, what nobody can read is put away, and nothing is left."""
    ended = place.run("gate", *CHECKS, COLUMNS="160")

    assert (ended.code, ended.findings, ended.reasons) == (0, [], {}), ended.text
    assert "wire:courier" in ended.steps
    assert place.left() == []


def on_streams(place: Place, stand: UrlStand) -> None:
    """Let the courier consume from Redis instead."""
    place.variables["HARNESS_BROKER_REDIS"] = stand.url
    table = "contract-harness.toml"
    place.edit(table, '{ kind = "rabbitmq", exchange = "{namespace}shop" }', '"redis"')
    place.edit(table, "courier.rabbitmq", "courier.streams")


@pytest.mark.slow
@pytest.mark.xdist_group("messaging-redis")
def test_a_reader_of_a_stream_is_silent_and_found(place: Place) -> None:
    """The same holds for Redis, where the consumer itself puts dead letters away."""
    stand = stand_of("redis", none_started)
    assert isinstance(stand, RedisStand)
    on_streams(place, stand)

    ended = place.run("gate", *CHECKS, COLUMNS="160")

    assert (ended.code, ended.findings, ended.reasons) == (0, [], {}), ended.text

    place.edit(
        "src/courier/streams.py",
        '        client.xadd(f"{stream}.courier.dead", fields)\n',
        "        pass\n",
    )
    found = place.run("gate", *CHECKS, COLUMNS="160").findings

    assert [one["check"] for one in found] == ["message-lost"] * len(ADDRESSES)
    assert all("Redis" in one["message"] for one in found)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "lines"), OTHERS.items())
def test_readers_of_other_brokers_are_silent_and_found(
    kind: str, lines: tuple[str, str], place: Place
) -> None:
    """The gate starts the broker; the same holds there, and what is dropped is found."""
    table, (module, putting_away) = "contract-harness.toml", lines
    place.edit(table, '{ kind = "rabbitmq", exchange = "{namespace}shop" }', f'"{kind}"')
    place.edit(table, "courier.rabbitmq", f"courier.{module}")

    ended = place.run("gate", *CHECKS, COLUMNS="160")

    assert (ended.code, ended.findings, ended.reasons) == (0, [], {}), ended.text

    place.edit(f"src/courier/{module}.py", putting_away, "            pass\n")
    ended = place.run("gate", *CHECKS, COLUMNS="160")

    found = [one["check"] for one in ended.findings]
    assert found == ["message-lost"] * len(ADDRESSES), ended.text
    assert place.left() == []


def test_a_broker_that_is_not_there_is_a_reason(place: Place) -> None:
    """Nobody listens, or the login is refused: nothing is found, and the reason is told."""
    down = place.run("gate", *CHECKS, HARNESS_BROKER_RABBITMQ="amqp://guest:guest@127.0.0.1:1/")

    assert (down.code, down.findings) == (3, []), down.text
    assert "is not reached" in down.reasons["wire:courier"]


@pytest.mark.slow
def test_handlers_that_nobody_sees_are_a_reason(place: Place) -> None:
    """A module without handlers: what cannot be told of each channel is said, and not passed."""
    place.edit(
        "contract-harness.toml",
        'owner = "team-courier"\n',
        'owner = "team-courier"\nhandlers = ["courier"]\n',
    )

    ended = place.run("gate", *CHECKS, COLUMNS="160")

    assert (ended.code, ended.findings) == (3, []), ended.text
    for address in ADDRESSES:
        assert "no handler of it is seen" in ended.reasons[f"courier killed at work on {address}"]


def test_what_keeps_nothing_is_not_applicable(place: Place) -> None:
    """Of ZeroMQ nothing is counted, and the plan says why."""
    table = "contract-harness.toml"
    place.edit(table, '{ kind = "rabbitmq", exchange = "{namespace}shop" }', '"zeromq"')

    ended = place.run("gate", *CHECKS, COLUMNS="160")

    assert ended.findings == []
    assert "wire:courier" not in ended.steps
    told = {one["what"]: one["why"] for one in ended.report["left_out"]}
    assert told["the worker of courier"].startswith("not applicable: zeromq"), ended.text


@pytest.mark.slow  # the alarms of messages have the first two in the usual suite
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.named)
def test_a_worker_that_does_it_wrong_is_found(fault: Fault, place: Place) -> None:
    """Each fault is one finding for each channel, and nothing else is found."""
    place.edit(WORKER, TAKES, fault.takes)

    ended = place.run("gate", *CHECKS, COLUMNS="160")

    assert ended.code == 1, ended.text
    found = [(one["check"], one["operation"]) for one in ended.findings]
    assert sorted(found) == [(fault.check, address) for address in ADDRESSES], ended.text
    for one in ended.findings:
        assert fault.told in one["message"]
        assert "RabbitMQ" in one["message"]
        assert f"{one['consumer']}:{one['service']}" == "courier:shop"
