"""Find pact files that cannot be read, and those that say something that gets lost."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.domain.edge import Leg
from harness.domain.evidence import PactRefused
from harness.domain.finding import Confirmation, Flaw, Location
from harness.domain.policy import Severity


def _judge(facts: Facts) -> Iterator[Flaw]:
    for found in facts.system.pacts:
        if found.pact is None:
            yield _flaw(facts, found.path, "", found.refused, found.hint)
    for refused in facts.of(PactRefused):
        yield _flaw(facts, refused.path, "", refused.message, refused.hint)
    for pact in facts.pacts:
        for note in pact.notes:
            if note.lost:
                yield _flaw(facts, pact.path, note.path, note.message, "")


def _flaw(facts: Facts, file: str, where: str, message: str, hint: str) -> Flaw:
    path = facts.relative(file)
    return Flaw(
        service=path,
        message=message.replace(file, path),
        hint=hint or "write the pact anew with its consumer's tests, or take the file away",
        cause="unreadable",
        where=where,
        location=Location(path),
        confirmation=Confirmation.BY_SCHEMA,
    )


PACT_INVALID = Check(
    id="pact-invalid",
    title="a pact file cannot be read, or not whole",
    severity=Severity.ERROR,
    leg=Leg.PROVIDER,
    needs=frozenset({"verify"}),
    judge=_judge,
)
