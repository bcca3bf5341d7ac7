"""How contradictions of observed code are told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from harness.checks.annotation_violated import ANNOTATION_VIOLATED
from harness.checks.facts import Facts
from harness.checks.response_coerced import RESPONSE_COERCED
from harness.domain.config import Config
from harness.domain.contradiction import Contradicted, Contradiction
from harness.domain.crash import RequestSeen
from harness.domain.evidence import Evidence, Observed
from harness.domain.finding import Flaw, fingerprint
from harness.domain.policy import Passed, Policy
from harness.domain.system import System
from harness.domain.traffic import Exchange, HttpReply, HttpRequest
from harness.domain.typed import CodeContradicted

ROOT = Path("/w")
FILE = "/w/orders/pricing.py"
ONE = Contradiction(
    *(Contradicted.ANNOTATION, FILE, 41, "orders.pricing", "total"),
    *("argument discount", "Decimal", "float 0.1"),
)


def sent(url: str) -> tuple[Exchange, ...]:
    """One request."""
    return (Exchange(HttpRequest("GET", url), HttpReply(200)),)


def facts_of(*evidence: Evidence, policy: Policy | None = None) -> Facts:
    """Facts of a workspace that saw this."""
    config = Config(ROOT, ROOT / "pyproject.toml", (), policy=policy or Policy())
    return Facts(System(config), (Observed("step", evidence),))


def told(*evidence: Evidence, policy: Policy | None = None) -> list[Flaw]:
    """What the check of annotations tells."""
    return list(ANNOTATION_VIOLATED.judge(facts_of(*evidence, policy=policy)))


def test_place_and_types_are_the_sentence() -> None:
    """The line, the function, what of it, and both types stand in one sentence."""
    (flaw,) = told(CodeContradicted("orders", ONE, exchanges=sent("/orders/7")))

    assert flaw.message == (
        "orders/pricing.py:41 total() argument discount: expected Decimal, saw float"
        "; led there by GET /orders/7"
    )
    assert str(flaw.location) == "orders/pricing.py:41"


def test_one_place_is_one_finding_with_its_simplest_example() -> None:
    """An example goes before generated requests, what came back before what did not."""
    example = CodeContradicted("orders", ONE, example="“an order” of web", exchanges=sent("/long"))
    generated = CodeContradicted("orders", ONE, "GET /a", exchanges=sent("/a"), came_back=True)
    lost = replace(generated, exchanges=sent("/"), came_back=False)

    (flaw,) = told(generated, lost, example)
    assert (flaw.exchanges, flaw.occurrences, flaw.flaky) == (sent("/long"), 3, False)
    assert flaw.message.endswith("; led there by “an order” of web")
    (flaw,) = told(lost, generated)
    assert (flaw.exchanges, flaw.flaky) == (sent("/a"), False)
    (flaw,) = told(lost)
    assert flaw.flaky


def test_the_identity_is_the_place_alone() -> None:
    """Neither line, value, path prefix, request nor operation changes the fingerprint."""
    other = replace(ONE, file="/elsewhere/pricing.py", line=7, seen="None", occurrences=9)
    (first,) = told(CodeContradicted("orders", ONE, exchanges=sent("/a")))
    (second,) = told(CodeContradicted("orders", other, "GET /b", "“b” of web", sent("/b")))
    (third,) = told(CodeContradicted("orders", replace(ONE, what="return")))

    prints = [fingerprint("annotation-violated", one) for one in (first, second, third)]
    assert prints[0] == prints[1] != prints[2]


def test_policy_passes_code_and_types_over() -> None:
    """A function, what holds it, and the type of a value can be believed; a like name is not."""
    evidence = CodeContradicted("orders", ONE)
    for code, count in (
        ("orders.pricing.total", 0),
        ("orders.pricing", 0),
        ("orders", 0),
        ("float", 0),
        ("orders.pricing.tot", 1),
        ("pricing", 1),
        ("Decimal", 1),
    ):
        policy = Policy(annotations=(Passed(code, "it is so"),))
        assert len(told(evidence, policy=policy)) == count, code


def test_outside_of_a_request_says_so() -> None:
    """What no request led to is told with what was being answered."""
    running = replace(ONE, in_flight=(RequestSeen("1", "GET", "/slow"),))

    (flaw,) = told(CodeContradicted("orders", running))

    assert flaw.message.endswith("; outside of any request, during GET /slow")


def test_responses_have_a_check_of_their_own() -> None:
    """What its framework coerced, dropped or let pass is told by it, and by it alone."""
    coerced = replace(ONE, kind=Contradicted.COERCED, what="$.id", expected="int", seen="str '7'")
    dropped = replace(ONE, kind=Contradicted.DROPPED, what="$", expected="Order", seen="note, tax")
    unchecked = replace(coerced, kind=Contradicted.UNCHECKED)
    undeclared = replace(dropped, kind=Contradicted.UNDECLARED)
    seen = (coerced, dropped, unchecked, undeclared)
    evidence = tuple(CodeContradicted("orders", one) for one in seen)

    assert told(*evidence) == []
    messages = [flaw.message for flaw in RESPONSE_COERCED.judge(facts_of(*evidence))]
    assert messages == [
        "orders/pricing.py:41 total() returned str at $.id, of which its framework made int"
        "; outside of any request",
        "orders/pricing.py:41 total() returned note, tax at $, which Order does not have: dropped"
        "; outside of any request",
        "orders/pricing.py:41 total() sent str at $.id, which nothing held against its response "
        "model: expected int; outside of any request",
        "orders/pricing.py:41 total() sent note, tax at $, past Order, which does not have it"
        "; outside of any request",
    ]
