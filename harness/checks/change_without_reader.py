"""Find changes that could break a consumer, where every consumer that is known copes."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.changed import versions
from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.compat.versions.affected import Affected, Standing
from harness.domain.change import Breaks
from harness.domain.finding import Confirmation, Flaw
from harness.domain.policy import Severity


def _judge(facts: Facts) -> Iterator[Flaw]:
    for found in versions(facts):
        for affected in found.changes:
            if affected.change.breaks is not Breaks.HARMLESS and not affected.of(Standing.BREAKS):
                yield _flaw(found.service, affected, found.uncompared)


def _flaw(service: str, affected: Affected, uncompared: frozenset[str]) -> Flaw:
    change = affected.change
    return Flaw(
        service=service,
        operation=change.operation,
        where=change.path or change.name,
        message=f"{change.message or change.rule}: {_readers(affected, uncompared)}",
        hint="accept the version when the change is meant: "
        f"harness accept document {service}; where consumers are not all known, "
        "raise the level of this check",
        cause=" ".join((change.rule, change.status, change.media_type, change.name)),
        confirmation=Confirmation.BY_SCHEMA,
        rule=change.rule,
        readers=tuple(dict.fromkeys(reach.consumer for reach in affected.reached)),
    )


def _readers(affected: Affected, uncompared: frozenset[str]) -> str:
    if not affected.reached:
        return "no known consumer reads this"
    told = []
    for reach in affected.reached:
        if reach.standing is Standing.COPES and reach.consumer not in uncompared:
            told.append(f"read by {reach.consumer}, which copes")
        elif reach.standing is Standing.MAY_BREAK:
            told.append(f"read by {reach.consumer}, which may break, unconfirmed")
        else:
            told.append(f"read by {reach.consumer}, of which it is not known whether it copes")
    return "; ".join(told)


CHANGE_WITHOUT_READER = Check(
    id="change-without-reader",
    title="a document has changed, and no known consumer breaks by it",
    severity=Severity.INFORMATION,
    leg=None,
    needs=frozenset({"compare", "diff", "replies"}),
    judge=_judge,
)
