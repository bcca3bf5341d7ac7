"""Find what the static type checker refuses in a service's own packages."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.domain.edge import Leg
from harness.domain.finding import Flaw, Location
from harness.domain.policy import Severity
from harness.domain.typed import TypeDiagnostic


def _judge(facts: Facts) -> Iterator[Flaw]:
    for seen in facts.of(TypeDiagnostic):
        yield Flaw(
            service=seen.service,
            message=f"{seen.message} [{seen.code}]",
            hint="mend the code or its annotation: at run time one of the two is wrong",
            # Without the message: its words are the type checker's, and change with its versions.
            cause=f"{seen.code}:{seen.scope}:{seen.statement}",
            location=Location(seen.file, seen.line),
        )


TYPE_ERROR = Check(
    id="type-error",
    title="the static type checker refuses the service's code",
    severity=Severity.ERROR,
    leg=Leg.CONSUMER,
    needs=frozenset({"types"}),
    judge=_judge,
)
