"""Find requests of contracts that no operation of the provider's document answers."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.misfits import Standing, seen
from harness.checks.telling import flaw, told_of
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.fit import Code
from harness.domain.policy import Severity


def _judge(facts: Facts) -> Iterator[Flaw]:
    for one in seen(facts):
        if one.misfit.code is not Code.OPERATION_UNKNOWN or one.standing is not Standing.CERTAIN:
            continue
        consumer, provider = one.compared.consumer, one.compared.provider
        near = f"; the nearest are {one.misfit.accepted}" if one.misfit.accepted else ""
        yield flaw(
            facts,
            one,
            f"{consumer} sends {one.misfit.sent}, and no operation in the document of {provider} "
            f"answers it{near}",
            f"{told_of(facts, consumer)} can use an operation that is there, or "
            f"{told_of(facts, provider)} can offer or document this one",
        )


OPERATION_UNKNOWN = Check(
    id="operation-unknown",
    title="a consumer uses an operation that the provider's document does not have",
    severity=Severity.ERROR,
    leg=Leg.FIT,
    needs=frozenset({"compare"}),
    judge=_judge,
)
