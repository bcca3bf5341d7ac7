"""Find changes since the accepted version that a known consumer does not cope with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from harness.checks.changed import versions
from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.checks.misfits import Seen
from harness.checks.telling import flaw, told_by
from harness.compat.versions.affected import Standing
from harness.domain.change import Change
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.policy import Severity


def _judge(facts: Facts) -> Iterator[Flaw]:
    for found in versions(facts):
        for affected in found.changes:
            for reach in affected.of(Standing.BREAKS):
                broken = found.what_broke(reach)
                if broken is not None:
                    said = f"“{reach.interaction.description}” of {reach.consumer}"
                    yield _flaw(facts, affected.change, broken, said)


def _flaw(facts: Facts, change: Change, broken: Seen, said: str) -> Flaw:
    """Tell what fits no more as its own check does, and name the change that it comes from."""
    plain = flaw(
        facts,
        broken,
        f"since the accepted version: {change.message or change.rule}; {said} fits no more",
        "take the change back, mend the consumer first, or record the planned break: harness waive",
    )
    return replace(
        plain,
        cause=change.rule,
        rule=change.rule,
        same_as=plain.cause,
        named_as=told_by(broken.misfit),
    )


BREAKING_CHANGE = Check(
    id="breaking-change",
    title="a document has changed, and a known consumer does not cope with it",
    severity=Severity.ERROR,
    leg=Leg.FIT,
    needs=frozenset({"compare", "diff", "replies"}),
    judge=_judge,
)
