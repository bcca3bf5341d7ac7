"""Find operations that neither a contract nor an accepted generated request reached."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.domain.finding import Flaw
from harness.domain.policy import Severity
from harness.domain.traffic import OperationExercised


def _judge(facts: Facts) -> Iterator[Flaw]:
    accepted = {(seen.service, seen.operation): seen for seen in facts.of(OperationExercised)}
    contracted = {(c.edge.pair.provider, c.edge.operation) for c in facts.contracts}
    for service in sorted({name for name, _ in accepted}):
        for document in facts.documents.get(service, ()):
            for operation in document.operations:
                traffic = accepted.get((service, operation.label))
                reached = traffic is not None and traffic.accepted > 0
                if not reached and (service, operation.label) not in contracted:
                    yield _uncovered(service, operation.label, traffic)


def _uncovered(service: str, operation: str, traffic: OperationExercised | None) -> Flaw:
    return Flaw(
        service=service,
        operation=operation,
        message=f"no contract uses {operation}, and no generated request was answered with success"
        + _fate(traffic),
        hint="add a provider state, an example or credentials that let a request succeed",
        cause="uncovered",
    )


def _fate(traffic: OperationExercised | None) -> str:
    if traffic is None or traffic.cases == 0:
        return " (none was sent)"
    kinds = (
        (traffic.unauthorised, "401 or 403"),
        (traffic.not_found, "404"),
        (traffic.rejected, "other 4xx"),
        (traffic.failed, "5xx or silence"),
    )
    return " (" + ", ".join(f"{count} × {name}" for count, name in kinds if count) + ")"


OPERATION_UNCOVERED = Check(
    id="operation-uncovered",
    title="no contract and no accepted generated request reached an operation",
    severity=Severity.INFORMATION,
    leg=None,
    needs=frozenset({"verify", "fuzz"}),
    judge=_judge,
)
