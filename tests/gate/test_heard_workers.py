"""What a worker itself sends, while a real broker carries messages to it, is as it documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.domain.edge import Leg
from tests.gate.test_heard import gate
from tests.gate.test_on_the_wire import HOME, RABBITMQ, none_started
from tests.gate.test_producers import only
from tests.gate.workspaces import Place
from tests.messaging.stands import RedisStand, stand_of

pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("messaging-redis")]

STREAMS = "src/courier/streams.py"
TAKES = 'ADDRESSES[address](fields[b"payload"])\n'
SENDS = (
    TAKES
    + """        sent = {"payload": '{"taken": true}', "content-type": "application/json", "v": "1"}
        client.xadd(f"{PREFIX}parcel.taken", sent)
"""
)
JETSTREAM = "src/courier/jetstream.py"
ACKNOWLEDGES = "            await came.ack()\n"
TELLS = (
    """            told = {"content-type": "application/json", "v": "1"}
            await stream.publish(f"{PREFIX}parcel.taken", b'{"taken": true}', headers=told)
"""
    + ACKNOWLEDGES
)
DOCUMENT = {
    "asyncapi": "3.0.0",
    "info": {"title": "courier", "version": "1"},
    "channels": {
        "taken": {
            "address": "parcel.taken",
            "messages": {
                "ParcelTaken": {
                    "contentType": "application/json",
                    "headers": {
                        "type": "object",
                        "properties": {"v": {"const": 1}},
                        "required": ["v"],
                        "additionalProperties": False,
                    },
                    "payload": {"type": "object", "required": ["taken"]},
                }
            },
        }
    },
    "operations": {"tell": {"action": "send", "channel": {"$ref": "#/channels/taken"}}},
}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A courier that tells of the parcels that it has taken, over the Redis of this machine."""
    stand = stand_of("redis", none_started)
    assert isinstance(stand, RedisStand)
    place = Place.copied(HOME, tmp_path)
    place.variables["HARNESS_BROKER_REDIS"] = stand.url
    table = "contract-harness.toml"
    place.edit(table, 'pacts = "pacts"\n', 'pacts = "pacts"\nbudget = { patience_s = 2 }\n')
    place.edit(table, RABBITMQ, '"redis"\ndocuments = ["asyncapi/courier.json"]')
    place.edit(table, "courier.rabbitmq", "courier.streams")
    place.write("asyncapi/courier.json", DOCUMENT)
    place.edit(STREAMS, TAKES, SENDS)
    return place


def test_what_the_client_of_a_worker_leaves_out_is_found(place: Place) -> None:
    """Once, with the messages that led to it; what is put aside as it came is nobody's word."""
    place.edit(STREAMS, ', "v": "1"}', "}")
    place.edit(STREAMS, '"{stream}.courier.dead", fields)', '"{stream}.courier.dead", fields)\n'
               '        client.xadd(f"{PREFIX}to-be-tried-again", fields)')  # fmt: skip

    ended = gate(place)

    finding = only(ended)
    assert (finding["service"], finding["operation"]) == ("courier", "parcel.taken")
    assert finding["path"] == "headers.v"
    assert "the message ParcelTaken of the worker of courier on Redis" in finding["message"]
    assert "published while it served messages of order." in finding["message"]
    assert ended.reasons == {}
    assert place.left() == []


@pytest.mark.slow
def test_what_a_worker_sends_as_documented_is_silent(place: Place) -> None:
    """A header that is text is read as the number that the document wants."""
    ended = gate(place)

    assert (ended.code, ended.findings, ended.reasons) == (0, [], {}), ended.text
    assert "wire:courier" in ended.steps


@pytest.mark.slow
def test_another_stream_is_found(place: Place) -> None:
    """A place that the document does not have."""
    place.edit(STREAMS, "{PREFIX}parcel.taken", "{PREFIX}parcel.token")

    assert only(gate(place))["seen"] == "parcel.token"


@pytest.mark.slow
def test_a_worker_of_jetstream_is_heard(place: Place) -> None:
    """What it asks of the server and acknowledges there is no message of its own."""
    place.edit("contract-harness.toml", '"redis"', '"nats"')
    place.edit("contract-harness.toml", "courier.streams", "courier.jetstream")
    place.edit(JETSTREAM, ACKNOWLEDGES, TELLS)
    silent = gate(place)
    assert (silent.code, silent.findings, silent.reasons) == (0, [], {}), silent.text
    place.edit(JETSTREAM, '"v": "1"', '"v": "2"')

    finding = only(gate(place))

    assert (finding["operation"], finding["path"]) == ("parcel.taken", "headers.v")
    assert "the worker of courier on NATS" in finding["message"]


@pytest.mark.slow
def test_the_leg_of_its_consumers_names_the_broker(place: Place) -> None:
    """What was heard there is evidence of the producer of that channel."""
    place.write(
        "pacts/office-courier.json",
        {
            "consumer": {"name": "office"},
            "provider": {"name": "courier"},
            "interactions": [
                {
                    "type": "Asynchronous/Messages",
                    "description": "a parcel was taken",
                    "contents": {
                        "contentType": "application/json",
                        "content": {"taken": True},
                        "encoded": False,
                    },
                    "metadata": {"channel": "parcel.taken"},
                }
            ],
            "metadata": {"pactSpecification": {"version": "4.0"}},
        },
    )
    place.edit(
        "contract-harness.toml",
        'owner = "team-courier"\n',
        'owner = "team-courier"\nmessages = "courier.messages"\n\n[members.office]\n',
    )
    place.write("src/courier/messages.py", "def parcel_taken():\n    return {'taken': True}\n")

    ended = place.run("gate", COLUMNS="160")

    (broker,) = ended.legs(Leg.PROVIDER)["parcel.taken"]["brokers"]
    assert broker.startswith("Redis ")
