"""Find what consumers read of replies and no document mentions."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.misfits import Standing, seen
from harness.checks.telling import IN_REPLIES, flaw, told_of
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.fit import Kind
from harness.domain.policy import Severity


def _judge(facts: Facts) -> Iterator[Flaw]:
    for one in seen(facts):
        unsaid = one.misfit.code in IN_REPLIES and one.misfit.kind is Kind.UNDECLARED
        if not unsaid or one.standing is not Standing.CERTAIN:
            continue
        consumer, provider = one.compared.consumer, one.compared.provider
        place = one.misfit.path or "a body"
        yield flaw(
            facts,
            one,
            f"{consumer} reads {place}, which the document of {provider} never mentions",
            f"{told_of(facts, provider)} can promise it in its document, or "
            f"{told_of(facts, consumer)} can do without it",
        )


REPLY_FIELD_UNDECLARED = Check(
    id="reply-field-undeclared",
    title="a consumer reads what the provider's document never mentions",
    severity=Severity.ERROR,
    leg=Leg.FIT,
    needs=frozenset({"compare", "replies"}),
    judge=_judge,
)
