"""What a misfit is told as, with what its consumer answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.checks.reply_not_accepted import REPLY_NOT_ACCEPTED
from harness.checks.request_not_accepted import REQUEST_NOT_ACCEPTED
from tests.checks.test_pages import facts_of

EDGE = {"consumer": "orders", "provider": "inventory"}
LIST, ITEM = "$.places", "$.places[*].quantity"


def may_break(path: str, **more: Any) -> dict[str, Any]:
    """A misfit of a plain pact."""
    base = {"code": "reply-body", "kind": "may-break", "path": path, "witnesses": ["{}"]}
    return {**base, "sent": "null", "accepted": "a number", "hypothesis": True, **more}


def compared(interaction: str, *misfits: Mapping[str, Any]) -> dict[str, Any]:
    """What comparing one interaction showed."""
    compat = {"operation": "GET /stock", "misfits": misfits, "gaps": [], "declared": False}
    told = {**EDGE, "interaction": interaction, "compat": {**compat, "proven": False}}
    return {"kind": "InteractionCompared", "value": told}


def raised(interaction: str, path: str, line: int) -> dict[str, Any]:
    """The consumer's client raised at a line of its own when it was sent a witness."""
    frame = {"file": "/workspace/orders/c.py", "line": line, "function": "f", "module": "orders.c"}
    crash = {
        "seq": 0,
        "request": None,
        "type": "KeyError",
        "message": "'x'",
        "traceback": "…",
        "frames": [{**frame, "code": "x"}],
        "in_flight": [],
        "source": "raised",
    }
    told = {**EDGE, "interaction": interaction, "code": "reply-body", "name": "", "path": path}
    answer = {"asked": "code", "reception": "refused", "witness": "{}", "tried": 1}
    rest = {"error": "KeyError: 'x'", "detail": "", "crash": crash}
    return {"kind": "WitnessPut", "value": {**told, **answer, **rest}}


def places(*evidence: Mapping[str, Any], check: Any = REPLY_NOT_ACCEPTED) -> list[str]:
    """Where a check finds something."""
    services = {"orders": {"packages": ["orders"], "consumes": ["inventory"]}, "inventory": {}}
    facts = facts_of({"services": services, "evidence": evidence})
    return [flaw.where for flaw in check.judge(facts)]


def test_one_cause_is_told_once_at_its_own_place() -> None:
    """A list that was refused at the line that refuses its item tells nothing of its own."""
    evidence = (
        *(compared("k1", may_break(LIST)), compared("k2", may_break(ITEM))),
        *(raised("k1", LIST, 7), raised("k2", ITEM, 7)),
    )

    assert places(*evidence) == [ITEM]


def test_two_lines_that_raise_are_two_causes() -> None:
    """A list that is refused elsewhere than its item is told beside it."""
    evidence = (
        *(compared("k1", may_break(LIST)), compared("k2", may_break(ITEM))),
        *(raised("k1", LIST, 5), raised("k2", ITEM, 7)),
    )

    assert places(*evidence) == [LIST, ITEM]


def test_what_nothing_can_satisfy_is_the_cause_of_what_holds_it() -> None:
    """A list of items that are certain to be refused is refused for them."""
    certain = may_break(ITEM, kind="impossible", hypothesis=False)
    evidence = (compared("k1", may_break(LIST)), compared("k2", certain), raised("k1", LIST, 7))

    assert places(*evidence) == [ITEM]


def test_a_neighbouring_place_is_no_cause() -> None:
    """A place whose name merely begins alike is another place."""
    certain = may_break("$.places_of_old", kind="impossible", hypothesis=False)
    evidence = (compared("k1", may_break(LIST)), compared("k2", certain), raised("k1", LIST, 7))

    assert places(*evidence) == [LIST, "$.places_of_old"]


def test_a_request_that_lacks_a_field_says_so() -> None:
    """What a body lacks is told at the place where it should be, in the provider's words."""
    misfit = may_break(
        "$.note",
        code="request-body",
        kind="impossible",
        hypothesis=False,
        sent="nothing",
        accepted='"note" is a required property',
    )
    facts = facts_of(
        {"services": {"orders": {}, "inventory": {}}, "evidence": [compared("k1", misfit)]}
    )

    (flaw,) = REQUEST_NOT_ACCEPTED.judge(facts)
    assert flaw.message == (
        "orders sends nothing at $.note in the body, "
        'inventory refuses it: "note" is a required property'
    )
