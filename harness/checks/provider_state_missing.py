"""Find provider states that contracts name and the provider does not offer."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.domain.edge import Leg, Pair
from harness.domain.evidence import InteractionVerified, Outcome
from harness.domain.finding import Confirmation, Flaw
from harness.domain.policy import Severity


def _judge(facts: Facts) -> Iterator[Flaw]:
    seen_already: set[tuple[str, str, tuple[str, ...], str]] = set()
    for seen in facts.of(InteractionVerified):
        identity = (seen.consumer, seen.provider, seen.states, seen.contract)
        if seen.outcome is not Outcome.STATE_MISSING or identity in seen_already:
            continue
        seen_already.add(identity)
        edge = facts.edge_of(Pair(seen.consumer, seen.provider), seen.interaction)
        yield Flaw(
            service=seen.provider,
            consumer=seen.consumer,
            operation=edge.operation if edge else "",
            message=f"“{seen.description}” needs a provider state that does not exist: "
            + (seen.detail or ", ".join(seen.states)),
            hint="add a function of this name to the module that the service's `states` names",
            cause="|".join(seen.states),
            confirmation=Confirmation.BY_CODE,
            contract=seen.contract,
        )


PROVIDER_STATE_MISSING = Check(
    id="provider-state-missing",
    title="a contract names a provider state that the provider does not offer",
    severity=Severity.ERROR,
    leg=Leg.PROVIDER,
    needs=frozenset({"verify"}),
    judge=_judge,
)
