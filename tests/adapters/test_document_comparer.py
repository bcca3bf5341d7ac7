"""The step that compares contracts with the documents of their provider."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.adapters.document_comparer import DocumentComparer
from harness.adapters.evidence_codec import decode, encode
from harness.documents.pacts import read_pact
from harness.domain.config import Config
from harness.domain.evidence import (
    DocumentRead,
    DocumentRefused,
    Evidence,
    InteractionCompared,
    Observed,
    PactGathered,
)
from harness.domain.fit import Code, Kind
from harness.domain.service import Service
from harness.domain.steps import Compare
from harness.domain.system import FoundPact, System
from harness.stages.ports import StepContext

ROOT = Path("/work")
STOCK = {
    "type": "object",
    "properties": {"on_hand": {"type": ["integer", "null"]}, "kind": {"enum": ["a", "b", "c"]}},
    "required": ["on_hand"],
}


def document(path: str = "/stock", schema: Any = STOCK) -> str:
    """A document with one operation that replies with JSON of a schema."""
    content = {"application/json": {"schema": schema}}
    reply = {"200": {"description": "ok", "content": content}}
    paths = {path: {"get": {"responses": reply}}}
    return json.dumps({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths})


def pact(
    consumer: str = "shop", path: str = "/stock", body: Any = None, provider: str = "till"
) -> str:
    """A pact with one interaction."""
    body = {"on_hand": 3} if body is None else body
    reply = {
        "status": 200,
        "body": {"content": body, "contentType": "application/json"},
        "matchingRules": {"body": {"$": {"combine": "AND", "matchers": [{"match": "type"}]}}},
    }
    one = {
        "type": "Synchronous/HTTP",
        "description": f"what is at {path}",
        "request": {"method": "GET", "path": path},
        "response": reply,
    }
    return json.dumps(
        {
            "consumer": {"name": consumer},
            "provider": {"name": provider},
            "interactions": [one],
            "metadata": {"pactSpecification": {"version": "4.0"}},
        }
    )


def read(text: str, location: str = "/openapi.json", mount: str = "") -> DocumentRead:
    """A document of the till."""
    return DocumentRead("till", location, text, mount)


def gathered(text: str, *, complete: bool = True) -> PactGathered:
    """A pact that contract tests gave."""
    told = json.loads(text)
    return PactGathered(told["consumer"]["name"], told["provider"]["name"], text, complete)


def compared(
    *evidence: Evidence, found: tuple[str, ...] = (), consumers: tuple[str, ...] = ()
) -> list[InteractionCompared]:
    """What the step sees, as it comes out of the file that it goes through."""
    pacts = tuple(FoundPact(f"{at}.json", text, read_pact(text)) for at, text in enumerate(found))
    shop = Service("shop", ROOT / "shop", pacticipant="the shop")
    config = Config(ROOT, ROOT / "pyproject.toml", (shop, Service("till", ROOT / "till")))
    taken = {"before": Observed("before", evidence)}
    context = StepContext(System(config, pacts), ROOT, ROOT, ROOT, taken)
    seen = [decode(encode(one)) for one in DocumentComparer()(Compare("till", consumers), context)]
    assert all(isinstance(one, InteractionCompared) for one in seen)
    return [one for one in seen if isinstance(one, InteractionCompared)]


def test_a_fresh_pact_is_compared_before_a_found_one() -> None:
    """Every interaction in force is compared once, and evidence of it crosses processes whole."""
    old = pact(body={"gone": 1})
    (seen,) = compared(read(document()), gathered(pact()), found=(old,))

    assert (seen.consumer, seen.provider) == ("shop", "till")
    assert seen.interaction == read_pact(pact()).interactions[0].key
    (misfit,) = seen.compat.misfits
    assert (misfit.code, misfit.kind, misfit.path) == (Code.REPLY_BODY, Kind.MAY_BREAK, "$.on_hand")
    assert misfit.witnesses[0] == '{"on_hand":null}'
    assert misfit.nearest[0] == '{"on_hand":null}'


def test_a_pact_of_a_run_that_was_not_whole_leaves_the_file_in_force() -> None:
    """What a partial run gave is no contract."""
    (seen,) = compared(
        read(document()), gathered(pact(path="/else"), complete=False), found=(pact(),)
    )

    assert seen.compat.operation == "GET /stock"


def test_both_names_of_a_consumer_are_one() -> None:
    """A pact names the pacticipant, and evidence the member."""
    (seen,) = compared(read(document()), found=(pact("the shop"),))

    assert seen.consumer == "shop"


def test_only_the_consumers_and_the_provider_that_are_asked_for() -> None:
    """A slice compares what it names, and a provider only its own."""
    found = (pact(), pact("kiosk"), pact(provider="bank"))

    assert [one.consumer for one in compared(read(document()), found=found)] == ["shop", "kiosk"]
    seen = compared(read(document()), found=found, consumers=("kiosk",))
    assert [one.consumer for one in seen] == ["kiosk"]


def test_without_a_document_there_is_no_evidence() -> None:
    """What cannot be compared is left to the leg to tell."""
    refused = DocumentRefused("till", "/openapi.json", "no")

    assert compared(gathered(pact())) == []
    assert compared(refused, gathered(pact())) == []
    assert compared(read("[]"), gathered(pact())) == []


def test_the_part_that_has_the_operation_answers() -> None:
    """Of several documents, each interaction meets the one that offers its operation."""
    first, second = read(document("/a")), read(document("/stock"), "/b.json", mount="/v1")
    (seen,) = compared(first, second, gathered(pact(path="/v1/stock")))

    assert seen.compat.operation == "GET /v1/stock"


def test_an_operation_that_no_part_has_is_unknown() -> None:
    """The first part tells what is near."""
    (seen,) = compared(read(document("/stocks")), read(document("/b")), gathered(pact()))
    (misfit,) = seen.compat.misfits

    assert (misfit.code, misfit.accepted) == (Code.OPERATION_UNKNOWN, "GET /stocks")


@pytest.mark.parametrize(
    "lost", [DocumentRefused("till", "/more.json", "no"), read("{}", "/more.json")]
)
def test_a_document_that_cannot_be_read_may_hold_the_operation(lost: Evidence) -> None:
    """One cause is one finding: what the lost part holds is not called unknown."""
    (seen,) = compared(read(document("/a")), lost, gathered(pact()))

    assert seen.compat.misfits == ()
    (gap,) = seen.compat.gaps
    assert gap.code is Code.OPERATION_UNKNOWN
    assert gap.reason == "/more.json could not be read, and may hold it"
    assert not gap.silent
    assert not seen.compat.is_judged


def test_the_lost_document_of_another_service_changes_nothing() -> None:
    """Each service answers for its own documents."""
    lost = DocumentRefused("bank", "/more.json", "no")
    (seen,) = compared(read(document("/a")), lost, gathered(pact()))

    assert [one.code for one in seen.compat.misfits] == [Code.OPERATION_UNKNOWN]


def test_several_witnesses_differ_at_their_place() -> None:
    """A model that takes one may refuse another, so that none repeats what another shows."""
    schema = {
        "type": "object",
        "properties": {"on_hand": {}, "kind": True},
        "required": ["on_hand"],
    }
    (seen,) = compared(read(document(schema=schema)), gathered(pact()))
    (misfit,) = seen.compat.misfits
    values = [json.dumps(json.loads(one)["on_hand"]) for one in misfit.witnesses]

    assert len(values) == len(set(values)) > 2


def messaging(*operations: str) -> str:
    """An AsyncAPI document that sends one kind of message in each of some operations."""
    message = {"payload": STOCK}
    channels = {name: {"address": f"till.{name}", "messages": {"told": message}}
                for name in operations}  # fmt: skip
    told = {name: {"action": "send", "channel": {"$ref": f"#/channels/{name}"}}
            for name in operations}  # fmt: skip
    head = {"asyncapi": "3.0.0", "info": {"title": "t", "version": "1"}}
    return json.dumps({**head, "channels": channels, "operations": told})


def heard(operation: str = "sold") -> str:
    """A pact with an interaction over HTTP, and one of a message of an operation."""
    written = json.loads(pact())
    (over_http,) = written["interactions"]
    message = {
        "type": "Asynchronous/Messages",
        "description": "what is told",
        "contents": over_http["response"]["body"],
        "matchingRules": over_http["response"]["matchingRules"],
        "comments": {"references": {"AsyncAPI": {"operationId": operation}}},
    }
    return json.dumps({**written, "interactions": [over_http, message]})


def labels(*evidence: Evidence) -> list[str]:
    """The operations that the interactions of a pact of both kinds are compared with."""
    return [one.compat.operation for one in compared(*evidence, found=(heard(),))]


def test_each_interaction_meets_a_document_of_its_kind() -> None:
    """Documents of both kinds are read, in whatever order, and neither answers for the other."""
    http, channels = read(document()), read(messaging("sold"), "asyncapi.json")

    assert labels(http, channels) == ["GET /stock", "send till.sold (told)"]
    assert labels(channels, http) == ["GET /stock", "send till.sold (told)"]
    assert labels(http) == ["GET /stock"]
    assert labels(channels) == ["send till.sold (told)"]


def test_a_misfit_of_a_message_crosses_processes_whole() -> None:
    """The message that it is of comes with it."""
    (seen,) = compared(read(messaging("sold")), found=(heard(),))
    (misfit,) = seen.compat.misfits

    assert (misfit.code, misfit.message) == (Code.MESSAGE_PAYLOAD, "told")
    assert (misfit.path, misfit.hypothesis) == ("$.on_hand", True)


def test_the_document_of_messages_that_has_the_operation_answers() -> None:
    """Of several, each interaction meets the one that has what it names."""
    first, second = read(messaging("bought")), read(messaging("sold"), "b.json")

    assert labels(first, second) == ["send till.sold (told)"]


def test_an_operation_of_messages_that_no_part_has_is_unknown() -> None:
    """It is certain where all documents could be read, and a gap where one was lost."""
    (seen,) = compared(read(messaging("bought")), found=(heard(),))
    assert [one.code for one in seen.compat.misfits] == [Code.MESSAGE_OPERATION_UNKNOWN]

    lost = DocumentRefused("till", "more.json", "no")
    (seen,) = compared(read(messaging("bought")), lost, found=(heard(),))
    (gap,) = seen.compat.gaps
    assert gap.reason == "more.json could not be read, and may hold it"
