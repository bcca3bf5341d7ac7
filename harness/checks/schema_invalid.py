"""Find API documents that cannot be read, and schemas in them that mean nothing."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Facts
from harness.domain.channel import MessagingDocument
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
                yield _flaw(service, problem, problem.operations)
    for service, documents_of_messages in facts.messaging.items():
        for described in documents_of_messages:
            for problem in described.problems:
                yield _flaw(service, problem, _channels(described, problem))


def _channels(document: MessagingDocument, problem: Problem) -> tuple[str, ...]:
    """The channels of the operations that a fault reaches, as edges name them."""
    reached = (document.operation(name) for name in problem.operations)
    return tuple(dict.fromkeys(one.channel.label for one in reached if one is not None))


def _flaw(service: str, problem: Problem, reached: tuple[str, ...]) -> Flaw:
    return Flaw(
        service=service,
        operation=reached[0] if len(reached) == 1 else "",
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
