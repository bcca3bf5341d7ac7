"""Find contracts that send no credentials where the provider's document asks for some."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.misfits import seen
from harness.checks.telling import flaw, told_of
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.fit import Code
from harness.domain.policy import Severity


def _judge(facts: Facts) -> Iterator[Flaw]:
    for one in seen(facts):
        if one.misfit.code is Code.SECURITY_MISSING:
            consumer, provider = one.compared.consumer, one.compared.provider
            yield flaw(
                facts,
                one,
                f"the contract of {consumer} sends no credentials, and the document of {provider} "
                f"asks for {one.misfit.accepted}",
                f"let the contract show what {told_of(facts, consumer)} sends, with a pattern for "
                "what varies, so that its name and place are held as well",
            )


CREDENTIALS_MISSING = Check(
    id="credentials-missing",
    title="a contract sends no credentials where the provider's document asks for some",
    severity=Severity.INFORMATION,
    leg=Leg.FIT,
    needs=frozenset({"compare"}),
    judge=_judge,
)
