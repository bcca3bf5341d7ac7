"""Find services of which a broker holds nothing, although it was asked for it."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.domain.broker_answers import NothingPublished
from harness.domain.finding import Flaw
from harness.domain.policy import Severity


def _judge(facts: Facts) -> Iterator[Flaw]:
    for seen in facts.of(NothingPublished):
        yield Flaw(
            service=seen.service,
            message=f"the broker at {seen.place} "
            + (f"holds no {seen.what} of" if seen.what else "knows no pacticipant")
            + f" {seen.service}",
            hint=_HINTS.get(seen.what, _HINT),
            cause=seen.what or "pacticipant",
        )


_HINT = (
    "publish once, or say under which name it is published: pacticipant = ... in its table; "
    "where it never will, set the level of this check for it"
)
_HINTS = {
    "document": "publish it there, or name where it lies: a file, https://…, or git+https://…"
}

NOTHING_PUBLISHED = Check(
    id="nothing-published",
    title="a broker holds nothing of a service that it was asked about",
    severity=Severity.WARNING,
    leg=None,
    needs=frozenset({"verify"}),
    judge=_judge,
)
