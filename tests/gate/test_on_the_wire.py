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


RABBITMQ = '{ kind = "rabbitmq", exchange = "{namespace}shop" }'
TOPIC = '{ kind = "aws", topic = "{namespace}{address}" }'
RAW = 'came["Body"].encode()'
BURIES = """        producer.produce(f"{topic}.courier.dead", value=record.value())
        producer.flush()
"""
HIDDEN = "        return  # it is shown again, and put away by the queue itself after three times\n"
DELETES = """    client.delete_message(QueueUrl=url, ReceiptHandle=came["ReceiptHandle"])
"""
HANDLES = """    try:
        handle(came["Body"].encode())
"""
COMMITS = "        consumer.commit(record, asynchronous=False)\n"
TAKEN = "        take(producer, record)\n"

# By kind: the module that consumes there, and what puts away what fails.
OTHERS = {
    "nats": (
        "jetstream",
        '            await stream.publish(f"{subject}.courier.dead", came.data)\n',
    ),
    "kafka": ("kafka", BURIES),
    "aws": ("sqs", HIDDEN),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """
    Another way in which a worker takes messages, and what is found of it on each channel.

    Shape: `edits` are texts of the worker of `kind`, and what stands in their place.
    """

    named: str
    edits: dict[str, str]
    check: str
    told: str
    kind: str = "rabbitmq"


FAULTS = (
    Fault(
        "acknowledges first",
        {TAKES: "    await message.ack()\n    handle(message.body)\n"},
        "acknowledged-before-done",
        "had been acknowledged before the work was done",
    ),
    Fault(
        "requeues for ever",
        {TAKES: TAKES.replace("requeue=False", "requeue=True")},
        "poison-message-loops",
        "times in ",
    ),
    Fault(
        "drops what fails",
        {
            TAKES: "    try:\n        handle(message.body)\n    except Exception:\n        pass\n"
            "    await message.ack()\n"
        },
        "message-lost",
        "that nobody can read is gone",
    ),
)
OF_OTHERS = (
    Fault(
        "commits first",
        {TAKEN + COMMITS: COMMITS + TAKEN},
        "acknowledged-before-done",
        "had been acknowledged before the work was done",
        "kafka",
    ),
    Fault(
        "leaves commits to the client",
        {'            "enable.auto.commit": False,\n': "", COMMITS: ""},
        "acknowledged-before-done",
        "had been acknowledged before the work was done",
        "kafka",
    ),
    Fault(
        "goes back to what it cannot read",
        {
            BURIES: "        raise\n",
            TAKEN: "        try:\n            take(producer, record)\n"
            "        except Exception:\n"
            "            place = (record.topic(), record.partition(), record.offset())\n"
            "            consumer.seek(TopicPartition(*place))\n            continue\n",
            "import Consumer, Message, Producer": "import Consumer, Message, Producer, "
            "TopicPartition",
        },
        "poison-message-loops",
        "and what lies behind it is not handled",
        "kafka",
    ),
    Fault(
        "ends of what it cannot read",
        {BURIES: "        raise\n"},
        "poison-message-loops",
        "ends the worker of courier",
        "kafka",
    ),
    Fault(
        "deletes first",
        {HANDLES: DELETES + HANDLES, HIDDEN + DELETES: HIDDEN},
        "acknowledged-before-done",
        "had been acknowledged before the work was done",
        "aws",
    ),
    Fault(
        "sends it again",
        {HIDDEN: '        client.send_message(QueueUrl=url, MessageBody=came["Body"])\n'},
        "poison-message-loops",
        "times in ",
        "aws",
    ),
    Fault(
        "never deletes",
        {HIDDEN + DELETES: HIDDEN},
        "poison-message-loops",
        "is handled and never acknowledged",
        "aws",
    ),
)
PRODUCTS = {"rabbitmq": "RabbitMQ", "kafka": "in place of Apache Kafka", "aws": "in place of AWS"}
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
    assert ended.text.count(", over RabbitMQ ") == len(ADDRESSES), ended.text
    assert place.left() == []


def on_streams(place: Place, stand: UrlStand) -> None:
    """Let the courier consume from Redis instead."""
    place.variables["HARNESS_BROKER_REDIS"] = stand.url
    table = "contract-harness.toml"
    place.edit(table, RABBITMQ, '"redis"')
    place.edit(table, "courier.rabbitmq", "courier.streams")


@pytest.mark.xdist_group("messaging-redis")
def test_a_reader_of_a_stream_is_silent(place: Place) -> None:
    """The same holds for Redis, where the consumer itself puts dead letters away."""
    stand = stand_of("redis", none_started)
    assert isinstance(stand, RedisStand)
    on_streams(place, stand)

    ended = place.run("gate", *CHECKS, COLUMNS="160")

    assert (ended.code, ended.findings, ended.reasons) == (0, [], {}), ended.text
    assert "wire:courier" in ended.steps


@pytest.mark.slow
@pytest.mark.xdist_group("messaging-redis")
def test_a_reader_of_a_stream_that_drops_what_fails_is_found(place: Place) -> None:
    """A stream has no dead letters of its own, so that what nobody puts there is gone."""
    stand = stand_of("redis", none_started)
    assert isinstance(stand, RedisStand)
    on_streams(place, stand)
    place.edit(
        "src/courier/streams.py",
        '        client.xadd(f"{stream}.courier.dead", fields)\n',
        "        pass\n",
    )
    found = place.run("gate", *CHECKS, COLUMNS="160").findings

    assert [one["check"] for one in found] == ["message-lost"] * len(ADDRESSES)
    assert all("Redis" in one["message"] for one in found)


def on(place: Place, kind: str, module: str) -> None:
    """Let the courier consume from another broker, which the gate starts."""
    place.edit("contract-harness.toml", RABBITMQ, f'"{kind}"')
    place.edit("contract-harness.toml", "courier.rabbitmq", f"courier.{module}")


# Those of Kafka and AWS run in the gate on the sample services, too.
@pytest.mark.parametrize(
    "kind", ["nats", *(pytest.param(one, marks=pytest.mark.slow) for one in ("kafka", "aws"))]
)
def test_readers_of_other_brokers_are_silent(kind: str, place: Place) -> None:
    """The gate starts the broker, and the same holds there."""
    on(place, kind, OTHERS[kind][0])

    ended = place.run("gate", *CHECKS, COLUMNS="160")

    assert (ended.code, ended.findings, ended.reasons) == (0, [], {}), ended.text
    assert "wire:courier" in ended.steps
    assert place.left() == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", OTHERS)
def test_readers_of_other_brokers_that_drop_what_fails_are_found(kind: str, place: Place) -> None:
    """Who puts nothing away loses it."""
    module, putting_away = OTHERS[kind]
    on(place, kind, module)
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


def test_a_broker_that_nobody_asks_for_is_left_out(place: Place) -> None:
    """An optional broker is used where the environment says so, and nowhere else."""
    table = "contract-harness.toml"
    place.edit(table, 'kind = "rabbitmq"', 'kind = "rabbitmq", optional = true')
    place.variables.pop("HARNESS_BROKER_RABBITMQ")

    ended = place.run("gate", *CHECKS, COLUMNS="160")

    assert (ended.code, ended.findings, ended.reasons) == (0, [], {}), ended.text
    assert "wire:courier" not in ended.steps
    told = {one["what"]: one["why"] for one in ended.report["left_out"]}
    assert "HARNESS_BROKER_RABBITMQ names none" in told["the worker of courier"], ended.text

    down = place.run("gate", *CHECKS, HARNESS_BROKER_RABBITMQ="amqp://guest:guest@127.0.0.1:1/")

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


@pytest.mark.slow  # the alarms of messages have the first two in the usual suite
@pytest.mark.parametrize("fault", [*FAULTS, *OF_OTHERS], ids=lambda fault: fault.named)
def test_a_worker_that_does_it_wrong_is_found(fault: Fault, place: Place) -> None:
    """Each fault is one finding for each channel, and nothing else is found."""
    worker = WORKER
    if fault.kind in OTHERS:
        module = OTHERS[fault.kind][0]
        on(place, fault.kind, module)
        worker = f"src/courier/{module}.py"
    for old, new in fault.edits.items():
        place.edit(worker, old, new)

    ended = place.run("gate", *CHECKS, COLUMNS="160")

    assert ended.code == 1, ended.text
    found = [(one["check"], one["operation"]) for one in ended.findings]
    assert sorted(found) == [(fault.check, address) for address in ADDRESSES], ended.text
    for one in ended.findings:
        assert fault.told in one["message"]
        assert PRODUCTS[fault.kind] in one["message"]
        assert f"{one['consumer']}:{one['service']}" == "courier:shop"


@pytest.mark.slow
@pytest.mark.parametrize("raw", [True, False], ids=["raw", "wrapped"])
def test_a_queue_that_a_topic_feeds(raw: bool, place: Place) -> None:
    """A topic of SNS feeds the queue, with its own JSON around each message or without."""
    on(place, "aws", "sqs")
    table, worker = "contract-harness.toml", "src/courier/sqs.py"
    place.edit(table, '"aws"', TOPIC if raw else TOPIC.replace(" }", ", raw = false }"))
    place.edit(table, "CHANNEL_PREFIX", 'QUEUE_SUFFIX = "-courier", CHANNEL_PREFIX')
    if not raw:
        place.edit(worker, RAW, 'json.loads(came["Body"])["Message"].encode()')
        place.edit(worker, "import os\n", "import json\nimport os\n")

    ended = place.run("gate", *CHECKS, COLUMNS="160")

    assert (ended.code, ended.findings, ended.reasons) == (0, [], {}), ended.text
    assert place.left() == []


@pytest.mark.slow
def test_what_is_hidden_for_long_is_a_reason(place: Place) -> None:
    """A worker that hides what it receives longer than is waited shows no loop, and no end."""
    on(place, "aws", "sqs")
    place.edit("src/courier/sqs.py", "WaitTimeSeconds=1", "WaitTimeSeconds=1, VisibilityTimeout=12")

    ended = place.start("gate", *CHECKS, COLUMNS="160").wait(300)

    assert (ended.code, ended.findings) == (3, []), ended.text
    assert any("was not put away within" in told for told in ended.reasons.values())
