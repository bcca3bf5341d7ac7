"""Find refusals that contracts expect and the provider's document does not name."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.misfits import seen
from harness.checks.telling import flaw
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.fit import Code
from harness.domain.policy import Severity


def _judge(facts: Facts) -> Iterator[Flaw]:
    for one in seen(facts):
        if one.misfit.code is Code.STATUS_UNDECLARED and one.misfit.hypothesis:
            consumer, provider = one.compared.consumer, one.compared.provider
            yield flaw(
                facts,
                one,
                f"{consumer} expects the status {one.misfit.accepted}, and the document of "
                f"{provider} names {one.misfit.sent} here",
                "name the status in the document with what its body holds: until then nobody can "
                "tell whether the consumer accepts it",
            )


REPLY_STATUS_UNDECLARED = Check(
    id="reply-status-undeclared",
    title="a consumer expects a refusal that the provider's document does not name",
    severity=Severity.WARNING,
    leg=Leg.FIT,
    needs=frozenset({"compare"}),
    judge=_judge,
)
