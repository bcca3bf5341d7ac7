"""Find provider states whose set-up raised."""

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
        if seen.outcome is not Outcome.STATE_FAILED or identity in seen_already:
            continue
        seen_already.add(identity)
        edge = facts.edge_of(Pair(seen.consumer, seen.provider), seen.interaction)
        yield Flaw(
            service=seen.provider,
            consumer=seen.consumer,
            operation=edge.operation if edge else "",
            message=f"“{seen.description}”: the provider state {' and '.join(seen.states)} raised "
            + _last_line(seen.detail),
            hint="mend the state's function; until then nothing says whether the promise is kept",
            cause="|".join(seen.states),
            detail=seen.detail,
            confirmation=Confirmation.BY_CODE,
            contract=seen.contract,
        )


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "without a word"


PROVIDER_STATE_FAILED = Check(
    id="provider-state-failed",
    title="a provider state could not be set up",
    severity=Severity.ERROR,
    leg=Leg.PROVIDER,
    needs=frozenset({"verify"}),
    judge=_judge,
)
