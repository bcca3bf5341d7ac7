"""Find API documents that cannot be read, and schemas in them that mean nothing."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.domain.document import Problem, ProblemKind
from harness.domain.edge import Leg
from harness.domain.evidence import DocumentRefused
from harness.domain.finding import Confirmation, Flaw
from harness.domain.policy import Severity

_HINTS = {
    ProblemKind.SCHEMA_INVALID: "mend the schema: until then nobody can tell what may be sent",
    ProblemKind.REFERENCE_REMOTE: "bundle the document: references to elsewhere are never fetched",
    ProblemKind.REFERENCE_DANGLING: "add what the reference names, or drop the reference",
    ProblemKind.REFERENCE_CIRCULAR: "break the circle: nothing stands at its end",
    ProblemKind.STRUCTURE: "bring the document into the form that its version prescribes",
    ProblemKind.DUPLICATE_KEY: "keep one of the two: readers differ in which one they take",
}


def _judge(facts: Facts) -> Iterator[Flaw]:
    for refused in facts.of(DocumentRefused):
        yield Flaw(
            service=refused.service,
            message=refused.message,
            hint=refused.hint,
            cause=f"refused:{refused.location}",
            confirmation=Confirmation.BY_SCHEMA,
        )
    for service, documents in facts.documents.items():
        for document in documents:
            for problem in document.problems:
                yield _flaw(service, problem)


def _flaw(service: str, problem: Problem) -> Flaw:
    return Flaw(
        service=service,
        operation=problem.operations[0] if len(problem.operations) == 1 else "",
        message=problem.message,
        hint=_HINTS[problem.kind],
        cause=problem.kind.value,
        where=problem.path,
        confirmation=Confirmation.BY_SCHEMA,
    )


SCHEMA_INVALID = Check(
    id="schema-invalid",
    title="an API document cannot be read, or holds schemas that mean nothing",
    severity=Severity.ERROR,
    leg=Leg.PROVIDER,
    needs=frozenset({"describe"}),
    judge=_judge,
)
