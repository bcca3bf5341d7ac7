"""Find what a consumer's example does not cover, where nobody could ask its code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.misfits import Seen, Standing, seen
from harness.checks.telling import flaw, place_of
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.fit import Code
from harness.domain.policy import Severity

_HEADERS: Final = frozenset({Code.REPLY_HEADER, Code.REPLY_HEADER_UNDECLARED})
_HINT: Final = (
    "declare the model that the consumer parses (`reads=`), or name its contract tests in its "
    "table, so that its own code can tell"
)
_OF_MESSAGES: Final = frozenset(
    {
        Code.MESSAGE_PAYLOAD,
        Code.MESSAGE_MEDIA_TYPE,
        Code.MESSAGE_HEADER,
        Code.MESSAGE_HEADER_UNDECLARED,
        Code.MESSAGE_KEY,
    }
)
_HINT_OF_MESSAGES: Final = (
    "let a contract test of the consumer hand the message to its handler, so that its own code can "
    "tell, or let the document say no more than the contract shows"
)
_HINT_OF_HEADERS: Final = (
    "let the document say of the header what is sent, or leave it out of the contract where the "
    "consumer does not read it"
)


def _judge(facts: Facts) -> Iterator[Flaw]:
    for one in seen(facts):
        if one.standing is not Standing.UNCONFIRMED:
            continue
        if one.misfit.code is Code.REPLY_BODY:
            yield flaw(facts, one, _of_body(one), _HINT)
        elif one.misfit.code in _HEADERS:
            yield flaw(facts, one, _of_header(one), _HINT_OF_HEADERS)
        elif one.misfit.code in _OF_MESSAGES:
            yield flaw(facts, one, _of_message(one), _HINT_OF_MESSAGES)


def _of_body(one: Seen) -> str:
    consumer, provider = one.compared.consumer, one.compared.provider
    why = one.put.detail if one.put and one.put.detail else "its code is not at hand"
    return (
        f"unconfirmed: {provider} may send {one.misfit.sent} at {one.misfit.path}, the contract of "
        f"{consumer} shows {one.misfit.accepted}; {why}"
    )


def _of_header(one: Seen) -> str:
    consumer, provider = one.compared.consumer, one.compared.provider
    shown = f"the contract of {consumer} shows {one.misfit.accepted}"
    if one.misfit.code is Code.REPLY_HEADER_UNDECLARED:
        told = f"{shown} in the header {one.misfit.name}, which the document of {provider} never"
        return f"unconfirmed: {told} mentions"
    return (
        f"unconfirmed: {provider} may send {one.misfit.sent} in the header {one.misfit.name}, "
        f"{shown}; headers are put to nobody"
    )


def _of_message(one: Seen) -> str:
    misfit, provider = one.misfit, one.compared.provider
    shown = f"the contract of {one.compared.consumer} shows {misfit.accepted}"
    if misfit.code is Code.MESSAGE_HEADER_UNDECLARED:
        told = f"{shown} at {place_of(misfit)}, which the document of {provider} never mentions"
    elif misfit.code is Code.MESSAGE_MEDIA_TYPE:
        told = f"{provider} sends the message {misfit.message} as {misfit.sent}, {shown}"
    else:
        why = one.put.detail if one.put and one.put.detail else "its code is not at hand"
        why = "keys are put to nobody" if misfit.code is Code.MESSAGE_KEY else why
        told = f"{provider} may send {misfit.sent} at {place_of(misfit)}, {shown}; {why}"
    return f"unconfirmed: {told}"


REPLY_UNCONFIRMED = Check(
    id="reply-unconfirmed",
    title="a document allows what a consumer's contract does not show, and nobody could be asked",
    severity=Severity.INFORMATION,
    leg=Leg.FIT,
    needs=frozenset({"compare", "replies"}),
    judge=_judge,
)
