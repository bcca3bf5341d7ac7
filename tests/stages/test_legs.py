"""How the middle leg of an edge stands, for all that can be known of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.checks.facts import Contract, Facts
from harness.domain.carried import Asked as RequestAsked
from harness.domain.carried import RequestCarried
from harness.domain.channel import MessagingDocument
from harness.domain.coping import WitnessPut
from harness.domain.document import Document
from harness.domain.edge import Edge, Leg, LegReport, LegStatus, Pair
from harness.domain.evidence import (
    Evidence,
    InteractionCompared,
    InteractionVerified,
    Observed,
    Outcome,
)
from harness.domain.finding import Finding, Flaw
from harness.domain.fit import Asked, Code, Gap, InteractionCompat, Kind, Misfit, Reception
from harness.domain.message import UsedBroker
from harness.domain.pact import HttpRequest, HttpResponse, Interaction, InteractionKind
from harness.domain.policy import Policy, Severity
from harness.domain.steps import AskWorker, Compare, Plan, Step
from harness.domain.system import System
from harness.stages.legs import Run, edge_reports
from tests.fakes import a_shop

PAIR = Pair("orders", "inventory")
STOCK, ADD = Edge(PAIR, "GET /stock/{sku}"), Edge(PAIR, "POST /stock")
DOCUMENT = Document("3.1.0", "t", ())

PROVEN = InteractionCompat("GET /stock/{sku}", proven=True)
TRIED = InteractionCompat("", gaps=(Gap(Code.REPLY_BODY, "too deep", tried=40),))
UNTRIED = InteractionCompat("", gaps=(Gap(Code.REPLY_BODY, "too deep"),))
SILENT = InteractionCompat("", gaps=(Gap(Code.REPLY_BODY, "it says nothing", silent=True),))
OFF = InteractionCompat("", (Misfit(Code.REPLY_BODY, Kind.MAY_BREAK, path="$.a"),))


def contract(key: str, edge: Edge = STOCK) -> Contract:
    """An interaction over HTTP on an edge."""
    request, response = HttpRequest("GET", "/stock/A"), HttpResponse(200)
    one = Interaction(key, InteractionKind.HTTP, key, request=request, response=response)
    return Contract(edge, one)


def compared(key: str, compat: InteractionCompat) -> InteractionCompared:
    """What comparing an interaction came to."""
    return InteractionCompared("orders", "inventory", key, compat)


def found(
    operation: str = "",
    severity: Severity = Severity.ERROR,
    consumer: str = "orders",
    service: str = "inventory",
) -> Finding:
    """A finding on the middle leg."""
    flaw = Flaw(service, "no", "hint", "cause", consumer=consumer, operation=operation)
    return Finding("reply-not-accepted", severity, Leg.FIT, flaw, "", "f", "")


def fit_legs(
    *evidence: Evidence,
    keys: tuple[str, ...] = ("a",),
    contracts: tuple[Contract, ...] = (),
    findings: tuple[Finding, ...] = (),
    policy: Policy | None = None,
    documents: bool = True,
    steps: tuple[Step, ...] = (Compare("inventory"),),
    is_slice: bool = False,
    messaging: MessagingDocument | None = None,
) -> dict[Edge, LegReport]:
    """The middle leg of each edge."""
    facts = Facts(
        system=System(a_shop()),
        observed=(Observed("compare:inventory", evidence),),
        documents={"inventory": (DOCUMENT,)} if documents else {},
        contracts=contracts or tuple(map(contract, keys)),
        messaging={"inventory": (messaging,)} if messaging else {},
    )
    run = Run(Plan(steps), steps, 0, is_slice=is_slice)
    reports = edge_reports(facts, findings, policy or Policy(), run)
    return {report.edge: leg for report in reports for leg in report.legs if leg.leg is Leg.FIT}


def fit(*evidence: Evidence, **more: object) -> LegReport:
    """The middle leg of the one edge."""
    return fit_legs(*evidence, **more)[STOCK]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("compats", "status", "judged", "proven", "cases", "reason"),
    [
        ([PROVEN], LegStatus.PROVEN, 1, 1, 0, ""),
        ([PROVEN, PROVEN], LegStatus.PROVEN, 2, 2, 0, ""),
        ([PROVEN, TRIED], LegStatus.TESTED, 2, 1, 40, "too deep"),
        ([TRIED, TRIED], LegStatus.TESTED, 2, 0, 80, "too deep"),
        ([PROVEN, UNTRIED], LegStatus.TESTED, 1, 1, 0, "too deep"),
        ([PROVEN, SILENT], LegStatus.TESTED, 1, 1, 0, "it says nothing"),
        ([OFF, PROVEN], LegStatus.TESTED, 2, 1, 0, ""),
        ([UNTRIED], LegStatus.MISSING, 0, 0, 0, "too deep"),
        ([UNTRIED, SILENT], LegStatus.MISSING, 0, 0, 0, "too deep; it says nothing"),
        ([SILENT], LegStatus.NOT_LOOKED_AT, 0, 0, 0, "it says nothing"),
        ([], LegStatus.MISSING, 0, 0, 0, "no interaction was compared with the document"),
    ],
)
def test_a_leg_by_what_was_compared(
    compats: list[InteractionCompat],
    status: LegStatus,
    judged: int,
    proven: int,
    cases: int,
    reason: str,
) -> None:
    """Only what is proven throughout is called so; what is unknown is never counted as proven."""
    keys = tuple(str(at) for at in range(max(1, len(compats))))
    leg = fit(*map(compared, keys, compats), keys=keys)

    assert (leg.status, leg.interactions, leg.proven, leg.cases) == (status, judged, proven, cases)
    assert leg.reason == reason


def test_what_was_left_uncompared_keeps_the_rest_from_being_proven() -> None:
    """A step that broke off after one of two interactions proves nothing of the other."""
    leg = fit(compared("a", PROVEN), keys=("a", "b"))

    assert (leg.status, leg.proven) == (LegStatus.TESTED, 1)


def test_replies_that_were_put_are_counted() -> None:
    """What the consumer's code was tried with counts as cases."""
    put = WitnessPut(
        "orders", "inventory", "a", Code.REPLY_BODY, "", "$.a", Asked.CODE, Reception.TAKEN, tried=3
    )
    other = replace(put, consumer="web")

    assert fit(compared("a", OFF), put, other).cases == 3


def test_a_finding_fails_its_own_operation_alone() -> None:
    """Other operations of the same two services stand as they did."""
    contracts = (contract("a"), contract("b", ADD))
    legs = fit_legs(
        compared("a", OFF),
        compared("b", PROVEN),
        contracts=contracts,
        findings=(found(STOCK.operation),),
    )

    assert legs[STOCK].status is LegStatus.FAILED
    assert legs[ADD].status is LegStatus.PROVEN


@pytest.mark.parametrize(
    ("finding", "status"),
    [
        (found(), LegStatus.FAILED),
        (found(STOCK.operation), LegStatus.FAILED),
        (found(STOCK.operation, Severity.WARNING), LegStatus.TESTED),
        (found(STOCK.operation, Severity.INFORMATION), LegStatus.TESTED),
        (found(STOCK.operation, consumer="web"), LegStatus.TESTED),
        (found(STOCK.operation, service="catalog"), LegStatus.TESTED),
        (replace(found(STOCK.operation), leg=Leg.CONSUMER), LegStatus.TESTED),
    ],
)
def test_only_an_error_on_this_leg_of_this_edge_fails_it(
    finding: Finding, status: LegStatus
) -> None:
    """What is merely noted, or lies elsewhere, refutes nothing."""
    assert fit(compared("a", OFF), findings=(finding,)).status is status


REQUIRED = Policy(required=(Leg.FIT,))
OTHERS = Policy(required=(Leg.PROVIDER, Leg.CONSUMER))


@pytest.mark.parametrize(
    ("policy", "documents", "steps", "is_slice", "status"),
    [
        (None, False, (Compare("inventory"),), False, LegStatus.NOT_LOOKED_AT),
        (REQUIRED, False, (Compare("inventory"),), False, LegStatus.MISSING),
        (REQUIRED, False, (Compare("inventory"),), True, LegStatus.NOT_LOOKED_AT),
        (REQUIRED, True, (), False, LegStatus.MISSING),
        (None, True, (), False, LegStatus.NOT_LOOKED_AT),
        (None, True, (Compare("catalog"),), False, LegStatus.NOT_LOOKED_AT),
        (None, True, (Compare("inventory", ("web",)),), False, LegStatus.NOT_LOOKED_AT),
        (None, True, (Compare("inventory", ("web", "orders")),), False, LegStatus.MISSING),
        (OTHERS, True, (Compare("inventory"),), False, LegStatus.NOT_LOOKED_AT),
        (OTHERS, True, (Compare("inventory"),), True, LegStatus.MISSING),
    ],
)
def test_what_policy_and_slice_ask_for(
    policy: Policy | None,
    documents: bool,
    steps: tuple[Step, ...],
    is_slice: bool,
    status: LegStatus,
) -> None:
    """Without evidence a required leg is missing; a slice requires what it looks at."""
    legs = fit_legs(policy=policy, documents=documents, steps=steps, is_slice=is_slice)
    leg = legs.get(STOCK, LegReport(Leg.FIT, LegStatus.NOT_LOOKED_AT))

    assert leg.status is status


def test_an_edge_without_a_document_says_so_where_its_leg_is_required() -> None:
    """The reason names the provider whose document is not there."""
    leg = fit(policy=REQUIRED, documents=False)

    assert leg.reason == "no document of inventory to compare with"


CHANNEL = Edge(PAIR, "stock.changed")
CHANNELS = MessagingDocument("3.0.0", "t")


def heard(key: str) -> Contract:
    """An interaction of a message on an edge of its channel."""
    return Contract(CHANNEL, Interaction(key, InteractionKind.ASYNC, key))


@pytest.mark.parametrize(
    ("messaging", "compats", "status", "reason"),
    [
        (CHANNELS, [PROVEN], LegStatus.PROVEN, ""),
        (CHANNELS, [PROVEN, SILENT], LegStatus.TESTED, "it says nothing"),
        (CHANNELS, [UNTRIED], LegStatus.MISSING, "too deep"),
        (CHANNELS, [], LegStatus.MISSING, "no interaction was compared with the document"),
        (None, [], LegStatus.NOT_LOOKED_AT, ""),
    ],
)
def test_a_leg_of_a_channel_stands_by_what_was_compared(
    messaging: MessagingDocument | None,
    compats: list[InteractionCompat],
    status: LegStatus,
    reason: str,
) -> None:
    """A document of messages is what it needs, and one over HTTP is none of it."""
    keys = tuple(str(at) for at in range(max(1, len(compats))))
    legs = fit_legs(
        *map(compared, keys, compats), contracts=tuple(map(heard, keys)), messaging=messaging
    )

    assert (legs[CHANNEL].status, legs[CHANNEL].reason) == (status, reason)


def test_a_channel_without_a_document_says_so_where_its_leg_is_required() -> None:
    """The reason names the kind of document that is not there, beside one of the other kind."""
    legs = fit_legs(contracts=(heard("a"),), policy=REQUIRED)

    assert legs[CHANNEL].status is LegStatus.MISSING
    assert legs[CHANNEL].reason == "no AsyncAPI document of inventory to compare with"


def test_a_document_of_messages_says_nothing_of_http() -> None:
    """An operation stays without a document beside it."""
    legs = fit_legs(keys=("a",), documents=False, messaging=CHANNELS)

    assert legs[STOCK].status is LegStatus.NOT_LOOKED_AT


def test_what_is_verified_in_two_ways_counts_once_and_names_what_carried_it() -> None:
    """A function and a worker gave the same reply; a channel without requests was not asked."""
    over = UsedBroker("zeromq", "127.0.0.1:1", "ZeroMQ", "4.3.5")
    edges = Edge(PAIR, "stock.asked"), Edge(PAIR, "stock.changed")
    kinds = InteractionKind.SYNC, InteractionKind.ASYNC
    contracts = tuple(
        Contract(edge, Interaction("a", kind, kind.value))
        for edge, kind in zip(edges, kinds, strict=True)
    )
    key = contracts[0].interaction.key
    made = InteractionVerified("orders", "inventory", key, "a", Outcome.PASSED, of_message=True)
    carried = RequestCarried(
        *("orders", "inventory", key, "a", "stock.asked", over),
        RequestAsked.AGREED,
        is_answered=True,
    )
    seen = Observed("answers:inventory", (made, replace(made, over=over), carried))
    facts = Facts(system=System(a_shop()), observed=(seen,), contracts=contracts)
    steps = (AskWorker("inventory"),)

    reports = edge_reports(facts, (), Policy(), Run(Plan(steps), steps, 0, is_slice=True))
    legs = {one.edge: one.legs[0] for one in reports}

    assert (legs[edges[0]].interactions, legs[edges[0]].brokers) == (1, ("ZeroMQ 4.3.5",))
    assert edges[1] not in legs
