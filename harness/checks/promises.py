"""How a promise of a pact that its provider breaks is told, by what was verified of it."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.facts import Facts
from harness.domain.crash import Crash
from harness.domain.edge import Pair
from harness.domain.evidence import InteractionVerified, Mismatch, Outcome
from harness.domain.finding import Confirmation, Flaw
from harness.domain.raise_site import raise_site

KEEP = "keep the promise, or change the contract together with its consumer"


def broken(facts: Facts) -> Iterator[InteractionVerified]:
    """Give what was verified and is not as promised, but for what is pending."""
    for seen in facts.of(InteractionVerified):
        if seen.outcome in (Outcome.FAILED, Outcome.ERROR) and not seen.pending:
            yield seen


def crashed(facts: Facts, seen: InteractionVerified, crash: Crash, who: str, hint: str) -> Flaw:
    """Tell what was raised in place of what was promised; `who` raised it, in a sentence."""
    first = seen.mismatches[0] if seen.mismatches else None
    return Flaw(
        service=seen.provider,
        consumer=seen.consumer,
        operation=operation_of(facts, seen),
        message=f"“{seen.description}”: {who} raised {crash.type}: {crash.message}",
        hint=hint,
        cause=seen.interaction,
        expected=first.expected if first else "",
        seen=first.actual if first else "",
        location=facts.raised_at(crash, seen.provider),
        detail=crash.traceback,
        confirmation=Confirmation.BY_CODE,
        contract=seen.contract,
        raise_site=raise_site(crash, facts.packages(seen.provider)),
    )


def differed(
    facts: Facts,
    seen: InteractionVerified,
    mismatch: Mismatch,
    where: str,
    cause: str,
    hint: str = KEEP,
) -> Flaw:
    """Tell one difference at one place."""
    over = f" ({seen.over})" if seen.over else ""
    return Flaw(
        service=seen.provider,
        consumer=seen.consumer,
        operation=operation_of(facts, seen),
        message=f"“{seen.description}”: {mismatch.message}{over}",
        hint=hint,
        cause=cause,
        where=where,
        expected=mismatch.expected,
        seen=mismatch.actual,
        detail=seen.detail,
        confirmation=Confirmation.BY_CODE,
        contract=seen.contract,
    )


def operation_of(facts: Facts, seen: InteractionVerified) -> str:
    """Name the operation or channel of an interaction, as its edge does."""
    edge = facts.edge_of(Pair(seen.consumer, seen.provider), seen.interaction)
    return edge.operation if edge else f"{seen.method} {seen.path}".strip()
