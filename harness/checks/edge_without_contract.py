"""Find consumers that say whom they consume, and have no contract for it."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.domain.finding import Flaw
from harness.domain.policy import Severity


def _judge(facts: Facts) -> Iterator[Flaw]:
    covered = {contract.edge.pair for contract in facts.contracts}
    for pair in facts.pairs:
        if pair in covered:
            continue
        yield Flaw(
            service=pair.provider,
            consumer=pair.consumer,
            message=f"{pair.consumer} says that it consumes {pair.provider}; expected at least one "
            "interaction between the two in a pact, saw none",
            hint=f"write a contract test of {pair.consumer} for {pair.provider}, "
            "or drop it from `consumes`",
            cause="no interaction",
        )


EDGE_WITHOUT_CONTRACT = Check(
    id="edge-without-contract",
    title="a service consumes a provider, and no contract says what it relies on",
    severity=Severity.ERROR,
    leg=None,
    needs=frozenset({"consumer-tests"}),
    judge=_judge,
)
