"""What a misfit is told as, with what its consumer answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from harness.checks.check import Check
from harness.checks.operation_unknown import OPERATION_UNKNOWN
from harness.checks.reply_field_undeclared import REPLY_FIELD_UNDECLARED
from harness.checks.reply_not_accepted import REPLY_NOT_ACCEPTED
from harness.checks.reply_unconfirmed import REPLY_UNCONFIRMED
from harness.checks.request_not_accepted import REQUEST_NOT_ACCEPTED
from harness.domain.selection import Selection
from harness.stages.judging import judge
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


def message(code: str, **more: Any) -> dict[str, Any]:
    """A certain misfit of a message that the document calls `sold`."""
    certain = may_break("$.sku", code=code, message="sold", hypothesis=False)
    return {**certain, **more}


UNNAMED: Mapping[str, Any] = {"path": "", "witnesses": [], "kind": "undeclared"}
KEYED: Mapping[str, Any] = {**UNNAMED, "name": "key", "sent": "A-*"}


@pytest.mark.parametrize(
    ("check", "misfit", "told"),
    [
        (
            REPLY_NOT_ACCEPTED,
            message("message-payload"),
            "inventory may send null at $.sku of the message sold, the contract of orders shows a "
            "number: some of what inventory may send is refused",
        ),
        (
            REPLY_NOT_ACCEPTED,
            message("message-header", kind="impossible"),
            "inventory may send null at $.sku in the headers of the message sold, the contract of "
            "orders shows a number: nothing that inventory may send is accepted",
        ),
        (
            REPLY_NOT_ACCEPTED,
            message("message-key", **{**KEYED, "kind": "impossible"}),
            "inventory may send A-* at key of the message sold, the contract of orders shows a "
            "number: nothing that inventory may send is accepted",
        ),
        (
            REPLY_FIELD_UNDECLARED,
            message("message-payload", kind="undeclared"),
            "orders reads $.sku of the message sold, which the document of inventory never "
            "mentions",
        ),
        (
            REPLY_FIELD_UNDECLARED,
            message("message-undeclared", name="sell", **UNNAMED),
            "orders reads a message of sell, which the document of inventory never mentions",
        ),
        (
            REPLY_FIELD_UNDECLARED,
            message("message-reply-undeclared", name="ask", **UNNAMED),
            "orders reads a reply of ask, which the document of inventory never mentions",
        ),
        (
            OPERATION_UNKNOWN,
            message(
                "message-operation-unknown",
                name="gone",
                sent="sell, ask",
                accepted="gone",
                **UNNAMED,
            ),
            "the contract of orders names the operation gone, and the document of inventory has "
            "none of that name; it has sell, ask",
        ),
        (
            REQUEST_NOT_ACCEPTED,
            message("message-request-payload", kind="impossible", accepted="5 is no text"),
            "orders sends null at $.sku in the message sold, inventory refuses it: 5 is no text",
        ),
        (
            REQUEST_NOT_ACCEPTED,
            message(
                "message-request-header",
                **{**UNNAMED, "kind": "impossible", "sent": "{}", "accepted": '"id" is required'},
            ),
            "orders sends {} in the headers of the message sold, inventory refuses it: "
            '"id" is required',
        ),
        (
            REQUEST_NOT_ACCEPTED,
            message(
                "message-request-key",
                **{**UNNAMED, "kind": "impossible", "sent": "B-1", "accepted": "no integer"},
            ),
            "orders sends B-1 in the key of the message sold, inventory refuses it: no integer",
        ),
        (
            REPLY_UNCONFIRMED,
            message("message-key", **{**KEYED, "kind": "may-break", "hypothesis": True}),
            "unconfirmed: inventory may send A-* at key of the message sold, the contract of "
            "orders shows a number; keys are put to nobody",
        ),
        (
            REPLY_UNCONFIRMED,
            message("message-payload", hypothesis=True),
            "unconfirmed: inventory may send null at $.sku of the message sold, the contract of "
            "orders shows a number; its code is not at hand",
        ),
        (
            REPLY_UNCONFIRMED,
            message("message-header-undeclared", name="trace", hypothesis=True, **UNNAMED),
            "unconfirmed: the contract of orders shows a number at trace in the headers of the "
            "message sold, which the document of inventory never mentions",
        ),
        (
            REPLY_UNCONFIRMED,
            message("message-media-type", hypothesis=True, **{**UNNAMED, "sent": "text/xml"}),
            "unconfirmed: inventory sends the message sold as text/xml, the contract of orders "
            "shows a number",
        ),
    ],
)
def test_what_does_not_fit_in_a_message_is_told_as_of_a_message(
    check: Check, misfit: Mapping[str, Any], told: str
) -> None:
    """The message is named as its document names it, and nothing is called a reply or a body."""
    services: Mapping[str, Any] = {"orders": {}, "inventory": {}}
    facts = facts_of({"services": services, "evidence": [compared("k1", misfit)]})

    (flaw,) = check.judge(facts)

    assert flaw.message == told
    assert not {"reply", "replies", "body"} & set(flaw.hint.split())


def test_two_messages_of_a_channel_are_two_causes() -> None:
    """A place of the same name in another message is told beside it, under its own fingerprint."""
    misfits = (message("message-payload"), message("message-payload", message="bought"))
    services: Mapping[str, Any] = {"orders": {}, "inventory": {}}
    evidence = [compared(f"k{at}", one) for at, one in enumerate(misfits)]
    facts = facts_of({"services": services, "evidence": evidence})
    found = judge(facts, (REPLY_NOT_ACCEPTED,), Selection()).findings

    assert [one.flaw.where for one in found] == ["$.sku", "$.sku"]
    assert len({one.fingerprint for one in found}) == 2
