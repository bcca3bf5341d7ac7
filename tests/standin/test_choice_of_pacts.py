"""Tests of which contracts a stand-in answers from."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from harness.adapters.instances import _stand_ins
from harness.documents.pacts import read_pact
from harness.domain.config import Config
from harness.domain.errors import HarnessError
from harness.domain.evidence import DocumentRead, Observed, PactGathered
from harness.domain.service import Consumption, Service
from harness.domain.system import FoundPact, System
from harness.stages.ports import StepContext

HERE = Path(__file__).parent
WEB = Service(
    "web", HERE, app="web:app", consumes=(Consumption("shop", "SHOP_URL", "/api"),),
    pacticipant="Web Store",
)  # fmt: skip
SHOP = Service("shop", HERE, app="shop:app", pacticipant="Shop")


def written(said: str, consumer: str = "Web Store", provider: str = "Shop") -> str:
    """A pact whose only reply says something."""
    return json.dumps(
        {
            "consumer": {"name": consumer},
            "provider": {"name": provider},
            "interactions": [
                {
                    "description": "a question",
                    "request": {"method": "GET", "path": "/"},
                    "response": {"status": 200, "body": said},
                }
            ],
            "metadata": {"pactSpecification": {"version": "3.0.0"}},
        }
    )


def context(filed: list[str], fresh: list[PactGathered], *documents: DocumentRead) -> StepContext:
    """A step's surroundings: pacts in files, those from the tests that just ran, and documents."""
    pacts = tuple(FoundPact("a.json", text, read_pact(text)) for text in filed)
    config = Config(HERE, HERE, (WEB, SHOP))
    taken = {"consumer-tests:web": Observed("consumer-tests:web", (*fresh, *documents))}
    return StepContext(System(config, pacts), HERE, HERE, HERE, taken)


def said_by_shop(surroundings: StepContext) -> str:
    """What the stand-in for the shop answers, asked as the web store's table has it."""
    with (
        _stand_ins(WEB, ("shop",), surroundings) as urls,
        urllib.request.urlopen(f"{urls['shop']}/api/", timeout=5) as reply,
    ):
        return str(json.loads(reply.read()))


def gathered(said: str, *, complete: bool = True) -> PactGathered:
    """What the web store's tests gave."""
    return PactGathered("Web Store", "Shop", written(said), complete=complete)


def test_a_pact_in_a_file_is_found_by_the_names_of_pacticipants() -> None:
    """Pacts of other pairs are passed over."""
    others = [written("else", consumer="app"), written("else", provider="bank")]

    assert said_by_shop(context([*others, written("filed")], [])) == "filed"


def test_what_the_tests_just_gave_goes_before_what_lies_in_a_file() -> None:
    """A stale file is not answered from."""
    assert said_by_shop(context([written("filed")], [gathered("fresh")])) == "fresh"


def test_what_a_red_run_gave_does_not_count() -> None:
    """The pact of a partial or failed run is left aside, as it is when pacts are kept."""
    red = gathered("red", complete=False)

    assert said_by_shop(context([written("filed")], [red])) == "filed"


def test_a_neighbour_without_a_contract_is_named() -> None:
    """Where nothing is there to answer from, the sentence says in whose place."""
    with (
        pytest.raises(HarnessError, match="web consumes shop, and no contract") as told,
        _stand_ins(WEB, ("shop",), context([written("else", consumer="app")], [])),
    ):
        pass

    assert "run the contract tests of web first" in told.value.hint


STOCK = {"type": "object", "properties": {"on_hand": {"enum": [3]}}}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "shop", "version": "1"},
    "paths": {
        "/": {"get": {"responses": {"204": {"description": "nothing"}}}},
        "/stock/{sku}": {
            "get": {
                "responses": {
                    "404": {"description": "no such sku"},
                    "200": {
                        "description": "a stock",
                        "content": {
                            "application/json": {"schema": {**STOCK, "required": ["on_hand"]}}
                        },
                    },
                }
            }
        },
    },
}
READ = DocumentRead("shop", "/openapi.json", json.dumps(DOCUMENT))


def answered(surroundings: StepContext, path: str, method: str = "GET") -> tuple[int, bytes]:
    """What the stand-in for the shop answers."""
    with _stand_ins(WEB, ("shop",), surroundings) as urls:
        asked = urllib.request.Request(urls["shop"] + path, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=5) as reply:
                return reply.status, reply.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read()


def test_a_document_answers_what_no_contract_holds() -> None:
    """Contracts go first; then comes the plainest success that the document allows, each time."""
    surroundings = context([written("filed")], [], READ)

    assert answered(surroundings, "/api/") == (200, b'"filed"')
    assert answered(surroundings, "/api/stock/A-1") == (200, b'{"on_hand":3}')
    assert answered(surroundings, "/stock/A-1") == (200, b'{"on_hand":3}')


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/stock"), ("POST", "/stock/A-1"), ("GET", "/stock/A-1/lots")]
)
def test_a_document_answers_for_its_operations_alone(method: str, path: str) -> None:
    """What neither contract nor document holds is refused as before."""
    status, body = answered(context([written("filed")], [], READ), path, method)

    assert status == 501
    assert json.loads(body)["title"] == "No contract answers this request"


def test_a_document_alone_is_enough() -> None:
    """A neighbour with which there is no contract is posed from what it says of itself."""
    assert answered(context([], [], READ), "/") == (204, b"")
    assert answered(context([], [], READ), "/stock/A-1") == (200, b'{"on_hand":3}')
