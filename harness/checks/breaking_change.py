"""Find changes since the accepted version that a known consumer does not cope with."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.changed import confirmed_by, edge_of, versions
from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.compat.affected import Reach, Standing
from harness.domain.change import Change
from harness.domain.edge import Leg
from harness.domain.finding import Flaw
from harness.domain.fit import Misfit
from harness.domain.policy import Severity


def _judge(facts: Facts) -> Iterator[Flaw]:
    for found in versions(facts):
        for affected in found.changes:
            for reach in affected.of(Standing.BREAKS):
                if reach.misfit is not None:
                    yield _flaw(facts, found.service, affected.change, reach, reach.misfit)


def _flaw(facts: Facts, service: str, change: Change, reach: Reach, misfit: Misfit) -> Flaw:
    edge = edge_of(facts, service, reach.consumer, reach.interaction)
    witness = f": {misfit.witnesses[0]}" if misfit.witnesses else ""
    return Flaw(
        service=service,
        consumer=reach.consumer,
        operation=edge.operation,
        where=misfit.path or misfit.name,
        message=f"since the accepted version {change.message or change.rule}; "
        f"“{reach.interaction.description}” of {reach.consumer} does not fit any more{witness}",
        hint="take the change back, mend the consumer first, or record the planned break: "
        "harness waive",
        cause=change.rule,
        expected=misfit.accepted,
        seen=misfit.sent,
        confirmation=confirmed_by(facts, service, reach.consumer, misfit),
        rule=change.rule,
        same_as=misfit.code.value,
    )


BREAKING_CHANGE = Check(
    id="breaking-change",
    title="a document has changed, and a known consumer does not cope with it",
    severity=Severity.ERROR,
    leg=Leg.FIT,
    needs=frozenset({"compare", "diff", "replies"}),
    judge=_judge,
)
