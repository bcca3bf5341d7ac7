"""Find what lies at a broker or another address and could not be fetched."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.domain.broker_answers import BrokerUnreached
from harness.domain.finding import Flaw
from harness.domain.policy import Severity


def _judge(facts: Facts) -> Iterator[Flaw]:
    for seen in facts.of(BrokerUnreached):
        yield Flaw(
            service=seen.service,
            message=f"{seen.what} of {seen.service} could not be fetched: {seen.message}",
            hint=seen.hint or "run again once it answers, or take a snapshot made before",
            cause=seen.what,
            expected=f"an answer of {seen.place}" if seen.place else "",
        )


BROKER_UNREACHABLE = Check(
    id="broker-unreachable",
    title="what others have published could not be fetched",
    severity=Severity.WARNING,
    leg=None,
    needs=frozenset({"verify"}),
    judge=_judge,
)
