"""Find replies that a consumer's example does not cover, where nobody could ask its code."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.misfits import Standing, flaw, seen
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.fit import Code
from harness.domain.policy import Severity


def _judge(facts: Facts) -> Iterator[Flaw]:
    for one in seen(facts):
        if one.misfit.code is Code.REPLY_BODY and one.standing is Standing.UNCONFIRMED:
            consumer, provider = one.compared.consumer, one.compared.provider
            why = one.put.detail if one.put and one.put.detail else "its code is not at hand"
            yield flaw(
                facts,
                one,
                f"unconfirmed: {provider} may send {one.misfit.sent} at {one.misfit.path}, the "
                f"contract of {consumer} shows {one.misfit.accepted}; {why}",
                "declare the model that the consumer parses (`reads=`), or name its contract tests "
                "in its table, so that its own code can tell",
            )


REPLY_UNCONFIRMED = Check(
    id="reply-unconfirmed",
    title="a reply is allowed that a consumer's contract does not show, and nobody could be asked",
    severity=Severity.INFORMATION,
    leg=Leg.FIT,
    needs=frozenset({"compare", "replies"}),
    judge=_judge,
)
