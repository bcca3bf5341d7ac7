"""Find interactions of a pact that the provider answers otherwise than promised."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.domain.edge import Leg, Pair
from harness.domain.evidence import InteractionVerified, Mismatch, Outcome
from harness.domain.finding import Confirmation, Flaw
from harness.domain.policy import Severity
from harness.domain.raise_site import raise_site


def _judge(facts: Facts) -> Iterator[Flaw]:
    for seen in facts.of(InteractionVerified):
        if seen.outcome not in (Outcome.FAILED, Outcome.ERROR) or seen.pending:
            continue
        yield from _crashed(facts, seen) if seen.crash else _differed(facts, seen)


def _crashed(facts: Facts, seen: InteractionVerified) -> Iterator[Flaw]:
    crash = seen.crash
    assert crash is not None
    first = seen.mismatches[0] if seen.mismatches else None
    yield Flaw(
        service=seen.provider,
        consumer=seen.consumer,
        operation=_operation(facts, seen),
        message=f"“{seen.description}”: the provider raised {crash.type}: {crash.message}",
        hint="mend the provider where it raises; the traceback is that of this interaction",
        cause=seen.interaction,
        expected=first.expected if first else "",
        seen=first.actual if first else "",
        location=facts.raised_at(crash, seen.provider),
        detail=crash.traceback,
        confirmation=Confirmation.BY_CODE,
        contract=seen.contract,
        raise_site=raise_site(crash, facts.packages(seen.provider)),
    )


def _differed(facts: Facts, seen: InteractionVerified) -> Iterator[Flaw]:
    for where, mismatches in _by_place(seen.mismatches).items():
        first = mismatches[0]
        yield Flaw(
            service=seen.provider,
            consumer=seen.consumer,
            operation=_operation(facts, seen),
            message=f"“{seen.description}”: {first.message}",
            hint="keep the promise, or change the contract together with its consumer",
            cause=_cause(first),
            where=where,
            expected=first.expected,
            seen=first.actual,
            detail=seen.detail,
            confirmation=Confirmation.BY_CODE,
            contract=seen.contract,
        )


def _cause(mismatch: Mismatch) -> str:
    """Tell two broken promises at one place apart by the statuses alone, which no value decides."""
    if mismatch.where == "status":
        return f"status {mismatch.expected} became {mismatch.actual}"
    return "differs"


def _by_place(mismatches: tuple[Mismatch, ...]) -> dict[str, list[Mismatch]]:
    """
    Group differences by where they are, the status alone if it differs.

    A reply of another status has another body too: that is one cause, not many.
    """
    status = [one for one in mismatches if one.where == "status"]
    if status:
        return {"status": status}
    places: dict[str, list[Mismatch]] = {}
    for one in mismatches:
        places.setdefault(one.where, []).append(one)
    return places or {"": [Mismatch("", "the promised reply", "", "the provider did not answer")]}


def _operation(facts: Facts, seen: InteractionVerified) -> str:
    edge = facts.edge_of(Pair(seen.consumer, seen.provider), seen.interaction)
    return edge.operation if edge else f"{seen.method} {seen.path}".strip()


INTERACTION_NOT_HONOURED = Check(
    id="interaction-not-honoured",
    title="the provider answers otherwise than a consumer's contract expects",
    severity=Severity.ERROR,
    leg=Leg.PROVIDER,
    needs=frozenset({"verify"}),
    judge=_judge,
)
