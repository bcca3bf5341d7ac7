"""Find what a contract names beside a message's body, and its producer does not send."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.promises import broken, differed
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.policy import Severity


def _judge(facts: Facts) -> Iterator[Flaw]:
    for seen in broken(facts):
        hint = (
            f"send it, and let {seen.function} return it: (body, metadata), or an object with "
            "headers, key, content_type and channel"
        )
        for one in seen.mismatches:
            if one.where.rpartition("metadata:")[2] in seen.lacking:
                yield differed(facts, seen, one, one.where, "missing", hint)


MESSAGE_METADATA_MISSING = Check(
    id="message-metadata-missing",
    title="a message lacks a header, a key or a content type that a consumer's contract names",
    severity=Severity.ERROR,
    leg=Leg.PROVIDER,
    needs=frozenset({"answers", "verify"}),
    judge=_judge,
)
