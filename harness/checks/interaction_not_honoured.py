"""Find interactions of a pact that the provider answers otherwise than promised."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.promises import broken, crashed, differed
from harness.domain.edge import Leg
from harness.domain.evidence import InteractionVerified, Mismatch
from harness.domain.finding import Flaw
from harness.domain.policy import Severity


def _judge(facts: Facts) -> Iterator[Flaw]:
    for seen in broken(facts):
        if seen.of_message:
            continue
        if seen.crash:
            hint = "mend the provider where it raises; the traceback is that of this interaction"
            yield crashed(facts, seen, seen.crash, "the provider", hint)
            continue
        for where, mismatches in _by_place(seen).items():
            yield differed(facts, seen, mismatches[0], where, _cause(mismatches[0]))


def _cause(mismatch: Mismatch) -> str:
    """Tell two broken promises at one place apart by the statuses alone, which no value decides."""
    if mismatch.where == "status":
        return f"status {mismatch.expected} became {mismatch.actual}"
    return "differs"


def _by_place(seen: InteractionVerified) -> dict[str, list[Mismatch]]:
    """
    Group differences by where they are, the status alone if it differs.

    A reply of another status has another body too: that is one cause, not many.
    """
    status = [one for one in seen.mismatches if one.where == "status"]
    if status:
        return {"status": status}
    places: dict[str, list[Mismatch]] = {}
    for one in seen.mismatches:
        places.setdefault(one.where, []).append(one)
    return places or {"": [Mismatch("", "the promised reply", "", "the provider did not answer")]}


INTERACTION_NOT_HONOURED = Check(
    id="interaction-not-honoured",
    title="the provider answers otherwise than a consumer's contract expects",
    severity=Severity.ERROR,
    leg=Leg.PROVIDER,
    needs=frozenset({"verify"}),
    judge=_judge,
)
