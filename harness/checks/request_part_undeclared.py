"""Find query parameters and bodies that consumers send and no document mentions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.misfits import seen
from harness.checks.telling import flaw
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.fit import Code
from harness.domain.policy import Severity

_PARTS: Final = {
    Code.REQUEST_QUERY_UNDECLARED: "the query parameter",
    Code.REQUEST_BODY_UNDECLARED: "a body",
}


def _judge(facts: Facts) -> Iterator[Flaw]:
    for one in seen(facts):
        part = _PARTS.get(one.misfit.code)
        if part is not None:
            consumer, provider = one.compared.consumer, one.compared.provider
            named = f"{part} {one.misfit.name}".rstrip()
            yield flaw(
                facts,
                one,
                f"{consumer} sends {named}, which the document of {provider} never mentions: it "
                "may well be ignored",
                "correct the name, leave it out, or document it",
            )


REQUEST_PART_UNDECLARED = Check(
    id="request-part-undeclared",
    title="a consumer sends what the provider's document does not mention",
    severity=Severity.INFORMATION,
    leg=Leg.FIT,
    needs=frozenset({"compare"}),
    judge=_judge,
)
