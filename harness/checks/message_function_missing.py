"""Find messages of contracts that no function of their producer makes."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.promises import operation_of
from harness.domain.edge import Leg
from harness.domain.evidence import InteractionVerified, Outcome
from harness.domain.finding import Confirmation, Flaw
from harness.domain.policy import Severity


def _judge(facts: Facts) -> Iterator[Flaw]:
    for seen in facts.of(InteractionVerified):
        if seen.outcome is not Outcome.UNNAMED or seen.pending:
            continue
        yield Flaw(
            service=seen.provider,
            consumer=seen.consumer,
            operation=operation_of(facts, seen),
            message=f"“{seen.description}”: {seen.detail}",
            hint="add the function that makes this message to what the service's `messages` names, "
            "under the description, the operation, the message or the channel",
            cause=seen.interaction,
            confirmation=Confirmation.BY_CODE,
            contract=seen.contract,
        )


MESSAGE_FUNCTION_MISSING = Check(
    id="message-function-missing",
    title="a contract names a message that no function of its producer makes",
    severity=Severity.ERROR,
    leg=Leg.PROVIDER,
    needs=frozenset({"verify"}),
    judge=_judge,
)
