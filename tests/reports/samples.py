"""Verdicts built by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from harness.domain.edge import Edge, EdgeReport, Leg, LegReport, LegStatus, Pair
from harness.domain.evidence import Unobserved
from harness.domain.finding import Confirmation, Finding, Flaw, Location, fingerprint
from harness.domain.policy import Severity
from harness.domain.reuse import Provenance
from harness.domain.steps import LeftOut
from harness.domain.traffic import Exchange, HttpReply, HttpRequest, OperationExercised
from harness.domain.verdict import Status, StepReport, Verdict
from harness.domain.waiver import Waiver, WaiverReport, WaiverStanding

ORDERS = Pair("orders", "inventory")
FRONT = Pair("storefront", "orders")

TRACEBACK = "Traceback (most recent call last):\n" + "".join(
    f'  File "app.py", line {line}, in call_{line}\n    call_{line + 1}()\n' for line in range(1, 9)
)


def finding(
    check: str,
    flaw: Flaw,
    severity: Severity = Severity.ERROR,
    leg: Leg | None = Leg.PROVIDER,
    owner: str = "team-inventory",
) -> Finding:
    """Sign a flaw as the judging stage would."""
    identity = fingerprint(check, flaw)
    return Finding(check, severity, leg, flaw, owner, identity, f"harness reproduce {identity}")


CRASH = finding(
    "service-crashes",
    Flaw(
        service="inventory",
        operation="GET /stock/{sku}",
        message="the service raised KeyError: 'on_hand'",
        hint="handle what the documented request may hold",
        cause="KeyError in inventory.app.stock",
        seen="500",
        location=Location("services/inventory/app.py", 41),
        exchanges=(
            Exchange(
                HttpRequest(
                    "POST",
                    "/stock",
                    (("content-type", "application/json"), ("authorization", "Bearer t0psecret")),
                    '{"sku": "it\'s"}',
                ),
                HttpReply(201, (("Content-Type", "application/json"),), '{"sku": "it\'s"}'),
            ),
            Exchange(
                HttpRequest("GET", "/stock/it's?unit=kg&api_key=t0psecret", (("accept", "*/*"),)),
                HttpReply(500, (("content-type", "text/plain"),), "Internal Server Error"),
            ),
        ),
        detail=TRACEBACK + "KeyError: 'on_hand'",
        confirmation=Confirmation.BY_CODE,
        occurrences=1204,
    ),
)
BROKEN_PROMISE = finding(
    "interaction-not-honoured",
    Flaw(
        service="inventory",
        consumer="orders",
        operation="GET /stock/{sku}",
        message="“the stock of a known sku”: expected a whole number",
        hint="keep the promise, or change the contract together with its consumer",
        cause="abc",
        where="$.on_hand",
        expected="3 (integer)",
        seen='"3" (string)',
        confirmation=Confirmation.BY_CODE,
    ),
)
NOISE = finding(
    "status-undocumented",
    Flaw(
        service="orders",
        operation="POST /orders",
        message="the service answered 409, which its document does not name",
        hint="document the status",
        cause="409",
        seen="409",
        confirmation=Confirmation.BY_SCHEMA,
    ),
    Severity.WARNING,
    owner="",
)
FLAKY = finding(
    "response-schema-violated",
    replace(
        NOISE.flaw,
        message="expected text",
        where="$.name",
        cause="type",
        flaky=True,
        seen_again="201",
        again=(Exchange(HttpRequest("POST", "/orders"), HttpReply(201, (), '{"name": "a"}')),),
    ),
)
UNCOVERED = finding(
    "operation-uncovered",
    Flaw("orders", "no contract uses DELETE /orders/{id}", "add a state", "uncovered"),
    Severity.INFORMATION,
    leg=None,
)
NOT_STARTED = Unobserved(
    "verify:orders",
    "the service did not start: it exited with 1",
    "run it by hand: harness services run orders",
    "ModuleNotFoundError: No module named 'orders.app'",
)
CAPPED = Unobserved("GET /slow", "the cap of 900 s was hit after 3 of 50 examples")


def legs(*statuses: LegStatus) -> tuple[LegReport, ...]:
    """Give the three legs of an edge one status each, with some evidence."""
    return tuple(
        LegReport(
            leg,
            status,
            interactions=3 if status is LegStatus.TESTED else 0,
            cases=1214 if status is LegStatus.TESTED and leg is Leg.PROVIDER else 0,
            findings=2 if status is LegStatus.FAILED else 0,
            reason="nothing was verified" if status is LegStatus.MISSING else "",
            typed=leg is Leg.CONSUMER,
        )
        for leg, status in zip(Leg, statuses, strict=True)
    )


PASSED = Verdict(
    status=Status.PASSED,
    edges=(
        EdgeReport(
            Edge(ORDERS, "GET /stock/{sku}"),
            legs(LegStatus.TESTED, LegStatus.PROVEN, LegStatus.TESTED),
        ),
        EdgeReport(
            Edge(ORDERS, "POST /stock/{sku}/reservations"),
            legs(LegStatus.TESTED, LegStatus.NOT_LOOKED_AT, LegStatus.TESTED),
        ),
    ),
    findings=(),
    reasons=(),
    steps=(
        StepReport("types:orders", "orders names packages", 2100, 1),
        StepReport(
            "verify:inventory",
            "1 pact names inventory as provider",
            12,
            3,
            reused=Provenance("ci-7", "2030-01-02T03:04:05+00:00", 4123),
        ),
        StepReport(
            "fuzz:inventory", "inventory has a document", 64_000, 2, note="it holds a secret"
        ),
    ),
    operations=(
        OperationExercised("inventory", "GET /stock/{sku}", 1000, 14, 0, 200),
        OperationExercised("inventory", "POST /stock/{sku}/reservations", 1200, 10, 3, 0, 1),
    ),
    left_out=(LeftOut("fuzz:legacy", "it has no API document"),),
    seed=0,
    examples=50,
    interactions=3,
    elapsed_ms=71_000,
)
FAILED = replace(
    PASSED,
    status=Status.FAILED,
    edges=(
        EdgeReport(
            Edge(ORDERS, "GET /stock/{sku}"),
            legs(LegStatus.FAILED, LegStatus.NOT_LOOKED_AT, LegStatus.TESTED),
        ),
        EdgeReport(
            Edge(FRONT, ""), legs(LegStatus.MISSING, LegStatus.NOT_LOOKED_AT, LegStatus.MISSING)
        ),
    ),
    findings=(BROKEN_PROMISE, CRASH, FLAKY, NOISE, UNCOVERED),
    reasons=(NOT_STARTED, Unobserved("storefront → orders ", "no contract test ran")),
    steps=(
        *PASSED.steps,
        StepReport("verify:orders", "1 pact names orders", 900, 0, (NOT_STARTED,)),
        StepReport("fuzz:orders", "orders has a document", 900_000, 9, (CAPPED,)),
    ),
)
INCONCLUSIVE = replace(
    FAILED,
    status=Status.INCONCLUSIVE,
    findings=(NOISE,),
)
KNOWN = Waiver(
    BROKEN_PROMISE.fingerprint, "orders", date(2030, 6, 15), "agreed with team-orders", "ada"
)
OVER = Waiver(CRASH.fingerprint, "inventory", date(2030, 1, 1), "to be mended")
FORGOTTEN = Waiver("1:" + "f" * 20, "storefront", date(2031, 1, 1), "old", "", "type-error", "x")
WAIVED = replace(
    FAILED,
    findings=(
        replace(BROKEN_PROMISE, waiver=KNOWN),
        replace(CRASH, waiver=OVER, expired=True),
        UNCOVERED,
    ),
    reasons=(),
    waivers=(
        WaiverReport(KNOWN, WaiverStanding.IN_FORCE),
        WaiverReport(OVER, WaiverStanding.EXPIRED),
        WaiverReport(FORGOTTEN, WaiverStanding.STALE),
    ),
)
HOSTILE = replace(
    FAILED,
    findings=(
        finding(
            "service-crashes",
            Flaw(
                service="größe/of 訂單",
                operation="GET /\x1b[2J",
                message="\x1b[31mred\x00\udcff\u202e [bold]markup[/bold] :smile:",
                hint="\x07bell",
                cause="x",
                expected="\u2028",
                seen="\x9b31m",
                exchanges=(
                    Exchange(
                        HttpRequest("GET", "/\r\nInjected: 1", (("x-\n", "\x1b]0;title\x07"),)),
                        HttpReply(0, (), "\ud800 the connection\x00 was closed"),
                    ),
                ),
                detail="a\r\nb\x1b[0m\n]]>&<\ufffe",
            ),
        ),
    ),
)

# What would be a command, markup or a link wherever text is taken for more than text.
WEAPONS = (
    "::error file=a.py::boo",
    "  ::add-mask::e",
    "x ##[add-mask]e",
    "##vso[task.complete result=Succeeded;]done",
    "%0A::stop-commands::x%0D%25",
    "``` \n<script>alert(1)</script>\n```",
    "a | b || c\n| --- |\n",
    "[link](https://evil.example) ![image](https://evil.example/x.png) <https://evil.example>",
    "@everyone #1 GH-1 https://evil.example www.evil.example a@evil.example",
    "<!-- contract-harness --> --> <img src=x onerror=alert(1)> </details> &lt;b&gt;",
    "# heading\n\n- item\n> quote\n***\n~~~\n",
    "`",
    "``a``",
    "\\`\\|\\\\",
    "$.items[*].a](https://evil.example)",
    "\x1b]8;;https://evil.example\x07\u202e\x00\ud800",
)


def armed(weapon: str) -> Finding:
    """A finding that holds a weapon wherever text from outside may stand."""
    request = HttpRequest("GET", f"/{weapon}", ((weapon, weapon),), weapon)
    flaw = Flaw(
        service=weapon,
        consumer=weapon,
        operation=weapon,
        message=weapon,
        hint=weapon,
        cause=weapon,
        where=weapon,
        expected=weapon,
        seen=weapon,
        location=Location(weapon, 3),
        exchanges=(Exchange(request, HttpReply(200, ((weapon, weapon),), weapon)),),
        witness=weapon,
        detail=weapon,
        rule="reply-property-became-nullable",
    )
    return replace(finding("reply-not-accepted", flaw, leg=Leg.FIT, owner=weapon), reproduce=weapon)


def armed_change(weapon: str) -> Finding:
    """A change that nobody reads, of a document that somebody hostile wrote."""
    flaw = Flaw(weapon, weapon, weapon, weapon, "", weapon, weapon, rule=weapon, readers=())
    return finding("change-without-reader", flaw, Severity.INFORMATION, None, weapon)


def many(count: int) -> Verdict:
    """A verdict of many findings of every level, a few thousand characters each."""
    levels = (Severity.ERROR, Severity.WARNING, Severity.INFORMATION)
    findings = tuple(
        replace(
            finding(
                "service-crashes",
                replace(
                    CRASH.flaw,
                    cause=f"KeyError in inventory.app.f{number}",
                    consumer="orders" if number % 2 else "",
                    witness='{"note": "' + "x" * 2000 + '"}',
                ),
                levels[number % 3],
            )
        )
        for number in range(count)
    )
    return replace(FAILED, findings=findings)


DISARMING = replace(
    FAILED,
    findings=tuple(made(weapon) for weapon in WEAPONS for made in (armed, armed_change)),
    reasons=tuple(Unobserved(weapon, weapon, weapon, weapon) for weapon in WEAPONS),
    left_out=tuple(LeftOut(weapon, weapon) for weapon in WEAPONS),
)
