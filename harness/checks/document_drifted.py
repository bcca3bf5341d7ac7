"""Find services whose document is another than the accepted one."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.domain.evidence import DocumentDrifted
from harness.domain.finding import Confirmation, Flaw, Location
from harness.domain.policy import Severity


def _judge(facts: Facts) -> Iterator[Flaw]:
    for drifted in facts.of(DocumentDrifted):
        changes = "1 change" if drifted.changes == 1 else f"{drifted.changes} changes"
        yield Flaw(
            service=drifted.service,
            message=f"the document of {drifted.service} is not the accepted one: {changes}",
            hint=f"see what has changed, and accept it once it is meant: harness accept document "
            f"{drifted.service}",
            cause="drifted",
            expected=", ".join(drifted.accepted),
            location=Location(drifted.accepted[0]) if drifted.accepted else None,
            confirmation=Confirmation.BY_SCHEMA,
        )


DOCUMENT_DRIFTED = Check(
    id="document-drifted",
    title="a service's document is another than the accepted one",
    severity=Severity.WARNING,
    leg=None,
    needs=frozenset({"diff"}),
    judge=_judge,
)
