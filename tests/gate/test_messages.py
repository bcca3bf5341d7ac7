"""Services that meet in messages: every channel's words are compared, and told as a channel's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.checks.catalog import CATALOG
from harness.domain.edge import Leg
from tests.gate.workspaces import Ended, Place, document, interaction, operation

pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("messages")]

HOME = Path(__file__).parents[1] / "workspaces" / "parcels"
FIT = tuple(word for check in CATALOG if check.leg is Leg.FIT for word in ("--check", check.id))
ASYNC = "asyncapi/warehouse.yaml"
SENT, RETURNED = "parcels.sent", "parcels.returned"
UNVERIFIED = "nobody says what makes the messages of depot"
WITH_LABEL = '          weight_g: {type: integer}\n          label: {type: [string, "null"]}\n'
# For the list of alarms.
RUNG = (
    ("handler-crashes", "notifier:warehouse"),
    ("channel-unknown", "notifier:warehouse"),
    ("producer-without-consumer", "warehouse"),
    ("channel-incompatible", "warehouse"),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A change of the warehouse's document, and what is found at which place of which channel."""

    named: str
    old: str
    new: str
    check: str
    channel: str
    path: str
    told: str


FAULTS = (
    Fault(
        "another type",
        "          weight_g: {type: integer}\n",
        "          weight_g: {type: string}\n",
        *("reply-not-accepted", SENT, "$.weight_g"),
        "warehouse may send a text at $.weight_g of the message ParcelSent, the contract of "
        "notifier shows a whole number: nothing that warehouse may send is accepted",
    ),
    Fault(
        "a field under another name",
        "        required: [id, reason]\n"
        "        properties:\n"
        "          id: {type: string}\n"
        "          reason: {type: string}\n",
        "        required: [id, why]\n"
        "        properties:\n"
        "          id: {type: string}\n"
        "          why: {type: string}\n",
        *("reply-field-undeclared", RETURNED, "$.reason"),
        "notifier reads $.reason of the message ParcelReturned, which the document of warehouse "
        "never mentions",
    ),
)


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """What the whole gate says of the system as it is."""
    return Place.copied(HOME, tmp_path_factory.mktemp("healthy")).run("gate", COLUMNS="160")


def test_no_test_of_the_system_imports_the_harness() -> None:
    """What is shown here holds for message tests with pact-python and nothing of ours."""
    for file in HOME.rglob("*.py"):
        assert "harness" not in file.read_text("utf-8"), file


def test_channels_that_fit_are_proven_and_silent(healthy: Ended) -> None:
    """Nothing is found, and each channel is an edge whose words are proven to fit."""
    assert (healthy.code, healthy.findings, healthy.reasons) == (0, [], {}), healthy.text
    legs = healthy.fit_legs
    assert legs.keys() == {SENT, RETURNED}
    assert {(leg["status"], leg["proven"]) for leg in legs.values()} == {("proven", 1)}
    kept = healthy.legs(Leg.PROVIDER)
    assert {(leg["status"], leg["interactions"]) for leg in kept.values()} == {("tested", 1)}
    assert "generated requests to warehouse" not in healthy.out


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.named)
def test_what_does_not_fit_turns_its_channel_and_no_other(
    fault: Fault, healthy: Ended, tmp_path: Path
) -> None:
    """It is one error in the words of a channel, and the other channel is proven as before."""
    place = Place.copied(HOME, tmp_path)
    place.edit(ASYNC, fault.old, fault.new)

    ended = place.run("gate", *FIT, COLUMNS="160")

    (finding,) = ended.findings
    assert (ended.code, ended.reasons) == (1, {}), ended.text
    assert (finding["check"], finding["severity"]) == (fault.check, "error")
    assert (finding["consumer"], finding["service"]) == ("notifier", "warehouse")
    assert (finding["operation"], finding["path"]) == (fault.channel, fault.path)
    assert (finding["confirmation"], finding["message"]) == ("by-schema", fault.told)
    legs = ended.fit_legs
    assert legs.pop(fault.channel)["status"] == "failed"
    (other,) = legs
    assert legs[other] == healthy.fit_legs[other]


def test_a_handler_that_does_not_cope_is_found_by_plain_tests(tmp_path: Path) -> None:
    """A carrier that a document calls optional, and that the handler reads, is one error."""
    place = Place.copied(HOME, tmp_path)
    place.edit(ASYNC, "          weight_g: {type: integer}\n", WITH_LABEL)
    place.edit("src/notifier/parcels.py", "{parcel['id']} of", "{parcel['id'].upper()} of")
    place.edit(
        "src/notifier/parcels.py",
        "    parcel = json.loads(message)\n    return f\"Parcel {parcel['id'].upper()}",
        "    parcel = json.loads(message)\n    parcel.get('label', '').strip()\n"
        "    return f\"Parcel {parcel['id'].upper()}",
    )

    ended = place.run("gate", "--check", RUNG[0][0], COLUMNS="160")

    (finding,) = ended.findings
    assert (ended.code, ended.reasons) == (1, {}), ended.text
    assert f"{finding['consumer']}:{finding['service']}" == RUNG[0][1]
    assert (finding["check"], finding["operation"]) == ("handler-crashes", SENT)
    assert finding["location"]["file"] == "src/notifier/parcels.py"
    assert "$.label is null" in finding["message"]


def test_channels_that_only_one_side_knows_are_told_from_both(tmp_path: Path) -> None:
    """An address that changes leaves its reader without messages, and its sender without one."""
    place = Place.copied(HOME, tmp_path)
    place.edit("tests_contract/test_parcels.py", '"topic": "parcels.r', '"channel": "parcels.r')
    place.edit(ASYNC, "address: parcels.returned", "address: parcel.returned")

    ended = place.run("gate", *FIT, "--check", RUNG[2][0], COLUMNS="160")

    unknown, unread = ended.findings
    assert (ended.code, ended.reasons) == (1, {}), ended.text
    assert (unknown["check"], f"{unknown['consumer']}:{unknown['service']}") == RUNG[1]
    assert "it has parcel.returned" in unknown["message"]
    assert (unread["check"], unread["service"]) == RUNG[2]
    assert (unread["operation"], unread["severity"]) == ("parcel.returned", "information")


def test_a_change_of_a_channel_is_laid_at_the_accepted_version(tmp_path: Path) -> None:
    """What breaks a reader names the rule, and a channel that is gone breaks who reads it."""
    place = Place.copied(HOME, tmp_path)
    place.run("accept", "document", "warehouse")
    place.edit(ASYNC, FAULTS[0].old, FAULTS[0].new)
    place.edit(ASYNC, "address: parcels.returned", "address: parcel.returned")

    ended = place.run("gate", *FIT, COLUMNS="160")

    assert ended.code == 1, ended.text
    found = {one["operation"]: one for one in ended.findings}
    assert found.keys() == {SENT, RETURNED}, ended.text
    assert found[SENT]["check"] == "reply-not-accepted"
    assert "since the accepted version: sent-property-type-changed" in found[SENT]["message"]
    assert found[RETURNED]["check"] == "breaking-change"
    assert "A channel has another address" in found[RETURNED]["message"]


def test_a_channel_is_held_to_its_policy(tmp_path: Path) -> None:
    """Readers of the accepted version are asked for, whoever they are, until the table does not."""
    place = Place.copied(HOME, tmp_path)
    place.run("accept", "document", "warehouse")
    place.edit(ASYNC, FAULTS[0].old, FAULTS[0].new)
    only = ("--check", RUNG[3][0])

    ended = place.run("gate", *only, COLUMNS="160")

    (finding,) = ended.findings
    assert (ended.code, finding["check"], finding["service"]) == (1, *RUNG[3]), ended.text
    assert (finding["operation"], finding["severity"]) == (SENT, "error")
    assert "FORWARD asks, as is usual there: readers of contracts/documents" in finding["message"]
    assert "such as {" in finding["message"]

    table = place.root / "contract-harness.toml"
    text = table.read_text("utf-8")
    asked = f'\n[members.warehouse.channels."{SENT}"]\ncompatibility = "NONE"\n'
    table.write_text(text + asked, "utf-8")
    assert place.run("gate", *only).code == 0

    table.write_text(text + asked.replace("NONE", "forwards"), "utf-8")
    refused = place.run("gate", *only)
    assert refused.code == 2
    assert 'saw "forwards"' in refused.text


def test_a_hypothesis_is_put_to_the_handler(tmp_path: Path) -> None:
    """
    A field that may be missing is an error where the handler raises without it, once.

    Shape: a handler that copes with its field that may be missing is told nothing.
    """
    place = Place.copied(HOME, tmp_path)
    place.edit(ASYNC, "required: [id, reason]", "required: [id]")
    place.edit(ASYNC, "required: [id, weight_g]", "required: [id]")
    place.edit(
        "src/notifier/parcels.py", "parcel['weight_g'] / 1000", "parcel.get('weight_g', 0) / 1000"
    )

    ended = place.run("gate", *FIT, "--check", "handler-crashes", COLUMNS="160")

    (finding,) = ended.findings
    assert (ended.code, ended.reasons) == (1, {}), ended.text
    assert (finding["check"], finding["confirmation"]) == ("reply-not-accepted", "by-code")
    assert (finding["operation"], finding["path"]) == (RETURNED, "$.reason")
    assert finding["location"]["file"] == "src/notifier/parcels.py"
    assert finding["witness"] == '{"id":"P-1"}'
    statuses = {name: leg["status"] for name, leg in ended.fit_legs.items()}
    assert statuses[RETURNED] == "failed"
    assert statuses[SENT] == "tested"


@pytest.mark.slow
def test_a_channel_that_no_document_names_is_not_passed_in_silence(tmp_path: Path) -> None:
    """An operation that is gone leaves its edge without evidence, and the reason is told."""
    place = Place.copied(HOME, tmp_path)
    place.edit(
        ASYNC, '  tellReturned: {action: send, channel: {$ref: "#/channels/returned"}}\n', ""
    )

    ended = place.run("gate", *FIT, COLUMNS="160")

    assert (ended.code, ended.findings) == (3, []), ended.text
    ((what, reason),) = ended.reasons.items()
    assert what == "notifier → warehouse a parcel came back"
    assert reason.startswith("words-fit: the pact names no operation as `comments.references")
    assert ended.fit_legs[SENT]["status"] == "proven"


@pytest.mark.slow
def test_without_a_document_of_messages_the_leg_is_not_looked_at(tmp_path: Path) -> None:
    """A channel that nobody describes turns nothing, and its edge is there all the same."""
    place = Place.copied(HOME, tmp_path)
    place.edit("contract-harness.toml", f'documents = ["{ASYNC}"]\n', "")

    ended = place.run("gate", COLUMNS="160")

    assert (ended.code, ended.findings) == (0, []), ended.text
    assert {leg["status"] for leg in ended.fit_legs.values()} == {"not looked at"}
    assert {leg["status"] for leg in ended.legs(Leg.PROVIDER).values()} == {"tested"}
    assert ended.fit_legs.keys() == {"a parcel was sent", "a parcel came back"}


# A provider that serves its OpenAPI document where frameworks do, and sends messages beside.
SERVING = """
import json
DOCUMENT = {document!r}
def app(environ, start_response):
    known = {{"/openapi.json": DOCUMENT, "/parcels": {{"count": 3}}}}
    body = known.get(environ["PATH_INFO"])
    start_response("200 OK" if body else "404 None", [("Content-Type", "application/json")])
    return [json.dumps(body or {{}}).encode()]
"""
COUNT = {"type": "object", "properties": {"count": {"type": "integer"}}, "required": ["count"]}
PARCEL = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "note": {"type": ["string", "null"]}},
    "required": ["id", "note"],
}
READER = {**PARCEL, "properties": {"id": {"type": "string"}, "note": {"type": "string"}}}


def named(to: str, **more: Any) -> dict[str, Any]:
    """The comments of an interaction that names an operation of AsyncAPI."""
    return {"references": {"AsyncAPI": {"operationId": to}}, **more}


def body(content: Any) -> dict[str, Any]:
    """The contents of a message, each by its type."""
    rules = {"body": {"$": {"combine": "AND", "matchers": [{"match": "type"}]}}}
    contents = {"content": content, "contentType": "application/json", "encoded": False}
    return {"contents": contents, "matchingRules": rules}


def of_both_kinds(place: Place) -> None:
    """A provider over HTTP and messages, and a pact of both from a consumer elsewhere."""
    paths = {"/parcels": {"get": operation(COUNT)}}
    place.write("depot/app.py", SERVING.format(document=document(paths)))
    reference = {"$ref": "#/channels/asked"}
    place.write(
        "depot/asyncapi.json",
        {
            "asyncapi": "3.0.0",
            "info": {"title": "depot", "version": "1"},
            "channels": {
                "told": {"address": "depot.told", "messages": {"told": {"payload": PARCEL}}},
                "asked": {"address": "depot.asked", "messages": {"asked": {"payload": READER}}},
                "back": {"messages": {"found": {"payload": PARCEL}}},
            },
            "operations": {
                "tell": {"action": "send", "channel": {"$ref": "#/channels/told"}},
                "find": {
                    "action": "receive",
                    "channel": reference,
                    "reply": {"channel": {"$ref": "#/channels/back"}},
                },
            },
        },
    )
    comments = {"contract-harness": {"v": 1, "reader": READER}}
    heard = {"type": "Asynchronous/Messages", "description": "a parcel was told of"}
    asked = {"type": "Synchronous/Messages", "description": "where a parcel is"}
    pact: Mapping[str, Any] = {
        "consumer": {"name": "kiosk"},
        "provider": {"name": "depot"},
        "interactions": [
            {
                "type": "Synchronous/HTTP",
                **interaction("how many", "/parcels", content={"count": 3}),
            },
            {**heard, **body({"id": "a", "note": "b"}), "comments": named("tell", **comments)},
            {
                **asked,
                "request": body({"id": "a"}),
                "response": [body({"id": "a"})],
                "comments": named("find"),
            },
        ],
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }
    place.write("pacts/kiosk-depot.json", pact)
    place.write(
        "contract-harness.toml",
        """
        pacts = "pacts"
        [members.depot]
        directory = "depot"
        app = "app:app"
        documents = ["asyncapi.json"]
        """,
    )


@pytest.mark.slow
def test_a_provider_of_both_kinds_is_read_and_compared_in_both(place: Place) -> None:
    """
    A document of messages that is named leaves the one that is served to be found.

    Shape: what a declared reader refuses is certain, and so is a request that lacks what is asked.
    """
    of_both_kinds(place)

    ended = place.gate(COLUMNS="160")

    assert ended.code == 1, ended.text
    assert {"fuzz:depot", "verify:depot", "compare:depot"} <= set(ended.steps)
    found = {one["check"]: one for one in ended.findings if one["severity"] == "error"}
    assert found.keys() == {"reply-not-accepted", "request-not-accepted"}, ended.text
    heard, asked = found["reply-not-accepted"], found["request-not-accepted"]
    assert (heard["operation"], heard["path"]) == ("depot.told", "$.note")
    assert heard["message"].startswith(
        "depot may send null at $.note of the message told, kiosk accepts a text"
    )
    assert (asked["operation"], asked["path"]) == ("depot.asked", "$.note")
    assert asked["message"].startswith("kiosk sends nothing at $.note in the message asked, depot ")
    statuses = {name: leg["status"] for name, leg in ended.fit_legs.items()}
    assert statuses.pop("GET /parcels") != "failed"
    assert statuses == {"depot.told": "failed", "depot.asked": "failed"}
    assert UNVERIFIED in ended.reasons.values()
    assert "asyncapi.json" not in ended.text  # nothing tried to call what it describes

    again = place.run("reproduce", ended.found("invalid-request-accepted")[0]["fingerprint"])
    assert again.code == 1, again.text
    assert "shows again" in again.text
    assert "asyncapi.json" not in again.text
