"""A producer keeps its word over channels: what its own functions make is held to every pact."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.domain.edge import Leg
from tests.gate.workspaces import Ended, Place, document

pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("producers")]

HOME = Path(__file__).parents[1] / "workspaces" / "parcels"
MESSAGES = "src/warehouse/messages.py"
SENT, RETURNED = "parcels.sent", "parcels.returned"
ABOUT = "notifier:warehouse"
RUNG = (  # for the list of alarms
    ("message-function-missing", ABOUT),
    ("message-not-accepted", ABOUT),
    ("message-metadata-missing", ABOUT),
    ("message-not-as-documented", "desk"),
)
OF_PRODUCERS = tuple(word for check, _ in RUNG for word in ("--check", check))


def gate(place: Place, *options: str) -> Ended:
    """Look at what producers make, and at nothing else."""
    return place.run("gate", *OF_PRODUCERS, *options, COLUMNS="160")


def only(ended: Ended) -> dict[str, Any]:
    """The one finding of a run."""
    (finding,) = ended.findings
    assert ended.code == 1, ended.text
    return finding


def test_each_way_to_break_a_promise_is_one_finding_at_its_place(tmp_path: Path) -> None:
    """A wrong body, which the document refuses too; a name beside it; and what nobody makes."""
    place = Place.copied(HOME, tmp_path)
    place.edit(MESSAGES, 'Sent("P-7", 900, "van")', 'Sent("P-7", "900 g", "van")')
    place.edit(MESSAGES, ' "type": "ParcelSent",', "")
    place.edit(MESSAGES, "def parcels_returned", "def parcel_came_home")

    ended = gate(place)

    assert ended.code == 1, ended.text
    assert {
        (one["check"], f"{one['consumer'] or ''}:{one['service']}") for one in ended.findings
    } == {
        *RUNG[:3],
        ("message-not-as-documented", ":warehouse"),
    }
    told = {one["check"]: one for one in ended.findings}
    body, beside = told["message-not-accepted"], told["message-metadata-missing"]
    assert (body["operation"], body["path"]) == (SENT, "$.weight_g")
    assert (body["expected"], body["seen"]) == ("1200", '"900 g"')
    assert (beside["operation"], beside["path"]) == (SENT, "metadata:type")
    assert "let warehouse.messages.a_parcel_was_sent return it" in beside["hint"]
    unnamed = told["message-function-missing"]
    assert unnamed["operation"] == RETURNED
    assert "which has a_parcel_was_sent, parcel_came_home" in unnamed["message"]
    assert {one["owner"] for one in ended.findings} == {"team-dock"}
    assert {leg["status"] for leg in ended.legs(Leg.PROVIDER).values()} == {"failed"}


@pytest.mark.slow
def test_what_a_function_raises_is_told_at_its_line(tmp_path: Path) -> None:
    """The finding is at the raising line of the producer's code, and is reproduced by its line."""
    place = Place.copied(HOME, tmp_path)
    place.edit(MESSAGES, 'Returned("P-7", "refused")', 'Returned(**{"id": "P-7"})')

    finding = only(gate(place))

    assert (finding["check"], finding["operation"]) == ("message-not-accepted", RETURNED)
    assert finding["location"] == {"file": MESSAGES, "line": 14}
    assert "the function that makes it raised TypeError" in finding["message"]


@pytest.mark.slow
def test_what_was_made_is_known_until_its_code_changes(tmp_path: Path) -> None:
    """Evidence is kept with the functions among what it depends on."""
    place = Place.copied(HOME, tmp_path)
    first, again = gate(place), gate(place)
    assert (first.code, again.code) == (0, 0), first.text + again.text
    assert [one["id"] for one in again.report["steps"] if one["reused"]]
    place.edit(MESSAGES, '"topic": "parcels.sent"', '"topic": "parcels.gone"')

    finding = only(gate(place))

    assert (finding["check"], finding["path"]) == ("message-not-accepted", "metadata:topic")


@pytest.mark.slow
def test_without_functions_the_leg_is_not_looked_at(tmp_path: Path) -> None:
    """A worker whose table names no `messages` turns nothing, and its leg says so."""
    place = Place.copied(HOME, tmp_path)
    place.edit("contract-harness.toml", 'messages = "warehouse.messages"\n', "")

    ended = place.run("gate", COLUMNS="160")

    assert (ended.code, ended.findings) == (0, []), ended.text
    assert {leg["status"] for leg in ended.legs(Leg.PROVIDER).values()} == {"not looked at"}


# A service that publishes while it answers, by one function that everybody imports by its name.
DESK = """
import json, os
from wire import publish
DOCUMENT = {document!r}
def app(environ, start_response):
    if environ["PATH_INFO"] == "/openapi.json":
        status, body = "200 OK", DOCUMENT
    elif environ["PATH_INFO"] == "/orders" and environ["REQUEST_METHOD"] == "POST":
        try:
            asked = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
            count = asked["count"]
            assert type(count) is int and count >= 0 and set(asked) == {{"count"}}
        except Exception:
            status, body = "422 No", {{}}
        else:
            placed = {{"count": COUNT}}
            publish("order.placed", json.dumps(placed).encode(), headers={{"version": 1}})
            status, body = "201 Made", {{"count": count}}
    else:
        status, body = "404 None", {{}}
    start_response(status, [("Content-Type", "application/json")])
    return [json.dumps(body).encode()]
"""
WIRE = """
def publish(channel, body, headers):
    raise RuntimeError("no broker is here")
"""
ORDER = {
    "type": "object",
    "properties": {"count": {"type": "integer", "minimum": 0}},
    "required": ["count"],
    "additionalProperties": False,
}


def desk(place: Place, count: str) -> None:
    """A desk at which orders are placed, and what it publishes of their count."""
    posted = {
        "requestBody": {"required": True, "content": {"application/json": {"schema": ORDER}}},
        "responses": {
            "201": {
                "description": "made",
                "content": {"application/json": {"schema": ORDER}},
            },
            "422": {"description": "no"},
        },
    }
    code = DESK.format(document=document({"/orders": {"post": posted}})).replace("COUNT", count)
    place.write("desk/app.py", code)
    place.write("desk/wire.py", WIRE)
    place.write(
        "desk/asyncapi.json",
        {
            "asyncapi": "3.0.0",
            "info": {"title": "desk", "version": "1"},
            "channels": {
                "placed": {
                    "address": "order.placed",
                    "messages": {"OrderPlaced": {"payload": ORDER}},
                }
            },
            "operations": {"tell": {"action": "send", "channel": {"$ref": "#/channels/placed"}}},
        },
    )
    place.write(
        "contract-harness.toml",
        """
        [members.desk]
        directory = "desk"
        app = "app:app"
        documents = ["/openapi.json", "asyncapi.json"]
        publisher = "wire:publish"
        """,
    )


def test_what_is_published_under_generated_requests_is_held_against_the_document(
    place: Place,
) -> None:
    """The finding names the channel, the place and the request that led there."""
    desk(place, "str(count)")

    ended = place.gate("--check", "message-not-as-documented", COLUMNS="160")

    finding = only(ended)
    assert (finding["check"], finding["service"]) == RUNG[3]
    assert (finding["operation"], finding["path"]) == ("order.placed", "$.count")
    assert "published while it served POST /orders" in finding["message"]
    assert finding["detail"].startswith("POST /orders")


@pytest.mark.slow
def test_what_is_published_as_documented_is_silent(place: Place) -> None:
    """Nothing is really sent, and the whole gate passes."""
    desk(place, "count")

    ended = place.gate(COLUMNS="160")

    assert (ended.code, ended.found("message-not-as-documented")) == (0, []), ended.text


@pytest.mark.slow
def test_what_its_functions_make_is_held_against_its_own_document(tmp_path: Path) -> None:
    """A consumer's contract may be silent where the document is not."""
    place = Place.copied(HOME, tmp_path)
    place.edit("asyncapi/warehouse.yaml", "carrier: {type: string}", "carrier: {type: integer}")

    finding = only(place.run("gate", "--check", "message-not-as-documented", COLUMNS="160"))

    assert (finding["service"], finding["operation"]) == ("warehouse", SENT)
    assert finding["path"] == "$.carrier"
    assert "made for “a parcel was sent” of notifier" in finding["message"]
