"""Verdicts for pages: a shop with faults of every kind, and one with very many findings."""

from __future__ import annotations

from dataclasses import replace

from harness.domain.edge import Edge, EdgeReport, Leg, LegReport, LegStatus, Pair
from harness.domain.evidence import Unobserved
from harness.domain.finding import Confirmation, Finding, Flaw, Location, fingerprint
from harness.domain.policy import Severity
from harness.domain.service_map import Participant
from harness.domain.traffic import Exchange, HttpReply, HttpRequest
from harness.domain.verdict import Status, Verdict
from tests.reports.samples import (
    BROKEN_PROMISE,
    CRASH,
    FAILED,
    FLAKY,
    KNOWN,
    NOISE,
    UNCOVERED,
    WAIVED,
    finding,
    legs,
)

EVIL = "<script>alert(1)</script>\"'&]]>--><!--\n\x1b[2J\u202e\ud800\x00</style></title>שלום"

REFUSED = finding(
    "reply-not-accepted",
    Flaw(
        service="catalog",
        consumer="storefront",
        operation="GET /products/{sku}",
        where="$.price.currency",
        message="catalog may send null at $.price.currency, storefront accepts a string: some of "
        "what catalog may send is refused",
        hint="catalog (team-catalog) can allow fewer replies in its document, or storefront "
        "(team-web) can accept more",
        cause="reply-body",
        expected='a string of the pattern "^[A-Z]{3}$"',
        seen="null, or a string of any length",
        witness='{"sku": "A-1", "name": "Spade", "price": {"amount": "9.90", "currency": null}, '
        '"tags": []}',
        example='{"sku": "A-1", "name": "Spade", "price": {"amount": "9.90", "currency": "EUR"}, '
        '"tags": []}',
        location=Location("sample_services/storefront/src/storefront/catalog_client.py", 58),
        confirmation=Confirmation.BY_MODEL,
    ),
    leg=Leg.FIT,
    owner="team-catalog",
)
CRASHES = finding(
    "reply-crashes-consumer",
    Flaw(
        service="inventory",
        consumer="orders",
        operation="GET /stock/{sku}",
        message="orders fails with KeyError: 'on_hand' on a reply that the document of inventory "
        "allows: $.on_hand is absent",
        hint="orders (team-orders) can cope with it",
        cause="KeyError in orders.client.stock: found['on_hand']",
        expected="orders copes, or raises what it declares",
        seen="KeyError: 'on_hand'",
        witness='200 application/json  {"sku":"A-1"}',
        example='200 application/json  {"sku": "A-1", "on_hand": 3}',
        location=Location("sample_services/orders/src/orders/client.py", 41),
        detail='Traceback (most recent call last):\n  File "client.py", line 41, in stock\n'
        "KeyError: 'on_hand'",
        confirmation=Confirmation.BY_CODE,
        occurrences=3,
    ),
    leg=Leg.CONSUMER,
    owner="team-orders",
)


def _edge(consumer: str, provider: str, operation: str, *statuses: LegStatus) -> EdgeReport:
    return EdgeReport(Edge(Pair(consumer, provider), operation), legs(*statuses))


OK, YES, BAD = LegStatus.TESTED, LegStatus.PROVEN, LegStatus.FAILED
OPEN, NOBODY = LegStatus.MISSING, LegStatus.NOT_LOOKED_AT
SHOP = replace(
    FAILED,
    edges=(
        _edge("inventory", "catalog", "GET /products/{sku}", OK, YES, OK),
        _edge("orders", "inventory", "GET /stock/{sku}", BAD, YES, BAD),
        _edge("orders", "inventory", "POST /stock/{sku}/reservations", OK, OK, OK),
        _edge("stocktake", "inventory", "GET /stock", OK, YES, OK),
        _edge("storefront", "catalog", "GET /products/{sku}", OK, BAD, OK),
        _edge(
            "storefront",
            "orders",
            "",
            LegStatus.MISSING,
            LegStatus.NOT_LOOKED_AT,
            LegStatus.MISSING,
        ),
    ),
    findings=(
        replace(BROKEN_PROMISE, waiver=KNOWN),
        CRASH,
        CRASHES,
        REFUSED,
        FLAKY,
        NOISE,
        UNCOVERED,
    ),
    waivers=WAIVED.waivers,
    participants=(
        Participant("catalog", "team-catalog"),
        Participant("inventory", "team-inventory"),
        Participant("newsletter", "team-web"),
        Participant("orders", "team-orders"),
        Participant("payments", is_member=False),
        Participant("stocktake", "team-finance"),
        Participant("storefront", "team-web"),
    ),
)
CLEAN = replace(
    SHOP,
    status=Status.PASSED,
    findings=(),
    reasons=(),
    waivers=(),
    edges=tuple(replace(one, legs=legs(OK, YES, OK)) for one in SHOP.edges),
)


def many(count: int) -> Verdict:
    """A verdict on forty services with so many findings."""
    kinds = (CRASH, REFUSED, CRASHES, BROKEN_PROMISE, NOISE, UNCOVERED)
    found = [_numbered(kinds[at % len(kinds)], at) for at in range(count)]
    pairs = sorted({one.edge.pair for one in found if one.edge})
    return replace(
        SHOP,
        findings=tuple(sorted(found, key=lambda one: list(Severity).index(one.severity))),
        edges=tuple(_edge(pair.consumer, pair.provider, "GET /x", BAD, YES, OK) for pair in pairs),
        participants=tuple(Participant(f"service-{at}", f"team-{at % 7}") for at in range(40)),
    )


def _numbered(one: Finding, at: int) -> Finding:
    flaw = replace(
        one.flaw,
        service=f"service-{at % 40}",
        consumer=f"service-{at * 7 % 20}" if one.flaw.consumer and at % 40 >= 20 else "",
        operation=f"GET /things/{at}",
        cause=str(at),
    )
    owner = f"team-{at % 40 % 7}"
    return replace(one, flaw=flaw, owner=owner, fingerprint=fingerprint(one.check, flaw))


def evil() -> Verdict:
    """Everything that comes from outside is hostile."""
    exchange = Exchange(
        HttpRequest(EVIL, EVIL, ((EVIL, EVIL),), EVIL), HttpReply(500, ((EVIL, EVIL),), EVIL)
    )
    flaw = Flaw(
        service=EVIL,
        consumer=f"a{EVIL}",
        operation=EVIL,
        where=EVIL,
        message=EVIL,
        hint=EVIL,
        cause=EVIL,
        expected=EVIL,
        seen=EVIL,
        witness=f'{{"{"a"}": "</script>", "b": "]]>"}}',
        example=f'["{"a"}", "<!--"]',
        location=Location(EVIL, 3),
        exchanges=(exchange,),
        detail=EVIL,
        rule=EVIL,
    )
    waiver = replace(KNOWN, reason=EVIL, owner=EVIL, consumer=EVIL, fingerprint=EVIL)
    bad = Finding(EVIL, Severity.ERROR, Leg.FIT, flaw, EVIL, f"1:{EVIL}", EVIL)
    alone = replace(bad, flaw=replace(flaw, consumer=""), fingerprint="2", waiver=waiver)
    lost = Unobserved(EVIL, EVIL, EVIL, EVIL)
    edge = Edge(Pair(f"a{EVIL}", EVIL), EVIL)
    told = tuple(LegReport(leg, LegStatus.FAILED, reason=EVIL, findings=1) for leg in Leg)
    return replace(
        SHOP,
        edges=(EdgeReport(edge, told),),
        findings=(bad, alone),
        reasons=(lost,),
        steps=tuple(
            replace(one, id=EVIL, why=EVIL, unobserved=(replace(lost, what=f"b{EVIL}"),))
            for one in SHOP.steps
        ),
        operations=tuple(replace(one, service=EVIL, operation=EVIL) for one in SHOP.operations),
        left_out=tuple(replace(one, what=EVIL, why=EVIL) for one in SHOP.left_out),
        waivers=tuple(replace(one, waiver=waiver) for one in SHOP.waivers),
        participants=(Participant(EVIL, EVIL), Participant(f"c{EVIL}", EVIL, is_member=False)),
    )
