"""Find replies and messages that a provider may send and a consumer refuses."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.misfits import Seen, Standing, seen
from harness.checks.telling import HOW_MUCH, OF_MESSAGES, RECEIVED, flaw, place_of, told_of
from harness.domain.edge import Leg
from harness.domain.finding import Confirmation, Flaw
from harness.domain.fit import Code, Kind
from harness.domain.policy import Severity


def _judge(facts: Facts) -> Iterator[Flaw]:
    for one in seen(facts):
        misfit = one.misfit
        is_refused = misfit.code in RECEIVED and misfit.kind is not Kind.UNDECLARED
        is_of_status = misfit.code is Code.STATUS_UNDECLARED and not misfit.hypothesis
        if (is_refused or is_of_status) and one.standing is Standing.CERTAIN:
            yield flaw(facts, one, _message(one), _hint(facts, one))


def _message(one: Seen) -> str:
    consumer, provider = one.compared.consumer, one.compared.provider
    if one.misfit.code is Code.STATUS_UNDECLARED:
        return (
            f"{consumer} expects the status {one.misfit.accepted}, {provider} may answer "
            f"{one.misfit.sent}"
        )
    declared = one.compared.compat.declared
    takes = f"{consumer} accepts" if declared else f"the contract of {consumer} shows"
    much = HOW_MUCH[one.misfit.kind].format(provider=provider)
    place = place_of(one.misfit)
    return (
        f"{provider} may send {one.misfit.sent} at {place}, {takes} {one.misfit.accepted}: {much}"
    )


def _hint(facts: Facts, one: Seen) -> str:
    consumer, provider = one.compared.consumer, one.compared.provider
    what = "messages" if one.misfit.code in OF_MESSAGES else "replies"
    hint = (
        f"{told_of(facts, provider)} can allow fewer {what} in its document, or "
        f"{told_of(facts, consumer)} can accept more"
    )
    if one.confirmation is Confirmation.BY_CODE:
        hint += "; an exception that is raised on purpose is named in its table: raises = [...]"
    return hint


REPLY_NOT_ACCEPTED = Check(
    id="reply-not-accepted",
    title="a consumer refuses a reply or a message that the provider's document allows",
    severity=Severity.ERROR,
    leg=Leg.FIT,
    needs=frozenset({"compare", "replies"}),
    judge=_judge,
)
