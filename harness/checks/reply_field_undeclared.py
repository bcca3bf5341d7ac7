"""Find what consumers read of replies and messages and no document mentions."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.misfits import Standing, seen
from harness.checks.telling import RECEIVED, flaw, place_of, told_of
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.fit import Code, Kind, Misfit
from harness.domain.policy import Severity


def _judge(facts: Facts) -> Iterator[Flaw]:
    for one in seen(facts):
        unsaid = one.misfit.code in RECEIVED and one.misfit.kind is Kind.UNDECLARED
        if not unsaid or one.standing is not Standing.CERTAIN:
            continue
        consumer, provider = one.compared.consumer, one.compared.provider
        yield flaw(
            facts,
            one,
            f"{consumer} reads {_place(one.misfit)}, which the document of {provider} never "
            "mentions",
            f"{told_of(facts, provider)} can promise it in its document, or "
            f"{told_of(facts, consumer)} can do without it",
        )


def _place(misfit: Misfit) -> str:
    if misfit.code is Code.MESSAGE_UNDECLARED:
        return f"a message of {misfit.name}"
    if misfit.code is Code.MESSAGE_REPLY_UNDECLARED:
        return f"a reply of {misfit.name}"
    return place_of(misfit) if misfit.path else "a body"


REPLY_FIELD_UNDECLARED = Check(
    id="reply-field-undeclared",
    title="a consumer reads what the provider's document never mentions",
    severity=Severity.ERROR,
    leg=Leg.FIT,
    needs=frozenset({"compare", "replies"}),
    judge=_judge,
)
