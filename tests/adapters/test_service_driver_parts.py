"""The parts of the driver of services that need no service."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from harness.adapters.pact_verifier_contracts import Contract
from harness.adapters.posing import posing_of
from harness.adapters.schema_fuzzer_traffic import Sent, state_request
from harness.adapters.service_driver_bench import Seen
from harness.adapters.service_driver_calls import Call, accepted_calls, contract_calls
from harness.adapters.service_driver_judging import Judge
from harness.adapters.service_driver_pairs import Baseline, Budget, Put, pairs_of
from harness.adapters.service_driver_upstream import Upstream
from harness.documents.openapi import read_document
from harness.documents.pacts import read_pact
from harness.documents.routing import Router
from harness.domain.config import Config
from harness.domain.crash import Crash, Frame, RequestSeen
from harness.domain.edge import Pair
from harness.domain.evidence import DocumentRead, Observed
from harness.domain.possible import Origin, PossibleReply
from harness.domain.service import Consumption, Service
from harness.domain.system import System
from harness.domain.traffic import Exchange, HttpReply, HttpRequest, RequestAccepted
from harness.stages.ports import StepContext
from tests.gate.workspaces import document, interaction, operation, pact

SHOP = Service("shop", Path("/w/shop"), app="shop:app", packages=("shop",), base_path="/v1")
STOCK = Upstream("till", "key", by_contract=True)
NULL = PossibleReply("$.label is null", Origin.DOCUMENT, body="null", place="$.label")


def answering(*statuses: str, **content: object) -> Judge:
    """A judge of a shop whose one operation declares these statuses beside 200."""
    responses = {one: {"description": one, **content} for one in (*statuses, "200")}
    text = json.dumps(document({"/labels": {"get": {"responses": responses}}}))
    return Judge(SHOP, (read_document(text, "shop"),))


def crash(source: str = "raised", kind: str = "KeyError") -> Crash:
    """An exception of the shop's own code."""
    frames = (
        Frame("/w/shop/shop/views.py", 3, "label", "shop.views", 'found = body["label"]'),
        Frame("/lib/json.py", 9, "loads", "json", "raise"),
    )
    return Crash(1, RequestSeen("1", "GET", "/labels"), kind, "label", frames, "", (), source)


CALL = Call("GET /labels", Sent("", "GET /labels", "GET", "/v1/labels"), by_contract=True)


def seen(*crashes: Crash, status: int = 500, media_type: str = "application/json") -> Seen:
    """What came of a call."""
    sent = Sent("1", "GET /labels", "GET", "/v1/labels", status=status)
    sent = replace(sent, reply_headers=(("content-type", media_type),))
    return Seen(sent, (STOCK,), was_put=True, crashes=crashes)


def test_one_line_that_raises_is_one_thing() -> None:
    """What tells two refusals apart is what was raised by which statement of the service's own."""
    judge = answering()
    one = judge.refusal(CALL, STOCK, NULL, seen(crash()))
    other = judge.refusal(replace(CALL, operation="GET /else"), STOCK, NULL, seen(crash()))
    third = judge.refusal(CALL, STOCK, NULL, seen(crash(kind="TypeError")))

    assert one is not None
    assert other is not None
    assert third is not None
    assert one.identity == other.identity != third.identity
    assert one.identity == ("raised", 'KeyError in shop.views.label: found = body["label"]')
    assert one.error == "KeyError: label"


@pytest.mark.parametrize("source", ["handler", "log"])
def test_what_a_handler_turns_into_a_declared_answer_is_coped_with(source: str) -> None:
    """To its callers a declared 502 is an answer; an undeclared one keeps the fault from them."""
    told = seen(crash(source), status=502)

    assert answering("502").refusal(CALL, STOCK, NULL, told) is None
    assert answering("5XX").refusal(CALL, STOCK, NULL, told) is None
    assert answering().refusal(CALL, STOCK, NULL, told) is not None
    assert answering("503").refusal(CALL, STOCK, NULL, told) is not None


def test_an_answer_of_another_media_type_is_not_the_declared_one() -> None:
    """A framework's own page is not the problem that the document tells of."""
    problem: dict[str, object] = {"content": {"application/problem+json": {"schema": {}}}}
    judge = answering("500", **problem)

    assert judge.refusal(CALL, STOCK, NULL, seen(crash("log"), media_type="text/html"))
    told = seen(crash("log"), media_type="application/problem+json; charset=utf-8")
    assert judge.refusal(CALL, STOCK, NULL, told) is None


@pytest.mark.parametrize("source", ["raised", "signal", "thread", "task"])
def test_what_leaves_the_application_is_never_coped_with(source: str) -> None:
    """That an operation may answer 500 does not make an unhandled exception an answer."""
    assert answering("500").refusal(CALL, STOCK, NULL, seen(crash(source))) is not None


def test_what_is_raised_on_purpose_is_coped_with() -> None:
    """The service's table has the last word on its own exceptions."""
    judge = replace(answering(), service=replace(SHOP, raises=("shop.TillFails",)))

    assert judge.refusal(CALL, STOCK, NULL, seen(crash(kind="shop.TillFails"))) is None
    assert judge.refusal(CALL, STOCK, NULL, seen(crash())) is not None


def test_an_end_and_a_wait_are_told_without_a_crash() -> None:
    """Nobody can say where a process was when it ended."""
    sent = Sent("1", "GET /labels", "GET", "/v1/labels")
    dead = answering().refusal(CALL, STOCK, NULL, Seen(sent, ended="exited with status 3"))
    hung = answering().refusal(CALL, STOCK, NULL, Seen(sent, waited_s=10.01))

    assert dead is not None
    assert hung is not None
    assert (dead.crash, dead.error) == (None, "the process of shop exited with status 3")
    assert (hung.crash, hung.error, hung.waited_s) == (None, "no answer within 10 s", 10.01)


def test_calls_go_nearest_to_the_contracts_first() -> None:
    """What contracts hold on both sides is varied before what fuzzing found."""
    fuzzed = replace(CALL, operation="GET /fuzzed", by_contract=False)
    again = replace(CALL, request=replace(CALL.request, path="/v1/labels?again"))
    alone = Upstream("till", "GET /other", by_contract=False)
    other = Upstream("bank", "key", by_contract=True)
    worked = [
        Baseline(fuzzed, (alone, STOCK)),
        Baseline(CALL, (alone, STOCK, other)),
        Baseline(again, (STOCK,)),
    ]
    found = [(one.call, one.upstream) for one in pairs_of(worked, {"till"})]

    assert found == [
        (CALL, STOCK),
        (again, STOCK),
        (fuzzed, STOCK),
        (CALL, alone),
        (fuzzed, alone),
    ]


def test_a_budget_has_an_end_in_replies_and_in_seconds() -> None:
    """Which of the two it was is said, since only the second hangs on the machine."""
    now = [0.0]
    budget = Budget(2, lambda: now[0], end=5)
    assert budget.reason() == ""
    budget.left = 0
    assert (budget.reason(), budget.is_late) == ("the budget of the step was spent", False)
    now[0] = 5
    assert (budget.reason(), budget.is_late) == ("the time cap was hit", True)


def test_a_pair_is_given_up_once_it_takes_too_much() -> None:
    """Each way has a limit, and its own words."""
    assert Put().given_up() == ""
    said = {Put(restarts=6).given_up(), Put(missed=3).given_up(), Put(hung=2).given_up()}
    assert len(said - {""}) == 3


def test_a_contract_is_called_with_its_states_and_without() -> None:
    """A state may pose the providers inside the service; the request is the same."""
    one = interaction("a label", "/labels", given=("there is one",), status=200)
    failing = interaction("a failure", "/labels", status=503)
    text = json.dumps(pact("web", "shop", one, one, failing))
    contract = Contract(Pair("web", "shop"), read_pact(text, "p"), json.loads(text))
    routers = [Router(one) for one in answering().documents]
    (call,) = contract_calls([contract], SHOP, routers, {})
    with_it, without = call.ways

    assert (call.operation, call.request.path, call.status) == ("GET /labels", "/v1/labels", 200)
    assert with_it.before == (state_request("there is one", {}),)
    assert without.before == ()
    assert call.text == "given the state there is one {}\nGET /v1/labels"


def test_what_a_state_gives_out_goes_into_the_request() -> None:
    """A contract may ask for a value that only its state knows."""
    path = {"type": "ProviderState", "expression": "/labels/${id}"}
    call = replace(CALL, generators={"path": path}, mount="/v1")
    given = replace(state_request("one", {}), status=200, reply_body=b'{"id": 7}')

    assert [one.path for one in call.sequence([given])] == ["/v1/labels/7"]
    assert [one.path for one in call.sequence([])] == ["/v1/labels"]


def test_of_what_was_sent_before_the_least_comes_first() -> None:
    """The fuzzer knows a way that works, and most of it is needed for nothing."""
    ways = [HttpRequest("POST", f"/{at}") for at in range(2)]
    state = HttpRequest("STATE", "till/open")
    exchanges = tuple(Exchange(one, HttpReply(200)) for one in (state, *ways))
    taken = RequestAccepted("shop", "GET /labels", exchanges)
    (call,) = accepted_calls([taken], frozenset(), {})

    assert [len(one.before) for one in call.ways] == [0, 1]
    assert list(accepted_calls([taken], frozenset({"GET /labels"}), {})) == []


def test_a_document_shows_an_interaction_of_its_own(tmp_path: Path) -> None:
    """What a document alone answers is varied as what a contract shows, under its operation."""
    schema = {"type": "object", "properties": {"n": {"enum": [1, None]}}, "required": ["n"]}
    text = json.dumps(document({"/stock/{sku}": {"get": operation(schema)}}, version="3.1.0"))
    shop = replace(SHOP, consumes=(Consumption("till", "TILL_URL", "/api"),))
    config = Config(tmp_path, tmp_path / "x.toml", (shop,))
    taken = {"describe:till": Observed("describe:till", (DocumentRead("till", "/", text),))}
    context = StepContext(System(config), tmp_path, tmp_path, tmp_path, taken)
    shown = posing_of("till", [shop], context, examples=5).shown
    found = shown.interaction("GET", "/api/stock/A-1")

    assert found is not None
    assert found.key == "GET /stock/{sku}"
    told = shown.replies(found)
    assert told is not None
    assert told.operation == "GET /stock/{sku}"
    assert "$.n is null" in {one.what for one in told.replies}
    assert any(one.status == 404 for one in told.replies)
    assert shown.interaction("POST", "/api/stock/A-1") is None
