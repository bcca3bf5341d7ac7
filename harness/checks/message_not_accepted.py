"""Find messages that their producer makes otherwise than a consumer's contract accepts."""

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
        if not seen.of_message:
            continue
        if seen.crash:
            hint = "mend it where it raises; the traceback is that of this message"
            yield crashed(facts, seen, seen.crash, "the function that makes it", hint)
            continue
        for where, mismatch in _by_place(seen).items():
            yield differed(facts, seen, mismatch, where, "differs" if where else "unmade")


def _by_place(seen: InteractionVerified) -> dict[str, Mismatch]:
    """
    Take one difference a place.

    Shape: what is not there beside the body is told by another check.
    """
    told: dict[str, Mismatch] = {}
    for one in seen.mismatches:
        if one.where.rpartition("metadata:")[2] not in seen.lacking:
            told.setdefault(one.where, one)
    if told or seen.mismatches:
        return told
    said = seen.detail.partition("\n")[0] or "no message was made"
    return {"": Mismatch("", "the promised message", "", said)}


MESSAGE_NOT_ACCEPTED = Check(
    id="message-not-accepted",
    title="a service makes a message that a consumer's contract does not accept",
    severity=Severity.ERROR,
    leg=Leg.PROVIDER,
    needs=frozenset({"answers", "verify"}),
    judge=_judge,
)
