"""Find versions that a broker says cannot be deployed."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.domain.broker_answers import DeployabilityTold
from harness.domain.finding import Flaw
from harness.domain.policy import Severity


def _judge(facts: Facts) -> Iterator[Flaw]:
    for seen in facts.of(DeployabilityTold):
        if seen.deployable is False:
            why = "; ".join(seen.reasons) or "the broker gives no reason"
            yield Flaw(
                service=seen.service,
                message=f"version {seen.version} of {seen.service} cannot be deployed to "
                f"{seen.environment}: {why}",
                hint="mend what its neighbours there rely on, or deploy theirs first; "
                "harness can-i-deploy asks again",
                cause=seen.environment,
            )


NOT_DEPLOYABLE = Check(
    id="not-deployable",
    title="a broker says that this version cannot be deployed",
    severity=Severity.ERROR,
    leg=None,
    needs=frozenset({"verify"}),
    judge=_judge,
)
