"""Find contract tests that a consumer's own code does not pass."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.domain.edge import Leg
from harness.domain.evidence import ContractTestRan, Outcome
from harness.domain.finding import Confirmation, Flaw, Location
from harness.domain.policy import Severity


def _judge(facts: Facts) -> Iterator[Flaw]:
    for ran in facts.of(ContractTestRan):
        if ran.outcome in (Outcome.PASSED, Outcome.SKIPPED):
            continue
        yield Flaw(
            service=ran.providers[0] if len(ran.providers) == 1 else ran.consumer,
            consumer=ran.consumer if len(ran.providers) == 1 else "",
            message=f"the contract test {ran.test} failed: {ran.message or 'no message'}",
            hint="the consumer's code does not cope with the reply that its own contract promises",
            cause=ran.test,
            location=Location(ran.file, ran.line) if ran.file else None,
            detail=ran.detail,
            confirmation=Confirmation.BY_CODE,
        )


CONSUMER_TEST_FAILED = Check(
    id="consumer-test-failed",
    title="a consumer's own code does not pass its contract test",
    severity=Severity.ERROR,
    leg=Leg.CONSUMER,
    needs=frozenset({"consumer-tests"}),
    judge=_judge,
)
