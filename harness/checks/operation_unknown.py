"""Find contracts of operations that the provider's document does not have."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.misfits import Seen, Standing, seen
from harness.checks.telling import UNKNOWN, flaw, told_of
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.fit import Code
from harness.domain.policy import Severity


def _judge(facts: Facts) -> Iterator[Flaw]:
    for one in seen(facts):
        if one.misfit.code not in UNKNOWN or one.standing is not Standing.CERTAIN:
            continue
        consumer, provider = one.compared.consumer, one.compared.provider
        yield flaw(
            facts,
            one,
            _message(one),
            f"{told_of(facts, consumer)} can use an operation that is there, or "
            f"{told_of(facts, provider)} can offer or document this one",
        )


def _message(one: Seen) -> str:
    consumer, provider, misfit = one.compared.consumer, one.compared.provider, one.misfit
    if misfit.code is Code.MESSAGE_OPERATION_UNKNOWN:
        return (
            f"the contract of {consumer} names the operation {misfit.name}, and the document of "
            f"{provider} has none of that name; it has {misfit.sent}"
        )
    near = f"; the nearest are {misfit.accepted}" if misfit.accepted else ""
    return (
        f"{consumer} sends {misfit.sent}, and no operation in the document of {provider} "
        f"answers it{near}"
    )


OPERATION_UNKNOWN = Check(
    id="operation-unknown",
    title="a consumer uses an operation that the provider's document does not have",
    severity=Severity.ERROR,
    leg=Leg.FIT,
    needs=frozenset({"compare"}),
    judge=_judge,
)
