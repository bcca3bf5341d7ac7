"""What a change between two versions weighs, by what becomes of those who read the thing."""

from __future__ import annotations

from harness.compat.versions.affected import Affected, Standing
from harness.domain.change import Breaks
from harness.domain.edge import Leg
from harness.domain.policy import Policy, Severity, mildest

_UNREAD = {
    Breaks.BREAKS: Severity.ERROR,
    Breaks.MAY_BREAK: Severity.WARNING,
    Breaks.HARMLESS: Severity.INFORMATION,
}


def level_of(
    affected: Affected, policy: Policy, *, provider: str = "", readers_known: bool
) -> Severity | None:
    """
    The level of a change, None where policy passes it over.

    Shape: without known readers a change weighs what it can break; with them, what it does break.
    """
    change = affected.change
    if not readers_known:
        return policy.changes.get(change.rule, _UNREAD[change.breaks])
    if affected.of(Standing.BREAKS):
        return policy.graded(
            "breaking-change",
            Severity.ERROR,
            change.rule,
            leg=Leg.FIT,
            service=provider,
            breaks=True,
        )
    if affected.of(Standing.MAY_BREAK):
        return mildest(Severity.WARNING, policy.changes.get(change.rule, Severity.WARNING))
    if change.breaks is Breaks.HARMLESS:
        return mildest(Severity.INFORMATION, policy.changes.get(change.rule, Severity.INFORMATION))
    return policy.graded(
        "change-without-reader", Severity.INFORMATION, change.rule, service=provider
    )
